import path from 'node:path';
import type {Clock} from '../base/clock.ts';
import {DuckConnection} from './duck-connection.ts';
import {SqlError} from './sql/sql-error.ts';
import {type BoundStatement, runStatement} from './sql/statement.ts';
import type {Answer, Session, VolumeFolder, Work} from './sql/work.ts';

export interface EngineOptions {
  readonly folder: string;
  readonly catalog: string;
  readonly clock: Clock;
  readonly volumes: VolumeFolder;
}

/**
 * Runs Databricks SQL, one statement at a time and each in a transaction of its own: what fails, is cancelled or dies
 * leaves nothing. Statements of several sessions wait for each other.
 */
export class Engine {
  readonly catalog: string;
  readonly databaseFile: string;
  readonly volumes: VolumeFolder;
  readonly #clock: Clock;
  readonly #duck: DuckConnection;
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
    return new Engine(options, file, await DuckConnection.open(file));
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

  async #transact<T>(action: (work: Work) => Promise<T>, session: Session, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) throw cancelled();
    const stop = (): void => this.#duck.interrupt();
    signal?.addEventListener('abort', stop, {once: true});
    const work = {duck: this.#duck, session, catalog: this.catalog, now: this.#clock.now(), volumes: this.volumes};
    await this.#duck.run('BEGIN TRANSACTION');
    try {
      const result = await action(work);
      if (signal?.aborted) throw cancelled();
      await this.#duck.run('COMMIT');
      return result;
    } catch (thrown) {
      await this.#duck.run('ROLLBACK').catch(() => undefined);
      throw signal?.aborted ? cancelled() : thrown;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  async close(): Promise<void> {
    await this.#queue;
    await this.#duck.close();
  }
}

const cancelled = (): SqlError =>
  new SqlError({errorClass: 'OPERATION_CANCELED', sqlState: 'HY008', text: 'Operation has been canceled'});
