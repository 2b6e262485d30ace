import {homedir} from 'node:os';
import {join} from 'node:path';
import sdk from '@databricks/sdk-experimental';
import type {Clock} from '../base/clock.ts';
import {SyncError} from '../base/errors.ts';
import {isJsonObject, parseExactJson} from '../base/exact-json.ts';
import type {Network} from '../base/network.ts';
import {Secret} from '../base/secret.ts';
import {checkEnds, severalSets} from './credential-sets.ts';
import {within} from './deadline.ts';
import {exchange, type Reply} from './exchange.ts';
import {isSafeForCredentials, toWorkspaceUrl} from './host.ts';
import {codeOf, connectionFailure, errorCodeIn, refusal, retryAfterMs} from './refusal.ts';

type Config = InstanceType<typeof sdk.Config>;
type SdkResponse = Awaited<ReturnType<typeof sdk.fetch>>;

/** Where the workspace is and who asks. What is absent comes from the environment or a profile, as the SDK finds it. */
export interface AuthOptions {
  readonly host?: string | undefined;
  readonly clientId?: string | Secret | undefined;
  readonly clientSecret?: string | Secret | undefined;
  /** The environment that unified auth reads; nothing else is read. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly requestTimeoutMs: number;
  readonly clock: Clock;
  readonly network: Network;
}

/** The headers that make a request authorized, each of them: Azure's service principals need more than one. */
export type AuthHeaders = Readonly<Record<string, string>>;

export interface Authorized {
  readonly host: URL;
  readonly headers: AuthHeaders;
  /** How long the token lives, in milliseconds, where that is known. */
  readonly lifeMs: number | undefined;
}

/** What was seen of the SDK's own requests, which tells more than the errors that it makes of them. */
interface Seen {
  failure?: SyncError;
  lifeMs?: number | undefined;
}

/**
 * Asks the SDK's unified auth for a new token. Each call makes a Config of its own: a Config keeps its token until
 * 40 seconds before its end and knows no way to drop one that was refused.
 * Throws `credentials` (refused, or none found), `absent` (no such workspace), `configuration`, `transient`.
 */
export async function authorize(options: AuthOptions): Promise<Authorized> {
  const seen: Seen = {};
  const config = openConfig(options, seen);
  const headers = new Headers();
  try {
    await within(() => config.authenticate(headers), {timeoutMs: 2 * options.requestTimeoutMs});
    const host = toWorkspaceUrl((await config.getHost()).origin);
    if (config.experimentalIsUnifiedHost && config.workspaceId) headers.set('x-databricks-org-id', config.workspaceId);
    const plain = Object.fromEntries(headers.entries());
    return {host, headers: plain, lifeMs: seen.lifeMs ?? lifeOf(plain, options.clock)};
  } catch (thrown) {
    throw seen.failure ?? failureOf(thrown, {config, environment: options.environment});
  }
}

function openConfig({host, clientId, clientSecret, environment, ...bounds}: AuthOptions, seen: Seen): Config {
  const id = revealed(clientId);
  const secret = revealed(clientSecret);
  if (id === undefined || secret === undefined) checkEnds(environment);
  const configFile = configFileIn(environment);
  const config = new sdk.Config({
    env: {...environment},
    loaders: [
      new sdk.EnvironmentLoader(),
      ...(configFile === undefined ? [] : [new sdk.KnownConfigLoader()]),
      {name: 'metadata-service-first', configure: preferMetadataService},
    ],
    ...(configFile !== undefined && {configFile}),
    ...(host !== undefined && {host: toWorkspaceUrl(host).origin}),
    // What the configuration names wins over a token that happens to be in the environment; the SDK would refuse both.
    ...(id !== undefined && secret !== undefined && {clientId: id, clientSecret: secret, authType: 'oauth-m2m'}),
    // Left undefined, the SDK verifies no certificate.
    skipVerify: false,
  });
  return withOwnTransport(config, {...bounds, seen});
}

const revealed = (value: string | Secret | undefined): string | undefined =>
  value instanceof Secret ? value.reveal() : value;

/** The profile file, found from the environment handed in; the SDK would look into the process's own. */
function configFileIn(environment: AuthOptions['environment']): string | undefined {
  const home = environment['HOME'] ?? environment['USERPROFILE'];
  const named = environment['DATABRICKS_CONFIG_FILE'];
  if (named !== undefined) return named.replace(/^~(?=[\\/]|$)/, home ?? homedir());
  return home === undefined ? undefined : join(home, '.databrickscfg');
}

/**
 * A metadata service that was named is used: in the SDK's chain the Databricks CLI comes before it, and a CLI that is
 * installed but not logged in ends the chain.
 */
async function preferMetadataService(config: Config): Promise<void> {
  if (config.authType !== undefined || config.metadataServiceUrl === undefined) return;
  const named = config.token ?? config.username ?? config.clientSecret ?? config.azureClientSecret;
  if (named === undefined) config.authType = 'metadata-service';
}

/**
 * Puts our own transport under discovery and token requests. The SDK's follows redirects with the secret and then
 * hangs, has no timeout, lets an environment variable switch verification off, and drops the status of a refusal.
 */
function withOwnTransport(config: Config, bounds: Omit<Transport, 'what'>): Config {
  const discover = config.getOidcEndpoints.bind(config);
  config.fetch = url => send(url, {}, {...bounds, what: 'find how the workspace grants tokens'});
  config.getOidcEndpoints = async () => {
    const endpoints = await discover();
    if (!endpoints) return endpoints;
    const open = endpoints.getClient.bind(endpoints);
    const transport: Transport = {...bounds, what: 'ask for a workspace token'};
    endpoints.getClient = options =>
      Object.assign(open(options), {fetch: (url: string, init: TokenRequest) => send(url, init, transport)});
    return endpoints;
  };
  return config;
}

interface TokenRequest {
  readonly method?: 'POST';
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

interface Transport {
  readonly what: string;
  readonly requestTimeoutMs: number;
  readonly clock: Clock;
  readonly network: Network;
  readonly seen: Seen;
}

async function send(address: string, init: TokenRequest, transport: Transport): Promise<SdkResponse> {
  const url = new URL(address);
  const attempted = {what: transport.what, host: url.host};
  try {
    if (!isSafeForCredentials(url)) {
      throw new SyncError('configuration', `${attempted.what}: ${url.host} is not spoken to without TLS`, {
        facts: {host: url.host},
      });
    }
    const {method = 'GET', headers = {}, body} = init;
    const timeout = {request: transport.requestTimeoutMs};
    const sending = {method, headers, timeout, ...(body !== undefined && {body})};
    const reply = await exchange(url, sending, {what: transport.what, network: transport.network});
    const text = Buffer.from(reply.body).toString('utf8');
    const isToken = method === 'POST';
    note({...reply, text, isToken}, {...attempted, ...transport});
    return asSdkResponse(reply, {url, text});
  } catch (thrown) {
    transport.seen.failure = unreachable(thrown, attempted);
    throw transport.seen.failure;
  }
}

/** Discovery is the first contact: a name that does not resolve is more likely wrong than down. */
function unreachable(thrown: unknown, {what, host}: {what: string; host: string}): SyncError {
  if (codeOf(thrown) !== 'ENOTFOUND') return connectionFailure(thrown, {what, host});
  return new SyncError('absent', `${what}: there is no host ${host}`, {
    hint: 'Check databricks.host (or DATABRICKS_HOST): its name does not resolve.',
    facts: {host, code: 'ENOTFOUND'},
  });
}

interface Noted extends Reply {
  readonly text: string;
  readonly isToken: boolean;
}

/** Keeps the token's life, or what a refusal means: the SDK turns both into texts. */
function note(answer: Noted, transport: Transport & {readonly host: string}): void {
  const {seen, what, host, clock} = transport;
  const {status, text: body, isToken} = answer;
  if (status === 200) {
    seen.lifeMs = isToken ? lifeIn(body) : seen.lifeMs;
    const promised = isToken ? 'access_token' : 'token_endpoint';
    if (propertyOf(body, promised) === undefined) seen.failure = notAWorkspace({what, host, promised});
    return;
  }
  if (isToken && (status === 400 || status === 401 || status === 403)) {
    seen.failure = new SyncError('credentials', `${what}: refused with status ${status} by ${host}`, {
      hint: 'Check databricks.client_id and databricks.client_secret: the secret may be wrong, expired or deleted.',
      facts: {host, status},
    });
    return;
  }
  const wait = retryAfterMs(answer.headers, clock);
  seen.failure = refusal(
    {status: status === 401 ? 403 : status, errorCode: errorCodeIn(body), retryAfterMs: wait},
    {what, host, hint: hostHint(host)},
  );
}

const hostHint = (host: string): string =>
  `Check databricks.host (or DATABRICKS_HOST): ${host} does not answer as a Databricks workspace does.`;

const notAWorkspace = ({what, host, promised}: {what: string; host: string; promised: string}): SyncError =>
  new SyncError('absent', `${what}: the answer of ${host} has no ${promised}`, {
    hint: hostHint(host),
    facts: {host, status: 200},
  });

function lifeIn(body: string): number | undefined {
  const seconds = Number(propertyOf(body, 'expires_in') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

function propertyOf(body: string, name: string): string | number | undefined {
  try {
    const parsed = parseExactJson(body);
    const value = isJsonObject(parsed) ? parsed[name] : undefined;
    return typeof value === 'string' || typeof value === 'number' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The SDK's Response has a private field; what it reads of one are the properties here. */
function asSdkResponse(reply: Reply, {url, text}: {readonly url: URL; readonly text: string}): SdkResponse {
  const headers = new Headers();
  const contentType = reply.headers['content-type'];
  if (contentType !== undefined) headers.set('content-type', contentType);
  const read: Omit<SdkResponse, 'body'> = {
    headers,
    ok: reply.status < 300,
    status: reply.status,
    statusText: '',
    url: url.href,
    text: async () => text,
    json: async () => JSON.parse(text),
  };
  return read as SdkResponse;
}

/** The life of a token that is a JWT, from its `exp`; undefined for any other. */
function lifeOf(headers: AuthHeaders, clock: Clock): number | undefined {
  const payload = /^Bearer [^.]+\.([^.]+)\./.exec(headers['authorization'] ?? '')?.[1];
  if (payload === undefined) return undefined;
  const expiresAt = propertyOf(Buffer.from(payload, 'base64url').toString('utf8'), 'exp');
  return typeof expiresAt === 'number' ? expiresAt * 1000 - clock.now().getTime() : undefined;
}

/** What the SDK threw where none of its requests explains it. Its messages may quote settings and stay out. */
function failureOf(
  thrown: unknown,
  {config, environment}: {config: Config; environment: AuthOptions['environment']},
): SyncError {
  if (thrown instanceof SyncError) return thrown;
  const host = config.host ?? 'no host';
  if (!(thrown instanceof sdk.ConfigError)) {
    return connectionFailure(thrown, {what: 'ask for a workspace token', host});
  }
  const several = severalSets(thrown.message, {environment, host});
  if (several) return several;
  const hint =
    config.host === undefined
      ? 'Set databricks.host, or DATABRICKS_HOST, or DATABRICKS_CONFIG_PROFILE.'
      : 'Set databricks.client_id and databricks.client_secret, or the environment or profile of one way to log in.';
  return new SyncError('credentials', `there are no usable credentials for the workspace: ${host}`, {
    hint,
    facts: {host: config.host, authType: config.authType},
  });
}
