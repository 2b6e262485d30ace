import type {JsonObject} from '../base/exact-json.ts';
import {KeySet} from '../base/key-set.ts';
import type {Pass} from '../model/pass.ts';
import {contentOf, linesIn, recordKey} from '../model/record-key.ts';
import {incomplete} from './incomplete.ts';
import type {ListPage} from './list-page.ts';

/** How many rows a page holds as the server counts them: a record without lines may count as one line or none. */
interface Rows {
  readonly least: number;
  readonly most: number;
}

/**
 * The order of the pages of one walk: whether another one follows, and whether they go on as pages do. A parameter
 * that the server does not know is ignored with 200, so that a page may come again; a page that shrinks in the middle
 * has moved what follows it.
 */
export class PageOrder {
  readonly #pass: Pass;
  readonly #sizeAsked: number;
  readonly #marks = new KeySet();
  #size: number | undefined;
  #full = true;

  constructor(pass: Pass, sizeAsked: number) {
    this.#pass = pass;
    this.#sizeAsked = sizeAsked;
  }

  /** The size that pages really have; undefined before the first one. */
  get size(): number | undefined {
    return this.#size;
  }

  /**
   * Takes the next page; true when another one follows it.
   * @throws SyncError `incomplete`
   */
  follows(page: ListPage): boolean {
    if (this.#pass.resource.reading.paging === 'unpaged') return false;
    const [first] = page.records;
    if (first === undefined) return false;
    if (!this.#marks.add(this.#markOf(first))) throw this.#broken('a page came again', page);
    const rows = this.#rowsOf(page);
    this.#size ??= this.#sizeOf(page, rows);
    if (!this.#full) throw this.#broken('a page shrank in the middle', page);
    if (page.number > 1 && rows.least > this.#size) throw this.#broken('a page grew', page);
    this.#full = rows.least <= this.#size && this.#size <= rows.most;
    return page.totalCount === undefined || page.number * this.#size < page.totalCount;
  }

  /** What the server says, unless it sent more, or sent less and yet says that there is more. */
  #sizeOf({pageSizeMax, totalCount}: ListPage, {least, most}: Rows): number {
    const told = Math.min(this.#sizeAsked, pageSizeMax ?? this.#sizeAsked);
    if (told < least) return least;
    const cutSilently = told > most && (totalCount === undefined || totalCount > most);
    return cutSilently ? Math.max(1, least) : told;
  }

  #rowsOf({records}: ListPage): Rows {
    if (this.#pass.resource.reading.paging !== 'lines') return {least: records.length, most: records.length};
    const lines = records.map(record => linesIn(record, this.#pass.resource));
    const least = lines.reduce((sum, count) => sum + count, 0);
    return {least, most: least + lines.filter(count => count === 0).length};
  }

  /** Two pages of lines may begin with one record, and then with different lines of it. */
  #markOf(first: JsonObject): string {
    const {resource} = this.#pass;
    return resource.reading.paging === 'lines' ? contentOf(first) : recordKey(first, resource);
  }

  #broken(reason: string, {number}: ListPage): Error {
    return incomplete(this.#pass, reason, {facts: {page: number}});
  }
}
