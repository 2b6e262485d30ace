import type {Behaviour} from './behaviour.ts';
import {type Answer, errorAnswer} from './bodies.ts';
import type {SimClock} from './sim-clock.ts';

const hourMs = 3_600_000;

/** What is left of a window after a request, as headers; and the 429 where nothing was. */
export interface Toll {
  readonly headers: Readonly<Record<string, string>>;
  readonly refusal?: Answer;
}

/** The fixed window: so many requests in an hour, by the simulator's clock, for each company and client. */
export class RateWindow {
  readonly #clock: SimClock;
  readonly #behaviour: Behaviour;
  readonly #spent = new Map<string, {readonly window: number; count: number}>();

  constructor({clock, behaviour}: {clock: SimClock; behaviour: Behaviour}) {
    this.#clock = clock;
    this.#behaviour = behaviour;
  }

  /** Counts one request. A refused one counts for nothing. */
  take(payer: {readonly company: string; readonly clientId: string}): Toll {
    const limit = this.#behaviour.rateLimit;
    const entry = this.#entry(`${payer.company} ${payer.clientId}`);
    const refused = entry.count >= limit;
    if (!refused) entry.count++;
    const secondsLeft = this.#secondsLeft();
    const headers = {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(Math.max(0, limit - entry.count)),
      'x-ratelimit-reset': String(secondsLeft),
      'x-ratelimit-policy': '4-fixed-window',
    };
    if (!refused) return {headers};
    const refusal = errorAnswer(429, {
      shape: 'message',
      text: `Rate limit exceeded. Try again in ${secondsLeft} seconds.`,
    });
    return {headers, refusal: {...refusal, headers: {...refusal.headers, 'retry-after': String(secondsLeft)}}};
  }

  /** What a company's window has left. */
  remaining(payer: {readonly company: string; readonly clientId: string}): number {
    return Math.max(0, this.#behaviour.rateLimit - this.#entry(`${payer.company} ${payer.clientId}`).count);
  }

  /** Takes requests out of a window, as another integration of the same client would. */
  spend(payer: {readonly company: string; readonly clientId: string}, requests: number): void {
    this.#entry(`${payer.company} ${payer.clientId}`).count += requests;
  }

  #entry(name: string): {readonly window: number; count: number} {
    const window = Math.floor(this.#clock.now().getTime() / hourMs);
    const known = this.#spent.get(name);
    if (known?.window === window) return known;
    const fresh = {window, count: 0};
    this.#spent.set(name, fresh);
    return fresh;
  }

  #secondsLeft(): number {
    return Math.ceil((hourMs - (this.#clock.now().getTime() % hourMs)) / 1000);
  }
}
