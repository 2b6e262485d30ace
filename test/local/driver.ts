import type {TestContext} from 'node:test';
import type {DBSQLParameterType} from '@databricks/sql';
import {DBSQLClient, DBSQLParameter} from '@databricks/sql';
import type {LocalWorkspace} from '../../src/local/local.ts';
import {atEnd} from './opened.ts';

/** Lets the driver speak plain http, which its public options do not offer. */
class PlainClient extends DBSQLClient {
  constructor() {
    super({logger: {log: () => undefined, setLevel: () => undefined} as never});
    const own = this as unknown as {getConnectionOptions: (options: unknown) => object};
    const secure = own.getConnectionOptions.bind(this);
    own.getConnectionOptions = options => ({...secure(options), https: false});
  }
}

export interface DriverOptions {
  readonly catalog?: string;
  readonly schema?: string;
  /** The workspace will be killed: nothing is closed, for the driver would try that for half a minute. */
  readonly willDie?: boolean;
  /** The certificate to trust, for https. */
  readonly ca?: string;
}

type Session = Awaited<ReturnType<DBSQLClient['openSession']>>;

/** The real driver, connected. Gives its session; both are closed when the test is over. */
export async function openSession(
  test: TestContext,
  workspace: LocalWorkspace,
  {catalog, schema, ca, willDie = false}: DriverOptions = {},
): Promise<Session> {
  const {hostname, port} = new URL(workspace.host);
  const quiet = {log: () => undefined, setLevel: () => undefined} as never;
  const client = ca === undefined ? new PlainClient() : new DBSQLClient({logger: quiet});
  await client.connect({
    host: hostname,
    port: Number(port),
    path: workspace.httpPath,
    authType: 'access-token',
    token: await tokenOf(workspace, ca),
    telemetryEnabled: false,
    preserveBigNumericPrecision: true,
    ...(ca !== undefined && {customCaCert: ca}),
  } as Parameters<DBSQLClient['connect']>[0]);
  const session = await client.openSession({
    ...(catalog !== undefined && {initialCatalog: catalog}),
    ...(schema !== undefined && {initialSchema: schema}),
  });
  atEnd(test, async () => {
    if (willDie) return;
    await session.close().catch(() => undefined);
    await client.close();
  });
  return session;
}

/** A token by the workspace's own credentials. */
export async function tokenOf(workspace: LocalWorkspace, ca?: string): Promise<string> {
  const basic = Buffer.from(`${workspace.clientId}:${workspace.clientSecret}`).toString('base64');
  const {status, body} = await send(workspace, {
    method: 'POST',
    path: '/oidc/v1/token',
    headers: {authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded'},
    body: 'grant_type=client_credentials&scope=all-apis',
    ...(ca !== undefined && {ca}),
  });
  if (status !== 200) throw new Error(`no token: ${status}`);
  return String(JSON.parse(body.toString()).access_token);
}

export interface Sent {
  readonly method: string;
  /** As it goes on the wire: not normalised. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly ca?: string;
}

export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** One request, its path untouched. */
export async function send(workspace: Pick<LocalWorkspace, 'host'>, sent: Sent): Promise<Received> {
  const {protocol, hostname, port} = new URL(workspace.host);
  const library = await (protocol === 'https:' ? import('node:https') : import('node:http'));
  const {method, path, headers, ca} = sent;
  return new Promise((resolve, reject) => {
    const options = {method, path, hostname, port, headers: {...headers}, agent: false as const, ...(ca && {ca})};
    const request = library.request(options, response => {
      const chunks: Buffer[] = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks)}),
      );
    });
    request.on('error', reject);
    request.end(sent.body);
  });
}

/** Runs a statement to its end and gives its rows. */
export async function rowsOf(
  session: Session,
  sql: string,
  options: Parameters<Session['executeStatement']>[1] = {},
): Promise<object[]> {
  const operation = await session.executeStatement(sql, options);
  const rows = await operation.fetchAll();
  await operation.finished();
  await operation.close();
  return rows;
}

export const parameter = (type: DBSQLParameterType, value: string): DBSQLParameter => new DBSQLParameter({type, value});
