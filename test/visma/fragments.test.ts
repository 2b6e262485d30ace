import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import type {JsonObject} from '../../src/base/exact-json.ts';
import {addsUp} from '../../src/visma/exact-sum.ts';
import type {Hit, Reply} from './small-server.ts';
import {batches, failure, passOf, recordsOf, SmallVisma} from './small-visma.ts';

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

test('fragments that disagree in stamp or row version are torn', async () => {
  assert.match(
    await torn(
      changing(
        2,
        firstOnly(batch => ({...batch, timeStamp: 'AAAB'})),
      ),
    ),
    /torn/,
  );
  const restamped = firstOnly(batch => ({...batch, lastModifiedDateTime: '2026-03-20T06:35:22.156'}));
  assert.match(await torn(changing(2, restamped)), /torn/);
});

test('fragments whose lines do not add up to the total of their header are torn', async () => {
  const dearer = (batch: Batch): Batch => ({
    ...batch,
    lines: (batch.lines ?? []).map(line => ({...line, debit: 0.10000001})),
  });
  assert.match(await torn(changing(2, firstOnly(dearer))), /torn/);
});

test('a batch that was cut and comes twice the same is out of balance over there, and lands as it is', async () => {
  const all = [batchOf(1, 2), batchOf(2, 4, {debitTotal: 99}), batchOf(3, 2)];
  await using visma = await SmallVisma.open({data: serving(all, {size: 3, emptyCounts: 0})});
  const first = await failure(recordsOf(visma.source, passOf(batches)));
  assert.equal(first.kind, 'incomplete');
  const again = (await recordsOf(visma.source, passOf(batches))).map(({metadata: _, ...batch}) => batch);
  assert.deepEqual(again, all);
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

test('a batch that comes again after others is torn', async () => {
  const all = [batchOf(1, 2), batchOf(2, 2), batchOf(3, 2), batchOf(1, 2)];
  assert.match(await torn(serving(all, {size: 4, emptyCounts: 0})), /a record came again after others/);
});

test('a line that is missing or doubled in the count is not complete', async () => {
  const all = [batchOf(1, 2), batchOf(2, 2)];
  for (const totalCount of [3, 5]) {
    const json = all.map(batch => ({...batch, metadata: {totalCount, maxPageSize: 10}}));
    assert.match(await torn(hit => ({json: hit.query['pageNumber'] === '1' ? json : []})), /count of what came/);
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
