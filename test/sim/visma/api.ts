import {randomUUID} from 'node:crypto';
import type {Background} from './background.ts';
import type {Behaviour} from './behaviour.ts';
import {type Answer, errorAnswer} from './bodies.ts';
import {detailAt} from './details.ts';
import {endpoints} from './endpoints.ts';
import {Refusal} from './filters.ts';
import type {Body, Lists} from './lists.ts';
import type {RateWindow} from './rate-window.ts';
import type {Books} from './store.ts';
import type {Grant, Tokens} from './tokens.ts';

/** One call of the data API. */
export interface Call {
  readonly method: string;
  /** As sent, not decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly companyHeader: string | undefined;
  /** The header erp-api-background, which asks for the answer later. */
  readonly background: string | undefined;
}

type CompanyGrant = Grant & {readonly company: {readonly id: string; readonly companyId: string}};

/** An answer whose body may be kept in both forms. */
export type DataAnswer = Answer | (Omit<Answer, 'body'> & {readonly body: Body});

const json = {'content-type': 'application/json; charset=utf-8'};

/** The data API: who asks, whether the window has room, which list or record it is. */
export class Api {
  readonly #tokens: Tokens;
  readonly #window: RateWindow;
  readonly #lists: Lists;
  readonly #behaviour: Behaviour;
  readonly #booksOf: (companyId: string) => Books;
  readonly #background: Background;

  constructor({
    tokens,
    window,
    lists,
    behaviour,
    booksOf,
    background,
  }: {
    tokens: Tokens;
    window: RateWindow;
    lists: Lists;
    behaviour: Behaviour;
    booksOf: (companyId: string) => Books;
    background: Background;
  }) {
    this.#tokens = tokens;
    this.#window = window;
    this.#lists = lists;
    this.#behaviour = behaviour;
    this.#booksOf = booksOf;
    this.#background = background;
  }

  answer(call: Call): DataAnswer {
    const grant = this.#tokens.grantOf(call.authorization);
    if ('status' in grant) return grant;
    if (!grant.company) return unlicensed();
    const {headers, refusal} = this.#window.take({company: grant.company.id, clientId: grant.clientId});
    const answer = refusal ?? this.#answerTo(call, {...grant, company: grant.company});
    return {...answer, headers: {'ipp-request-id': randomUUID(), ...headers, ...answer.headers}};
  }

  #answerTo(call: Call, grant: CompanyGrant): DataAnswer {
    if (!grant.mayRead) return forbidden();
    if (call.method !== 'GET') return errorAnswer(405, {shape: 'Message', text: 'The method is not allowed.'});
    const path = decodedPath(call.path);
    if (path === undefined) return errorAnswer(400, {shape: 'html', text: 'Bad Request'});
    const asker = {company: grant.company.id, clientId: grant.clientId};
    const operation = this.#background.answer(asker, path);
    if (operation) return operation;
    const run = (): DataAnswer => this.#dataAt(path, {call, grant});
    if (call.background) return this.#background.accept(asker, {path: `${call.path}?${call.query.toString()}`, run});
    return this.#isTooSlow(path, call.query) ? errorAnswer(504, {shape: 'html', text: 'Gateway Time-out'}) : run();
  }

  /** A page so large, or a list without pages, that the gateway gives up before it is there. */
  #isTooSlow(path: string, query: URLSearchParams): boolean {
    const from = this.#behaviour.tooSlow[path];
    if (from === undefined) return false;
    const {paging} = endpoints.find(endpoint => endpoint.path === path) ?? {};
    return paging === 'unpaged' || Number(query.get('pageSize') || this.#behaviour.defaultPageSize) >= from;
  }

  #dataAt(path: string, {call, grant}: {call: Call; grant: CompanyGrant}): DataAnswer {
    const refused = this.#refusalOf(path, grant.company.id);
    if (refused) return refused;
    const books = this.#booksOf(grant.company.id);
    const blind = this.#behaviour.companyHeader === 'required' && call.companyHeader !== grant.company.companyId;
    try {
      return this.#listAt(books, path, {call, blind}) ?? this.#recordAt(books, path, {call, blind});
    } catch (thrown) {
      if (thrown instanceof Refusal) return errorAnswer(400, {shape: 'message', text: thrown.message});
      throw thrown;
    }
  }

  /** What the tenant has no licence for: the list and all below it. */
  #refusalOf(path: string, company: string): Answer | undefined {
    for (const [name, status] of Object.entries(this.#behaviour.unlicensed)) {
      const [only, of = only] = name.split(' ');
      if (of !== only && only !== company) continue;
      if (path !== of && !path.startsWith(`${of}/`)) continue;
      if (status === 403) return unlicensed();
      return errorAnswer(404, {shape: 'Message', text: `No HTTP resource was found that matches '${path}'.`});
    }
    return undefined;
  }

  #listAt(books: Books, path: string, {call, blind}: {call: Call; blind: boolean}): DataAnswer | undefined {
    const endpoint = endpoints.find(known => known.path === path);
    if (!endpoint) return undefined;
    if (blind) return emptyList();
    return {status: 200, headers: json, body: this.#lists.body(books, endpoint, call.query)};
  }

  #recordAt(books: Books, path: string, {call, blind}: {call: Call; blind: boolean}): DataAnswer {
    const found = detailAt(books, path, call.query);
    if (!found) return errorAnswer(404, {shape: 'Message', text: `No HTTP resource was found that matches '${path}'.`});
    if (!found.entity || blind) return errorAnswer(404, {shape: 'message', text: 'The resource was not found.'});
    const version = found.endpoint.rowVersion && found.entity[found.endpoint.rowVersion];
    const etag = typeof version === 'string' ? {etag: `"${version}"`} : {};
    return {status: 200, headers: {...json, ...etag}, body: JSON.stringify(found.entity)};
  }
}

export const emptyList = (): Answer => ({status: 200, headers: json, body: '[]'});

const unlicensed = (): Answer =>
  errorAnswer(403, {shape: 'exception', text: 'No license for this company.', faultCode: '12027'});

const forbidden = (): Answer =>
  errorAnswer(403, {shape: 'exception', text: 'The scope does not allow this.', faultCode: '12015'});

/**
 * The path decoded as a whole before it is cut into parts: `%2F` is a slash like any other, and the characters that
 * the gateway holds for dangerous are refused. Keys with these take the form `b64(…)`.
 */
function decodedPath(path: string): string | undefined {
  try {
    const decoded = decodeURIComponent(path);
    return /[<>*%&:\\?]/.test(decoded) ? undefined : decoded;
  } catch {
    return undefined;
  }
}
