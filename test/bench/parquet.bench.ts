/**
 * Compares this program's Parquet writer with others on the same rows in one run: parquetjs-lite's own `appendRow`,
 * hyparquet-writer, and DuckDB, the engine that is no JavaScript. Rows and bytes per second, the size of the file, and
 * that DuckDB reads the same from all. `node test/bench/parquet.bench.ts [rows]`
 */
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {readFile, rm} from 'node:fs/promises';
import {createRequire} from 'node:module';
import os from 'node:os';
import path from 'node:path';
import {PassThrough} from 'node:stream';
import {DuckDBInstance} from '@duckdb/node-api';
import Table from 'cli-table3';
import {parquetWriteBuffer} from 'hyparquet-writer';
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

function writeOurs(values: Columns): Uint8Array {
  const writer = new PartWriter(batchOf(values).columns);
  const rows = values[0]?.length ?? 0;
  for (let from = 0; from < rows; from += 5000)
    writer.add(batchOf(values.map(column => column.slice(from, from + 5000))));
  return writer.finish();
}

async function writeByRow(values: Columns): Promise<Uint8Array> {
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

/** By columns; SNAPPY is the library's own codec, and it has no other. */
function writeHyparquet(values: Columns): Uint8Array {
  const {columns} = batchOf(values);
  const columnData = columns.map((name, index) => ({name, data: [...(values[index] ?? [])], type: 'STRING' as const}));
  return new Uint8Array(parquetWriteBuffer({columnData}));
}

/** Rows through the appender into a table in memory, and the table into a file: text as it is for us. */
async function writeDuckDb(values: Columns): Promise<Uint8Array> {
  const {columns, rows} = batchOf(values);
  const file = path.join(os.tmpdir(), `visma-bench-${process.pid}.parquet`);
  const connection = await (await DuckDBInstance.create()).connect();
  try {
    await connection.run(`CREATE TABLE t (${columns.map(name => `"${name}" VARCHAR`).join(', ')})`);
    const appender = await connection.createAppender('t');
    for (let row = 0; row < rows; row++) {
      for (const column of values) {
        const value = column[row] ?? null;
        if (value === null) appender.appendNull();
        else appender.appendVarchar(value);
      }
      appender.endRow();
    }
    appender.closeSync();
    await connection.run(`COPY t TO '${file}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)`);
    return await readFile(file);
  } finally {
    connection.closeSync();
    await rm(file, {force: true});
  }
}

interface Written {
  readonly bytes: Uint8Array;
  readonly ms: number;
  readonly cpuMs: number;
}

async function timed(write: () => Uint8Array | Promise<Uint8Array>): Promise<Written> {
  const begunMs = performance.now();
  const before = process.cpuUsage();
  const bytes = await write();
  const {user, system} = process.cpuUsage(before);
  return {bytes, ms: performance.now() - begunMs, cpuMs: (user + system) / 1000};
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
const textBytes = values.flat().reduce((sum, value) => sum + Buffer.byteLength(value ?? ''), 0);
const writers: ReadonlyArray<readonly [string, (values: Columns) => Uint8Array | Promise<Uint8Array>]> = [
  ['ours, ZSTD', writeOurs],
  ['parquetjs-lite appendRow, SNAPPY', writeByRow],
  ['hyparquet-writer, SNAPPY', writeHyparquet],
  ['DuckDB, ZSTD', writeDuckDb],
];
const table = new Table({
  head: ['writer', 'rows a second', 'MB of text a second', 'MB of text a CPU second', 'MB on disk'],
  style: {head: [], border: []},
});
let expected: readonly unknown[] | undefined;
for (const [name, write] of writers) {
  await write(values.map(column => column.slice(0, 5000)));
  const {bytes, ms, cpuMs} = await timed(() => write(values));
  const found = await fingerprint(bytes);
  expected ??= found;
  assert.deepEqual(found, expected, `${name} holds the same rows`);
  const perSecond = (amount: number, per: number): string => Math.round((amount * 1000) / per).toLocaleString('en');
  const megabytes = textBytes / 1e6;
  table.push([
    name,
    perSecond(rows, ms),
    perSecond(megabytes, ms),
    perSecond(megabytes, cpuMs),
    (bytes.length / 1e6).toFixed(2),
  ]);
}
process.stdout.write(`${rows} rows of ${values.length} columns, read back the same from all\n${table.toString()}\n`);
