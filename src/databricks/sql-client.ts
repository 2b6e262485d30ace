import sql from '@databricks/sql';
import type {
  TExecuteStatementResp,
  TGetResultSetMetadataResp,
  TStatus,
} from '@databricks/sql/thrift/TCLIService_types.js';
import type {Network} from '../base/network.ts';
import {type Credentials, sendAuthorized} from './credentials.ts';
import {within} from './deadline.ts';
import {refusal} from './refusal.ts';
import {ExchangeFailed, errorClassIn, StatementRefused, toSqlState} from './sql-error.ts';

type Driver = Awaited<ReturnType<InstanceType<typeof sql.DBSQLClient>['getDriver']>>;
type ConnectionProvider = Awaited<ReturnType<InstanceType<typeof sql.DBSQLClient>['getConnectionProvider']>>;
export type SqlSession = Awaited<ReturnType<InstanceType<typeof sql.DBSQLClient>['openSession']>>;

export interface SqlClientOptions {
  readonly host: URL;
  /** The path of the warehouse: `/sql/1.0/warehouses/<id>`. */
  readonly path: string;
  readonly credentials: Credentials;
  readonly userAgent: string;
  /** How long one Thrift exchange may take, in milliseconds; statements are polled and take many. */
  readonly exchangeTimeoutMs: number;
  readonly network: Network;
}

const {TStatusCode, TSparkRowSetType, TTypeId} = sql.thrift.TCLIService_types;

/** The driver's own attempts, for what it may repeat: polls, and the closing of operations and sessions. */
const driverRetries = {retryMaxAttempts: 5, retryDelayMin: 250, retryDelayMax: 10_000, retriesTimeout: 120_000};

/** The driver writes JSON lines to stdout where it is given no logger. */
const silent = {log: (): void => undefined};

/**
 * The driver, guarded where its exchanges leave it: each is authorized anew and sent again after a 401, bounded in
 * time (an empty answer would be waited for for ever), and its status read before the driver drops the SQLSTATE.
 * A host of http, which is loopback, is spoken to in http; the driver by itself knows https only.
 */
export class SqlClient extends sql.DBSQLClient {
  readonly #options: SqlClientOptions;
  #guarded: Driver | undefined;
  #provider: ConnectionProvider | undefined;
  #closed = false;

  constructor(options: SqlClientOptions) {
    super({logger: silent});
    this.#options = options;
  }

  async open(configuration: Record<string, string>): Promise<SqlSession> {
    const {host, path, credentials, userAgent, exchangeTimeoutMs} = this.#options;
    await this.connect({
      host: host.hostname,
      port: portOf(host),
      path,
      authType: 'custom',
      provider: {authenticate: async () => ({...(await credentials.headers())})},
      userAgentEntry: userAgent,
      socketTimeout: exchangeTimeoutMs,
      checkServerCertificate: true,
      preserveBigNumericPrecision: true,
      telemetryEnabled: false,
      ...driverRetries,
    });
    return this.openSession({configuration});
  }

  /** Refuses further exchanges and lets the sockets go. */
  async abandon(): Promise<void> {
    this.#closed = true;
    const agent = await (await this.getConnectionProvider()).getAgent();
    agent?.destroy();
  }

  /** The driver's own agent knows no NO_PROXY, and neither variable of a proxy. */
  override async getConnectionProvider(): Promise<ConnectionProvider> {
    if (this.#provider) return this.#provider;
    const {host, exchangeTimeoutMs, network} = this.#options;
    const provider = host.protocol === 'https:' ? await super.getConnectionProvider() : this.#openPlain();
    const options = {keepAlive: true, keepAliveMsecs: 10_000, timeout: exchangeTimeoutMs};
    const agent = network.agentFor(host.protocol, options);
    this.#provider = Object.assign(provider, {getAgent: async () => agent});
    return this.#provider;
  }

  #openPlain(): ConnectionProvider {
    const {host, path, userAgent, exchangeTimeoutMs} = this.#options;
    const headers = {'User-Agent': userAgent};
    const address = {host: host.hostname, port: portOf(host), path, https: false};
    return new sql.connections.HttpConnection({...address, socketTimeout: exchangeTimeoutMs, headers}, this);
  }

  override async getDriver(): Promise<Driver> {
    this.#guarded ??= this.#guard(await super.getDriver());
    return this.#guarded;
  }

  #guard(driver: Driver): Driver {
    return new Proxy(driver, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (request: unknown) =>
          this.#exchange(String(name), async () => method.call(target, request) as Promise<Answer>);
      },
    });
  }

  #exchange(name: string, call: () => Promise<Answer>): Promise<Answer> {
    const {credentials, exchangeTimeoutMs, host, network} = this.#options;
    if (this.#closed) return Promise.reject(new ExchangeFailed('the client is closed'));
    return sendAuthorized(credentials, async () => {
      try {
        // The driver's own attempts and waits for a repeatable call come on top of one exchange's time.
        const timeoutMs = exchangeTimeoutMs + (sentOnce.has(name) ? 0 : driverRetries.retriesTimeout);
        return examined(await within(call, {timeoutMs}));
      } catch (thrown) {
        throw isUnauthorized(thrown)
          ? refusal({status: 401}, {what: 'a Thrift call', host: host.host})
          : (network.proxyFailure(thrown, {what: name, host: host.host}) ?? wrapped(thrown, name));
      }
    });
  }
}

const portOf = (host: URL): number => Number(host.port) || (host.protocol === 'https:' ? 443 : 80);

interface Answer {
  readonly status?: TStatus;
}

/** What the driver sends once; everything else it repeats, and then throws an error without code or status. */
const sentOnce: ReadonlySet<string> = new Set(['openSession', 'executeStatement', 'fetchResults']);

const isUnauthorized = (thrown: unknown): boolean =>
  thrown instanceof Error && 'statusCode' in thrown && thrown.statusCode === 401;

/** The driver's HiveDriverError tells only by its text that its attempts were used up. */
function wrapped(thrown: unknown, name: string): unknown {
  const isPlain =
    thrown instanceof Error && !('code' in thrown) && !('statusCode' in thrown) && thrown.name === 'Error';
  return isPlain && !sentOnce.has(name) ? new ExchangeFailed(`${name} failed`, {cause: thrown}) : thrown;
}

function examined(answer: Answer): Answer {
  const {status} = answer;
  if (status?.statusCode === TStatusCode.ERROR_STATUS || status?.statusCode === TStatusCode.INVALID_HANDLE_STATUS) {
    throw refusedBy(status);
  }
  const {directResults, schema} = answer as Partial<TExecuteStatementResp & TGetResultSetMetadataResp>;
  if (schema) keepDigits(answer as TGetResultSetMetadataResp);
  if (directResults?.resultSetMetadata) keepDigits(directResults.resultSetMetadata);
  return answer;
}

/** A refusal without any code is taken for a lost session: what is wrong with a statement bears one. */
function refusedBy(status: TStatus): StatementRefused {
  const sqlState = toSqlState(status.sqlState);
  const errorClass = errorClassIn(status.displayMessage) ?? errorClassIn(status.errorMessage);
  const handleLost =
    status.statusCode === TStatusCode.INVALID_HANDLE_STATUS ||
    (sqlState === undefined && errorClass === undefined) ||
    errorClass?.startsWith('INVALID_HANDLE') === true;
  return new StatementRefused({sqlState, errorClass, handleLost});
}

/**
 * The driver's precision option covers Arrow only: of a column-based answer it makes floats of DECIMAL and numbers
 * of BIGINT. Called texts, both come through as they were sent.
 */
function keepDigits({resultFormat, schema}: TGetResultSetMetadataResp): void {
  if (resultFormat !== TSparkRowSetType.COLUMN_BASED_SET) return;
  for (const column of schema?.columns ?? []) {
    const entry = column.typeDesc.types[0]?.primitiveEntry;
    if (entry?.type === TTypeId.DECIMAL_TYPE || entry?.type === TTypeId.BIGINT_TYPE) entry.type = TTypeId.STRING_TYPE;
  }
}
