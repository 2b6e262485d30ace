import type {JsonObject} from '../base/exact-json.ts';
import {KeySet} from '../base/key-set.ts';
import type {Pass} from '../model/pass.ts';
import {linesIn, recordKey} from '../model/record-key.ts';
import {incomplete} from './incomplete.ts';
import type {ListPage} from './list-page.ts';

/**
 * What one walk has seen, counted: distinct keys, their lines, and what the server said there was. The count of the
 * last page is the one that holds, because data may move while pages are read.
 */
export class Census {
  readonly #pass: Pass;
  readonly #keys = new KeySet();
  /** What was read before the page that this walk began with. */
  readonly #earlier: KeySet;
  #joined = false;
  #lines = 0;
  #withoutLines = 0;
  #pages = 0;
  #total: number | undefined;
  #fell = false;

  constructor(pass: Pass) {
    this.#pass = pass;
    this.#earlier = pass.portion?.kind === 'pages' ? pass.portion.held.copy() : new KeySet();
  }

  /** Distinct records, those of earlier pages included where a walk goes on from them. */
  get distinct(): number {
    return this.#earlier.size + this.#keys.size;
  }

  /**
   * Counts a page and the records that were whole with it.
   * @throws SyncError `incomplete` when a record that was cut by pages of lines comes again later
   */
  count(page: ListPage, whole: readonly JsonObject[]): void {
    const before = this.#total;
    this.#total = page.totalCount ?? before;
    if (before !== undefined && this.#total !== undefined && this.#total < before) this.#fell = true;
    if (page.records.length > 0) this.#pages++;
    this.#join(page);
    for (const record of whole) this.#countRecord(record);
  }

  /** A walk that goes on begins with a page that was read before: nothing known on it means that the list moved. */
  #join({number, records}: ListPage): void {
    if (this.#joined || number === 1 || this.#pass.portion?.kind !== 'pages') return;
    this.#joined = true;
    if (records.some(record => this.#earlier.has(recordKey(record, this.#pass.resource)))) return;
    throw incomplete(this.#pass, 'the list does not go on where it was left', {facts: {page: number}});
  }

  #countRecord(record: JsonObject): void {
    const {resource} = this.#pass;
    const key = recordKey(record, resource);
    if (this.#earlier.has(key)) return;
    const isNew = this.#keys.add(key);
    if (resource.reading.paging !== 'lines') return;
    if (!isNew) throw incomplete(this.#pass, 'a record came again after others', {facts: {distinct: this.distinct}});
    const lines = linesIn(record, resource);
    this.#lines += lines;
    if (lines === 0) this.#withoutLines++;
  }

  /**
   * Whether the walk is proved by its count, or still needs a second one: without a count pages prove nothing. Nor does
   * a count prove what a whole list lacks, and that is marked: a record that goes while another comes moves what lies
   * between them past the reader.
   * @throws SyncError `incomplete`
   */
  judge(): 'proved' | 'unproved' {
    const {paging, kind} = this.#pass.resource.reading;
    if (paging === 'unpaged') return 'proved';
    const wantsAnother = this.#pages > 1 && (this.#total === undefined || kind === 'snapshot');
    if (this.#total === undefined) return wantsAnother ? 'unproved' : 'proved';
    // What was deleted behind the page moved what follows it: one record was never seen, and yet the count is right.
    if (this.#fell)
      throw incomplete(this.#pass, 'records were deleted while pages were read', {facts: {total: this.#total}});
    if (this.#seen().includes(this.#total)) return wantsAnother ? 'unproved' : 'proved';
    throw incomplete(this.#pass, 'the count of what came is not the one stated', {
      facts: {distinct: this.distinct, lines: this.#lines, total: this.#total, pages: this.#pages},
    });
  }

  /** A record without lines may count as one line or as none. */
  #seen(): readonly number[] {
    if (this.#pass.resource.reading.paging !== 'lines') return [this.distinct];
    return [this.#lines, this.#lines + this.#withoutLines];
  }

  /** Whether this walk, the first, and another one saw the same keys. */
  async equals(
    records: AsyncIterable<{readonly list: ListPage; readonly whole: readonly JsonObject[]}>,
  ): Promise<boolean> {
    const second = new Census(this.#pass);
    let strangers = 0;
    for await (const {list, whole} of records) {
      second.count(list, whole);
      for (const record of whole) if (!this.#keys.has(recordKey(record, this.#pass.resource))) strangers++;
    }
    return strangers === 0 && second.#keys.size === this.#keys.size && second.#lines === this.#lines;
  }
}
