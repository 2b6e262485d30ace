import {randomBytes} from 'node:crypto';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {SyncError} from '../../src/base/errors.ts';
import type {JsonObject} from '../../src/base/exact-json.ts';
import {kindOfSqlError} from '../../src/databricks/sql-error.ts';
import {Engine} from '../../src/local/engine.ts';
import {asSqlError, SqlError} from '../../src/local/sql/sql-error.ts';
import {runStatement} from '../../src/local/sql/statement.ts';
import type {Answer, Cell, Column} from '../../src/local/sql/work.ts';
import type {SqlEngine} from '../../src/local/sql-engine.ts';
import {Volumes} from '../../src/local/volumes.ts';
import type {Batch} from '../../src/model/batch.ts';
import {gonePlace, type Manifest, type PartFile, type PassKind} from '../../src/model/load.ts';
import {companyId, type LoadId, loadId, runId, slice, tableName} from '../../src/model/names.ts';
import type {
  CommitScope,
  CopyBatch,
  Statement,
  StatementRow,
  Statements,
  StatementValue,
  Warehouse,
} from '../../src/model/ports.ts';
import type {Resource} from '../../src/model/resource.ts';
import {stagingSchema} from '../../src/model/table.ts';
import {PartWriter} from '../../src/parquet/parquet.ts';
import {makeRowShaper, rejectBatch} from '../../src/rows/rows.ts';
import {openWarehouse, type WarehouseOptions} from '../../src/warehouse/warehouse.ts';
import {FakeClock} from '../fake-clock.ts';
import {SparkEngine, sparkSocket} from '../spark/spark-engine.ts';
import {type OfferedTransactions, statementsOf} from './transactions.ts';

export const volumeFolder = '/Volumes/main/visma_staging/landing';
const volume = {schema: 'visma_staging', name: 'landing'};

/** What every workspace offers that is opened from now on: a file that repeats tests of another one says so first. */
export const offered: {transactions: OfferedTransactions | undefined} = {transactions: undefined};

/** Why a test of what happens between two statements of a commit is passed by. */
export const noBetween = (): string | false => offered.transactions !== undefined && 'one transaction has no between';

interface Parts {
  readonly folder: string;
  readonly engine: SqlEngine;
  readonly volumes: Volumes;
  readonly clock: FakeClock;
}

/**
 * An engine without its protocols: what the room sends is run as it stands. It is the local workspace's, or Spark
 * where that has been started for the tests.
 */
export class Workspace implements Statements {
  readonly clock: FakeClock;
  /** Every statement that was run, in order. */
  readonly sent: Statement[] = [];
  /** Told before each statement; what it throws is the statement's error. Statements whose answer is lost run twice. */
  before: (statement: Statement) => 'answer lost' | undefined = () => undefined;
  /** Told before each statement inside of a block; what it throws rolls the block back. */
  beforeInside: (sql: string) => void = () => undefined;
  /** Transactions over several tables, where this workspace offers them. */
  offers: OfferedTransactions | undefined = offered.transactions;
  readonly #folder: string;
  readonly #engine: SqlEngine;
  readonly #volumes: Volumes;

  private constructor({folder, engine, volumes, clock}: Parts) {
    this.clock = clock;
    this.#folder = folder;
    this.#engine = engine;
    this.#volumes = volumes;
  }

  static async open(on: 'local' | 'spark' = sparkSocket === undefined ? 'local' : 'spark'): Promise<Workspace> {
    const folder = await mkdtemp(path.join(tmpdir(), 'warehouse-'));
    const clock = new FakeClock();
    const volumes = new Volumes(folder, clock);
    const options = {folder, catalog: 'main', clock, volumes};
    const engine = await (on === 'local' ? Engine.open(options) : SparkEngine.open(options, {keepsTime: true}));
    await volumes.create(volume);
    return new Workspace({folder, engine, volumes, clock});
  }

  async run(statement: Statement): Promise<readonly StatementRow[]> {
    this.sent.push(statement);
    const lost = this.before(statement) === 'answer lost';
    try {
      if (lost) await this.#execute(statement);
      return await this.#execute(statement);
    } catch (thrown) {
      const error = asSqlError(thrown);
      if (!(error instanceof SqlError)) throw thrown;
      const {errorClass, sqlState} = error;
      throw new SyncError(kindOfSqlError(error), error.message, {facts: {errorClass, sqlState}});
    }
  }

  async #execute(statement: Statement): Promise<readonly StatementRow[]> {
    const seen = this.offers?.before(statement) ?? statement;
    if (!('sql' in seen)) return seen;
    const inside = this.offers && statementsOf(seen.sql);
    return inside ? this.#transact(inside) : this.#executeOne(seen);
  }

  /** The statements of a block in one transaction; the answer is that of the last. */
  async #transact(statements: readonly string[]): Promise<readonly StatementRow[]> {
    this.offers?.checkWritten(statements);
    // Only the engine on this machine has the one transaction that stands in for such a block.
    if (!(this.#engine instanceof Engine)) throw new TypeError('Spark has no transaction over several tables');
    const last = await this.#engine.work(async work => {
      let answer: Awaited<ReturnType<typeof runStatement>> | undefined;
      for (const sql of statements) {
        this.beforeInside(sql);
        answer = await runStatement({sql, parameters: []}, work);
      }
      return answer;
    }, this.#engine.newSession());
    return last ? rowsOf(last) : [];
  }

  async #executeOne({sql, parameters = {}}: Statement): Promise<readonly StatementRow[]> {
    const bound = Object.entries(parameters).map(([name, value]) => ({name, ...typed(value)}));
    return rowsOf(await this.#engine.execute({sql, parameters: bound}, this.#engine.newSession()));
  }

  /** Rows of a query that is no part of the room; not counted. */
  async query(sql: string): Promise<readonly StatementRow[]> {
    return this.#execute({sql, label: 'test'});
  }

  /** The labels of what was sent since the last time. */
  takeLabels(): readonly string[] {
    return this.sent.splice(0).map(({label}) => label);
  }

  async putFile(name: string, bytes: Uint8Array): Promise<void> {
    const file = path.join(this.#volumes.folderOf(volume), name);
    await mkdir(path.dirname(file), {recursive: true});
    await writeFile(file, bytes);
  }

  async close(): Promise<void> {
    await this.#engine.close({kept: false});
    await rm(this.#folder, {recursive: true, force: true});
  }
}

const rowsOf = ({columns, cells, rowCount}: Answer): readonly StatementRow[] =>
  Array.from({length: rowCount}, (_, row) =>
    Object.fromEntries(columns.map((column, index) => [column.name, toValue(column, cells[index]?.[row] ?? null)])),
  );

function typed(value: StatementValue): {type?: string; value?: string} {
  if (value === null) return {};
  if (typeof value === 'boolean') return {type: 'BOOLEAN', value: String(value)};
  if (typeof value === 'bigint') return {type: 'BIGINT', value: String(value)};
  if (typeof value === 'number') return {type: Number.isInteger(value) ? 'INTEGER' : 'DOUBLE', value: String(value)};
  return {type: 'STRING', value};
}

/** As the driver gives it: DECIMAL as text, instants as Date. */
function toValue({type}: Column, cell: Cell): StatementRow[string] {
  if (cell === null || cell instanceof Uint8Array) return null;
  if (type.spark.startsWith('timestamp')) return new Date(Number(BigInt(cell) / 1000n));
  const scale = Number(/^decimal\(\d+,(\d+)\)$/.exec(type.spark)?.[1] ?? -1);
  if (scale < 0) return cell;
  const digits = String(cell)
    .replace('-', '')
    .padStart(scale + 1, '0');
  const sign = String(cell).startsWith('-') ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

export const warehouseOn = (
  workspace: Workspace,
  resources: readonly Resource[],
  over: Partial<WarehouseOptions> = {},
) =>
  openWarehouse({
    statements: workspace,
    catalog: 'main',
    schema: 'visma',
    volumeFolder,
    clock: workspace.clock,
    version: '0.0.1',
    leaseSeconds: 900,
    statementTimeoutSeconds: 600,
    resources,
    ...over,
  });

export interface LoadParts {
  readonly resource: Resource;
  readonly company?: string;
  readonly sequence?: number;
  readonly kind?: PassKind;
  readonly records: readonly JsonObject[];
  readonly id?: string;
  readonly cursor?: Partial<Manifest['cursor']>;
  readonly slice?: string;
  /** Keys whose records are gone as of this load. */
  readonly gone?: readonly string[];
}

/** Lands a load: shapes the records, writes its parts into the volume, gives its manifest. */
export async function land(workspace: Workspace, parts: LoadParts): Promise<Manifest> {
  const {
    resource,
    company = 'se',
    sequence = 1,
    kind = sequence === 1 ? 'first' : resource.reading.kind,
    records,
  } = parts;
  const id: LoadId = loadId(parts.id ?? `l${sequence}-${randomBytes(6).toString('hex')}`);
  const context = {resource, companyId: companyId(company), loadId: id};
  const shaped = makeRowShaper(context)(records, 0);
  const refusals = shaped.refused.length > 0 ? [rejectBatch(shaped.refused, context)] : [];
  const files: PartFile[] = [];
  const tombstones = tombstonesOf(parts.gone ?? [], context);
  for (const [index, batch] of [...shaped.batches, ...refusals, tombstones].entries()) {
    if (batch.rows === 0) continue;
    const writer = new PartWriter(batch.columns);
    writer.add(batch);
    const bytes = writer.finish();
    const name = `${batch.table}-0000${index}.parquet`;
    await workspace.putFile(`${resource.name}/${id}/${name}`, bytes);
    files.push({table: batch.table, name, columns: batch.columns, rows: batch.rows, bytes: bytes.length, sha256: ''});
  }
  const refused = shaped.refused.length;
  return {
    version: 1,
    loadId: id,
    runId: runId('run'),
    companyId: companyId(company),
    tenantId: `tenant-${company}`,
    resource: resource.name,
    slice: slice(parts.slice ?? ''),
    sequence,
    kind,
    startedAt: '2026-03-01T06:00:00.000Z',
    counts: {read: records.length, landed: records.length - refused, refused, repeated: 0},
    absent: Object.fromEntries(shaped.absent),
    files,
    cursor: {tailDigest: '', tailRows: 0, passSeconds: 1, ...parts.cursor},
  };
}

/** Rows of the resource's own table that say that their records are gone. */
function tombstonesOf(
  keys: readonly string[],
  {resource: {table}, companyId: company, loadId: load}: {resource: Resource; companyId: string; loadId: LoadId},
): Batch {
  const columns = stagingSchema(table).fields.map(field => field.name);
  const value = (name: string, key: string): string | null =>
    ({company_id: company, record_id: key, _load_id: load, _place: String(gonePlace)})[name] ?? null;
  return {
    table: table.name,
    columns,
    values: columns.map(name => keys.map(key => value(name, key))),
    rows: keys.length,
  };
}

/** Copies a load's parts into staging, and its refusals into the control tables. */
export async function copy(warehouse: Warehouse, resource: Resource, loads: readonly Manifest[]): Promise<void> {
  const tables = [resource.table, ...resource.children.map(child => child.table)];
  for (const manifest of loads) {
    for (const file of manifest.files) {
      const table = tables.find(each => each.name === file.table);
      const batch = batchOf(manifest, file);
      await (table ? warehouse.copy(batch, table) : warehouse.copyControl(batch));
    }
  }
}

/** Commits loads as a run does: prepare, copy, merge the records, merge the lines. Gives what each MERGE wrote. */
export async function commit(
  warehouse: Warehouse,
  {resource, loads, marking = []}: {resource: Resource; loads: readonly Manifest[]; marking?: readonly string[]},
) {
  const lease = await warehouse.acquire('run');
  if (!lease) throw new TypeError('the lease is not free');
  const scope = {resource, loads, marking: new Set(marking), lease};
  await warehouse.prepare([resource.table, ...resource.children.map(child => child.table)]);
  const release = () => warehouse.release(lease);
  if (offered.transactions) return {...(await commitWhole(warehouse, scope)), scope, release};
  await copy(warehouse, resource, loads);
  const records = await warehouse.mergeRecords(scope);
  const lines = [];
  for (const {table} of resource.children) lines.push(await warehouse.mergeLines(scope, table));
  return {records, lines, scope, release};
}

/** The same in one transaction. No checkpoint moves: these loads are not always a chain. */
async function commitWhole(warehouse: Warehouse, scope: CommitScope) {
  const {resource, loads} = scope;
  const copies = loads.flatMap(manifest => manifest.files.map(file => batchOf(manifest, file)));
  const end = await warehouse.commitWhole({scope, copies, settled: [], runId: runId('run')});
  const countsOf = (name: string) => {
    const counts = end.committed ? end.counts.get(tableName(name)) : undefined;
    return {inserted: counts?.inserted ?? 0, updated: counts?.updated ?? 0};
  };
  if (!end.committed && loads.length > 0) throw new TypeError(`not committed in one transaction: ${end.note}`);
  return {records: countsOf(resource.table.name), lines: resource.children.map(({table}) => countsOf(table.name))};
}

const batchOf = ({resource, loadId: load}: Manifest, {table, name, columns}: PartFile): CopyBatch => ({
  table: tableName(table),
  columns,
  paths: [`${volumeFolder}/${resource}/${load}/${name}`],
});
