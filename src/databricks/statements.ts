import type {Clock} from '../base/clock.ts';
import {SyncError} from '../base/errors.ts';
import type {Network} from '../base/network.ts';
import type {Random} from '../base/random.ts';
import {retry} from '../base/retry.ts';
import type {Events} from '../model/events.ts';
import type {Statement, StatementRow, Statements, StatementValue} from '../model/ports.ts';
import type {Credentials} from './credentials.ts';
import {within} from './deadline.ts';
import {SqlClient, type SqlSession} from './sql-client.ts';
import {type StatementPlace, toStatementFailure} from './sql-error.ts';
import {toRows} from './sql-rows.ts';

export interface StatementsOptions {
  readonly credentials: Credentials;
  readonly path: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: Events;
  readonly userAgent: string;
  readonly statementTimeoutSeconds: number;
  readonly exchangeTimeoutMs: number;
  readonly network: Network;
  /** Tags that every statement bears in the query history. */
  readonly queryTags: Readonly<Record<string, string>>;
}

interface Connection {
  readonly client: SqlClient;
  readonly session: SqlSession;
  readonly host: string;
}

/** A classic warehouse takes minutes to start, and answers 503 for as long. */
const startMaxMs = 15 * 60_000;
const startPollMs = 5_000;
/** How long leaving may take: cancelling a statement, closing a session. */
const leaveMs = 5_000;

/**
 * Statements over the driver. The session is opened with the first one, and anew, with a new client, after whatever
 * leaves its state in doubt. Each statement is repeated as its error's ruling says: the driver repeats none.
 */
export class WarehouseStatements implements Statements {
  readonly #options: StatementsOptions;
  readonly #closing = new AbortController();
  #connection: Promise<Connection> | undefined;

  constructor(options: StatementsOptions) {
    this.#options = options;
  }

  async run(statement: Statement, signal?: AbortSignal): Promise<readonly StatementRow[]> {
    const {clock, random, events} = this.#options;
    checkParameters(statement);
    const {label, table} = statement;
    const startedMs = clock.monotonicMs();
    const tell = (ok: boolean): void =>
      events({
        event: 'statement',
        statement: label,
        ...(table !== undefined && {table}),
        ms: Math.round(clock.monotonicMs() - startedMs),
        ok,
      });
    try {
      const rows = await retry(() => this.#once(statement, signal), {
        clock,
        random,
        signal,
        onRetry: ({kind}, attempt, delayMs) =>
          events({event: 'retry', what: nameOf(statement), kind, attempt, delayMs}),
      });
      tell(true);
      return rows;
    } catch (thrown) {
      tell(false);
      throw thrown;
    }
  }

  /** Closes the session as far as that is possible in a few seconds; it ends by itself over there anyway. */
  async close(): Promise<void> {
    this.#closing.abort(new SyncError('cancelled', 'the workspace is closed'));
    const connecting = this.#connection;
    // A connection that is still opening against a hung workspace is not waited for.
    const connection = await within(async () => connecting, {timeoutMs: leaveMs}).catch(() => undefined);
    this.#connection = undefined;
    if (!connection) return;
    await within(() => connection.client.close(), {timeoutMs: leaveMs}).catch(() => undefined);
  }

  async #once(statement: Statement, signal: AbortSignal | undefined): Promise<readonly StatementRow[]> {
    const connecting = this.#connect();
    const connection = await unlessAborted(connecting, signal);
    try {
      return await execute(connection, {
        statement,
        tags: tagsOf(statement, this.#options.queryTags),
        signal,
      });
    } catch (thrown) {
      if (signal?.aborted) throw thrown;
      const {error, sessionLost} = toStatementFailure(thrown, placeOf(statement, connection.host));
      if (sessionLost && this.#connection === connecting) this.#connection = undefined;
      throw error;
    }
  }

  #connect(): Promise<Connection> {
    if (this.#connection) return this.#connection;
    const connecting = this.#open();
    this.#connection = connecting;
    connecting.catch(() => {
      if (this.#connection === connecting) this.#connection = undefined;
    });
    return connecting;
  }

  /** Opens a session; a warehouse that is starting is waited for. */
  async #open(): Promise<Connection> {
    const {clock, events} = this.#options;
    const startedMs = clock.monotonicMs();
    for (;;) {
      try {
        return await this.#openOnce();
      } catch (thrown) {
        if (!(thrown instanceof SyncError) || thrown.facts['status'] !== 503) throw thrown;
        if (clock.monotonicMs() - startedMs >= startMaxMs) throw neverStarted(thrown);
        events({event: 'wait', why: 'the warehouse is starting', ms: startPollMs});
        await clock.sleep(startPollMs, this.#closing.signal);
      }
    }
  }

  async #openOnce(): Promise<Connection> {
    const {credentials, path, userAgent, exchangeTimeoutMs, statementTimeoutSeconds, network} = this.#options;
    const host = await credentials.host();
    const client = new SqlClient({host, path, credentials, userAgent, exchangeTimeoutMs, network});
    try {
      const session = await client.open({
        STATEMENT_TIMEOUT: String(statementTimeoutSeconds),
        TIMEZONE: 'UTC',
        ANSI_MODE: 'true',
      });
      return {client, session, host: host.host};
    } catch (thrown) {
      await client.abandon();
      throw toStatementFailure(thrown, {what: 'open a session of the warehouse', host: host.host, facts: {path}}).error;
    }
  }
}

/** Not to be tried again now: it has been waited for long enough. */
const neverStarted = ({facts}: SyncError): SyncError =>
  new SyncError('cancelled', `wait for the SQL warehouse: not started after ${startMaxMs / 60_000} minutes`, {
    hint: 'Look at the SQL warehouse of databricks.warehouse_id: it answers that it is not available.',
    facts,
  });

interface Execution {
  readonly statement: Statement;
  readonly tags: Record<string, string>;
  readonly signal: AbortSignal | undefined;
}

async function execute(connection: Connection, {statement, tags, signal}: Execution): Promise<readonly StatementRow[]> {
  const submitted = connection.session.executeStatement(statement.sql, {
    ...(statement.parameters && {namedParameters: {...statement.parameters}}),
    queryTags: tags,
    // Results are small; without it they come over this connection and nobody needs a way to the cloud's storage.
    useCloudFetch: false,
  });
  try {
    const operation = await unlessAborted(submitted, signal);
    await unlessAborted(operation.finished(), signal);
    // Without a result set fetchAll asks for metadata that there are none of.
    const schema = await unlessAborted(operation.getSchema(), signal);
    const rows = schema === null ? [] : await unlessAborted(operation.fetchAll(), signal);
    await operation.close().catch(() => undefined);
    return toRows(rows, statement.label);
  } catch (thrown) {
    if (signal?.aborted) {
      const cancel = async (): Promise<unknown> => (await submitted).cancel();
      await within(cancel, {timeoutMs: leaveMs}).catch(() => undefined);
    }
    throw thrown;
  }
}

/** Waits for what cannot be aborted, no longer than the signal allows. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  const aborted = Promise.withResolvers<never>();
  const stop = (): void => aborted.reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, {once: true});
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

const nameOf = ({label, table}: Statement): string => (table === undefined ? label : `${label} of ${table}`);

const placeOf = (statement: Statement, host: string): StatementPlace => ({
  what: nameOf(statement),
  host,
  facts: {statement: statement.label, ...(statement.table !== undefined && {table: statement.table})},
});

/** The driver escapes values and not keys: what is no plain word in a key becomes an underscore. */
function tagsOf({label, table, tags}: Statement, base: Readonly<Record<string, string>>): Record<string, string> {
  const all = {...base, ...tags, statement: label, ...(table !== undefined && {table})};
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [key.replace(/[^\w.-]/g, '_'), value]));
}

/**
 * Parameters as the driver can write them. It would find out in the middle of writing a request, and leave what it
 * has written in front of the next one.
 */
function checkParameters({label, parameters = {}}: Statement): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (/^[A-Za-z_]\w*$/.test(name) && isBindable(value)) continue;
    throw new SyncError('defect', `${label}: the parameter ${name} is nothing that can be bound`, {
      facts: {statement: label, parameter: name, type: typeof value},
    });
  }
}

function isBindable(value: StatementValue | undefined): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return value === null || ['string', 'bigint', 'boolean'].includes(typeof value);
}
