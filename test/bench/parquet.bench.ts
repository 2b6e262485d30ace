/**
 * Compares this program's Parquet writer with parquetjs-lite's own, on the same rows in one run: rows per second,
 * bytes, and that DuckDB reads the same from both. `node test/bench/parquet.bench.ts [rows]`
 */
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {createRequire} from 'node:module';
import {PassThrough} from 'node:stream';
import {PartWriter} from '../../src/parquet/parquet.ts';
import {batchOf, type Columns, queryFile} from '../parquet/read-back.ts';

interface LibraryWriter {
  appendRow(row: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}
const {ParquetSchema, ParquetWriter} = createRequire(import.meta.url)('parquetjs-lite') as {
  ParquetSchema: new (fields: object) => object;
  ParquetWriter: {openStream(schema: object, stream: PassThrough, options: object): Promise<LibraryWriter>};
};

/** Invoice lines as they are staged: keys, a few codes, amounts, days, nulls, and the record itself. */
function sample(rows: number): Columns {
  const column = (of: (row: number) => string | null): Array<string | null> =>
    Array.from({length: rows}, (_, row) => of(row));
  const amount = (row: number): string => ((row * 7919) % 1_000_000).toString().replace(/(\d\d)$/, '.$1');
  return [
    column(() => 'se'),
    column(row => `Invoice/${100_000 + (row >> 2)}/${row & 3}`),
    column(row => `Invoice/${100_000 + (row >> 2)}`),
    column(row => String(row & 3)),
    column(row => `2026-03-${String(1 + ((row >> 2) % 28)).padStart(2, '0')}T06:35:22.${100 + (row % 900)}`),
    column(row => `Konsultation enligt avtal ${row % 1000}`),
    column(amount),
    column(row => (row % 3 === 0 ? null : amount(row * 3))),
    column(row => ['SEK', 'NOK', 'EUR'][row % 3] ?? null),
    column(row => `2026-${String(1 + (row % 12)).padStart(2, '0')}-15`),
    column(row => (row % 2 === 0 ? 'true' : 'false')),
    column(() => null),
    column(
      row =>
        `{"lineNumber":${row & 3},"amount":${amount(row)},"description":"Konsultation enligt avtal ${row % 1000}"}`,
    ),
    column(row => (row * 2_654_435_761).toString(16).padStart(32, '0')),
    column(() => '20260301t060000-0123456789abcdef'),
  ];
}

async function writeOurs(values: Columns): Promise<Uint8Array> {
  const writer = new PartWriter(batchOf(values).columns);
  const rows = values[0]?.length ?? 0;
  for (let from = 0; from < rows; from += 5000)
    writer.add(batchOf(values.map(column => column.slice(from, from + 5000))));
  return writer.finish();
}

async function writeTheirs(values: Columns): Promise<Uint8Array> {
  const {columns, rows} = batchOf(values);
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on('data', chunk => chunks.push(chunk));
  const field = {type: 'UTF8', optional: true, compression: 'SNAPPY'};
  const schema = new ParquetSchema(Object.fromEntries(columns.map(name => [name, {...field}])));
  const writer = await ParquetWriter.openStream(schema, stream, {});
  for (let row = 0; row < rows; row++) {
    const record: Record<string, string> = {};
    for (const [index, name] of columns.entries()) {
      const value = values[index]?.[row];
      if (value !== null && value !== undefined) record[name] = value;
    }
    await writer.appendRow(record);
  }
  const ended = once(stream, 'end');
  await writer.close();
  await ended;
  return Buffer.concat(chunks);
}

async function timed(
  rows: number,
  write: () => Promise<Uint8Array>,
): Promise<{bytes: Uint8Array; rowsPerSecond: number}> {
  const begun = performance.now();
  const bytes = await write();
  return {bytes, rowsPerSecond: Math.round((rows * 1000) / (performance.now() - begun))};
}

/** Rows, and a fingerprint of every value in its place. */
async function fingerprint(bytes: Uint8Array): Promise<readonly unknown[]> {
  const {columns} = await queryFile(
    bytes,
    file => `SELECT count(*), bit_xor(hash(t)) FROM read_parquet('${file}', file_row_number = true) t`,
  );
  return columns.map(column => column[0]);
}

const rows = Number(process.argv[2] ?? 60_000);
const values = sample(rows);
await writeOurs(values.map(column => column.slice(0, 5000)));
await writeTheirs(values.map(column => column.slice(0, 1000)));
const ours = await timed(rows, () => writeOurs(values));
const theirs = await timed(rows, () => writeTheirs(values));
assert.deepEqual(await fingerprint(ours.bytes), await fingerprint(theirs.bytes), 'both files hold the same rows');
const result = {
  rows,
  columns: values.length,
  ours: {rowsPerSecond: ours.rowsPerSecond, bytes: ours.bytes.length},
  appendRow: {rowsPerSecond: theirs.rowsPerSecond, bytes: theirs.bytes.length},
  timesFaster: Math.round((ours.rowsPerSecond / theirs.rowsPerSecond) * 10) / 10,
  timesSmaller: Math.round((theirs.bytes.length / ours.bytes.length) * 10) / 10,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
