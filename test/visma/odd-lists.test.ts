import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Pass} from '../../src/model/pass.ts';
import type {Hit, Reply} from './small-server.ts';
import {
  company,
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

/* Lists that are not what they say themselves. One that comes the same twice is how it is; one that moves is not. */
const paged = resourceOf(deltaOf('records'));
const unpaged = resourceOf(deltaOf('unpaged'));

const numbersOf = (records: readonly {readonly number: string}[]): readonly string[] =>
  records.map(({number}) => number);

async function numbersIn(pass: Pass, data: (hit: Hit, place: number) => Reply): Promise<readonly string[]> {
  await using visma = await SmallVisma.open({data});
  return (await recordsOf(visma.source, pass)).map(record => String(record['number']));
}

/** What a list that is odd comes to: the reason of the first read, and what the second one brings and calls odd. */
async function readTwice(
  pass: Pass,
  data: (hit: Hit, place: number) => Reply,
): Promise<{readonly reason: string; readonly numbers: readonly string[]; readonly oddities: readonly string[]}> {
  await using visma = await SmallVisma.open({data});
  const error = await failure(pagesOf(visma.source, pass));
  assert.equal(error.kind, 'incomplete', error.message);
  const pages = await pagesOf(visma.source, pass);
  const records = pages.flatMap(page => page.records);
  const oddities = pages.flatMap(page => page.oddities ?? []);
  const notes = visma.eventsOf('note').map(({message}) => message);
  for (const oddity of oddities)
    assert.ok(
      notes.some(note => note.includes(oddity)),
      oddity,
    );
  return {reason: error.message, numbers: records.map(record => String(record['number'])), oddities};
}

/** What a list is called that is odd, though one read proves it. */
async function odditiesOf(pass: Pass, data: (hit: Hit, place: number) => Reply): Promise<readonly string[]> {
  await using visma = await SmallVisma.open({data});
  return (await pagesOf(visma.source, pass)).flatMap(page => page.oddities ?? []);
}

test('I28 fewer keys than the last page counts are read again, and kept if they come the same twice', async () => {
  const records = [...numbered(1, 14), ...numbered(14, 19)];
  const {reason, numbers, oddities} = await readTwice(passOf(paged), hit => ({
    json: pageOf(hit, records, {sizeMax: 10}),
  }));
  assert.match(reason, /it counts 20 records, and 19 came; 1 of its records came more than once/);
  assert.deepEqual(numbers, numbersOf(records));
  assert.deepEqual(oddities, ['it counts 20 records, and 19 came', '1 of its records came more than once']);
});

test('I28 an element that is no record stops no other, and the list proves nothing gone', async () => {
  const [first, second] = numbered(1, 2);
  const json = [first, null, 'two', second] as Reply['json'];
  for (const pass of [passOf(paged), passOf(unpaged)]) {
    const {numbers, oddities} = await readTwice(pass, hit => ({
      json: Number(hit.query['pageNumber'] ?? 1) > 1 ? [] : json,
    }));
    assert.deepEqual(numbers, numbersOf(numbered(1, 2)));
    assert.ok(oddities.includes('2 of its elements are no records'), oddities.join());
  }
});

test('I28 a list that is another one on every read stays incomplete', async () => {
  let read = 0;
  await using visma = await SmallVisma.open({
    data: hit => {
      if (hit.query['pageNumber'] === '1') read++;
      const records = [...numbered(1, 14), ...numbered(14, 19), ...numbered(100 + read, 100 + read)];
      return {json: pageOf(hit, records, {sizeMax: 10})};
    },
  });
  for (let walk = 1; walk <= 4; walk++) {
    assert.equal((await failure(pagesOf(visma.source, passOf(paged)))).kind, 'incomplete');
  }
});

test('I28 a list that is odd for one read only is read again and is odd no longer', async () => {
  await using visma = await SmallVisma.open({
    data: (hit, place) => ({
      json: pageOf(hit, place <= 2 ? [...numbered(1, 14), ...numbered(14, 19)] : numbered(1, 20), {sizeMax: 10}),
    }),
  });
  await failure(pagesOf(visma.source, passOf(paged)));
  const pages = await pagesOf(visma.source, passOf(paged));
  assert.deepEqual(
    pages.flatMap(page => page.oddities ?? []),
    [],
  );
  assert.equal(pages.flatMap(page => page.records).length, 20);
});

test('I28 a server that knows no pages is asked for three, and what it brings is kept as odd', async () => {
  const first = (hit: Hit): Hit => ({...hit, query: {pageSize: '10'}});
  let asked = 0;
  const {reason, numbers, oddities} = await readTwice(passOf(paged), hit => {
    asked++;
    return {json: pageOf(first(hit), numbered(1, 40), {sizeMax: 10})};
  });
  assert.match(reason, /a page came again/);
  assert.equal(new Set(numbers).size, 10);
  assert.ok(oddities.includes('it counts 40 records, and 10 came'), oddities.join());
  assert.equal(asked, 6);
  const uncounted = (hit: Hit): Reply => ({json: pageOf(first(hit), numbered(1, 40), {counts: false})});
  assert.ok((await odditiesOf(passOf(paged), uncounted)).includes('a page came again'));
});

test('I28 a page that is short in the middle ends no list: what comes is judged by its count', async () => {
  const sizes = [10, 9, 10, 10];
  const serve = (totalCount: number) => (hit: Hit) => {
    const number = Number(hit.query['pageNumber']);
    const records = numbered(number * 10, number * 10 + (sizes[number - 1] ?? 0) - 1);
    return {json: records.map(record => ({...record, metadata: {totalCount, maxPageSize: 10}}))};
  };
  assert.deepEqual(await odditiesOf(passOf(paged), serve(39)), ['a page in the middle is short']);
  const {numbers, oddities} = await readTwice(passOf(paged), serve(40));
  assert.equal(numbers.length, 39);
  assert.deepEqual(oddities, ['a page in the middle is short', 'it counts 40 records, and 39 came']);
});

test('I28 a page that is empty in the middle ends no list', async () => {
  const serve = (hit: Hit) => {
    const page = pageOf(hit, numbered(1, 40), {sizeMax: 10});
    return {json: hit.query['pageNumber'] === '2' ? [] : page};
  };
  const {numbers, oddities} = await readTwice(passOf(paged), serve);
  assert.equal(numbers.length, 30);
  assert.deepEqual(oddities, ['a page in the middle is empty', 'it counts 40 records, and 30 came']);
});

test('I28 a page that is longer than the others is walked twice without a count, and kept', async () => {
  const pages = [numbered(1, 5), numbered(6, 12)];
  const serve = (hit: Hit) => ({json: pages[Number(hit.query['pageNumber']) - 1] ?? []});
  assert.equal((await numbersIn(passOf(paged), serve)).length, 12);
  assert.deepEqual(await odditiesOf(passOf(paged), serve), [
    'a page is longer than the others',
    'it does not say how many records it has',
  ]);
});

test('I23 a list without pages that counts more than it brings is read again', async () => {
  const whole = numbered(1, 5).map(record => ({...record, metadata: {totalCount: 5}}));
  const cutOnce = (_: Hit, place: number): Reply => ({json: place === 1 ? whole.slice(0, 4) : whole});
  await using visma = await SmallVisma.open({data: cutOnce});
  assert.equal((await failure(pagesOf(visma.source, passOf(unpaged)))).kind, 'incomplete');
  assert.deepEqual(
    (await pagesOf(visma.source, passOf(unpaged))).map(page => [page.records.length, page.oddities]),
    [[5, undefined]],
  );
  const {oddities} = await readTwice(passOf(unpaged), () => ({json: whole.slice(0, 4)}));
  assert.deepEqual(oddities, ['it counts 5 records, and 4 came']);
});

test('I28 a record that stands twice in a list without pages is reported, however the list counts it', async () => {
  const twice = [...numbered(1, 4), ...numbered(4, 4)];
  for (const totalCount of [undefined, 4, 5]) {
    const metadata = totalCount === undefined ? undefined : {totalCount};
    const json = twice.map(record => ({...record, ...(metadata && {metadata})}));
    assert.deepEqual(await odditiesOf(passOf(unpaged), () => ({json})), ['1 of its records came more than once']);
  }
});

test('I28 a list with pages that should count and does not says so, and one that never counts does not', async () => {
  const serve = (hit: Hit): Reply => ({json: pageOf(hit, numbered(1, 7), {sizeMax: 10, counts: false})});
  assert.deepEqual(await odditiesOf(passOf(paged), serve), ['it does not say how many records it has']);
  const uncounted = resourceOf({kind: 'delta', since: 'stamp and condition', paging: 'records', uncounted: true});
  assert.deepEqual(await odditiesOf(passOf(uncounted), serve), []);
});

test('I28 an empty body with 200 is asked for twice at first, and stands for an empty list', async () => {
  const bodies = ['', '  ', 'null'];
  for (const raw of bodies) {
    await using visma = await SmallVisma.open({data: () => ({raw})});
    const pages = await pagesOf(visma.source, passOf(paged));
    assert.deepEqual(
      pages.flatMap(page => page.oddities ?? []),
      ['it answers 200 with an empty body'],
    );
    assert.equal(visma.dataHits.length, 2);
    await pagesOf(visma.source, passOf(paged));
    assert.equal(visma.dataHits.length, 3, 'known by now');
  }
});

test('I23 an empty body that is lost once is no empty list', async () => {
  const data = (hit: Hit, place: number): Reply => (place === 1 ? {raw: ''} : {json: pageOf(hit, numbered(1, 3))});
  await using visma = await SmallVisma.open({data});
  assert.equal((await recordsOf(visma.source, passOf(paged))).length, 3);
});

test('I23 a ledger without a number names no slice', async () => {
  const ledgers = [{number: '1'}, {description: 'a new one'}, {number: null}, {number: '2'}];
  await using visma = await SmallVisma.open({data: () => ({json: ledgers})});
  const sliced = resourceOf(deltaOf('records'), {slicing: 'ledger'});
  assert.deepEqual(await visma.source.slices({company, resource: sliced}), ['ledger=1', 'ledger=2']);
});

test('I23 a list of ledgers that brings fewer than it counts is asked for again before it names slices', async () => {
  const ledgers = ['1', '2'].map(number => ({number, metadata: {totalCount: 2}}));
  const slicesBy = async (data: (hit: Hit, place: number) => Reply): Promise<readonly [number, number]> => {
    await using visma = await SmallVisma.open({data});
    const sliced = resourceOf(deltaOf('records'), {slicing: 'ledger'});
    const slices = await visma.source.slices({company, resource: sliced});
    return [slices.length, visma.dataHits.length];
  };
  assert.deepEqual(await slicesBy(() => ({json: ledgers})), [2, 1]);
  assert.deepEqual(await slicesBy((_, place) => ({json: place === 1 ? ledgers.slice(1) : ledgers})), [2, 2]);
  assert.deepEqual(await slicesBy(() => ({json: ledgers.slice(1)})), [1, 2], 'it is how it is');
});

test('I28 a ledger that its list has twice names one slice', async () => {
  await using visma = await SmallVisma.open({data: () => ({json: ['1', '2', '1'].map(number => ({number}))})});
  const sliced = resourceOf(deltaOf('records'), {slicing: 'ledger'});
  assert.deepEqual(await visma.source.slices({company, resource: sliced}), ['ledger=1', 'ledger=2']);
});

test('I28 a period that its list has twice is one period, and open if either of them is', async () => {
  const [year, startDate, endDate] = ['2026', '2026-01-01T00:00:00', '2026-01-31T00:00:00'];
  const records = [true, false].map(closedInGeneralLedger => {
    return {year, period: '01', startDate, endDate, closedInGeneralLedger};
  });
  await using visma = await SmallVisma.open({data: () => ({json: records})});
  const [only, ...others] = await visma.source.periods(company);
  assert.deepEqual([only?.period, only?.open, others], ['202601', true, []]);
});
