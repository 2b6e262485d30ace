import type {Clock} from '../src/base/clock.ts';

/** A clock that stands still until it is told to move; whoever sleeps moves it, at once. */
export class FakeClock implements Clock {
  /** How long each sleep was, in milliseconds, in order. */
  readonly slept: number[] = [];
  #nowMs: number;
  #passedMs = 0;

  constructor(start: string | Date = '2026-03-01T06:00:00.000Z') {
    this.#nowMs = new Date(start).getTime();
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  monotonicMs(): number {
    return this.#passedMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(ms);
    this.advance(ms);
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    this.#passedMs += ms;
  }
}
