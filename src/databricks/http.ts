import type {Method} from 'got';
import type {Clock} from '../base/clock.ts';
import type {Network} from '../base/network.ts';
import type {Random} from '../base/random.ts';
import {retry} from '../base/retry.ts';
import type {Events} from '../model/events.ts';
import {type Credentials, sendAuthorized} from './credentials.ts';
import {answerBytesMax, exchange, type Reply} from './exchange.ts';
import {connectionFailure, errorCodeIn, refusal, retryAfterMs} from './refusal.ts';
import type {AuthHeaders} from './unified-auth.ts';

export interface HttpOptions {
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: Events;
  readonly userAgent: string;
  readonly network: Network;
  /** How long a request without a body to speak of may take, in milliseconds. */
  readonly requestTimeoutMs: number;
}

export interface Call {
  /** What it does, for log and errors: `put /Volumes/…`. */
  readonly what: string;
  readonly method: Method;
  /** The path on the workspace, its segments escaped. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** Refusals that are answers to the caller, and are given back instead of thrown. */
  readonly accept?: readonly number[];
  /** The largest answer that is taken, unzipped; what is not a file is small. */
  readonly answerBytesMax?: number;
  readonly hint?: string;
}

/** The slowest transfer that is waited for: 256 KiB a second. */
const bytesPerMsMin = 262.144;
const pieceBytes = 1 << 20;

/**
 * Requests to the workspace: authorized, bounded in time, repeated where the ruling says so. No redirect is
 * followed: the token belongs to one host. Certificates are verified, `NODE_EXTRA_CA_CERTS` included, whatever
 * NODE_TLS_REJECT_UNAUTHORIZED says.
 */
export class Http {
  readonly #options: HttpOptions;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /** Gives an answer of the 200s, or one that the call accepts; throws SyncError for everything else. */
  send(call: Call, signal?: AbortSignal): Promise<Reply> {
    const {credentials, clock, random, events} = this.#options;
    return retry(() => sendAuthorized(credentials, headers => this.#once(call, {headers, signal})), {
      clock,
      random,
      signal,
      onRetry: ({kind}, attempt, delayMs) => events({event: 'retry', what: call.what, kind, attempt, delayMs}),
    });
  }

  async #once(call: Call, sending: {headers: AuthHeaders; signal: AbortSignal | undefined}): Promise<Reply> {
    const origin = await this.#options.credentials.host();
    const url = new URL(origin);
    url.pathname = call.path;
    url.search = new URLSearchParams(call.query).toString();
    const {status, headers, body} = await this.#exchange(url, {...sending, call});
    if ((status >= 200 && status < 300) || call.accept?.includes(status)) return {status, headers, body};
    throw refusal(
      {
        status,
        errorCode: errorCodeIn(Buffer.from(body).toString('utf8')),
        retryAfterMs: retryAfterMs(headers, this.#options.clock),
      },
      {what: call.what, host: url.host, hint: call.hint},
    );
  }

  async #exchange(
    url: URL,
    {call, headers, signal}: {call: Call; headers: AuthHeaders; signal: AbortSignal | undefined},
  ): Promise<Reply> {
    const {requestTimeoutMs, userAgent, network} = this.#options;
    const bytesMax = call.answerBytesMax ?? answerBytesMax;
    const timeoutMs = requestTimeoutMs + Math.ceil((call.body?.length ?? 0) / bytesPerMsMin);
    try {
      return await exchange(
        url,
        {
          method: call.method,
          headers: {...call.headers, ...headers, ...lengthOf(call.body), 'user-agent': userAgent},
          ...(call.body !== undefined && {body: isLarge(call.body) ? piecesOf(call.body) : call.body}),
          ...(signal && {signal}),
          // An answer may take its time as long as it moves, but no longer than the largest that is taken.
          timeout: {response: timeoutMs, socket: timeoutMs, request: timeoutMs + Math.ceil(bytesMax / bytesPerMsMin)},
        },
        {what: call.what, network, bytesMax},
      );
    } catch (thrown) {
      throw connectionFailure(thrown, {what: call.what, host: url.host});
    }
  }
}

type Body = Call['body'];

const isLarge = (body: Body): body is Uint8Array => typeof body === 'object' && body.length > pieceBytes;

const lengthOf = (body: Body): Record<string, string> => (isLarge(body) ? {'content-length': String(body.length)} : {});

/** The library would hand on a copy of all of it at once. */
async function* piecesOf(body: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < body.length; from += pieceBytes) yield body.subarray(from, from + pieceBytes);
}
