import {readdir} from 'node:fs/promises';
import path from 'node:path';
import {DuckDBInstance} from '@duckdb/node-api';

export interface Tables {
  /** The DuckDB file. */
  readonly file: string;
  /** The raw tables. */
  readonly names: readonly string[];
  query(sql: string): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>;
  close(): void;
}

/** Opens the database of a workspace folder for reading, as anybody would. */
export async function openTables(folder: string): Promise<Tables> {
  const [name] = (await readdir(folder)).filter(each => each.endsWith('.duckdb'));
  if (name === undefined) throw new Error(`there is no database in ${folder}`);
  const file = path.join(folder, name);
  const instance = await DuckDBInstance.create(file, {access_mode: 'READ_ONLY'});
  const connection = await instance.connect();
  const query = async (sql: string): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>> =>
    (await connection.runAndReadAll(sql)).getRowObjectsJson();
  const tables = await query(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'visma' ORDER BY 1`,
  );
  return {
    file,
    names: tables.map(each => String(each['name'])),
    query,
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
