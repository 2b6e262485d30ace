import got, {type StreamOptions, TimeoutError} from 'got';
import type {Clock} from '../base/clock.ts';
import {decodeBody, isPlain} from '../base/content-coding.ts';
import {asSyncError, SyncError} from '../base/errors.ts';
import type {Network} from '../base/network.ts';
import {release} from '../base/release.ts';
import type {Events} from '../model/events.ts';
import type {ResourceName} from '../model/names.ts';
import type {Company} from '../model/pass.ts';
import {collect} from './collect.ts';
import {HeavyPage} from './heavy-page.ts';
import {type RateHeaders, rateHeaders} from './rate-headers.ts';

export interface Timeouts {
  /** For each of: looking up the name, connecting, the TLS handshake. */
  readonly connectMs: number;
  /** From the request to the first byte of the answer. Visma itself gives up after four minutes. */
  readonly responseMs: number;
  /** From the first byte to the last. */
  readonly readMs: number;
}

export const defaultTimeouts: Timeouts = {connectMs: 10_000, responseMs: 245_000, readMs: 180_000};

export interface WireRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as a POST, form-urlencoded; without it the request is a GET. */
  readonly form?: Readonly<Record<string, string>>;
  /** Whose call it is, for the record. */
  readonly company: Company;
  readonly resource?: ResourceName;
  readonly signal?: AbortSignal | undefined;
}

/** What came back, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Decoded. Empty if the body of a refusal cannot be read: its status is what counts. */
  readonly body: Buffer;
  readonly rate: RateHeaders;
  /** The server's clock; ours where it names none. */
  readonly servedAt: Date;
}

export interface WireOptions {
  readonly timeouts: Timeouts;
  readonly bodyBytesMax: number;
  readonly clock: Clock;
  readonly events: Events;
  readonly network: Network;
}

const refusalBytesMax = 65_536;
const heavyWaits: ReadonlySet<string> = new Set(['response', 'read', 'request']);
const untrusted =
  /CERT|^HOSTNAME_MISMATCH$|^UNABLE_TO_(?:GET|DECRYPT|DECODE|VERIFY)|^(?:INVALID_(?:CA|PURPOSE)|PATH_LENGTH_EXCEEDED)/;

/** One HTTP request at a time, never repeated here. Emits a `call` for each, also for those that failed. */
export class Wire {
  readonly #options: WireOptions;

  constructor(options: WireOptions) {
    this.#options = options;
  }

  /** @throws SyncError `transient`, `configuration`, `cancelled`, or a HeavyPage; never for a status */
  async send(request: WireRequest): Promise<Answer> {
    const {clock} = this.#options;
    const startedMs = clock.monotonicMs();
    let answer: Answer | undefined;
    try {
      answer = await this.#exchange(request);
      return answer;
    } catch (thrown) {
      throw this.#failure(thrown, request);
    } finally {
      this.#record(request, answer, clock.monotonicMs() - startedMs);
    }
  }

  async #exchange(request: WireRequest): Promise<Answer> {
    const stream = got.stream(request.url, this.#gotOptions(request));
    const response = await new Promise<GotResponse>((resolve, reject) => {
      stream.once('response', resolve);
      stream.once('error', reject);
    });
    const dated = Date.parse(String(response.headers['date']));
    return {
      status: response.statusCode,
      headers: response.headers,
      body: await this.#body(stream, response, request.signal),
      rate: rateHeaders(response.headers),
      servedAt: Number.isNaN(dated) ? this.#options.clock.now() : new Date(dated),
    };
  }

  #gotOptions({headers, form, signal}: WireRequest): StreamOptions {
    const {connectMs, responseMs, readMs} = this.#options.timeouts;
    return {
      method: form ? 'POST' : 'GET',
      agent: this.#options.network.agents,
      headers: {'user-agent': 'visma-databricks', ...headers, 'accept-encoding': 'gzip'},
      decompress: false,
      ...(form ? {form} : {}),
      ...(signal ? {signal} : {}),
      throwHttpErrors: false,
      retry: {limit: 0},
      followRedirect: response => form === undefined && staysAtHome(response),
      maxRedirects: 3,
      // Whatever the environment says of it.
      https: {rejectUnauthorized: true},
      timeout: {
        lookup: connectMs,
        connect: connectMs,
        secureConnect: connectMs,
        response: responseMs,
        read: readMs,
      },
    };
  }

  /** The status comes first: a refusal stays one, whether its body arrives, is cut or cannot be decoded. */
  async #body(stream: AsyncIterable<Buffer>, response: GotResponse, signal: AbortSignal | undefined): Promise<Buffer> {
    if (response.statusCode >= 200 && response.statusCode < 300) {
      const {bodyBytesMax} = this.#options;
      const body = await decoded(stream, response.headers, bodyBytesMax);
      if (body) return body;
      throw new HeavyPage('protocol', `an answer is larger than ${bodyBytesMax} bytes`, {
        facts: {bytesMax: bodyBytesMax},
      });
    }
    try {
      return (await decoded(stream, response.headers, refusalBytesMax)) ?? Buffer.alloc(0);
    } catch (thrown) {
      if (signal?.aborted) throw thrown;
      return Buffer.alloc(0);
    }
  }

  /** Keeps no cause: got's errors hold the request with its token and form. */
  #failure(thrown: unknown, {url, company, signal}: WireRequest): SyncError {
    if (signal?.aborted) return asSyncError(signal.reason);
    if (thrown instanceof SyncError) return thrown;
    const what = `ask for ${url.pathname}`;
    const ofProxy = this.#options.network.proxyFailure(thrown, {what, host: url.host});
    if (ofProxy) return ofProxy;
    const code = codeOf(thrown);
    if (code === undefined) return asSyncError(thrown);
    const facts = {code, company: company.id, host: url.host, path: url.pathname};
    if (thrown instanceof TimeoutError) {
      const message = `no answer in time (${thrown.event}) from ${url.host}${url.pathname}`;
      return heavyWaits.has(thrown.event)
        ? new HeavyPage('transient', message, {facts})
        : new SyncError('transient', message, {facts});
    }
    if (untrusted.test(code)) {
      const hint = 'The certificate is not trusted. For a private CA set NODE_EXTRA_CA_CERTS; check the host.';
      return new SyncError('configuration', `${url.host} is not trusted: ${code}`, {hint, facts});
    }
    if (code === 'ERR_INVALID_CHAR' || code === 'ERR_INVALID_HTTP_TOKEN') {
      return new SyncError('configuration', `a header of company ${company.id} cannot be sent`, {facts});
    }
    return new SyncError('transient', `the connection failed (${code}) to ${url.host}${url.pathname}`, {facts});
  }

  #record({company, resource}: WireRequest, answer: Answer | undefined, ms: number): void {
    const {remaining, limit} = answer?.rate ?? {};
    this.#options.events({
      event: 'call',
      company: company.id,
      ...(resource === undefined ? {} : {resource}),
      status: answer?.status ?? 0,
      ms: Math.round(ms),
      bytes: answer?.body.length ?? 0,
      ...(remaining === undefined ? {} : {remaining}),
      ...(limit === undefined ? {} : {limit}),
    });
  }
}

interface GotResponse {
  readonly statusCode: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** The body, or undefined if it is longer than `bytesMax`; the bound is on what was decoded. */
async function decoded(
  stream: AsyncIterable<Buffer>,
  headers: GotResponse['headers'],
  bytesMax: number,
): Promise<Buffer | undefined> {
  const told = Number(headers['content-length'] ?? Number.NaN);
  const {bytes, whole} = await collect(stream, {told, bytesMax});
  const coding = headers['content-encoding'];
  if (!whole) return undefined;
  const body = await decodeBody(bytes, {coding, bytesMax});
  if (body !== bytes && !isPlain(coding)) release(bytes);
  return body;
}

/** A redirect is followed only on the same origin: the token is for that one alone. */
function staysAtHome({url, headers}: GotResponse): boolean {
  const location = String(headers['location'] ?? '');
  return URL.canParse(location, url) && new URL(location, url).origin === new URL(url).origin;
}

/** Every failure of a connection bears a code. */
function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return /^[A-Z0-9_]{1,60}$/.test(String(thrown.code)) ? String(thrown.code) : 'unknown';
}
