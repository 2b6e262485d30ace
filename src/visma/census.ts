import type {JsonObject} from '../base/exact-json.ts';
import {KeySet} from '../base/key-set.ts';
import type {Pass} from '../model/pass.ts';
import {linesIn, recordKey} from '../model/record-key.ts';
import {incomplete} from './incomplete.ts';
import type {ListPage} from './list-page.ts';

/**
 * *proved*: everything came. *unproved*: a second walk has to see the same. *disputed*: what came is not what the list
 * itself says, so that it is believed only if another read brings the same records.
 */
export type Verdict = 'proved' | 'unproved' | 'disputed';

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
  #rows = 0;
  #lines = 0;
  #withoutLines = 0;
  /** Records of a list of lines that came again after others. */
  #again = 0;
  #pages = 0;
  #total: number | undefined;
  #fell = false;
  #bodiless = false;
  #strange = 0;

  constructor(pass: Pass) {
    this.#pass = pass;
    this.#earlier = pass.portion?.kind === 'pages' ? pass.portion.held.copy() : new KeySet();
  }

  /** Distinct records, those of earlier pages included where a walk goes on from them. */
  get distinct(): number {
    return this.#earlier.size + this.#keys.size;
  }

  /** The same for two walks that saw the same records and as many lines. */
  get digest(): string {
    return `${this.#keys.digest} ${this.#lines}`;
  }

  /**
   * Counts a page and the records that were whole with it.
   * @throws SyncError `incomplete` if the page does not go on where an earlier walk was left
   */
  count(page: ListPage, whole: readonly JsonObject[]): void {
    const before = this.#total;
    this.#total = page.totalCount ?? before;
    if (before !== undefined && this.#total !== undefined && this.#total < before) this.#fell = true;
    if (page.records.length > 0) this.#pages++;
    if (page.bodiless) this.#bodiless = true;
    this.#strange += page.strange;
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
    this.#rows++;
    const isNew = this.#keys.add(key);
    if (resource.reading.paging !== 'lines') return;
    if (!isNew) {
      this.#again++;
      return;
    }
    const lines = linesIn(record, resource);
    this.#lines += lines;
    if (lines === 0) this.#withoutLines++;
  }

  /**
   * Whether the walk is proved by its count. Without a count pages prove nothing. Nor does a count prove what a
   * whole list lacks, and that is marked: a record that goes while another comes moves what lies between them past the
   * reader.
   */
  judge(): Verdict {
    const {paging, kind} = this.#pass.resource.reading;
    // What stands in the place of a record may be one that is there.
    if (this.#strange > 0) return 'disputed';
    if (paging === 'unpaged') return this.#countHolds ? 'proved' : 'disputed';
    // What was deleted behind the page moved what follows it: one record was never seen, and yet the count is right.
    if (!this.#countHolds || this.#fell || this.#again > 0) return 'disputed';
    const isWalkedTwice = this.#pages > 1 && (this.#total === undefined || kind === 'snapshot');
    return isWalkedTwice ? 'unproved' : 'proved';
  }

  /** What is odd about what came, in words. */
  get oddities(): readonly string[] {
    const {paging, uncounted} = this.#pass.resource.reading;
    const unit = paging === 'lines' ? 'lines' : 'records';
    const repeated = this.#rows - this.#keys.size;
    const isShift = this.#countHolds && this.#total !== undefined && paging !== 'unpaged';
    return [
      ...(this.#countHolds ? [] : [`it counts ${this.#total} ${unit}, and ${this.#came} came`]),
      ...(this.#fell ? ['its count fell while it was read'] : []),
      ...(this.#again > 0 || (repeated > 0 && !isShift) ? [`${repeated} of its records came more than once`] : []),
      ...(this.#isCountMissing && uncounted !== true ? ['it does not say how many records it has'] : []),
      ...(this.#strange > 0 ? [`${this.#strange} of its elements are no records`] : []),
      ...(this.#bodiless ? ['it answers 200 with an empty body'] : []),
    ];
  }

  get #came(): number {
    return this.#pass.resource.reading.paging === 'lines' ? this.#lines : this.distinct;
  }

  /** Lists with pages carry a count in every record. */
  get #isCountMissing(): boolean {
    const {reading} = this.#pass.resource;
    return reading.paging !== 'unpaged' && this.#total === undefined && this.#rows > 0 && !this.#pass.keysOnly;
  }

  /**
   * Whether what came is what was counted. A record without lines may count as one line or as none. In one answer
   * nothing moves, so that a record which stands in it twice may be counted twice.
   */
  get #countHolds(): boolean {
    if (this.#total === undefined) return true;
    const {paging} = this.#pass.resource.reading;
    if (paging === 'lines') return [this.#lines, this.#lines + this.#withoutLines].includes(this.#total);
    return this.distinct === this.#total || (paging === 'unpaged' && this.#rows === this.#total);
  }

  /** Whether this walk, the first, and another one saw the same keys. */
  async equals(
    records: AsyncIterable<{readonly list: ListPage; readonly whole: readonly JsonObject[]}>,
  ): Promise<boolean> {
    const second = new Census(this.#pass);
    for await (const {list, whole} of records) second.count(list, whole);
    return second.digest === this.digest;
  }
}
