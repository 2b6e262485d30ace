import {existsSync, rmSync, statSync} from 'node:fs';
import path from 'node:path';
import type {DuckDBConnection, DuckDBInstance, DuckDBResult, DuckDBValue} from '@duckdb/node-api';
import {SyncError} from '../base/errors.ts';
import {castMacros, literal} from './sql/cast.ts';
import {doubleText, jsonField, jsonPath} from './sql/json-text.ts';
import {ownTables} from './sql/notes.ts';
import {operatorMacros, productOf, quotientOf} from './sql/operators.ts';
import {asSqlError} from './sql/sql-error.ts';
import {answerType} from './sql/table-columns.ts';
import type {Answer, Cell, Duck} from './sql/work.ts';
import type {Closing} from './sql-engine.ts';

/** A file's three headers: one that is shorter holds nothing, for the disk had no room when it was made. */
const headerBytes = 3 * 4096;

function removeHalfMade(file: string): void {
  const facts = statSync(file, {throwIfNoEntry: false});
  if (facts && facts.size < headerBytes) rmSync(file);
}

type Library = typeof import('@duckdb/node-api');

/** The name of the file inside the engine: one that no schema bears, for the engine reads `a.b` either way. */
const attached = '~workspace';

/** The engine locks its file against other processes only; this one must not open it twice either. */
const openFiles = new Set<string>();

/** The engine on its file: one connection, whose statements run one after the other. */
export class DuckConnection implements Duck {
  readonly #library: Library;
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  #file = '';

  private constructor(library: Library, instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#library = library;
    this.#instance = instance;
    this.#connection = connection;
  }

  /**
   * Opens the file, and makes the engine what Spark is: UTC, Spark's order of NULLs, its casts and operators.
   * Throws `absent` where DuckDB is not installed, `conflict` where another process has the file open.
   */
  static async open(file: string, threads?: number): Promise<DuckConnection> {
    const library = await load();
    const instance = await library.DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      ...(threads !== undefined && {threads: String(threads)}),
    });
    const duck = new DuckConnection(library, instance, await instance.connect());
    const isNew = !existsSync(file);
    try {
      await duck.#attach(path.resolve(file));
    } catch (thrown) {
      duck.#instance.closeSync();
      if (isNew) removeHalfMade(file);
      throw new SyncError('conflict', 'the local workspace is open already, or its file is no database', {
        hint: 'Let the other process end, or where there is none see to it that the disk has room, then run again.',
        cause: thrown,
      });
    }
    await duck.#prepare();
    return duck;
  }

  async #attach(file: string): Promise<void> {
    if (openFiles.has(file)) throw new TypeError('the file is open in this process');
    await this.run(`ATTACH ${literal(file)} AS "${attached}"`);
    this.#file = file;
    openFiles.add(file);
  }

  async #prepare(): Promise<void> {
    await this.run(`USE "${attached}"`);
    await this.run("SET TimeZone = 'UTC'");
    await this.run("SET default_null_order = 'nulls_first_on_asc_last_on_desc'");
    const {VARCHAR, DOUBLE} = this.#library;
    this.#define('spark_json_field', [VARCHAR, VARCHAR, VARCHAR], ([json, path, kind]) =>
      jsonField(String(json), String(path), String(kind)),
    );
    this.#define('spark_json_path', [VARCHAR, VARCHAR], ([json, path]) => jsonPath(String(json), String(path)));
    this.#define('spark_double_text', [DOUBLE], ([value]) => doubleText(Number(value)));
    this.#define('spark_product', [VARCHAR, VARCHAR], ([one, other]) => productOf(String(one), String(other)));
    this.#define('spark_quotient', [VARCHAR, VARCHAR], ([one, other]) => quotientOf(String(one), String(other)));
    await this.run([...castMacros, ...operatorMacros, ...ownTables].join(';\n'));
    await this.run('CREATE SCHEMA IF NOT EXISTS "default"');
  }

  /** A function of the engine that gives a text; NULL for any argument gives NULL without asking. */
  #define(
    name: string,
    parameterTypes: readonly Library['VARCHAR' | 'DOUBLE'][],
    give: (values: readonly DuckDBValue[]) => string | null,
  ): void {
    this.#connection.registerScalarFunction(
      this.#library.DuckDBScalarFunction.create({
        name,
        parameterTypes,
        returnType: this.#library.VARCHAR,
        mainFunction: (_info, input, output) => {
          for (let row = 0; row < input.rowCount; row++) {
            const values = input.getRowValues(row);
            output.setItem(row, values.includes(null) ? null : give(values));
          }
          output.flush();
        },
      }),
    );
  }

  async #result(sql: string): Promise<DuckDBResult> {
    try {
      return await this.#connection.run(sql);
    } catch (thrown) {
      throw asSqlError(thrown);
    }
  }

  async run(sql: string): Promise<void> {
    await this.#result(sql);
  }

  async change(sql: string): Promise<number> {
    return (await this.#result(sql)).rowsChanged;
  }

  async rows(sql: string): Promise<readonly (readonly Cell[])[]> {
    const rows = await (await this.#result(sql)).getRows();
    return rows.map(row => row.map(value => this.#cell(value)));
  }

  async answer(sql: string): Promise<Answer> {
    const result = await this.#result(sql);
    const columns = result.columnNames().map((name, index) => ({
      name,
      type: answerType(String(result.columnType(index))),
    }));
    const values = await result.getColumns();
    const cells = columns.map((_, index) => (values[index] ?? []).map(value => this.#cell(value)));
    return {columns, cells, rowCount: cells[0]?.length ?? 0};
  }

  #cell(value: DuckDBValue): Cell {
    const {DuckDBDecimalValue, DuckDBDateValue, DuckDBTimestampValue, DuckDBTimestampTZValue, DuckDBBlobValue} =
      this.#library;
    if (value === null || typeof value !== 'object') return value;
    if (value instanceof DuckDBDecimalValue) return value.value;
    if (value instanceof DuckDBDateValue) return value.days;
    if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) return value.micros;
    if (value instanceof DuckDBBlobValue) return value.bytes;
    return String(value);
  }

  /** Stops what runs now; it then fails and is rolled back. */
  interrupt(): void {
    this.#connection.interrupt();
  }

  async close({kept = true}: Closing = {}): Promise<void> {
    if (!kept) await this.run('PRAGMA disable_checkpoint_on_shutdown');
    await this.run('USE memory').catch(() => undefined);
    await this.run(`DETACH "${attached}"`).catch(() => undefined);
    this.#connection.closeSync();
    this.#instance.closeSync();
    openFiles.delete(this.#file);
  }
}

async function load(): Promise<Library> {
  try {
    return await import('@duckdb/node-api');
  } catch (thrown) {
    throw new SyncError('absent', 'DuckDB is not installed, and --local needs it', {
      hint: 'Run npm install @duckdb/node-api beside the program, then run again.',
      cause: thrown,
    });
  }
}
