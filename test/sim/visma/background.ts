import {randomUUID} from 'node:crypto';
import type {DataAnswer} from './api.ts';
import type {Behaviour} from './behaviour.ts';
import {type Answer, errorAnswer, jsonAnswer} from './bodies.ts';
import type {SimClock} from './sim-clock.ts';
import {offsetOf, stampOf, wallMs} from './stamps.ts';

const dayMs = 24 * 3_600_000;

/** Who asks: an operation is told to nobody else. */
export interface Asker {
  readonly company: string;
  readonly clientId: string;
}

interface Operation {
  readonly id: string;
  readonly asker: Asker;
  readonly originalUri: string;
  readonly receivedMs: number;
  readonly run: () => DataAnswer;
  polls: number;
  finishedMs?: number;
  /** Absent where it failed. */
  answer?: DataAnswer;
}

/** Requests that are answered later: 202 at once, then a state to ask for, then the content for a day. */
export class Background {
  readonly #clock: SimClock;
  readonly #behaviour: Behaviour;
  readonly #apiUrl: () => string;
  readonly #operations = new Map<string, Operation>();

  constructor({clock, behaviour, apiUrl}: {clock: SimClock; behaviour: Behaviour; apiUrl: () => string}) {
    this.#clock = clock;
    this.#behaviour = behaviour;
    this.#apiUrl = apiUrl;
  }

  accept(asker: Asker, {path, run}: {path: string; run: () => DataAnswer}): Answer {
    const id = randomUUID();
    const receivedMs = this.#nowMs();
    const originalUri = `${this.#apiUrl()}${path}`;
    this.#operations.set(id, {id, asker, originalUri, receivedMs, run, polls: 0});
    const stateLocation = `${this.#apiUrl()}/v1/background/${id}`;
    const answer = jsonAnswer(202, {id, stateLocation});
    return {...answer, headers: {...answer.headers, location: stateLocation}};
  }

  /** The answer to `/v1/background/{id}` and `/v1/background/{id}/content`; undefined for any other path. */
  answer(asker: Asker, path: string): DataAnswer | undefined {
    const [, id = '', content] = /^\/v1\/background\/([^/]+)(\/content)?$/.exec(path) ?? [];
    if (id === '') return undefined;
    const operation = this.#operations.get(id);
    if (!operation) return errorAnswer(404, {shape: 'message', text: 'The operation was not found.'});
    if (operation.asker.company !== asker.company || operation.asker.clientId !== asker.clientId) {
      return errorAnswer(403, {shape: 'message', text: 'The operation belongs to another company or user.'});
    }
    return content === undefined ? this.#state(operation) : this.#content(operation);
  }

  #state(operation: Operation): Answer {
    operation.polls++;
    this.#finishWhenDone(operation);
    const {id, answer, finishedMs, receivedMs, originalUri} = operation;
    const failed = finishedMs !== undefined && !answer;
    return jsonAnswer(200, {
      id,
      status: finishedMs === undefined ? 'Started' : failed ? 'Failed' : 'Finished',
      statusCode: finishedMs === undefined ? 0 : (answer?.status ?? 500),
      receivedUtc: this.#timeOf(receivedMs),
      startedUtc: this.#timeOf(receivedMs),
      finishedUtc: finishedMs === undefined ? null : this.#timeOf(finishedMs),
      webhookAddress: null,
      errorMessage: failed ? 'The operation failed.' : null,
      reference: null,
      originalUri,
      hasResponseContent: answer !== undefined,
      hasRequestContent: false,
      contentLocation: answer === undefined ? null : `${this.#apiUrl()}/v1/background/${id}/content`,
      responseHeaders: answer?.headers ?? {},
    });
  }

  /** What the state says of its status counts: the content of a refused request comes with 200 too. */
  #content({answer, receivedMs}: Operation): DataAnswer {
    if (this.#nowMs() - receivedMs > dayMs) return errorAnswer(410, {shape: 'empty'});
    if (!answer) return errorAnswer(404, {shape: 'message', text: 'There is no content.'});
    return {...answer, status: 200};
  }

  #finishWhenDone(operation: Operation): void {
    const {polls, seconds, fails} = this.#behaviour.background;
    if (operation.finishedMs !== undefined || operation.polls <= polls) return;
    if (this.#nowMs() - operation.receivedMs < seconds * 1000) return;
    operation.finishedMs = this.#nowMs();
    if (!fails) operation.answer = operation.run();
  }

  #nowMs(): number {
    return this.#clock.now().getTime();
  }

  /** The fields are called UTC and bear the zone of the ERP. */
  #timeOf(ms: number): string {
    return `${stampOf(wallMs(ms, this.#clock.zone))}${offsetOf(ms, this.#clock.zone)}`;
  }
}
