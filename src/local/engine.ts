import path from 'node:path';
import {type Clock, systemClock} from '../base/clock.ts';
import {DuckConnection} from './duck-connection.ts';
import {forgetAll, newlyKnown} from './sql/notes.ts';
import {SqlError} from './sql/sql-error.ts';
import {type BoundStatement, runStatement} from './sql/statement.ts';
import {hasSchema} from './sql/table-columns.ts';
import type {Answer, Duck, KnownTables, Session, VolumeFolder, Work} from './sql/work.ts';
import type {Closing, EngineOptions, SqlEngine, VolumeCreation} from './sql-engine.ts';

/**
 * Runs Databricks SQL, one statement at a time and each in a transaction of its own: what fails, is cancelled or dies
 * leaves nothing. Statements of several sessions wait for each other.
 */
export class Engine implements SqlEngine {
  readonly catalog: string;
  readonly databaseFile: string;
  readonly volumes: VolumeFolder;
  readonly #clock: Clock;
  readonly #duck: DuckConnection;
  readonly #known: KnownTables = newlyKnown();
  #queue: Promise<unknown> = Promise.resolve();

  private constructor({catalog, clock, volumes}: EngineOptions, databaseFile: string, duck: DuckConnection) {
    this.catalog = catalog;
    this.databaseFile = databaseFile;
    this.volumes = volumes;
    this.#clock = clock;
    this.#duck = duck;
  }

  static async open(options: EngineOptions): Promise<Engine> {
    const file = path.join(options.folder, `${encodeURIComponent(options.catalog.toLowerCase())}.duckdb`);
    return new Engine(options, file, await DuckConnection.open(file, options.threads));
  }

  newSession({catalog, schema}: {catalog?: string | undefined; schema?: string | undefined} = {}): Session {
    return {catalog: catalog ?? this.catalog, schema: (schema ?? 'default').toLowerCase()};
  }

  /** Runs one statement of a session. Throws SqlError; once the signal is aborted it fails with OPERATION_CANCELED. */
  execute(statement: BoundStatement, session: Session, signal?: AbortSignal): Promise<Answer> {
    return this.work(work => runStatement(statement, work), session, signal);
  }

  /** Runs what is done in one transaction, after everything that was asked before. */
  work<T>(action: (work: Work) => Promise<T>, session: Session, signal?: AbortSignal): Promise<T> {
    const turn = this.#queue.then(() => this.#transact(action, session, signal));
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  hasSchema(name: string): Promise<boolean> {
    return this.work(work => hasSchema(work, name), this.newSession());
  }

  createVolume(volume: {readonly schema: string; readonly name: string}): Promise<VolumeCreation> {
    return this.work(async work => {
      if (!(await hasSchema(work, volume.schema))) return 'no such schema';
      if (await this.volumes.exists(volume)) return 'there already';
      await this.volumes.create(volume);
      return 'created';
    }, this.newSession());
  }

  async #transact<T>(action: (work: Work) => Promise<T>, session: Session, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) throw cancelled();
    const duck = stoppable(this.#duck, signal);
    this.#known.redefined = false;
    await this.#duck.run('BEGIN TRANSACTION');
    const interrupting = signal && new Interrupting(this.#duck, signal);
    try {
      const {catalog, volumes} = this;
      const result = await action({duck, session, catalog, volumes, now: this.#clock.now(), known: this.#known});
      if (signal?.aborted) throw cancelled();
      interrupting?.end();
      await this.#duck.run('COMMIT');
      return result;
    } catch (thrown) {
      interrupting?.end();
      if (this.#known.redefined) forgetAll(this.#known);
      await this.#duck.run('ROLLBACK').catch(() => undefined);
      throw signal?.aborted ? cancelled() : thrown;
    }
  }

  async close(closing: Closing = {}): Promise<void> {
    await this.#queue;
    await this.#duck.close(closing);
  }
}

const cancelled = (): SqlError =>
  new SqlError({errorClass: 'OPERATION_CANCELED', sqlState: 'HY008', text: 'Operation has been canceled'});

/** The engine until the signal is aborted: a statement has several steps, and none of them begins after that. */
function stoppable(duck: Duck, signal: AbortSignal | undefined): Duck {
  const going = (): void => {
    if (signal?.aborted) throw cancelled();
  };
  return {
    run: async sql => {
      going();
      await duck.run(sql);
    },
    change: async sql => {
      going();
      return duck.change(sql);
    },
    answer: async sql => {
      going();
      return duck.answer(sql);
    },
    rows: async sql => {
      going();
      return duck.rows(sql);
    },
  };
}

const interruptEveryMs = 20;

/**
 * Interrupts the engine once the signal is aborted, and again until the step has ended: the engine forgets an
 * interrupt that comes before it has begun.
 */
class Interrupting {
  readonly #duck: DuckConnection;
  readonly #signal: AbortSignal;
  readonly #begin = (): void => void this.#repeat();
  #ended = false;

  constructor(duck: DuckConnection, signal: AbortSignal) {
    this.#duck = duck;
    this.#signal = signal;
    signal.addEventListener('abort', this.#begin, {once: true});
  }

  async #repeat(): Promise<void> {
    while (!this.#ended) {
      this.#duck.interrupt();
      await systemClock.sleep(interruptEveryMs);
    }
  }

  end(): void {
    this.#ended = true;
    this.#signal.removeEventListener('abort', this.#begin);
  }
}
