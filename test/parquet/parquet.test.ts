import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {SyncError} from '../../src/base/errors.ts';
import {PartWriter} from '../../src/parquet/parquet.ts';
import {batchOf, type Columns, readMetadata, readWithDuckDb, readWithLibrary} from './read-back.ts';

async function fileOf(...batches: readonly Columns[]): Promise<Uint8Array> {
  const writer = new PartWriter(batchOf(batches[0] ?? []).columns);
  for (const values of batches) writer.add(batchOf(values));
  return writer.finish();
}

/** Proves that both readers see these values. */
async function proveReadBack(bytes: Uint8Array, expected: Columns): Promise<void> {
  assert.deepEqual(await readWithDuckDb(bytes), expected);
  const names = expected.map((_, index) => `c${index}`);
  assert.deepEqual(await readWithLibrary(bytes, names), expected);
}

const text = fc.oneof(
  fc.string({unit: 'binary'}).filter(value => value.isWellFormed()),
  fc.constantFrom('', 'a', 'EUR', '😀', 'Ålesund', 'x'.repeat(31), 'é'.repeat(32), 'y'.repeat(65), 'a\0b'),
);
const value = fc.oneof({weight: 1, arbitrary: fc.constant(null)}, {weight: 3, arbitrary: text});
/** Columns of one length, some of few values, some of none. */
const columns = fc
  .tuple(fc.integer({min: 1, max: 5}), fc.integer({min: 1, max: 60}))
  .chain(([width, rows]) =>
    fc.array(
      fc.oneof(
        fc.array(value, {minLength: rows, maxLength: rows}),
        fc.array(fc.constantFrom('SEK', 'EUR', null), {minLength: rows, maxLength: rows}),
        fc.constant(new Array<string | null>(rows).fill('se')),
        fc.constant(new Array<string | null>(rows).fill(null)),
      ),
      {minLength: width, maxLength: width},
    ),
  );

test('whatever is written is read back, value by value', async () => {
  await fc.assert(
    fc.asyncProperty(columns, async values => {
      await proveReadBack(await fileOf(values), values);
    }),
    {numRuns: 40},
  );
});

test('rows of several batches follow each other', async () => {
  const bytes = await fileOf(
    [
      ['a', null],
      ['1', '2'],
    ],
    [[], []],
    [['b'], [null]],
  );
  await proveReadBack(bytes, [
    ['a', null, 'b'],
    ['1', '2', null],
  ]);
});

test('one row is a file, and so is none', async () => {
  await proveReadBack(await fileOf([['only'], [null]]), [['only'], [null]]);
  await proveReadBack(await fileOf([[], []]), [[], []]);
});

test('a value of ten megabytes is one value', async () => {
  const long = ['x'.repeat(10_000_000), 'å😀'.repeat(2_000_000), null, 'short'];
  await proveReadBack(await fileOf([long, ['a', 'a', 'a', 'a']]), [long, ['a', 'a', 'a', 'a']]);
});

test('half of a surrogate pair becomes the replacement character, and the file stays valid', async () => {
  assert.deepEqual(await readWithDuckDb(await fileOf([['a\ud83d', '\udc00'.repeat(40)]])), [
    ['a\ufffd', '\ufffd'.repeat(40)],
  ]);
});

test('a hundred thousand rows and more make several row groups and pages, all exact', async () => {
  const rows = 140_000;
  const make = (of: (row: number) => string | null): Array<string | null> =>
    Array.from({length: rows}, (_, row) => of(row));
  const values = [
    make(() => 'se'),
    make(row => `Invoice/${row}`),
    make(row => (row % 7 === 0 ? null : `state ${row % 5}`)),
    make(row => (row < rows - 3 ? null : 'late')),
    make(row => (row % 300 < 256 ? `v${row % 300}` : `rare ${row}`)),
  ];
  const bytes = await fileOf(
    ...[0, 1, 2, 3].map(part => values.map(column => column.slice(part * 35_000, (part + 1) * 35_000))),
  );
  assert.deepEqual(await readWithDuckDb(bytes), values);
  const groups = new Set((await readMetadata(bytes)).map(chunk => chunk['row_group_id']));
  assert.equal(groups.size, 2);
});

test('a column of few values takes a dictionary, a varied one takes none', async () => {
  const rows = 1000;
  const column = (of: (row: number) => string | null) => Array.from({length: rows}, (_, row) => of(row));
  const bytes = await fileOf([
    column(() => 'se'),
    column(row => `value ${row % 256}`),
    column(row => `value ${row % 257}`),
    column(row => `${row}`.padEnd(65, 'x')),
    column(() => null),
  ]);
  const chunks = await readMetadata(bytes);
  assert.deepEqual(
    chunks.map(chunk => String(chunk['encodings']).includes('DICTIONARY')),
    [true, true, false, false, false],
  );
  assert.deepEqual(
    chunks.map(chunk => chunk['compression']),
    ['UNCOMPRESSED', 'UNCOMPRESSED', 'ZSTD', 'ZSTD', 'UNCOMPRESSED'],
    'what is small is not worth a compressor',
  );
  assert.ok(Number(chunks[0]?.['total_compressed_size']) < 120, 'a constant column costs next to nothing');
});

test('a writer begins anew after each file', async () => {
  const writer = new PartWriter(['c0']);
  writer.add(batchOf([['first', 'first']]));
  assert.equal(writer.rows, 2);
  assert.ok(writer.heldBytes > 0);
  const first = writer.finish();
  assert.equal(writer.rows, 0);
  assert.equal(writer.heldBytes, 0);
  writer.add(batchOf([['second']]));
  const second = writer.finish();
  await proveReadBack(first, [['first', 'first']]);
  await proveReadBack(second, [['second']]);
  assert.equal(writer.heldBytes, 0);
});

test('held bytes grow with what is added, and shrink as soon as a page is full', () => {
  const writer = new PartWriter(['c0']);
  const wide = Array.from({length: 1000}, (_, row) => `${row} `.repeat(1000));
  const bytesOf = (texts: readonly string[]): number => texts.reduce((sum, each) => sum + each.length + 4, 0);
  const few = wide.slice(0, 60);
  writer.add(batchOf([few]));
  const held = writer.heldBytes;
  assert.ok(held >= bytesOf(few) && held < bytesOf(few) + 10_000, `${held} for ${bytesOf(few)}`);
  writer.add(batchOf([wide.slice(60)]));
  assert.ok(writer.heldBytes < bytesOf(wide) / 2, `${writer.heldBytes} for ${bytesOf(wide)}`);
  assert.ok(writer.finish().length < bytesOf(wide) / 10);
});

test('rows of another table are a defect, not a file', () => {
  const writer = new PartWriter(['c0', 'other']);
  const wrong = batchOf([['a'], ['b']]);
  assert.throws(
    () => writer.add(wrong),
    error => error instanceof SyncError && error.kind === 'defect',
  );
});

test('the same rows make the same bytes', async () => {
  const values = [
    ['a', 'b', null],
    ['1', '1', '1'],
  ];
  assert.deepEqual(await fileOf(values), await fileOf(values));
});
