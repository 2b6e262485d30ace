import type {Clock} from '../base/clock.ts';
import {SyncError} from '../base/errors.ts';
import type {Events} from '../model/events.ts';
import type {Company} from '../model/pass.ts';
import type {RateWindow} from '../model/ports.ts';
import type {RateHeaders} from './rate-headers.ts';

export interface RateBudgetOptions {
  /** The share of the window that may be taken; the rest is left to others. From 0 to 1. */
  readonly share: number;
  /** The share of the window that sweeps may take, within the other one; all of it where absent. */
  readonly sweepShare?: number;
  /** Whether a spent window is waited for instead of ending. */
  readonly wait: boolean;
  readonly clock: Clock;
  readonly events: Events;
}

interface Window {
  readonly limit: number;
  readonly remaining: number;
  readonly endsAtMs: number;
}

/** A `Retry-After` up to this long is waited for in any case. */
export const patienceMs = 60_000;
/** Where the server does not say when a window ends. */
export const unknownWindowMs = 600_000;
/** The server counts whole seconds, and its answer took some time to come. */
const tickMs = 1000;

/**
 * The rate window of one company and this client, as the server tells of it: headers are believed over any
 * configuration, and nothing is assumed before the first of them.
 */
export class RateBudget {
  readonly #company: Company;
  readonly #options: RateBudgetOptions;
  #window: Window | undefined;
  #closedUntilMs = 0;
  #inFlight = 0;
  /** Calls that sweeps have taken out of the present window. */
  #swept = 0;

  constructor(company: Company, options: RateBudgetOptions) {
    this.#company = company;
    this.#options = options;
  }

  /**
   * Takes one call; each take is followed by one `give`. Waits while the window is spent where that is wanted.
   * @throws SyncError `limited`, with the time to come again in its facts
   */
  async take(signal?: AbortSignal, sweeping = false): Promise<void> {
    const {clock, wait, events} = this.#options;
    for (;;) {
      const closedMs = this.#closedUntilMs - clock.monotonicMs();
      const spentMs = Math.max(this.#spentMs(), sweeping ? this.#sweptOutMs() : 0);
      const ms = Math.max(closedMs, spentMs);
      if (ms <= 0) break;
      if (!wait && (spentMs > 0 || closedMs > patienceMs)) throw this.limited(ms, {sweeping});
      events({event: 'wait', why: `the rate window of company ${this.#company.id}`, ms: Math.ceil(ms)});
      await clock.sleep(Math.ceil(ms), signal);
    }
    this.#inFlight++;
    if (sweeping) this.#swept++;
  }

  /** A call has ended; what its answer said of the window, where there was one. */
  give({limit, remaining, resetMs, retryAfterMs}: RateHeaders = {}): void {
    this.#inFlight--;
    if (retryAfterMs !== undefined) this.close(retryAfterMs);
    else if (limit !== undefined && remaining !== undefined && limit > 0) this.#learn({limit, remaining}, resetMs);
  }

  #learn({limit, remaining}: {limit: number; remaining: number}, resetMs: number | undefined): void {
    const nowMs = this.#options.clock.monotonicMs();
    const endsAtMs = nowMs + (resetMs === undefined ? unknownWindowMs : resetMs + tickMs);
    const known = this.#window;
    // Answers overtake each other: within one window what remains only falls.
    const same = known !== undefined && nowMs < known.endsAtMs && endsAtMs <= known.endsAtMs + 2 * tickMs;
    if (known !== undefined && !same) this.#swept = 0;
    this.#window = same
      ? {limit, remaining: Math.min(remaining, known.remaining), endsAtMs: Math.min(endsAtMs, known.endsAtMs)}
      : {limit, remaining, endsAtMs};
  }

  /** The window as the server told of it last: what is left of it for us. Undefined before the first answer. */
  get known(): RateWindow | undefined {
    if (!this.#window) return undefined;
    const {limit, remaining, endsAtMs} = this.#window;
    const resetMs = Math.max(0, endsAtMs - this.#options.clock.monotonicMs());
    const ours = Math.floor(limit * this.#options.share + 1e-9);
    return {limit: ours, remaining: Math.max(0, remaining - (limit - ours)), resetMs};
  }

  /** The server asked to be left alone so long. That stands over what it said of the window. */
  close(ms: number): void {
    this.#forget();
    this.#closedUntilMs = Math.max(this.#closedUntilMs, this.#options.clock.monotonicMs() + ms);
  }

  limited(ms: number, {sweeping = false, ...facts}: {status?: number; sweeping?: boolean} = {}): SyncError {
    const comeAgainAt = new Date(this.#options.clock.now().getTime() + ms).toISOString();
    const {remaining, limit} = this.#window ?? {};
    const known = remaining === undefined || limit === undefined ? {} : {remaining, limit};
    const what = sweeping && this.#spentMs() === 0 ? "the sweep's share of the rate window" : 'the rate window';
    return new SyncError('limited', `${what} is spent for company ${this.#company.id}`, {
      hint: `Run again after ${comeAgainAt}, or with --wait; what has landed is kept.`,
      facts: {company: this.#company.id, comeAgainAt, waitSeconds: Math.ceil(ms / 1000), ...known, ...facts},
    });
  }

  /** How long until a call may be taken, as far as the window goes; 0 when now. */
  #spentMs(): number {
    if (!this.#window) return 0;
    const {limit, remaining, endsAtMs} = this.#window;
    const leftMs = endsAtMs - this.#options.clock.monotonicMs();
    if (leftMs <= 0) {
      this.#forget();
      return 0;
    }
    const reserve = limit - Math.floor(limit * this.#options.share + 1e-9);
    return remaining - this.#inFlight <= reserve ? leftMs : 0;
  }

  /** How long until a sweep may take a call, as far as its own share goes; one it may take in any window. */
  #sweptOutMs(): number {
    const {sweepShare = 1, clock} = this.#options;
    if (!this.#window) return 0;
    const {limit, endsAtMs} = this.#window;
    const own = Math.max(1, Math.floor(limit * sweepShare + 1e-9));
    return this.#swept >= own ? Math.max(0, endsAtMs - clock.monotonicMs()) : 0;
  }

  #forget(): void {
    this.#window = undefined;
    this.#swept = 0;
  }
}
