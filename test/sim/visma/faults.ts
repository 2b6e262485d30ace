import {type Answer, usualError} from './bodies.ts';
import {fits, type Request, type Wanted} from './request-log.ts';

/** What goes wrong. `before`: nothing was done yet; `after`: the work was done and its answer is lost. */
export type Misfortune =
  | {
      /** Another answer: status, headers and body of choice; without a body what the status usually brings. */
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly when?: 'before' | 'after';
    }
  /** The connection is reset. */
  | {readonly kind: 'reset'; readonly when?: 'before' | 'after'}
  /** A whole HTTP answer whose JSON stops in the middle. */
  | {readonly kind: 'truncate'}
  /** The connection ends in the middle of the body. */
  | {readonly kind: 'cut'}
  /** The answer comes so many milliseconds late. */
  | {readonly kind: 'slow'; readonly ms: number}
  /** Page n brings page n − 1 once more. */
  | {readonly kind: 'same page'}
  /** 200 with an empty array. */
  | {readonly kind: 'empty'}
  /** Something happens over there right before the request is answered, or after its answer has been made. */
  | {readonly kind: 'run'; readonly action: (request: Request) => unknown; readonly when?: 'before' | 'after'};

/** A misfortune, and which requests it meets. */
export type Fault = Misfortune &
  Wanted & {
    /** The first of the matching requests that it meets, from 1. */
    readonly nth?: number;
    /** How many it meets from there on; 1 unless told, `Infinity` for all. */
    readonly times?: number;
  };

/** A fault that was set: it can be lifted, and tells how often it struck. */
export interface SetFault {
  readonly struck: number;
  lift(): void;
}

class Waiting implements SetFault {
  readonly fault: Fault;
  readonly #lift: (self: Waiting) => void;
  seen = 0;
  struck = 0;

  constructor(fault: Fault, lift: (self: Waiting) => void) {
    this.fault = fault;
    this.#lift = lift;
  }

  lift(): void {
    this.#lift(this);
  }

  strikes(request: Request): boolean {
    if (!fits(request, this.fault)) return false;
    const {nth = 1, times = 1} = this.fault;
    this.seen++;
    if (this.seen < nth || this.seen >= nth + times) return false;
    this.struck++;
    return true;
  }
}

export class Faults {
  #waiting: Waiting[] = [];

  set(fault: Fault): SetFault {
    const waiting = new Waiting(fault, self => {
      this.#waiting = this.#waiting.filter(other => other !== self);
    });
    this.#waiting.push(waiting);
    return waiting;
  }

  liftAll(): void {
    this.#waiting = [];
  }

  /** Those that strike this request, in the order in which they were set. */
  of(request: Request): readonly Fault[] {
    return this.#waiting.filter(waiting => waiting.strikes(request)).map(({fault}) => fault);
  }
}

/** The answer that a fault puts in the stead of the right one. */
export function faultAnswer({status, headers, body}: Extract<Misfortune, {kind: 'answer'}>): Answer {
  const usual = usualError(status);
  return {status, headers: {...(body === undefined ? usual.headers : {}), ...headers}, body: body ?? usual.body};
}
