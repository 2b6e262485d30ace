import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import type {Pass} from '../../src/model/pass.ts';
import type {Hit, Reply} from './small-server.ts';
import {
  batches,
  deltaOf,
  failure,
  numbered,
  pageOf,
  pagesOf,
  passOf,
  recordsOf,
  resourceOf,
  SmallVisma,
} from './small-visma.ts';

const paged = resourceOf(deltaOf('records'));
const unpaged = resourceOf(deltaOf('unpaged'));
const envelope = resourceOf(deltaOf('envelope'));

/** Reads one pass from a list that is served by a function of the page's number and the place of the request. */
async function read(pass: Pass, data: (hit: Hit, place: number) => Reply): Promise<readonly string[]> {
  await using visma = await SmallVisma.open({data});
  return (await recordsOf(visma.source, pass)).map(record => String(record['number']));
}

const incomplete = async (pass: Pass, data: (hit: Hit, place: number) => Reply): Promise<string> => {
  const error = await failure(read(pass, data));
  assert.equal(error.kind, 'incomplete', error.message);
  assert.equal(error.facts['resource'], 'thing');
  return error.message;
};

const numbersOf = (records: readonly {readonly number: string}[]): readonly string[] =>
  records.map(({number}) => number);

test('a first pass asks for everything, with the parameters of its resource', async () => {
  await using visma = await SmallVisma.open({data: hit => ({json: pageOf(hit, numbered(1, 3))})});
  await recordsOf(visma.source, passOf(paged));
  assert.deepEqual(visma.dataHits[0]?.query, {expandAll: 'true', pageNumber: '1', pageSize: '1000'});
  assert.equal(visma.dataHits.length, 1, 'the count says that there is no second page');
});

test('a delta asks with the stamp without zone and its condition', async () => {
  await using visma = await SmallVisma.open({data: hit => ({json: pageOf(hit, numbered(1, 3))})});
  await recordsOf(visma.source, passOf(paged, {kind: 'delta', since: '2026-03-20T06:35:22.1534'}));
  const {lastModifiedDateTime, lastModifiedDateTimeCondition} = visma.dataHits[0]?.query ?? {};
  assert.equal(lastModifiedDateTime, '2026-03-20T06:35:22.153');
  assert.equal(lastModifiedDateTimeCondition, '>=');
});

test('a delta by the stamp alone asks a little lower, for it may be meant strictly', async () => {
  await using visma = await SmallVisma.open({data: () => ({json: []})});
  await recordsOf(visma.source, passOf(batches, {kind: 'delta', since: '2026-03-20T00:00:00'}));
  assert.equal(visma.dataHits[0]?.query['lastModifiedDateTime'], '2026-03-19T23:59:59.990');
  assert.ok(!('lastModifiedDateTimeCondition' in (visma.dataHits[0]?.query ?? {})));
});

test('a snapshot never asks by a stamp', async () => {
  await using visma = await SmallVisma.open({data: () => ({json: []})});
  const snapshot = resourceOf({kind: 'snapshot', paging: 'unpaged'});
  await recordsOf(visma.source, passOf(snapshot, {kind: 'snapshot', since: '2026-03-20'}));
  assert.deepEqual(visma.dataHits[0]?.query, {expandAll: 'true'});
});

test('every record of every page comes once, whatever the size that the server cuts pages to', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({max: 40}),
      fc.integer({min: 1, max: 12}),
      fc.boolean(),
      fc.constantFrom(paged, envelope),
      async (count, sizeMax, counts, resource) => {
        const records = numbered(1, count);
        const data = (hit: Hit): Reply => {
          const page = pageOf(hit, records, {sizeMax, counts: counts && resource === paged});
          if (resource === paged) return {json: page};
          return {json: {pageNumber: 1, pageSize: sizeMax, totalCount: count, records: page}};
        };
        assert.deepEqual(await read(passOf(resource), data), numbersOf(records));
      },
    ),
    {numRuns: 40},
  );
});

test('all requests of a walk ask for the same size', async () => {
  await using visma = await SmallVisma.open({data: hit => ({json: pageOf(hit, numbered(1, 25), {sizeMax: 10})})});
  await recordsOf(visma.source, passOf(paged));
  assert.deepEqual(
    visma.dataHits.map(({query}) => `${query['pageNumber']}/${query['pageSize']}`),
    ['1/1000', '2/1000', '3/1000'],
  );
});

test('a server that echoes the size asked for, but cuts smaller pages, is read to the end', async () => {
  const records = numbered(1, 25);
  const data = (hit: Hit): Reply => ({
    json: {pageSize: 1000, totalCount: 25, records: pageOf(hit, records, {sizeMax: 10, counts: false})},
  });
  assert.equal((await read(passOf(envelope), data)).length, 25);
});

test('a page tells when it was served, by the clock of the server', async () => {
  const date = 'Sun, 01 Mar 2026 05:00:00 GMT';
  await using visma = await SmallVisma.open({data: () => ({json: [], headers: {date}})});
  const [page] = await pagesOf(visma.source, passOf(paged));
  assert.deepEqual(page, {records: [], servedAt: new Date(date), number: 1, size: 0, last: true});
});

test('the next page is asked for while the present one is worked on, and never the one after', async () => {
  const {promise: asked, resolve: hasAsked} = Promise.withResolvers<void>();
  await using visma = await SmallVisma.open({
    data: hit => {
      if (hit.query['pageNumber'] === '2') hasAsked();
      return {json: pageOf(hit, numbered(1, 40), {sizeMax: 10})};
    },
  });
  const pages = visma.source.read(passOf(paged))[Symbol.asyncIterator]();
  await pages.next();
  await asked;
  assert.equal(visma.dataHits.length, 2);
  await pages.return?.(undefined);
  assert.equal(visma.dataHits.length, 2);
});

test('the page that is on its way is given up when its reader leaves', async () => {
  const {promise: asked, resolve: hasAsked} = Promise.withResolvers<void>();
  const {promise: ended, resolve: hasEnded} = Promise.withResolvers<void>();
  await using visma = await SmallVisma.open({
    data: hit => {
      if (hit.query['pageNumber'] === '1') return {json: pageOf(hit, numbered(1, 40), {sizeMax: 10})};
      hasAsked();
      return {fate: 'hang'};
    },
    options: {
      events: event => {
        if (event.event === 'call' && event.status === 0) hasEnded();
      },
    },
  });
  for await (const page of visma.source.read(passOf(paged))) {
    assert.equal(page.records.length, 10);
    await asked;
    break;
  }
  await ended;
});

test('a page without any record among its elements is a broken promise', async () => {
  const error = await failure(read(passOf(paged), () => ({json: ['one', null]})));
  assert.equal(error.kind, 'protocol');
  assert.match(error.message, /page 1 of \/v1\/thing has no record in 2 elements/);
});

test('records that bear no key are counted by their content', async () => {
  const records = [{name: 'a'}, {name: 'b'}].map(record => ({...record, metadata: {totalCount: 2}}));
  assert.equal((await read(passOf(paged), () => ({json: records}))).length, 2);
});

test('the count that holds is the one of the last page', async () => {
  const grown = numbered(1, 21);
  const data = (hit: Hit): Reply => {
    const growing = hit.query['pageNumber'] === '1' ? numbered(1, 20) : grown;
    return {json: pageOf(hit, growing, {sizeMax: 10})};
  };
  assert.equal((await read(passOf(paged), data)).length, 21);
  const inserted = [...numbered(100, 100), ...numbered(1, 19)];
  const moved = (hit: Hit): Reply => {
    const records = hit.query['pageNumber'] === '1' ? numbered(1, 19) : inserted;
    return {json: pageOf(hit, records, {sizeMax: 10})};
  };
  await incomplete(passOf(paged), moved);
});

test('a server that sends more than it says it does is read to the end', async () => {
  const told = (hit: Hit): Reply => ({
    json: pageOf(hit, numbered(1, 60), {sizeMax: 50, counts: false}).map(record => ({
      ...record,
      metadata: {totalCount: 60, maxPageSize: 10},
    })),
  });
  assert.equal((await read(passOf(paged), told)).length, 60);
});

test('an array without pages is complete by itself, whether or not its metadata count', async () => {
  assert.equal((await read(passOf(unpaged), hit => ({json: pageOf(hit, numbered(1, 5), {counts: false})}))).length, 5);
  assert.equal((await read(passOf(unpaged), hit => ({json: pageOf(hit, numbered(1, 5), {sizeMax: 1000})}))).length, 5);
  const uncounted = numbered(1, 4).map(record => ({...record, metadata: {totalCount: 0, maxPageSize: 0}}));
  assert.equal((await read(passOf(unpaged), () => ({json: uncounted}))).length, 4);
});

test('without a count pages go on to an empty one, and more than one page is walked twice', async () => {
  const walked = async (count: number): Promise<readonly string[]> => {
    await using visma = await SmallVisma.open({
      data: hit => ({json: pageOf(hit, numbered(1, count), {sizeMax: 10, counts: false})}),
    });
    const records = await recordsOf(visma.source, passOf(paged));
    assert.equal(records.length, count, 'the second walk gives nothing');
    return visma.dataHits.map(({query}) => String(query['pageNumber']));
  };
  assert.deepEqual(await walked(0), ['1']);
  assert.deepEqual(await walked(7), ['1', '2']);
  assert.deepEqual(await walked(10), ['1', '2']);
  assert.deepEqual(await walked(17), ['1', '2', '3', '1', '2', '3']);
});

test('without a count two walks that differ are not complete', async () => {
  const differing = (second: readonly {readonly number: string}[]) => (hit: Hit, place: number) => ({
    json: pageOf(hit, place <= 3 ? numbered(1, 17) : second, {sizeMax: 10, counts: false}),
  });
  assert.match(await incomplete(passOf(paged), differing(numbered(2, 18))), /two walks saw different records/);
  await incomplete(passOf(paged), differing(numbered(1, 16)));
  await incomplete(passOf(paged), differing(numbered(1, 18)));
});

const since = '2026-03-20T06:35:22.153';

test('a delta that is empty where its tail held rows is asked without its filter', async () => {
  const asked = async (all: readonly object[], tailRows: number): Promise<readonly Hit[]> => {
    await using visma = await SmallVisma.open({
      data: hit => ({json: 'lastModifiedDateTime' in hit.query ? [] : all}),
    });
    assert.deepEqual(await recordsOf(visma.source, passOf(paged, {kind: 'delta', since, tailRows})), []);
    return visma.dataHits;
  };
  const hits = await asked(numbered(1, 1), 3);
  assert.deepEqual(hits[1]?.query, {expandAll: 'true', pageNumber: '1', pageSize: '1'});
  assert.equal((await asked([], 0)).length, 1, 'an empty tail proves nothing and asks nothing');
});

test('a list that is empty without its filter too may be a lost right', async () => {
  for (const resource of [paged, unpaged, batches]) {
    const error = await failure(read(passOf(resource, {kind: 'delta', since, tailRows: 3}), () => ({json: []})));
    assert.equal(error.kind, 'incomplete');
    assert.match(error.hint, /right/);
  }
});

test('a spent window in the middle of a pass ends it as limited', async () => {
  const headers = {'x-ratelimit-limit': '10', 'x-ratelimit-remaining': '2', 'x-ratelimit-reset': '600'};
  const error = await failure(
    read(passOf(paged), hit => ({json: pageOf(hit, numbered(1, 30), {sizeMax: 10}), headers})),
  );
  assert.equal(error.kind, 'limited');
});
