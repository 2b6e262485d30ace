/**
 * One action that many wait for. Each may leave by its own signal without ending it for the others; the last one
 * who leaves ends it.
 */
export class SharedFlight<T> {
  readonly #ending = new AbortController();
  readonly #result: Promise<T>;
  #waiting = 0;
  #landed = false;

  constructor(action: (signal: AbortSignal) => Promise<T>) {
    this.#result = action(this.#ending.signal).finally(() => {
      this.#landed = true;
    });
    this.#result.catch(() => undefined);
  }

  /** Whether it may still be joined. */
  get open(): boolean {
    return !this.#landed && !this.#ending.signal.aborted;
  }

  async join(signal?: AbortSignal): Promise<T> {
    this.#waiting++;
    try {
      return await (signal ? untilAborted(this.#result, signal) : this.#result);
    } finally {
      this.#waiting--;
      if (this.#waiting === 0) this.#ending.abort();
    }
  }
}

function untilAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, {once: true});
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
