import type {Clock} from './clock.ts';
import {asSyncError, type SyncError} from './errors.ts';
import type {Random} from './random.ts';

export interface RetryPolicy {
  readonly attemptsMax: number;
  readonly firstDelayMs: number;
  readonly delayMaxMs: number;
  /** A wait that the other side asked for is obeyed up to this long; beyond it the error is handed up. */
  readonly retryAfterMaxMs: number;
}

export const defaultRetry: RetryPolicy = {
  attemptsMax: 5,
  firstDelayMs: 500,
  delayMaxMs: 20_000,
  retryAfterMaxMs: 60_000,
};

/**
 * How long to wait before the next attempt, in milliseconds; undefined when there shall be none.
 * @param attempt the attempt that failed, from 1
 * @param fraction chance, from 0 to 1: half of each wait is jitter
 */
export function retryDelayMs(
  error: SyncError,
  attempt: number,
  {policy, fraction}: {policy: RetryPolicy; fraction: number},
): number | undefined {
  if (attempt >= policy.attemptsMax || error.verdict === 'never') return undefined;
  if (error.retryAfterMs !== undefined) {
    return error.retryAfterMs <= policy.retryAfterMaxMs ? error.retryAfterMs : undefined;
  }
  if (error.verdict !== 'retry now') return undefined;
  const full = Math.min(policy.delayMaxMs, policy.firstDelayMs * 2 ** (attempt - 1));
  return Math.round(full / 2 + (full / 2) * fraction);
}

export interface Retrying {
  readonly clock: Clock;
  readonly random: Random;
  readonly policy?: RetryPolicy;
  readonly signal?: AbortSignal | undefined;
  /** Told of each failure that is followed by another attempt. */
  readonly onRetry?: (error: SyncError, attempt: number, delayMs: number) => void;
}

/** Runs an action that is safe to repeat, again while its error's ruling says *retry now*. */
export async function retry<T>(action: (attempt: number) => Promise<T>, retrying: Retrying): Promise<T> {
  const {clock, random, policy = defaultRetry, signal} = retrying;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await action(attempt);
    } catch (thrown) {
      const error = asSyncError(thrown);
      const delayMs = retryDelayMs(error, attempt, {policy, fraction: random.fraction()});
      if (delayMs === undefined || signal?.aborted) throw error;
      retrying.onRetry?.(error, attempt, delayMs);
      await clock.sleep(delayMs, signal);
    }
  }
}
