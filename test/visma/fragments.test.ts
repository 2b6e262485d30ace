import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import type {JsonObject} from '../../src/base/exact-json.ts';
import {addsUp} from '../../src/visma/exact-sum.ts';
import type {Hit, Reply} from './small-server.ts';
import {batches, failure, pagesOf, passOf, recordsOf, SmallVisma} from './small-visma.ts';

interface Line {
  readonly lineNumber: number;
  readonly debit?: number;
  readonly credit?: number;
}

interface Batch {
  readonly module: string;
  readonly batchNumber: string;
  readonly lastModifiedDateTime?: string;
  readonly timeStamp?: string;
  readonly debitTotal?: number;
  readonly creditTotal?: number;
  readonly currencyId?: string;
  readonly lines?: readonly Line[] | null;
}

/** A batch with lines of 0.1 each, whose floats would not add up. */
function batchOf(number: number, lineCount: number, more: Partial<Batch> = {}): Batch {
  const lines = Array.from({length: lineCount}, (_, index) => ({lineNumber: index + 1, debit: 0.1, credit: 0}));
  return {
    module: 'ModuleGL',
    batchNumber: String(number),
    lastModifiedDateTime: '2026-03-20T06:35:22.153',
    timeStamp: 'AAAA',
    debitTotal: Number((lineCount * 0.1).toFixed(1)),
    creditTotal: 0,
    lines,
    ...more,
  };
}

interface Serving {
  readonly size: number;
  /** How many lines the server counts for a batch without any. */
  readonly emptyCounts: 0 | 1;
}

/** Cuts batches into pages of lines, as the server does: the header comes again with the rest of its lines. */
function pagesOfLines(all: readonly Batch[], {size, emptyCounts}: Serving): readonly (readonly Batch[])[] {
  const pages: Batch[][] = [[]];
  let room = size;
  const put = (batch: Batch, weight: number): void => {
    if (room === 0) {
      pages.push([]);
      room = size;
    }
    pages.at(-1)?.push(batch);
    room -= weight;
  };
  for (const batch of all) {
    const lines = batch.lines ?? [];
    if (lines.length === 0) put(batch, emptyCounts);
    for (let from = 0; from < lines.length; ) {
      if (room === 0) {
        pages.push([]);
        room = size;
      }
      const part = lines.slice(from, from + room);
      put({...batch, lines: part}, part.length);
      from += part.length;
    }
  }
  return pages;
}

function serving(all: readonly Batch[], how: Serving): (hit: Hit) => Reply {
  const pages = pagesOfLines(all, how);
  const count = (batch: Batch): number => (batch.lines ?? []).length || how.emptyCounts;
  const totalCount = all.reduce((sum, batch) => sum + count(batch), 0);
  return hit => {
    const page = pages[Number(hit.query['pageNumber']) - 1] ?? [];
    return {json: page.map(batch => ({...batch, metadata: {totalCount, maxPageSize: how.size}}))};
  };
}

async function read(data: (hit: Hit) => Reply): Promise<readonly JsonObject[]> {
  await using visma = await SmallVisma.open({data});
  return (await recordsOf(visma.source, passOf(batches))).map(({metadata: _, ...batch}) => batch);
}

async function torn(data: (hit: Hit) => Reply): Promise<string> {
  const error = await failure(read(data));
  assert.equal(error.kind, 'incomplete', error.message);
  return error.message;
}

test('batches arrive whole and in order, wherever pages cut them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({max: 9}), {maxLength: 12}),
      fc.integer({min: 1, max: 7}),
      fc.constantFrom(0 as const, 1 as const),
      async (counts, size, emptyCounts) => {
        // A server that counts no line for an empty batch may never show one that comes last.
        const all = [...counts, 1].map((count, index) => batchOf(index, count));
        assert.deepEqual(await read(serving(all, {size, emptyCounts})), all);
      },
    ),
    {numRuns: 40},
  );
});

/** Batches whose debit total is in the company's currency, and whose credit total is in their own. */
const inCurrencies = {
  ...batches,
  cut: {
    lines: 'lines',
    totals: {debit: 'debitTotal', credit: 'creditTotal'},
    converted: {currency: 'currencyId', totals: ['debitTotal']},
  },
};

const three = [batchOf(1, 4), batchOf(2, 4), batchOf(3, 4)];

/** Serves three batches of four lines by pages of three, one of which is changed on its way. */
function changing(page: number, change: (batches: readonly Batch[]) => readonly Batch[]): (hit: Hit) => Reply {
  const served = serving(three, {size: 3, emptyCounts: 0});
  return hit => {
    const reply = served(hit);
    return hit.query['pageNumber'] === String(page) ? {json: change(reply.json as readonly Batch[])} : reply;
  };
}

const firstOnly = (change: (batch: Batch) => Batch) => (all: readonly Batch[]) =>
  all.map((batch, index) => (index === 0 ? change(batch) : batch));

/** The first page is another one once the second was served: something moved between the two. */
function moving(page: number, change: (batches: readonly Batch[]) => readonly Batch[]): (hit: Hit) => Reply {
  const [served, moved] = [changing(page, change), serving([...three].reverse(), {size: 3, emptyCounts: 0})];
  let firsts = 0;
  return hit => (hit.query['pageNumber'] === '1' && ++firsts > 1 ? moved(hit) : served(hit));
}

const dearer = firstOnly(batch => ({
  ...batch,
  lines: (batch.lines ?? []).map(line => ({...line, debit: 0.10000001})),
}));

test('I15 fragments that do not fit are torn if the page before them is another one by now', async () => {
  const restamped = firstOnly(batch => ({...batch, lastModifiedDateTime: '2026-03-20T06:35:22.156'}));
  const changes = [firstOnly(batch => ({...batch, timeStamp: 'AAAB'})), restamped, dearer];
  for (const change of changes) assert.match(await torn(moving(2, change)), /torn/);
});

test('I28 a batch that was cut and does not add up lands if its pages stand as they did, a call each', async () => {
  const all = [batchOf(1, 2), batchOf(2, 4, {debitTotal: 99}), batchOf(3, 2)];
  await using visma = await SmallVisma.open({data: serving(all, {size: 3, emptyCounts: 0})});
  const pages = await pagesOf(visma.source, passOf(batches));
  const records = pages.flatMap(page => page.records).map(({metadata: _, ...batch}) => batch);
  assert.deepEqual(records, all);
  assert.deepEqual(
    pages.flatMap(page => page.oddities ?? []),
    ["the header totals of 1 records are not their lines'"],
  );
  assert.deepEqual(
    visma.dataHits.map(({query}) => Number(query['pageNumber'])).toSorted(),
    [1, 1, 2, 2, 3],
    'each page whose end it touches is asked for once more',
  );
});

test('I28 totals of a foreign batch may be half a cent a line off in company currency, and cost no call', async () => {
  // Four lines of 0.1 each, whose total was converted once: up to two cents off.
  const foreign = (debitTotal: number): Partial<Batch> => ({currencyId: 'EUR', debitTotal});
  const callsFor = async (more: Partial<Batch>): Promise<{readonly calls: number; readonly odd: number}> => {
    const all = [batchOf(1, 2), batchOf(2, 4, more), batchOf(3, 2)];
    await using visma = await SmallVisma.open({data: serving(all, {size: 3, emptyCounts: 0})});
    const pages = await pagesOf(visma.source, passOf(inCurrencies));
    assert.equal(pages.flatMap(page => page.records).length, 3);
    return {calls: visma.dataHits.length, odd: pages.flatMap(page => page.oddities ?? []).length};
  };
  for (const total of [0.4, 0.41, 0.39, 0.42, 0.38])
    assert.deepEqual(await callsFor(foreign(total)), {calls: 3, odd: 0});
  assert.deepEqual(await callsFor(foreign(0.43)), {calls: 5, odd: 1});
  assert.deepEqual(await callsFor({currencyId: 'SEK', debitTotal: 0.41}), {calls: 5, odd: 1}, 'nothing is converted');
  assert.deepEqual(await callsFor({debitTotal: 0.41}), {calls: 5, odd: 1}, 'an unknown currency explains nothing');
  const exact = {...foreign(0.4), creditTotal: 0.01};
  assert.deepEqual(await callsFor(exact), {calls: 5, odd: 1}, 'a total in document currency is exact');
});

test('I28 small differences that proved to be of the list cost two calls, however many batches have them', async () => {
  const all = Array.from({length: 60}, (_, index) => batchOf(index, 4, {currencyId: 'EUR', debitTotal: 0.43}));
  await using visma = await SmallVisma.open({data: serving(all, {size: 6, emptyCounts: 0})});
  assert.equal((await recordsOf(visma.source, passOf(inCurrencies))).length, 60);
  assert.ok(visma.dataHits.length <= 40 + 4, `${visma.dataHits.length} calls for 40 pages`);
});

test('a header that states no total, or zero, is not judged by it', async () => {
  for (const debitTotal of [0, undefined, null as unknown as undefined]) {
    const all = three.map(batch => ({...batch, debitTotal}) as Batch);
    assert.equal((await read(serving(all, {size: 3, emptyCounts: 0}))).length, 3);
  }
});

test('a batch that no edge of a page touches is not judged by its sums and lands as it is', async () => {
  const all = [batchOf(1, 4), batchOf(2, 3, {debitTotal: 99}), batchOf(3, 1), batchOf(4, 4)];
  assert.deepEqual(await read(serving(all, {size: 8, emptyCounts: 0})), all);
});

test('a batch that comes again after others is not complete', async () => {
  const all = [batchOf(1, 2), batchOf(2, 2), batchOf(3, 2), batchOf(1, 2)];
  assert.match(await torn(serving(all, {size: 4, emptyCounts: 0})), /1 of its records came more than once/);
});

test('a line that is missing or doubled in the count is not complete', async () => {
  const all = [batchOf(1, 2), batchOf(2, 2)];
  for (const totalCount of [3, 5]) {
    const json = all.map(batch => ({...batch, metadata: {totalCount, maxPageSize: 10}}));
    assert.match(
      await torn(hit => ({json: hit.query['pageNumber'] === '1' ? json : []})),
      /it counts [35] lines, and 4 came/,
    );
  }
});

test('a page of lines that comes again is not complete', async () => {
  const served = serving(three, {size: 3, emptyCounts: 0});
  assert.match(await torn(hit => served({...hit, query: {pageNumber: '2'}})), /a page came again/);
});

test('batches without lines count as one or as none, null and absent alike', async () => {
  const all = [batchOf(1, 2), batchOf(2, 0, {lines: null}), batchOf(3, 2)];
  for (const totalCount of [4, 5]) {
    const json = all.map(batch => ({...batch, metadata: {totalCount, maxPageSize: 10}}));
    assert.equal((await read(() => ({json}))).length, 3);
  }
});

test('without a count lines are walked twice', async () => {
  const pages = pagesOfLines(three, {size: 3, emptyCounts: 0});
  await using visma = await SmallVisma.open({
    data: hit => ({json: pages[Number(hit.query['pageNumber']) - 1] ?? []}),
  });
  assert.deepEqual(await recordsOf(visma.source, passOf(batches)), three);
  assert.equal(visma.dataHits.length, 10);
});

test('amounts add up exactly, however many decimals they have and however they are written', () => {
  const amount = fc.tuple(fc.bigInt({min: -(10n ** 18n), max: 10n ** 18n}), fc.nat({max: 10}));
  fc.assert(
    fc.property(fc.array(amount), amounts => {
      const texts = amounts.map(([units, exponent]) => `${units}e-${exponent}`);
      const sum = amounts.reduce((all, [units, exponent]) => all + units * 10n ** BigInt(10 - exponent), 0n);
      assert.ok(addsUp(texts, `${sum}e-10`));
      assert.ok(!addsUp(texts, `${sum + 1n}e-10`));
    }),
  );
  assert.ok(addsUp([0.1, 0.2], 0.3));
  assert.ok(addsUp([undefined, null, '1.5'], 1.5));
  assert.ok(!addsUp(['a'], 0));
  assert.ok(!addsUp([1], 'a'));
});

test('I28 a batch that a list has twice is no batch with its lines twice, wherever pages cut it', async () => {
  const all = [batchOf(1, 2), batchOf(2, 4), batchOf(2, 4), batchOf(3, 2)];
  // Two pages in a row that came before end a walk, so that a page has to be longer than half a batch.
  for (let size = 3; size <= 12; size++) {
    await using visma = await SmallVisma.open({data: serving(all, {size, emptyCounts: 0})});
    assert.equal((await failure(pagesOf(visma.source, passOf(batches)))).kind, 'incomplete');
    const pages = await pagesOf(visma.source, passOf(batches));
    const records = pages.flatMap(page => page.records).map(({metadata: _, ...batch}) => batch);
    assert.deepEqual(records, all, `pages of ${size}`);
  }
});

test('I23 batches that lack lines because a page is missing are left out', async () => {
  const empty = changing(2, () => []);
  const again = serving(three, {size: 3, emptyCounts: 0});
  const firstAgain = (hit: Hit): Reply => again({...hit, query: {...hit.query, pageNumber: '1'}});
  for (const [data, numbers, left] of [
    [empty, ['3'], '2 records lack lines and are left out'],
    [firstAgain, [], 'records lack lines and are left out'],
  ] as const) {
    await using visma = await SmallVisma.open({data});
    assert.equal((await failure(pagesOf(visma.source, passOf(batches)))).kind, 'incomplete');
    const pages = await pagesOf(visma.source, passOf(batches));
    const records = pages.flatMap(page => page.records);
    assert.deepEqual(
      records.map(({batchNumber}) => batchNumber),
      numbers,
    );
    assert.match(pages.flatMap(page => page.oddities ?? []).join('; '), new RegExp(left));
  }
});

test('I28 a batch that does not add up beside a short page lands if the count holds', async () => {
  const all = [batchOf(1, 2), batchOf(2, 4, {debitTotal: 99}), batchOf(3, 2)];
  const pages = [
    [all[0], {...all[1], lines: all[1]?.lines?.slice(0, 1)}],
    [{...all[1], lines: all[1]?.lines?.slice(1, 3)}],
  ];
  const rest = [{...all[1], lines: all[1]?.lines?.slice(3)}, all[2]];
  const data = (hit: Hit): Reply => {
    const page = [...pages, rest][Number(hit.query['pageNumber']) - 1] ?? [];
    return {json: page.map(batch => ({...batch, metadata: {totalCount: 8, maxPageSize: 3}}))};
  };
  await using visma = await SmallVisma.open({data});
  const read = await pagesOf(visma.source, passOf(batches));
  const records = read.flatMap(page => page.records).map(({batchNumber, lines}) => [batchNumber, (lines as []).length]);
  assert.deepEqual(records.toSorted(), [
    ['1', 2],
    ['2', 4],
    ['3', 2],
  ]);
  assert.ok(read.every(page => page.records.length === 0 || page.oddities === undefined));
});
