import {SyncError} from '../base/errors.ts';
import type {JsonObject} from '../base/exact-json.ts';
import type {Events} from '../model/events.ts';
import type {ListCount, Page, Pass} from '../model/pass.ts';
import {Census} from './census.ts';
import type {CompanyLists} from './company-lists.ts';
import {Doubts} from './doubts.ts';
import {type Doubt, Fragments} from './fragments.ts';
import {HeavyPage} from './heavy-page.ts';
import {incomplete} from './incomplete.ts';
import {type ListPage, toListPage} from './list-page.ts';
import {askedBy, isDelta, listQuery, pageQuery, passQuery, type Query} from './list-query.ts';
import {PageOrder} from './page-order.ts';
import {countEach, readEach} from './read-each.ts';
import {withAsked} from './record-path.ts';
import type {Requests} from './requests.ts';
import {SeenBefore} from './seen-before.ts';
import {walk} from './walk.ts';

/** Below this a page is not what makes an answer heavy. */
const pageSizeMin = 10;

interface WholePage {
  readonly list: ListPage;
  readonly last: boolean;
  /** Records that are whole with this page. */
  readonly whole: readonly JsonObject[];
  /** Those of them that have lost lines, if the list has lost any: pages are odd, and these were cut by one. */
  readonly torn: ReadonlySet<JsonObject>;
}

export interface ReadingOptions {
  readonly pageSize: number;
  readonly events: Events;
  /** Told of lists that were read whole. */
  readonly lists: CompanyLists;
}

/** Reads passes and judges whether they were complete. Remembers the page size that each list can bear. */
export class Reading {
  readonly #requests: Requests;
  readonly #options: ReadingOptions;
  readonly #bearable = new Map<string, number>();
  readonly #doubts = new Doubts();
  readonly #seenBefore = new SeenBefore();

  constructor(requests: Requests, options: ReadingOptions) {
    this.#requests = requests;
    this.#options = options;
  }

  /** A list whose pages are too heavy is read again from its beginning, by smaller ones. */
  async *read(pass: Pass, signal?: AbortSignal): AsyncGenerator<Page> {
    if (pass.resource.reading.kind === 'snapshot' && pass.resource.reading.each !== undefined) {
      for await (const page of readEach(pass, this.#requests, signal)) {
        if (page.oddities) this.#tellOdd(pass, page);
        yield page;
      }
      return;
    }
    for (let asked = pass; ; asked = withPortionOf(asked, this.#sizeFor(asked))) {
      const order = new PageOrder(asked, this.#sizeFor(asked));
      try {
        yield* this.#readOnce(asked, {order, signal});
        return;
      } catch (thrown) {
        if (!(thrown instanceof HeavyPage) || !this.#shrink(asked, order)) throw thrown;
      }
    }
  }

  /** A page of one record says how many there are; a list without pages comes whole. */
  async count(pass: Pass, signal?: AbortSignal): Promise<ListCount> {
    const {reading} = pass.resource;
    if (reading.kind === 'snapshot' && reading.each !== undefined) return countEach(pass, this.#requests, signal);
    const page = await this.#fetch(pass, {query: passQuery(pass), number: 1, size: 1, signal});
    if (reading.kind === 'snapshot' && reading.paging === 'unpaged') {
      this.#options.lists.offer(pass.company, pass.resource.endpoint, page.records);
    }
    const {records, totalCount: total, pageSizeMax, ms} = page;
    return {
      came: records.length,
      ms,
      ...(total !== undefined && {total}),
      ...(pageSizeMax !== undefined && {pageSizeMax}),
    };
  }

  async *#readOnce(pass: Pass, {order, signal}: Walking): AsyncGenerator<Page> {
    const census = new Census(pass);
    const asked = askedBy(pass);
    const walking = {order, signal, unequal: 0};
    const torn: JsonObject[] = [];
    let newest: ListPage | undefined;
    for await (const {list, last, whole, torn: apart} of this.#wholePages(pass, walking)) {
      census.count(list, whole);
      torn.push(...apart);
      newest = pass.resource.reading.paging === 'unpaged' ? list : {...list, records: []};
      if (whole.length === 0 && list.number > 1) continue;
      const {number, servedAt, totalCount: total} = list;
      const records = whole.filter(record => !apart.has(record)).map(record => withAsked(record, asked));
      yield {records, servedAt, number, size: order.size ?? 0, last, ...(total !== undefined && {total})};
    }
    const unequal = walking.unequal > 0 ? [`the header totals of ${walking.unequal} records are not their lines'`] : [];
    const found = [...order.oddities, ...census.oddities, ...unequal];
    const isDisputed = await this.#prove(pass, census, {oddities: found, signal});
    // A record without its last lines would mark those as deleted. If the count holds, no line is missing.
    const kept = isDisputed ? [] : torn.map(record => withAsked(record, asked));
    const lost = torn.length - kept.length;
    const oddities = lost > 0 ? [...found, `${lost} records lack lines and are left out`] : found;
    if (newest && pass.resource.reading.kind === 'snapshot' && pass.resource.reading.paging === 'unpaged') {
      this.#options.lists.offer(pass.company, pass.resource.endpoint, newest.records);
    }
    if (!newest || oddities.length === 0) return;
    const {servedAt, number} = newest;
    const odd = isDisputed ? ({oddities, disputed: true} as const) : {oddities};
    this.#tellOdd(pass, odd);
    const end = {servedAt, number, size: order.size ?? 0, last: true};
    if (kept.length > 0) yield {...end, records: kept};
    yield {...end, records: [], ...odd};
  }

  /**
   * A list that is not what it says itself is believed if an earlier read of it brought the same records: then that is
   * how it is. A list that moves is another one on the next read. True if the list disputes what it brings.
   * @throws SyncError `incomplete`
   */
  async #prove(
    pass: Pass,
    census: Census,
    {oddities, signal}: {oddities: readonly string[]; signal: AbortSignal | undefined},
  ): Promise<boolean> {
    const verdict = census.judge();
    if (verdict === 'disputed' && !this.#seenBefore.cameBefore(pass, census.digest)) {
      throw incomplete(pass, oddities.join('; '), {facts: {distinct: census.distinct}});
    }
    if (verdict === 'unproved') await this.#walkAgain(pass, census, signal);
    if (census.distinct === 0) await this.#judgeEmpty(pass, signal);
    return verdict === 'disputed';
  }

  #tellOdd({company, resource, slice}: Pass, {oddities = [], disputed}: Pick<Page, 'oddities' | 'disputed'>): void {
    const whose = `${resource.name}${slice === '' ? '' : ` (${slice})`} of ${company.id}`;
    const kept =
      disputed === true ? '. It came the same twice: it is kept as provisional, and proves nothing deleted' : '';
    const message = `the list of ${whose} is odd: ${oddities.join('; ')}${kept}`;
    this.#options.events({event: 'note', message, facts: {company: company.id, resource: resource.name}});
  }

  /** Several pages without a count, or of a whole list, are believed only when a second walk sees the same. */
  async #walkAgain(pass: Pass, first: Census, signal: AbortSignal | undefined): Promise<void> {
    const order = new PageOrder(pass, this.#sizeFor(pass));
    if (await first.equals(this.#wholePages(pass, {order, signal, unequal: 0}))) return;
    throw incomplete(pass, 'two walks saw different records', {facts: {distinct: first.distinct}});
  }

  /** `200 []` may be a lost right. Where the tail held rows the list without its filter tells it from a deletion. */
  async #judgeEmpty(pass: Pass, signal: AbortSignal | undefined): Promise<void> {
    const tailRows = pass.previous?.cursor.tailRows ?? 0;
    if (!isDelta(pass) || tailRows === 0) return;
    const {since: _, ...whole} = pass;
    const query = {...passQuery(whole), ...listQuery(pass)};
    const {records} = await this.#fetch(pass, {query, number: 1, size: 1, signal});
    if (records.length > 0) return;
    throw incomplete(pass, 'the list is empty, and it was not', {
      facts: {tailRows},
      hint: 'A right may be lost: check that the client may still read this list, and the headers of the company.',
    });
  }

  async *#wholePages(pass: Pass, walking: Walking & {unequal: number}): AsyncGenerator<WholePage> {
    const {order, signal} = walking;
    const query = passQuery(pass);
    const size = this.#sizeFor(pass);
    const fragments = pass.keysOnly ? undefined : fragmentsOf(pass);
    const from = pass.portion?.kind === 'pages' ? pass.portion.page : 1;
    const fetch = (number: number, either: AbortSignal): Promise<ListPage> =>
      this.#fetch(pass, {query, number, size, signal: either});
    for await (const {last, ...list} of walk({fetch, order, from, signal})) {
      const {whole, doubts} = fragments?.add(list, {last, odd: order.oddities.length > 0}) ?? {
        whole: list.records,
        doubts: [],
      };
      if (doubts.length > 0) {
        walking.unequal += await this.#doubts.settle(doubts, pass, wanted =>
          this.#fetch(pass, {query, number: wanted, size, signal}),
        );
      }
      const isOff = (doubt: Doubt): boolean => order.oddities.length > 0 && doubt.totals === 'off';
      yield {list, last, whole, torn: new Set(doubts.filter(isOff).map(({record}) => record))};
    }
  }

  async #fetch(
    {company, resource, keysOnly, kind}: Pass,
    {query, number, size, signal}: {query: Query; number: number; size: number; signal: AbortSignal | undefined},
  ): Promise<ListPage & {readonly ms: number}> {
    const {paging} = resource.reading;
    const endpoint = (keysOnly ? resource.headers : undefined) ?? resource.endpoint;
    const place = {company, resource: resource.name, endpoint};
    const answer = await this.#requests.get({
      ...place,
      query: {...query, ...pageQuery(paging, {number, size})},
      shrinks: paging !== 'unpaged' && size > pageSizeMin,
      sweeping: kind === 'sweep',
      signal,
    });
    return {...toListPage(answer, {number, paging, place}), ms: answer.ms};
  }

  /** Pages that go on from earlier ones keep their size, for page n means nothing without it. */
  #sizeFor(pass: Pass): number {
    const bearable = this.#bearable.get(listOf(pass));
    if (pass.portion?.kind === 'pages') return Math.min(pass.portion.size, bearable ?? pass.portion.size);
    return bearable ?? this.#options.pageSize;
  }

  /** A quarter of what pages really had. False when they are as small as they get. */
  #shrink(pass: Pass, order: PageOrder): boolean {
    const asked = this.#sizeFor(pass);
    const size = Math.max(pageSizeMin, Math.floor(Math.min(asked, order.size ?? asked) / 4));
    if (pass.resource.reading.paging === 'unpaged' || size >= asked) return false;
    this.#bearable.set(listOf(pass), size);
    const facts = {company: pass.company.id, resource: pass.resource.name, pageSize: size};
    this.#options.events({event: 'note', message: 'pages were too heavy, smaller ones are asked for', facts});
    return true;
  }
}

interface Walking {
  readonly order: PageOrder;
  readonly signal: AbortSignal | undefined;
}

const listOf = ({company, resource}: Pass): string => JSON.stringify([company.id, resource.name]);

/** Where smaller pages go on from larger ones, the first of them begins no later. */
function withPortionOf(pass: Pass, size: number): Pass {
  const {portion} = pass;
  if (portion?.kind !== 'pages' || portion.size === size) return pass;
  const page = Math.floor(((portion.page - 1) * portion.size) / size) + 1;
  return {...pass, portion: {...portion, page, size}};
}

function fragmentsOf(pass: Pass): Fragments | undefined {
  const {resource} = pass;
  if (resource.reading.paging !== 'lines') return undefined;
  if (!resource.cut) throw new SyncError('defect', `pages of ${resource.name} count lines, but it names no cut array`);
  return new Fragments(pass, resource.cut);
}
