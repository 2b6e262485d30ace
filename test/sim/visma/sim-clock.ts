import {stampOf, wallMs, type Zone} from './stamps.ts';

/** The simulator's own time: it stands still until it is set or advanced, or runs on from where it was set. */
export class SimClock {
  readonly zone: Zone;
  readonly #running: boolean;
  #nowMs: number;
  #setAtMs = performance.now();

  constructor({startsAt, running, zone}: {startsAt: string; running: boolean; zone: Zone}) {
    this.#nowMs = Date.parse(startsAt);
    this.#running = running;
    this.zone = zone;
  }

  now(): Date {
    return new Date(this.#nowMs + (this.#running ? performance.now() - this.#setAtMs : 0));
  }

  /** Sets it to an instant, ISO with `Z`. It may go back. */
  set(instant: string | Date): void {
    const ms = new Date(instant).getTime();
    if (Number.isNaN(ms)) throw new TypeError('the clock is set to an ISO instant');
    this.#nowMs = ms;
    this.#setAtMs = performance.now();
  }

  advance(ms: number): void {
    this.set(new Date(this.now().getTime() + ms));
  }

  /** What a record written now is stamped with. */
  stamp(): string {
    return stampOf(wallMs(this.now().getTime(), this.zone));
  }
}
