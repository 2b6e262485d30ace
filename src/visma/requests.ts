import {isUtf8} from 'node:buffer';
import type {Clock} from '../base/clock.ts';
import {SyncError} from '../base/errors.ts';
import {type Json, parseExactJson} from '../base/exact-json.ts';
import type {Random} from '../base/random.ts';
import {retry} from '../base/retry.ts';
import type {Secret} from '../base/secret.ts';
import type {Events} from '../model/events.ts';
import type {ResourceName} from '../model/names.ts';
import type {Company} from '../model/pass.ts';
import type {RateWindow} from '../model/ports.ts';
import {endpointUrl} from './addresses.ts';
import {HeavyPage} from './heavy-page.ts';
import {patienceMs, RateBudget, unknownWindowMs} from './rate-budget.ts';
import {refusal} from './refusals.ts';
import type {Tokens} from './tokens.ts';
import type {Answer, Wire} from './wire.ts';

export interface RequestOptions {
  readonly apiUrl: URL;
  readonly headersOf: (company: Company) => Readonly<Record<string, string>>;
  readonly rateShare: number;
  readonly wait: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: Events;
}

/** One page of a list. */
export interface ListCall {
  readonly company: Company;
  readonly resource?: ResourceName;
  readonly endpoint: string;
  readonly query: Readonly<Record<string, string>>;
  /** Whether a smaller page may be asked for: then a slow answer is tried once more only. */
  readonly shrinks: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface ListAnswer {
  readonly body: Json;
  readonly servedAt: Date;
  /** From asking to having it, on a clock that only moves forward; waits for the window are not in it. */
  readonly ms: number;
}

const slowTriesMax = 2;

/** GETs that hold the rate budget, carry a token, and are tried again where the error's ruling says so. */
export class Requests {
  readonly #options: RequestOptions;
  readonly #wire: Wire;
  readonly #tokens: Tokens;
  readonly #budgets = new Map<string, RateBudget>();

  constructor(options: RequestOptions, {wire, tokens}: {wire: Wire; tokens: Tokens}) {
    this.#options = options;
    this.#wire = wire;
    this.#tokens = tokens;
  }

  /**
   * Asks for one page until it comes, parsed with its digits exact.
   * @throws SyncError `credentials`, `permission`, `absent`, `limited`, `transient`, `protocol`; HeavyPage
   */
  async get(call: ListCall): Promise<ListAnswer> {
    for (;;) {
      try {
        return await this.#persist(call);
      } catch (thrown) {
        if (!this.#options.wait || !(thrown instanceof SyncError) || thrown.kind !== 'limited') throw thrown;
        this.#budgetOf(call.company).close(thrown.retryAfterMs ?? unknownWindowMs);
      }
    }
  }

  async #persist(call: ListCall): Promise<ListAnswer> {
    const {clock, random, events} = this.#options;
    let slowTries = 0;
    const once = async (): Promise<ListAnswer> => {
      try {
        return await this.#once(call);
      } catch (thrown) {
        const slow = thrown instanceof HeavyPage && call.shrinks;
        throw slow && ++slowTries >= slowTriesMax ? thrown.settled() : thrown;
      }
    };
    const onRetry = ({kind}: SyncError, attempt: number, delayMs: number): void =>
      events({event: 'retry', what: `GET ${call.endpoint}`, kind, attempt, delayMs});
    try {
      return await retry(once, {clock, random, signal: call.signal, onRetry});
    } catch (thrown) {
      throw this.#afterPatience(thrown, call);
    }
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

  async #once(call: ListCall): Promise<ListAnswer> {
    const {company, signal} = call;
    const token = await this.#tokens.of(company, signal);
    const begunMs = this.#options.clock.monotonicMs();
    let answer = await this.#send(call, token);
    if (answer.status === 401) {
      this.#tokens.refuse(company, token);
      answer = await this.#send(call, await this.#tokens.of(company, signal));
    }
    if (answer.status !== 200) throw this.#refused(answer, call);
    const ms = this.#options.clock.monotonicMs() - begunMs;
    return {body: exactBody(answer, call), servedAt: answer.servedAt, ms};
  }

  async #send(call: ListCall, token: Secret): Promise<Answer> {
    const {company, resource, endpoint, query, signal} = call;
    const budget = this.#budgetOf(company);
    await budget.take(signal);
    let answer: Answer | undefined;
    try {
      answer = await this.#wire.send({
        url: endpointUrl(this.#options.apiUrl, endpoint, query),
        headers: this.#headers(company, token),
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
    const {rateShare, wait, clock, events} = this.#options;
    const budget =
      this.#budgets.get(company.tenantId) ?? new RateBudget(company, {share: rateShare, wait, clock, events});
    this.#budgets.set(company.tenantId, budget);
    return budget;
  }
}

/** What does not parse was cut off on its way, or comes from a gateway. The parser's own words quote the body. */
function exactBody({body, status}: Answer, {company, resource, endpoint}: ListCall): Json {
  const facts = {
    company: company.id,
    ...(resource === undefined ? {} : {resource}),
    endpoint,
    status,
    bytes: body.length,
  };
  if (!isUtf8(body)) throw new SyncError('protocol', `an answer is not UTF-8 from GET ${endpoint}`, {facts});
  try {
    return parseExactJson(body.toString('utf8').replace(/^\uFEFF/, ''));
  } catch {
    throw new SyncError('transient', `an answer is not JSON, or not all of it, from GET ${endpoint}`, {facts});
  }
}
