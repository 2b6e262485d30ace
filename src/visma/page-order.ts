import type {JsonObject} from '../base/exact-json.ts';
import {KeySet} from '../base/key-set.ts';
import type {Pass} from '../model/pass.ts';
import {contentOf, linesIn, recordKey} from '../model/record-key.ts';
import type {ListPage} from './list-page.ts';

/** How many rows a page holds as the server counts them: a record without lines may count as one line or none. */
interface Rows {
  readonly least: number;
  readonly most: number;
}

/** After so many pages in a row that came before, or are empty, nothing more is expected of a list. */
const uselessMax = 2;

/**
 * The order of the pages of one walk: whether another one follows, and whether they go on as pages do. A parameter
 * that the server does not know is ignored with 200, so that a page may come again; a page that is short in the middle
 * may have moved what follows it. What is odd is noted and the walk goes on: what came is judged by its records.
 */
export class PageOrder {
  readonly #pass: Pass;
  readonly #sizeAsked: number;
  readonly #marks = new KeySet();
  readonly #oddities = new Set<string>();
  #size: number | undefined;
  #total: number | undefined;
  #full = true;
  #useless = 0;

  constructor(pass: Pass, sizeAsked: number) {
    this.#pass = pass;
    this.#sizeAsked = sizeAsked;
  }

  /** The size that pages really have; undefined before the first one. */
  get size(): number | undefined {
    return this.#size;
  }

  /** What was odd about the pages, each once. */
  get oddities(): readonly string[] {
    return [...this.#oddities];
  }

  /** Takes the next page; true when another one follows it. */
  follows(page: ListPage): boolean {
    if (this.#pass.resource.reading.paging === 'unpaged') return false;
    this.#total = page.totalCount ?? this.#total;
    const [first] = page.records;
    if (first === undefined) return this.#followsEmpty(page);
    if (!this.#marks.add(this.#markOf(first))) {
      this.#oddities.add('a page came again');
      return ++this.#useless < uselessMax && this.#hasMore(page.number);
    }
    this.#useless = 0;
    const rows = this.#rowsOf(page);
    this.#size ??= this.#sizeOf(page, rows);
    if (!this.#full) this.#oddities.add('a page in the middle is short');
    if (page.number > 1 && rows.least > this.#size) this.#oddities.add('a page is longer than the others');
    this.#full = this.#size <= rows.most;
    return this.#hasMore(page.number);
  }

  /** An empty page is the end of a list, unless its count says that it is in the middle. */
  #followsEmpty({number}: ListPage): boolean {
    if (number === 1 || this.#total === undefined || number * (this.#size ?? 0) >= this.#total) return false;
    this.#oddities.add('a page in the middle is empty');
    return ++this.#useless < uselessMax;
  }

  /** If pages are odd, their number tells nothing of the end: only an empty page does. */
  #hasMore(number: number): boolean {
    if (this.#total === undefined || this.#oddities.size > 0) return true;
    return number * (this.#size ?? 0) < this.#total;
  }

  /** What the server says, unless it sent more, or sent less and yet says that there is more. */
  #sizeOf({pageSizeMax, totalCount}: ListPage, {least, most}: Rows): number {
    const told = Math.min(this.#sizeAsked, pageSizeMax ?? this.#sizeAsked);
    if (told < least) return least;
    const cutSilently = told > most && (totalCount === undefined || totalCount > most);
    return cutSilently ? Math.max(1, least) : told;
  }

  #rowsOf({records, strange}: ListPage): Rows {
    const count = records.length + strange;
    if (this.#pass.resource.reading.paging !== 'lines') return {least: count, most: count};
    const lines = records.map(record => linesIn(record, this.#pass.resource));
    const least = lines.reduce((sum, count) => sum + count, 0);
    return {least, most: least + lines.filter(count => count === 0).length};
  }

  /** Two pages of lines may begin with one record, and then with different lines of it. */
  #markOf(first: JsonObject): string {
    const {resource} = this.#pass;
    return resource.reading.paging === 'lines' ? contentOf(first) : recordKey(first, resource);
  }
}
