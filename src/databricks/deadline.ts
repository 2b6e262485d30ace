import {systemClock} from '../base/clock.ts';

/** What `within` throws when the time is up. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

export interface Deadline {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Bounds a call into a guest that has no timeout of its own, or that does not notice an abort. The call is told
 * through its signal and abandoned; the caller waits no longer. Throws DeadlinePassed, or the signal's reason.
 * A deadline of the network runs by the machine's clock: the clock handed in is for waiting between attempts.
 */
export async function within<T>(call: (signal: AbortSignal) => Promise<T>, deadline: Deadline): Promise<T> {
  const {timeoutMs, signal} = deadline;
  signal?.throwIfAborted();
  const abandoned = new AbortController();
  const over = new AbortController();
  const stopped = Promise.withResolvers<never>();
  const stop = (reason: unknown): void => {
    stopped.reject(reason);
    abandoned.abort(reason);
  };
  const onAbort = (): void => stop(signal?.reason);
  signal?.addEventListener('abort', onAbort, {once: true});
  systemClock.sleep(timeoutMs, over.signal).then(
    () => stop(new DeadlinePassed('no answer in time')),
    () => undefined,
  );
  try {
    return await Promise.race([call(abandoned.signal), stopped.promise]);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    over.abort();
  }
}
