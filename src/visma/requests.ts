import {isUtf8} from 'node:buffer';
import type {Clock} from '../base/clock.ts';
import {SyncError} from '../base/errors.ts';
import {type Json, parseExactJson} from '../base/exact-json.ts';
import type {Random} from '../base/random.ts';
import {release} from '../base/release.ts';
import {retry} from '../base/retry.ts';
import type {Secret} from '../base/secret.ts';
import type {Events} from '../model/events.ts';
import type {Company} from '../model/pass.ts';
import type {RateWindow} from '../model/ports.ts';
import {endpointUrl} from './addresses.ts';
import {Background, backgroundHeader} from './background.ts';
import {HeavyPage} from './heavy-page.ts';
import type {ListCall} from './list-call.ts';
import {patienceMs, RateBudget, unknownWindowMs} from './rate-budget.ts';
import {refusal} from './refusals.ts';
import type {Tokens} from './tokens.ts';
import type {Answer, Wire} from './wire.ts';

export interface RequestOptions {
  readonly apiUrl: URL;
  readonly headersOf: (company: Company) => Readonly<Record<string, string>>;
  readonly rateShare: number;
  readonly sweepShare?: number;
  readonly wait: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: Events;
}

export interface ListAnswer {
  readonly body: Json;
  readonly servedAt: Date;
  /** From asking to having it, on a clock that only moves forward; waits for the window are not in it. */
  readonly ms: number;
  /** The body was empty: it stands for an empty list. */
  readonly bodiless?: true;
}

/** One GET: of a list, or of what a list's request in the background has come to. */
interface Step {
  readonly call: ListCall;
  readonly url: URL;
  /** What it is called in errors. */
  readonly endpoint: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly accepts: (status: number) => boolean;
  /** How often it may be too slow before that is told of; as often as anything may fail where absent. */
  readonly slowTriesMax?: number;
}

const slowTriesMax = 2;
/** So many windows in a row are waited for: a server that has refused for longer than a day will refuse on. */
const windowsWaitedMax = 24;
/** What is gone in the background, or failed there for now, is asked for anew so often in all. */
const asksMax = 2;

/**
 * GETs that hold the rate budget, carry a token, and are tried again where the error's ruling says so. What takes too
 * long for a direct answer and can't be asked for smaller is read in the background.
 */
export class Requests {
  readonly #options: RequestOptions;
  readonly #wire: Wire;
  readonly #tokens: Tokens;
  readonly #background: Background;
  readonly #budgets = new Map<string, RateBudget>();
  /** Lists that answer with an empty body if they have no records. */
  readonly #bodiless = new Set<string>();

  constructor(options: RequestOptions, {wire, tokens}: {wire: Wire; tokens: Tokens}) {
    this.#options = options;
    this.#wire = wire;
    this.#tokens = tokens;
    const {apiUrl, clock, events} = options;
    this.#background = new Background({apiUrl, clock, events, send: step => this.#send(step, whole)});
  }

  /**
   * Asks for one page until it comes, parsed with its digits exact. An empty body with 200 may be an answer that was
   * lost on its way: it is asked for once more, and believed if it is empty again.
   * @throws SyncError `credentials`, `permission`, `absent`, `limited`, `transient`, `protocol`; HeavyPage
   */
  async get(call: ListCall): Promise<ListAnswer> {
    const list = JSON.stringify([call.company.tenantId, call.endpoint]);
    const answer = await this.#getOnce(call);
    if (!answer.bodiless || this.#bodiless.has(list)) return answer;
    const again = await this.#getOnce(call);
    if (again.bodiless) this.#bodiless.add(list);
    return again;
  }

  async #getOnce(call: ListCall): Promise<ListAnswer> {
    const begunMs = this.#options.clock.monotonicMs();
    if (!this.#background.knows(call)) {
      try {
        const slowTries = call.shrinks ? slowTriesMax : 1;
        const step = {...this.#stepOf(call), accepts: isOk, slowTriesMax: slowTries};
        return await this.#send(step, (answer, ms) => listAnswer(answer, call, ms));
      } catch (thrown) {
        if (!(thrown instanceof HeavyPage) || !thrown.slow || call.shrinks) throw thrown;
        this.#background.learn(call);
      }
    }
    const answer = await this.#getInBackground(call);
    return {...answer, ms: this.#options.clock.monotonicMs() - begunMs};
  }

  async #getInBackground(call: ListCall): Promise<ListAnswer> {
    const step = {
      ...this.#stepOf(call),
      headers: backgroundHeader,
      accepts: (status: number) => status === 200 || status === 202,
      ...(call.shrinks && {slowTriesMax}),
    };
    for (let ask = 1; ; ask++) {
      const accepted = await this.#send(step, whole);
      try {
        const answer = accepted.status === 202 ? await this.#background.answer(accepted, call) : accepted;
        if (answer.status !== 200) throw this.#refused(answer, call);
        return listAnswer(answer, call, 0);
      } catch (thrown) {
        const isForNow = thrown instanceof SyncError && thrown.verdict === 'retry now';
        if (!isForNow || ask === asksMax) throw this.#afterPatience(thrown, call);
        this.#tellRetry(call.endpoint, thrown, {attempt: ask, delayMs: 0});
      }
    }
  }

  #stepOf(call: ListCall): Pick<Step, 'call' | 'url' | 'endpoint'> {
    const {endpoint, query} = call;
    return {call, endpoint, url: endpointUrl(this.#options.apiUrl, endpoint, query)};
  }

  /** Sends until there is an answer that can be read; waits for a spent window where that is wanted. */
  async #send<T>(step: Step, read: (answer: Answer, ms: number) => T): Promise<T> {
    for (let waited = 0; ; waited++) {
      try {
        return await this.#persist(step, read);
      } catch (thrown) {
        if (!this.#options.wait || !(thrown instanceof SyncError) || thrown.kind !== 'limited') throw thrown;
        if (waited === windowsWaitedMax) throw thrown;
        this.#budgetOf(step.call.company).close(thrown.retryAfterMs ?? unknownWindowMs);
      }
    }
  }

  async #persist<T>(step: Step, read: (answer: Answer, ms: number) => T): Promise<T> {
    const {clock, random} = this.#options;
    const {call, endpoint, slowTriesMax: slowTries = Number.POSITIVE_INFINITY} = step;
    let slow = 0;
    const once = async (): Promise<T> => {
      try {
        return await this.#once(step, read);
      } catch (thrown) {
        throw thrown instanceof HeavyPage && thrown.slow && ++slow >= slowTries ? thrown.settled() : thrown;
      }
    };
    const onRetry = (error: SyncError, attempt: number, delayMs: number): void =>
      this.#tellRetry(endpoint, error, {attempt, delayMs});
    try {
      return await retry(once, {clock, random, signal: call.signal, onRetry});
    } catch (thrown) {
      throw this.#afterPatience(thrown, call);
    }
  }

  #tellRetry(endpoint: string, {kind}: SyncError, again: {readonly attempt: number; readonly delayMs: number}): void {
    this.#options.events({event: 'retry', what: `GET ${endpoint}`, kind, ...again});
  }

  /** Refused for the rate to the last, or told to come again later than we wait here: the window is spent. */
  #afterPatience(thrown: unknown, {company}: ListCall): unknown {
    if (!(thrown instanceof SyncError) || thrown.kind !== 'transient') return thrown;
    const {retryAfterMs} = thrown;
    const late = retryAfterMs !== undefined && retryAfterMs > patienceMs;
    if (!late && thrown.facts['status'] !== 429) return thrown;
    const status = Number(thrown.facts['status']);
    const ms = retryAfterMs ?? unknownWindowMs;
    const {message, hint, facts} = this.#budgetOf(company).limited(ms, {status});
    return new SyncError('limited', message, {hint, facts, retryAfterMs: ms});
  }

  async #once<T>(step: Step, read: (answer: Answer, ms: number) => T): Promise<T> {
    const {call, endpoint, accepts} = step;
    const {company, signal} = call;
    const token = await this.#tokens.of(company, signal);
    const begunMs = this.#options.clock.monotonicMs();
    let answer = await this.#exchange(step, token);
    if (answer.status === 401) {
      this.#tokens.refuse(company, token);
      answer = await this.#exchange(step, await this.#tokens.of(company, signal));
    }
    if (!accepts(answer.status)) throw this.#refused(answer, {...call, endpoint});
    return read(answer, this.#options.clock.monotonicMs() - begunMs);
  }

  async #exchange({call, url, headers}: Step, token: Secret): Promise<Answer> {
    const {company, resource, sweeping, signal} = call;
    const budget = this.#budgetOf(company);
    await budget.take(signal, sweeping);
    let answer: Answer | undefined;
    try {
      answer = await this.#wire.send({
        url,
        headers: {...this.#headers(company, token), ...headers},
        company,
        ...(resource === undefined ? {} : {resource}),
        signal,
      });
      return answer;
    } finally {
      const {retryAfterMs, ...window} = answer?.rate ?? {};
      const asked = retryAfterMs !== undefined && (answer?.status === 429 || answer?.status === 503);
      budget.give(asked ? {retryAfterMs} : window);
    }
  }

  /** Ours go last, for the later of one name holds, however it is written. */
  #headers(company: Company, token: Secret): Record<string, string> {
    const own = {accept: 'application/json', authorization: `Bearer ${token.reveal()}`};
    return {...this.#options.headersOf(company), ...own};
  }

  #refused(answer: Answer, call: ListCall): SyncError {
    const {kind, message, hint, facts} = refusal(answer, call);
    if (kind === 'transient' && (answer.status === 504 || answer.status === 408)) {
      return new HeavyPage('transient', message, {hint, facts});
    }
    const {retryAfterMs} = answer.rate;
    const asked = kind === 'transient' && retryAfterMs !== undefined;
    return new SyncError(kind, message, {hint, facts, ...(asked ? {retryAfterMs: Math.max(retryAfterMs, 1000)} : {})});
  }

  /** What the server said of a company's window last, less what is left to others. */
  windowOf(company: Company): RateWindow | undefined {
    return this.#budgetOf(company).known;
  }

  /** The window belongs to the tenant and this client, by whatever id the company goes here. */
  #budgetOf(company: Company): RateBudget {
    const {rateShare, sweepShare = 1, wait, clock, events} = this.#options;
    const options = {share: rateShare, sweepShare, wait, clock, events};
    const budget = this.#budgets.get(company.tenantId) ?? new RateBudget(company, options);
    this.#budgets.set(company.tenantId, budget);
    return budget;
  }
}

const isOk = (status: number): boolean => status === 200;
const whole = (answer: Answer): Answer => answer;

function listAnswer(answer: Answer, call: ListCall, ms: number): ListAnswer {
  const body = exactBody(answer, call);
  const {servedAt} = answer;
  return body === null ? {body: [], servedAt, ms, bodiless: true} : {body, servedAt, ms};
}

/**
 * What does not parse was cut off on its way, or comes from a gateway. The parser's own words quote the body. Null for
 * a body that is empty, as some lists answer if they have no records.
 */
function exactBody({body, status}: Answer, {company, resource, endpoint}: ListCall): Json {
  const facts = {
    company: company.id,
    ...(resource === undefined ? {} : {resource}),
    endpoint,
    status,
    bytes: body.length,
  };
  if (!isUtf8(body)) throw new SyncError('protocol', `an answer is not UTF-8 from GET ${endpoint}`, {facts});
  const text = body.toString('utf8').replace(/^\uFEFF/, '');
  release(body);
  if (text.trim() === '') return null;
  try {
    return parseExactJson(text);
  } catch {
    throw new SyncError('transient', `an answer is not JSON, or not all of it, from GET ${endpoint}`, {facts});
  }
}
