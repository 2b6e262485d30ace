import sdk from '@databricks/sdk-experimental';
import type {Clock} from '../base/clock.ts';
import {SyncError} from '../base/errors.ts';
import type {Network} from '../base/network.ts';
import type {Random} from '../base/random.ts';
import {retry} from '../base/retry.ts';
import type {Events} from '../model/events.ts';
import {type Credentials, sendAuthorized} from './credentials.ts';
import {within} from './deadline.ts';
import {type Attempted, connectionFailure, errorCodeIn, refusal, toErrorCode} from './refusal.ts';
import type {AuthHeaders} from './unified-auth.ts';

type WorkspaceClient = InstanceType<typeof sdk.WorkspaceClient>;
type Context = InstanceType<typeof sdk.Context>;

export interface ControlPlaneOptions {
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: Events;
  readonly product: string;
  readonly requestTimeoutMs: number;
  readonly network: Network;
}

/**
 * Calls of the SDK's WorkspaceClient, with what they lack: a bound in time, attempts after 5xx and resets, a new
 * token after a 401. For reads and for POST; the SDK sends PATCH without its body, and files empty.
 */
export class ControlPlane {
  readonly #options: ControlPlaneOptions;

  constructor(options: ControlPlaneOptions) {
    this.#options = options;
  }

  /** Throws SyncError; `hint` is the remedy where the call is refused. */
  call<T>(
    {what, hint}: {readonly what: string; readonly hint?: string},
    send: (client: WorkspaceClient, context: Context) => Promise<T>,
  ): Promise<T> {
    const {credentials, clock, random, events, requestTimeoutMs, network} = this.#options;
    const once = async (headers: AuthHeaders): Promise<T> => {
      const host = await credentials.host();
      const client = this.#client(host, headers);
      try {
        return await within(signal => send(client, contextOf(signal)), {timeoutMs: requestTimeoutMs});
      } catch (thrown) {
        throw (
          network.proxyFailure(thrown, {what, host: host.host}) ?? toSyncError(thrown, {what, host: host.host, hint})
        );
      }
    };
    return retry(() => sendAuthorized(credentials, once), {
      clock,
      random,
      onRetry: ({kind}, attempt, delayMs) => events({event: 'retry', what, kind, attempt, delayMs}),
    });
  }

  #client(host: URL, headers: AuthHeaders): WorkspaceClient {
    const {product, network} = this.#options;
    const config = {
      host: host.origin,
      // Nothing is looked up a second time: the one source of tokens is asked before.
      loaders: [],
      env: {},
      credentials: {
        name: 'default' as const,
        configure: async () => async (target: Headers) => {
          for (const [name, value] of Object.entries(headers)) target.set(name, value);
        },
      },
      // Left undefined, the SDK verifies no certificate.
      skipVerify: false,
      // Its own attempts, which ignore Retry-After, end at once; those of base/retry.ts remain.
      retryTimeoutSeconds: 0.001,
    };
    return new sdk.WorkspaceClient(config, {
      product,
      agent: host.protocol === 'https:' ? network.agents.https : network.agents.http,
    });
  }
}

/** The SDK's own way to be told of an abort, without which a call has no end. */
function contextOf(signal: AbortSignal): Context {
  return new sdk.Context({
    cancellationToken: {
      get isCancellationRequested() {
        return signal.aborted;
      },
      onCancellationRequested: stop => signal.addEventListener('abort', () => stop(), {once: true}),
    },
  });
}

function toSyncError(thrown: unknown, attempted: Attempted): SyncError {
  if (thrown instanceof sdk.ApiError) {
    const {statusCode, errorCode, response} = thrown;
    const code = typeof response === 'string' ? errorCodeIn(response) : toErrorCode(errorCode);
    return refusal({status: statusCode, errorCode: code}, attempted);
  }
  if (thrown instanceof SyntaxError) {
    return new SyncError('protocol', `${attempted.what}: the answer of ${attempted.host} is no JSON`);
  }
  return connectionFailure(thrown, attempted);
}
