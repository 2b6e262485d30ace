import {type Clock, systemClock} from '../../src/base/clock.ts';

/** How long giving a lease back may take: a bound that something is raced against, and no wait. */
const givingBackMs = 3000;

/** The machine's clock, moved: by how much it is wrong, and onward whenever it is told or whoever has it sleeps. */
export class MovedClock implements Clock {
  /** How long each sleep was, in milliseconds, in order. */
  readonly slept: number[] = [];
  /** Awaited at each sleep, which takes no time itself. */
  onSleep: (ms: number) => unknown = () => undefined;
  #wrongMs: number;
  #passedMs = 0;

  constructor({wrongMs = 0}: {readonly wrongMs?: number} = {}) {
    this.#wrongMs = wrongMs;
  }

  now(): Date {
    return new Date(systemClock.now().getTime() + this.#wrongMs + this.#passedMs);
  }

  monotonicMs(): number {
    return systemClock.monotonicMs() + this.#passedMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (ms === givingBackMs) return systemClock.sleep(ms, signal);
    this.slept.push(ms);
    await this.onSleep(ms);
    signal?.throwIfAborted();
    this.advance(ms);
  }

  advance(ms: number): void {
    this.#passedMs += ms;
  }
}
