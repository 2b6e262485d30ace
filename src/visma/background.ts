import type {Clock} from '../base/clock.ts';
import {SyncError} from '../base/errors.ts';
import {isJsonObject, type Json} from '../base/exact-json.ts';
import type {Events} from '../model/events.ts';
import {endpointUrl} from './addresses.ts';
import type {ListCall} from './list-call.ts';
import {pathSegment} from './record-path.ts';
import {jsonOf} from './refusals.ts';
import type {Answer} from './wire.ts';

export interface BackgroundOptions {
  readonly apiUrl: URL;
  readonly clock: Clock;
  readonly events: Events;
  /** Sends a GET with the company's token, within its rate budget. Any other status than those accepted is thrown. */
  readonly send: (step: BackgroundStep) => Promise<Answer>;
}

/** One GET of a background operation after it was accepted. */
export interface BackgroundStep {
  readonly call: ListCall;
  readonly url: URL;
  /** What the step is called in errors: the id stands in none. */
  readonly endpoint: string;
  readonly accepts: (status: number) => boolean;
}

/** Asks for no notification: whoever sends it looks for the state by itself. */
export const backgroundHeader = {'erp-api-background': 'none'} as const;

const statePath = '/v1/background';
/** Before each look at the state; the last one again and again. */
const waitsMs = [2000, 5000, 10_000, 20_000, 30_000] as const;
const longestMs = 3_600_000;

/**
 * What Visma cannot answer in its four minutes it works on in the background: it takes the request with 202, tells the
 * state at `/v1/background/{id}`, and keeps the answer a day at `…/content`.
 */
export class Background {
  readonly #options: BackgroundOptions;
  readonly #lists = new Set<string>();

  constructor(options: BackgroundOptions) {
    this.#options = options;
  }

  /** Whether an earlier call of the list was too long for a direct answer: then nobody waits for one again. */
  knows(call: ListCall): boolean {
    return this.#lists.has(listOf(call));
  }

  /** A call was too long for a direct answer. Told once for each list. */
  learn(call: ListCall): void {
    const list = listOf(call);
    if (this.#lists.has(list)) return;
    this.#lists.add(list);
    const {company, resource, endpoint} = call;
    this.#options.events({
      event: 'note',
      message: `${endpoint} of ${company.id} takes too long for a direct answer and is read in the background`,
      facts: {company: company.id, ...(resource === undefined ? {} : {resource}), endpoint},
    });
  }

  /**
   * Follows an accepted request to its answer, as if it had been given directly: with its status, refusals included.
   * It was served when it was accepted: what changed since then may be in it or not.
   * @throws SyncError `transient` where state or answer are gone, `timeout` after an hour, `protocol`, or what a call
   * throws
   */
  async answer(accepted: Answer, call: ListCall): Promise<Answer> {
    const state = await this.#ended(this.#stateUrl(accepted, call), call);
    const body = state.hasContent ? await this.#contentOf(state, call) : Buffer.alloc(0);
    if (!body && state.status === 200) throw gone(call, 'the answer');
    return {
      status: state.status,
      headers: accepted.headers,
      body: body ?? Buffer.alloc(0),
      rate: {},
      servedAt: accepted.servedAt,
    };
  }

  async #ended(url: URL, call: ListCall): Promise<Ended> {
    const {clock, send} = this.#options;
    const beganMs = clock.monotonicMs();
    for (let look = 0; ; look++) {
      await clock.sleep(waitsMs[Math.min(look, waitsMs.length - 1)] ?? 0, call.signal);
      const step = {call, url, endpoint: `${statePath}/{id}`, accepts: isHereOrGone};
      const answer = await send(step);
      if (answer.status !== 200) throw gone(call, 'the state');
      const ended = this.#endedIn(jsonOf(answer.body), {url, call});
      if (ended) return ended;
      if (clock.monotonicMs() - beganMs >= longestMs) throw tooLong(call);
    }
  }

  /** Undefined while it is being worked on, whatever that is called, and where a gateway answered. */
  #endedIn(body: Json | undefined, {url, call}: {url: URL; call: ListCall}): Ended | undefined {
    if (body === undefined) return undefined;
    if (!isJsonObject(body) || typeof body['status'] !== 'string') throw broken(call, 'tells no state');
    const {status, statusCode} = body;
    if (status !== 'Finished' && status !== 'Failed') return undefined;
    const code = typeof statusCode === 'number' && statusCode >= 200 && statusCode < 600 ? statusCode : 500;
    return {
      // It failed, whatever code it bears.
      status: status === 'Failed' && code < 400 ? 500 : code,
      contentUrl: this.#atHome(body['contentLocation']) ?? contentBelow(url),
      hasContent: body['hasResponseContent'] !== false || (status === 'Finished' && code === 200),
    };
  }

  /** Undefined where there is none, or none any more. Of a refusal the content may come with the refusal's status. */
  async #contentOf({contentUrl: url, status}: Ended, call: ListCall): Promise<Buffer | undefined> {
    const accepts = (each: number): boolean => isHereOrGone(each) || (status !== 200 && each === status);
    const answer = await this.#options.send({call, url, endpoint: `${statePath}/{id}/content`, accepts});
    return isGone(answer.status) && answer.status !== status ? undefined : answer.body;
  }

  /** Where it says it is, if that is where the token may go; else where the interface says states are. */
  #stateUrl({body}: Answer, call: ListCall): URL {
    const accepted = jsonOf(body);
    const {id, stateLocation} = isJsonObject(accepted) ? accepted : {};
    const told = this.#atHome(stateLocation);
    if (told) return told;
    if (typeof id !== 'string' || id === '') throw broken(call, 'was accepted without an id');
    return endpointUrl(this.#options.apiUrl, `${statePath}/${pathSegment(id)}`, {});
  }

  #atHome(location: Json | undefined): URL | undefined {
    if (typeof location !== 'string' || !URL.canParse(location)) return undefined;
    const url = new URL(location);
    const isHome = url.origin === this.#options.apiUrl.origin && url.username === '' && url.password === '';
    return isHome ? url : undefined;
  }
}

interface Ended {
  readonly status: number;
  readonly contentUrl: URL;
  readonly hasContent: boolean;
}

function contentBelow(state: URL): URL {
  const url = new URL(state);
  url.pathname = `${state.pathname.replace(/\/$/, '')}/content`;
  return url;
}

const isGone = (status: number): boolean => status === 404 || status === 410;
const isHereOrGone = (status: number): boolean => status === 200 || isGone(status);

const listOf = ({company, endpoint}: ListCall): string => JSON.stringify([company.tenantId, endpoint]);

const factsOf = ({company, resource, endpoint}: ListCall) => ({
  company: company.id,
  ...(resource === undefined ? {} : {resource}),
  endpoint,
});

const gone = (call: ListCall, what: string): SyncError =>
  new SyncError('transient', `${what} of GET ${call.endpoint} in the background is gone`, {facts: factsOf(call)});

const broken = (call: ListCall, what: string): SyncError =>
  new SyncError('protocol', `GET ${call.endpoint} in the background ${what}`, {facts: factsOf(call)});

const tooLong = (call: ListCall): SyncError =>
  new SyncError('timeout', `GET ${call.endpoint} is not done in the background after an hour`, {
    facts: {...factsOf(call), seconds: longestMs / 1000},
    hint: 'Visma did not finish the request; the next run asks anew. Fewer resources at once may help.',
  });
