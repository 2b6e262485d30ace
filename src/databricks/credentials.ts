import {asSyncError, SyncError} from '../base/errors.ts';
import {type AuthHeaders, type AuthOptions, authorize} from './unified-auth.ts';

interface Held {
  readonly host: URL;
  readonly headers: AuthHeaders;
  /** From when on a newer one is asked for, and until when it is good; by the monotonic clock. */
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

/** Renewed when a fifth of the life is left, or five minutes: Azure refuses tokens of less than half a minute. */
const earlyShare = 0.2;
const earlyMaxMs = 300_000;
/** How long a failed renewal is left alone while the token is still good. */
const renewAgainMs = 10_000;
/** A token that does not say when it ends is asked for again after this long; the SDK may give the same one. */
const unknownLifeMs = 60_000;

/**
 * The one source of authorization for every connection of the workspace. Many may ask at once and one request is
 * made; a token is renewed before it ends, and anew when a server refuses it. It makes one attempt and repeats
 * nothing: whoever asks does so in an attempt of its own, which is repeated.
 */
export class Credentials {
  readonly #options: AuthOptions;
  #held: Held | undefined;
  #asking: Promise<Held> | undefined;

  constructor(options: AuthOptions) {
    this.#options = options;
  }

  /** The headers to send with the next request; the same object as long as the token is the same. */
  async headers(): Promise<AuthHeaders> {
    return (await this.#current()).headers;
  }

  /** The workspace's address: as configured, or as unified auth found it. */
  async host(): Promise<URL> {
    return (await this.#current()).host;
  }

  /** Gets a newer token than the one that was refused; asks once for all who were refused with it. */
  async renew(refused: AuthHeaders): Promise<void> {
    if (this.#held?.headers === refused) this.#held = undefined;
    await this.#current();
  }

  async #current(): Promise<Held> {
    const held = this.#held;
    const nowMs = this.#options.clock.monotonicMs();
    if (held && nowMs < held.renewAtMs) return held;
    try {
      return await this.#ask();
    } catch (thrown) {
      // A token that is still good outlives a token server that is down for a while.
      const failedAtMs = this.#options.clock.monotonicMs();
      if (!held || this.#held?.headers !== held.headers || failedAtMs >= held.expiresAtMs) throw thrown;
      this.#held = {...held, renewAtMs: Math.min(failedAtMs + renewAgainMs, held.expiresAtMs)};
      return held;
    }
  }

  #ask(): Promise<Held> {
    this.#asking ??= this.#authorize().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #authorize(): Promise<Held> {
    const askedAtMs = this.#options.clock.monotonicMs();
    const {host, headers, lifeMs} = await authorize(this.#options);
    const knownMs = lifeMs ?? unknownLifeMs;
    const earlyMs = lifeMs === undefined ? 0 : Math.min(earlyMaxMs, lifeMs * earlyShare);
    this.#held = {host, headers, renewAtMs: askedAtMs + knownMs - earlyMs, expiresAtMs: askedAtMs + knownMs};
    return this.#held;
  }
}

/**
 * Sends with the current token, and once more with a newer one where the first was refused as `expired`. What
 * refuses both refuses the principal: `credentials`.
 */
export async function sendAuthorized<T>(
  credentials: Credentials,
  send: (headers: AuthHeaders) => Promise<T>,
): Promise<T> {
  const headers = await credentials.headers();
  try {
    return await send(headers);
  } catch (thrown) {
    if (asSyncError(thrown).kind !== 'expired') throw thrown;
  }
  await credentials.renew(headers);
  try {
    return await send(await credentials.headers());
  } catch (thrown) {
    const error = asSyncError(thrown);
    if (error.kind !== 'expired') throw thrown;
    throw new SyncError('credentials', `${error.message}, with a new token too`, {
      hint: 'The workspace does not accept this principal: check that it is a member of the workspace and active.',
      facts: error.facts,
    });
  }
}
