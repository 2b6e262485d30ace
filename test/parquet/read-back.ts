import assert from 'node:assert/strict';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import {DuckDBInstance} from '@duckdb/node-api';
import type {Batch} from '../../src/model/batch.ts';
import {type TableName, tableName} from '../../src/model/names.ts';

export type Columns = ReadonlyArray<ReadonlyArray<string | null>>;

/** A batch of these columns, named c0, c1 and so on. */
export function batchOf(values: Columns, table: TableName = tableName('t')): Batch {
  return {table, columns: values.map((_, index) => `c${index}`), values, rows: values[0]?.length ?? 0};
}

/** What DuckDB reads in a file, by column. */
export async function readWithDuckDb(bytes: Uint8Array): Promise<Columns> {
  return (await queryFile(bytes, file => `SELECT * FROM read_parquet('${file}')`)).columns as Columns;
}

/** One row for each column chunk: encodings and so on, as DuckDB sees them. */
export async function readMetadata(bytes: Uint8Array): Promise<ReadonlyArray<Record<string, unknown>>> {
  const {names, columns} = await queryFile(bytes, file => `SELECT * FROM parquet_metadata('${file}')`);
  return (columns[0] ?? []).map((_, row) => Object.fromEntries(names.map((name, at) => [name, columns[at]?.[row]])));
}

interface Answer {
  readonly names: readonly string[];
  readonly columns: ReadonlyArray<readonly unknown[]>;
}

/** Runs a query over a file that holds these bytes. */
export async function queryFile(bytes: Uint8Array, sql: (file: string) => string): Promise<Answer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'parquet-'));
  try {
    const file = path.join(folder, 't.parquet');
    await writeFile(file, bytes);
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(sql(file));
    const names = reader.columnNames();
    const columns = reader.getColumnsJS();
    const answer = {names, columns: names.map((_, index) => columns[index] ?? [])};
    connection.closeSync();
    instance.closeSync();
    return answer;
  } finally {
    await rm(folder, {recursive: true});
  }
}

interface LibraryReader {
  getCursor(): {next(): Promise<Record<string, string> | null>};
  getRowCount(): unknown;
}

const require = createRequire(import.meta.url);
const {ParquetReader} = require('parquetjs-lite') as {
  ParquetReader: {openBuffer(bytes: Buffer): Promise<LibraryReader>};
};
// The library knows ZSTD's number and cannot unpack it.
const {PARQUET_COMPRESSION_METHODS: methods} = require('parquetjs-lite/lib/compression.js') as {
  PARQUET_COMPRESSION_METHODS: Record<string, {inflate: (bytes: Buffer) => Buffer}>;
};
methods['ZSTD'] = {inflate: bytes => zlib.zstdDecompressSync(bytes)};

/** What parquetjs-lite itself reads, by column. */
export async function readWithLibrary(bytes: Uint8Array, columns: readonly string[]): Promise<Columns> {
  const reader = await ParquetReader.openBuffer(Buffer.from(bytes));
  const cursor = reader.getCursor();
  const values: Array<Array<string | null>> = columns.map(() => []);
  for (let row = await cursor.next(); row; row = await cursor.next()) {
    for (const [index, name] of columns.entries()) values[index]?.push(row[name] ?? null);
  }
  assert.equal(Number(reader.getRowCount()), values[0]?.length ?? 0);
  return values;
}
