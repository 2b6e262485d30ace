import {SyncError} from '../base/errors.ts';
import type {JsonObject} from '../base/exact-json.ts';
import type {Events} from '../model/events.ts';
import type {Page, Pass} from '../model/pass.ts';
import {Census} from './census.ts';
import {DoubtfulRecords} from './doubtful-records.ts';
import {Fragments} from './fragments.ts';
import {HeavyPage} from './heavy-page.ts';
import {incomplete} from './incomplete.ts';
import {type ListPage, toListPage} from './list-page.ts';
import {isDelta, pageQuery, passQuery, type Query} from './list-query.ts';
import {PageOrder} from './page-order.ts';
import type {Requests} from './requests.ts';
import {walk} from './walk.ts';

/** Below this a page is not what makes an answer heavy. */
const pageSizeMin = 10;

interface WholePage {
  readonly list: ListPage;
  /** Records that are whole with this page. */
  readonly whole: readonly JsonObject[];
}

/** Reads passes and judges whether they were complete. Remembers the page size that each list can bear. */
export class Reading {
  readonly #requests: Requests;
  readonly #pageSize: number;
  readonly #events: Events;
  readonly #bearable = new Map<string, number>();
  readonly #doubtful = new DoubtfulRecords();

  constructor(requests: Requests, {pageSize, events}: {readonly pageSize: number; readonly events: Events}) {
    this.#requests = requests;
    this.#pageSize = pageSize;
    this.#events = events;
  }

  /** A list whose pages are too heavy is read again from its beginning, by smaller ones. */
  async *read(pass: Pass, signal?: AbortSignal): AsyncGenerator<Page> {
    for (;;) {
      const order = new PageOrder(pass, this.#sizeFor(pass));
      try {
        yield* this.#readOnce(pass, {order, signal});
        return;
      } catch (thrown) {
        if (!(thrown instanceof HeavyPage) || !this.#shrink(pass, order)) throw thrown;
      }
    }
  }

  async *#readOnce(pass: Pass, {order, signal}: Walking): AsyncGenerator<Page> {
    const census = new Census(pass);
    for await (const {list, whole} of this.#wholePages(pass, {order, signal})) {
      census.count(list, whole);
      if (whole.length > 0 || list.number === 1) {
        const {servedAt, totalCount: total} = list;
        yield {records: whole, servedAt, ...(total !== undefined && {total})};
      }
    }
    if (census.judge() === 'unproved') await this.#walkAgain(pass, census, signal);
    if (census.distinct === 0) await this.#judgeEmpty(pass, signal);
  }

  /** Without a count several pages are believed only when a second walk sees the same. */
  async #walkAgain(pass: Pass, first: Census, signal: AbortSignal | undefined): Promise<void> {
    const order = new PageOrder(pass, this.#sizeFor(pass));
    if (await first.equals(this.#wholePages(pass, {order, signal}))) return;
    throw incomplete(pass, 'two walks saw different records', {facts: {distinct: first.distinct}});
  }

  /** `200 []` may be a lost right. Where the tail held rows the list without its filter tells it from a deletion. */
  async #judgeEmpty(pass: Pass, signal: AbortSignal | undefined): Promise<void> {
    const tailRows = pass.previous?.cursor.tailRows ?? 0;
    if (!isDelta(pass) || tailRows === 0) return;
    const {records} = await this.#fetch(pass, {query: pass.resource.query, number: 1, size: 1, signal});
    if (records.length > 0) return;
    throw incomplete(pass, 'the list is empty, and it was not', {
      facts: {tailRows},
      hint: 'A right may be lost: check that the client may still read this list, and the headers of the company.',
    });
  }

  async *#wholePages(pass: Pass, {order, signal}: Walking): AsyncGenerator<WholePage> {
    const query = passQuery(pass);
    const size = this.#sizeFor(pass);
    const fragments = fragmentsOf(pass, this.#doubtful);
    const fetch = (number: number, either: AbortSignal): Promise<ListPage> =>
      this.#fetch(pass, {query, number, size, signal: either});
    for await (const {last, ...list} of walk({fetch, order, signal})) {
      yield {list, whole: fragments ? fragments.add(list.records, {last}) : list.records};
    }
  }

  async #fetch(
    {company, resource}: Pass,
    {query, number, size, signal}: {query: Query; number: number; size: number; signal: AbortSignal | undefined},
  ): Promise<ListPage> {
    const {paging} = resource.reading;
    const place = {company, resource: resource.name, endpoint: resource.endpoint};
    const answer = await this.#requests.get({
      ...place,
      query: {...query, ...pageQuery(paging, {number, size})},
      shrinks: paging !== 'unpaged' && size > pageSizeMin,
      signal,
    });
    return toListPage(answer, {number, paging, place});
  }

  #sizeFor(pass: Pass): number {
    return this.#bearable.get(listOf(pass)) ?? this.#pageSize;
  }

  /** A quarter of what pages really had. False when they are as small as they get. */
  #shrink(pass: Pass, order: PageOrder): boolean {
    const asked = this.#sizeFor(pass);
    const size = Math.max(pageSizeMin, Math.floor(Math.min(asked, order.size ?? asked) / 4));
    if (pass.resource.reading.paging === 'unpaged' || size >= asked) return false;
    this.#bearable.set(listOf(pass), size);
    const facts = {company: pass.company.id, resource: pass.resource.name, pageSize: size};
    this.#events({event: 'note', message: 'pages were too heavy, smaller ones are asked for', facts});
    return true;
  }
}

interface Walking {
  readonly order: PageOrder;
  readonly signal: AbortSignal | undefined;
}

const listOf = ({company, resource}: Pass): string => JSON.stringify([company.id, resource.name]);

function fragmentsOf(pass: Pass, doubtful: DoubtfulRecords): Fragments | undefined {
  const {resource} = pass;
  if (resource.reading.paging !== 'lines') return undefined;
  if (!resource.cut) throw new SyncError('defect', `pages of ${resource.name} count lines, but it names no cut array`);
  return new Fragments(pass, resource.cut, doubtful);
}
