import {gzipSync} from 'node:zlib';
import type {Behaviour, ListOddity} from './behaviour.ts';
import type {Endpoint} from './endpoint.ts';
import {type Entity, entitiesIn} from './exact.ts';
import {Refusal} from './filters.ts';
import type {Listing} from './listing.ts';
import {type Selection, select} from './selection.ts';
import type {Books} from './store.ts';
import {flagsOf, hiddenBy, shown} from './view.ts';

/** The body of a page, made once and kept until a record changes. */
export class Body {
  readonly plain: Buffer;
  #zipped: Buffer | undefined;

  constructor(text: string) {
    this.plain = Buffer.from(text, 'utf8');
  }

  get zipped(): Buffer {
    this.#zipped ??= gzipSync(this.plain, {level: 1});
    return this.#zipped;
  }
}

interface Paged {
  readonly number: number;
  readonly size: number;
  readonly sizeMax: number;
}

interface Kept {
  readonly version: number;
  readonly selections: Map<string, Selection>;
  readonly pages: Map<string, Body>;
  bytes: number;
}

const keptBytesMax = 400_000_000;

/** The lists of every endpoint, by the table of endpoints; bodies are kept while the collection stands still. */
export class Lists {
  readonly #behaviour: Behaviour;
  readonly #kept = new WeakMap<Listing, Kept>();

  constructor(behaviour: Behaviour) {
    this.#behaviour = behaviour;
  }

  /** The body of one page. Throws Refusal for what the vendor answers with 400. */
  body(books: Books, endpoint: Endpoint, query: URLSearchParams): Body {
    const listing = books.listing(endpoint);
    const kept = this.#keptOf(listing);
    const paged = this.#pagedBy(endpoint, query);
    const hidden = hiddenBy(endpoint, {form: 'list', flags: flagsOf(query)});
    const filter = this.#filterName(endpoint, query);
    const name = JSON.stringify([filter, paged, hidden]);
    const known = kept.pages.get(name);
    if (known) return known;
    const selection = kept.selections.get(filter) ?? select(listing, {query, behaviour: this.#behaviour});
    kept.selections.set(filter, selection);
    const odd = this.#behaviour.oddLists[endpoint.path];
    const bears = {...endpoint, metadata: endpoint.metadata && odd?.endsWith('no metadata') !== true};
    const text = pageText(oddly(selection, odd), bears, {paged, hidden, odd});
    const body = new Body(odd === 'empty body' && text === '[]' ? '' : text);
    this.#keep(kept, name, body);
    return body;
  }

  /** How many records fit a query: lines where pages count lines. */
  total(books: Books, endpoint: Endpoint, query: URLSearchParams): number {
    return select(books.listing(endpoint), {query, behaviour: this.#behaviour}).total;
  }

  #keptOf(listing: Listing): Kept {
    const known = this.#kept.get(listing);
    if (known?.version === listing.version) return known;
    const fresh = {version: listing.version, selections: new Map(), pages: new Map(), bytes: 0};
    this.#kept.set(listing, fresh);
    return fresh;
  }

  #keep(kept: Kept, name: string, body: Body): void {
    if (kept.bytes > keptBytesMax) {
      kept.pages.clear();
      kept.bytes = 0;
    }
    kept.bytes += body.plain.length;
    kept.pages.set(name, body);
  }

  #pagedBy(endpoint: Endpoint, query: URLSearchParams): Paged {
    const sizeMax = this.#sizeMaxOf(endpoint);
    if (endpoint.paging === 'unpaged') return {number: 1, size: Number.POSITIVE_INFINITY, sizeMax};
    const asked = wholeIn(query, 'pageSize') ?? 0;
    const size = asked > 0 ? asked : this.#behaviour.defaultPageSize;
    return {number: Math.max(1, wholeIn(query, 'pageNumber') ?? 1), size: Math.min(size, sizeMax), sizeMax};
  }

  #sizeMaxOf(endpoint: Endpoint): number {
    const own = endpoint.maxPageSize ?? 1000;
    const {maxPageSize} = this.#behaviour;
    return typeof maxPageSize === 'number' ? maxPageSize : (maxPageSize?.[endpoint.path] ?? own);
  }

  #filterName(endpoint: Endpoint, query: URLSearchParams): string {
    const {filters = {}, required = [], derived} = endpoint;
    const names = [...Object.keys(filters), 'lastModifiedDateTime', ...required, ...(derived?.by ?? [])];
    const values = names.flatMap(name => [query.get(name), query.get(`${name}Condition`)]);
    return JSON.stringify([endpoint.path, values, this.#behaviour]);
  }
}

/** A selection as an odd list shows it. */
function oddly(selection: Selection, odd: ListOddity | undefined): Selection {
  const {rows, total} = selection;
  if (odd === 'count off by one' && total > 0) return {...selection, total: total + 1};
  const middle = Math.floor(rows.length / 2);
  const twin = rows[middle];
  if (twin === undefined) return selection;
  if (odd === 'a record less') return {...spliced(selection, {at: middle, remove: 1}), total};
  const twice = spliced(selection, {at: middle, remove: 0, add: twin});
  if (odd === 'a record twice') return twice;
  return odd === 'a record twice, counted once' ? {...twice, total} : selection;
}

/** The selection with a record more or less, and its count with it. */
function spliced(
  {rows, total, ends}: Selection,
  {at, remove, add}: {readonly at: number; readonly remove: number; readonly add?: Entity},
): Selection {
  const weights = ends?.map((end, place) => end - (ends[place - 1] ?? 0));
  const weight = weights?.[at] ?? 1;
  const added = add === undefined ? [] : [add];
  let sum = 0;
  const spliced = weights?.toSpliced(at, remove, ...added.map(() => weight)).map(each => (sum += each));
  return {
    rows: rows.toSpliced(at, remove, ...added),
    total: total + (added.length - remove) * weight,
    ...(spliced && {ends: spliced}),
  };
}

function wholeIn(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null || value === '') return undefined;
  if (!/^-?\d{1,9}$/.test(value)) throw new Refusal(`The value '${value}' is not valid for ${name}.`);
  return Number(value);
}

function pageText(
  selection: Selection,
  endpoint: Endpoint,
  {paged, hidden, odd}: {paged: Paged; hidden: readonly string[]; odd: ListOddity | undefined},
): string {
  const records = pageOf(selection, endpoint, stretchOf(paged, selection.total, odd));
  const metadata = {totalCount: selection.total, maxPageSize: paged.sizeMax};
  if (endpoint.ids !== undefined) return JSON.stringify(records.map(record => record[endpoint.ids ?? '']));
  const texts = records.map(record => {
    const view = shown(record, endpoint, hidden);
    return JSON.stringify(endpoint.metadata ? {...view, metadata} : view);
  });
  const array = `[${texts.join(',')}]`;
  if (endpoint.paging !== 'envelope') return array;
  const {number, size} = paged;
  return `{"pageNumber":${number},"pageSize":${size},"totalCount":${selection.total},"records":${array}}`;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What a page shows, of all records or lines. */
function stretchOf({number, size}: Paged, total: number, odd: ListOddity | undefined): Stretch {
  const from = (number - 1) * size;
  const to = from + size;
  if (odd?.startsWith('pages ignored')) return {from: 0, to: Number.POSITIVE_INFINITY};
  if (odd === 'the first page again') return {from: 0, to: size};
  if (odd === 'an empty middle page' && number === 2 && to < total) return {from, to: from};
  if (odd === 'a short middle page' && number > 1) return {from: number === 2 ? from : from - 1, to: to - 1};
  return {from, to};
}

function pageOf({rows, ends}: Selection, endpoint: Endpoint, {from, to}: Stretch): readonly Entity[] {
  if (endpoint.paging === 'unpaged') return rows;
  if (from === to) return [];
  return ends ? cut({rows, ends}, endpoint.lines ?? '', {from, to}) : rows.slice(from, to);
}

/** The records whose lines lie in a stretch of all lines, each with only those; the header is repeated. */
function cut(
  {rows, ends}: {rows: readonly Entity[]; ends: readonly number[]},
  lines: string,
  {from, to}: Stretch,
): readonly Entity[] {
  const fragments: Entity[] = [];
  for (let place = firstAfter(ends, from); place < rows.length; place++) {
    const start = place === 0 ? 0 : (ends[place - 1] ?? 0);
    const entity = rows[place];
    if (!entity || start >= to) break;
    const all = entitiesIn(entity[lines]);
    const whole = start >= from && start + all.length <= to;
    fragments.push(whole ? entity : {...entity, [lines]: all.slice(Math.max(0, from - start), to - start)});
  }
  return fragments;
}

/** The first place whose end lies beyond a count. */
function firstAfter(ends: readonly number[], count: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) > count) high = middle;
    else low = middle + 1;
  }
  return low;
}
