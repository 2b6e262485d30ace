/**
 * A Databricks workspace on this machine, for trying and testing: it speaks the workspace's protocols on one loopback
 * port (OIDC tokens, the REST calls that the program makes, the Files API, a SQL warehouse over Thrift), runs
 * Databricks SQL on DuckDB, and keeps everything in one folder. It means to be as strict as Databricks: ANSI casts,
 * Delta's refusal of ambiguous merges, COPY INTO's memory of paths; what it does not know it refuses with an error.
 * It does not run everything: no lists or structs in tables, no exact quotient or average of decimals, no time travel,
 * no grants, no tags by SQL, no transactions of several statements. A folder is open once at a time.
 */
import {mkdir, rm} from 'node:fs/promises';
import path from 'node:path';
import type {Clock} from '../base/clock.ts';
import type {Random} from '../base/random.ts';
import {Engine} from './engine.ts';
import type {Parameter} from './sql/parameters.ts';
import type {Cell, Column} from './sql/work.ts';
import type {Closing, EngineOptions, SqlEngine} from './sql-engine.ts';
import {Volumes} from './volumes.ts';
import {textOf} from './wire/arrow-rows.ts';
import {Front} from './wire/front.ts';
import {Governance} from './wire/governance-rest.ts';
import {type Credentials, Tokens} from './wire/tokens.ts';

/** An open workspace: where it answers, and with what credentials. */
export interface LocalWorkspace {
  /** `http://127.0.0.1:PORT`, or https where a certificate was given. */
  readonly host: string;
  readonly httpPath: string;
  readonly warehouseId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly databaseFile: string;
  /** Runs one statement of Databricks SQL past the protocols and gives its rows. */
  query(sql: string, parameters?: readonly Parameter[]): Promise<readonly LocalRow[]>;
  close(closing?: Closing): Promise<void>;
}

/** DECIMAL, dates and times as Spark writes them in text; BIGINT as bigint. */
export type LocalRow = Readonly<Record<string, string | number | bigint | boolean | null>>;

export interface LocalOptions {
  readonly folder: string;
  readonly catalog: string;
  readonly clock: Clock;
  readonly random: Random;
  /** 0, the default, takes a free one. */
  readonly port?: number | undefined;
  readonly tls?: {readonly key: string; readonly cert: string} | undefined;
  readonly tokenLifeSeconds?: number | undefined;
  /** The credentials that are accepted; made up where none are given. */
  readonly accept?: Credentials | undefined;
  /** Opens the engine that runs the statements; DuckDB where none is given. */
  readonly openEngine?: ((options: EngineOptions) => Promise<SqlEngine>) | undefined;
}

const warehouseId = 'localwarehouse00';

/**
 * Opens the workspace in a folder, which is made where it is absent, and serves it until it is closed. Throws `absent`
 * where DuckDB is not installed, `conflict` where another process has the folder open.
 */
export async function openLocalWorkspace(options: LocalOptions): Promise<LocalWorkspace> {
  const {folder, catalog, clock, random, openEngine = Engine.open} = options;
  await mkdir(folder, {recursive: true});
  const volumes = new Volumes(folder, clock);
  const engine = await openEngine({folder, catalog, clock, volumes});
  const uploads = path.join(folder, 'uploads');
  await rm(uploads, {recursive: true, force: true});
  const accepted = options.accept ?? {clientId: random.id(), clientSecret: random.id()};
  const tokens = new Tokens({clock, random, accepted, lifeSeconds: options.tokenLifeSeconds ?? 3600});
  let uploadsBegun = 0;
  const front = new Front({
    engine,
    volumes,
    tokens,
    governance: new Governance({folder, engine, random, clientId: accepted.clientId}),
    clock,
    random,
    catalog,
    uploads,
    newName: () => `${uploadsBegun++}-${random.id()}`,
    warehouseId,
    clientId: accepted.clientId,
    port: options.port ?? 0,
    tls: options.tls,
  });
  try {
    await front.open();
  } catch (thrown) {
    await engine.close();
    throw thrown;
  }
  return {
    ...accepted,
    host: front.host,
    httpPath: `/sql/1.0/warehouses/${warehouseId}`,
    warehouseId,
    databaseFile: engine.databaseFile,
    query: (sql, parameters = []) => query(engine, {sql, parameters}),
    close: async closing => {
      await front.close();
      await engine.close(closing);
    },
  };
}

async function query(
  engine: SqlEngine,
  statement: {sql: string; parameters: readonly Parameter[]},
): Promise<readonly LocalRow[]> {
  const {columns, cells, rowCount} = await engine.execute(statement, engine.newSession());
  return Array.from({length: rowCount}, (_, row) =>
    Object.fromEntries(columns.map((column, index) => [column.name, plain(cells[index]?.[row] ?? null, column)])),
  );
}

function plain(cell: Cell, {type}: Column): string | number | bigint | boolean | null {
  if (cell === null || typeof cell === 'boolean' || typeof cell === 'string') return cell;
  if (/^(?:tinyint|smallint|int|double|float)$/.test(type.spark)) return Number(cell);
  return type.spark === 'bigint' && typeof cell === 'bigint' ? cell : textOf(cell, type);
}
