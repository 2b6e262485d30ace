import {randomBytes} from 'node:crypto';
import path from 'node:path';
import type {Clock} from '../../src/base/clock.ts';
import {quoteName} from '../../src/base/quoting.ts';
import {SqlError, unsupported} from '../../src/local/sql/sql-error.ts';
import {decimalType, digitsOf, type SqlType, typeNamed} from '../../src/local/sql/sql-type.ts';
import type {BoundStatement} from '../../src/local/sql/statement.ts';
import {type Answer, type Cell, empty, type Session, type VolumeFolder} from '../../src/local/sql/work.ts';
import type {EngineOptions, SqlEngine, VolumeCreation} from '../../src/local/sql-engine.ts';
import {EngineSocket} from './engine-socket.ts';

/** Where the shared engine answers; undefined where the tests run on the local workspace's own. */
export const sparkSocket = process.env['SPARK_ENGINE'];

/**
 * Apache Spark with Delta Lake behind the local workspace's protocols: a catalog of its own in the engine that all
 * tests share. Statements run side by side, unlike DuckDB's. With a clock that is not the machine's, the engine is told
 * the time with each statement.
 */
export class SparkEngine implements SqlEngine {
  readonly catalog: string;
  readonly volumes: VolumeFolder;
  readonly databaseFile: string;
  readonly #clock: Clock | undefined;
  readonly #socket: EngineSocket;
  readonly #key: string;
  #creating: Promise<unknown> = Promise.resolve();

  private constructor(
    {catalog, volumes, folder}: EngineOptions,
    parts: {clock: Clock | undefined; socket: EngineSocket},
  ) {
    this.catalog = catalog;
    this.volumes = volumes;
    this.databaseFile = folder;
    this.#clock = parts.clock;
    this.#socket = parts.socket;
    this.#key = `ws${randomBytes(4).toString('hex')}`;
  }

  /** `keepsTime` says that the clock stands or runs as the test wants, and not as the machine's does. */
  static async open(options: EngineOptions, {keepsTime = false} = {}): Promise<SparkEngine> {
    if (sparkSocket === undefined) throw new TypeError('SPARK_ENGINE names no socket: npm run test:spark starts one');
    const socket = await EngineSocket.connect(sparkSocket);
    const engine = new SparkEngine(options, {clock: keepsTime ? options.clock : undefined, socket});
    const root = path.dirname(path.dirname(options.volumes.folderOf({schema: 'any', name: 'any'})));
    await socket.ask({open: {key: engine.#key, catalog: options.catalog, volumes: root}});
    return engine;
  }

  newSession({catalog, schema}: {catalog?: string | undefined; schema?: string | undefined} = {}): Session {
    return {catalog: catalog ?? this.catalog, schema: (schema ?? 'default').toLowerCase()};
  }

  async execute({sql, parameters}: BoundStatement, _session: Session, signal?: AbortSignal): Promise<Answer> {
    const now = this.#clock?.now().toISOString().replace('T', ' ');
    const answer = await this.#socket.ask({workspace: this.#key, sql, parameters, now}, signal);
    const {columns = [], cells = []} = answer;
    if (columns.length === 0) return empty;
    const types = columns.map(({type}) => typeOf(type));
    return {
      columns: columns.map(({name}, index) => ({name, type: types[index] ?? typeOf('void')})),
      cells: cells.map((texts, index) => texts.map(text => cellOf(text, types[index] ?? typeOf('void')))),
      rowCount: cells[0]?.length ?? 0,
    };
  }

  /** Runs a statement past every translation. Throws SqlError. */
  async asItIs(sql: string): Promise<void> {
    await this.#socket.ask({workspace: this.#key, sql, asItIs: true});
  }

  /** Creates a schema and gives the engine's own name for it. */
  async newDatabase(name: string): Promise<string> {
    await this.execute({sql: `CREATE SCHEMA ${quoteName(this.catalog, name)}`, parameters: []}, this.newSession());
    return `${this.#key}__${this.catalog}__${name}`;
  }

  async hasSchema(name: string): Promise<boolean> {
    return (await this.#socket.ask({workspace: this.#key, schema: name})).there ?? false;
  }

  createVolume(volume: {readonly schema: string; readonly name: string}): Promise<VolumeCreation> {
    const turn = this.#creating.then(async (): Promise<VolumeCreation> => {
      if (!(await this.hasSchema(volume.schema))) return 'no such schema';
      if (await this.volumes.exists(volume)) return 'there already';
      await this.volumes.create(volume);
      return 'created';
    });
    this.#creating = turn.catch(() => undefined);
    return turn;
  }

  async close(): Promise<void> {
    await this.#socket.ask({close: this.#key});
    this.#socket.close();
  }
}

function typeOf(spark: string): SqlType {
  if (spark === 'void') return {spark, engine: 'INTEGER'};
  const digits = digitsOf({spark, engine: ''});
  const type = digits ? decimalType(digits.precision, digits.scale) : typeNamed(spark);
  if (!type) throw unsupported(`An answer of the type ${spark} can't be sent`);
  return type;
}

/** A cell from the text that Spark's CAST AS STRING makes of it. */
function cellOf(text: string | null, type: SqlType): Cell {
  if (text === null) return null;
  if (digitsOf(type)) return BigInt(text.replace('.', ''));
  switch (type.spark) {
    case 'boolean':
      return /^true$/i.test(text);
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'float':
    case 'double':
      return Number(text);
    case 'bigint':
      return BigInt(text);
    case 'date':
      return Number(microsOf(`${text} 00:00:00`) / 86_400_000_000n);
    case 'timestamp':
    case 'timestamp_ntz':
      return microsOf(text);
    case 'binary':
      return Buffer.from(text, 'hex');
    default:
      return text;
  }
}

/** `2026-03-01 06:00:00.74` in microseconds since 1970, all of them. */
function microsOf(text: string): bigint {
  const match = /^(\d{4})-(\d\d)-(\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?$/.exec(text);
  if (!match) throw new SqlError({errorClass: 'INTERNAL_ERROR', sqlState: 'XX000', text: 'an instant of another form'});
  const [, year, month, day, time, fraction = ''] = match;
  return BigInt(Date.parse(`${year}-${month}-${day}T${time}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0'));
}
