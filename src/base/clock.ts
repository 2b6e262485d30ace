/** Time as a guest: flows and tests are handed a clock, nothing reads the machine's own. */
export interface Clock {
  /** The instant now, by this machine's clock. Never trusted for what Visma or the warehouse decide. */
  now(): Date;
  /** Milliseconds on a clock that only moves forward, for durations. */
  monotonicMs(): number;
  /** Waits; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** An instant as `20260320t073000`, in UTC: it sorts by time and is safe in a path and in SQL. */
export const compactInstant = (at: Date): string => at.toISOString().slice(0, 19).replace(/[-:]/g, '').toLowerCase();

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, ms);
      signal?.addEventListener('abort', stop, {once: true});
    }),
};
