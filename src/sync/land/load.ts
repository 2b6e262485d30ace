import {hash} from 'node:crypto';
import {compactInstant} from '../../base/clock.ts';
import type {SyncError} from '../../base/errors.ts';
import {isJsonObject, type Json} from '../../base/exact-json.ts';
import {release} from '../../base/release.ts';
import type {Batch} from '../../model/batch.ts';
import type {Cursor, HeldFile, Manifest, PartFile, PassCounts, RefusedHint} from '../../model/load.ts';
import {type LoadId, loadId, type Stamp, stampMs, type TableName, toStamp} from '../../model/names.ts';
import type {Page, Pass} from '../../model/pass.ts';
import {PartWriter} from '../../parquet/parquet.ts';
import {
  goneBatch,
  hintOf,
  makeRowShaper,
  type PageRows,
  type RowContext,
  refusal,
  rejectBatch,
  type SeenRecord,
} from '../../rows/rows.ts';
import type {Doors} from '../doors.ts';
import {Contradictions, keyProblem, type Suspects} from './contradictions.ts';
import {cursorAfter, endedAsLastTime, Watermark} from './cursor.ts';
import {Oddities} from './oddities.ts';
import type {Sieve} from './restamps.ts';
import {rowContextOf} from './row-context.ts';
import {SeenRecords} from './seen-records.ts';

export interface Sealing {
  /** The load that it was built on, where it means nothing behind another one. */
  readonly after?: LoadId | undefined;
  /** The file with the keys held so far, of a stretch. */
  readonly held?: HeldFile;
  /** Where the next window begins at the latest, where that is known better than by this load. */
  readonly windowSince?: Stamp | undefined;
  /** Makes of the cursor that follows from what was read the one that is settled. */
  readonly cursorOf?: (cursor: Cursor) => Cursor;
}

const recordsAtOnce = 200;

/** Of more refused records nothing tells which rows may be these. */
const hintsMax = 100;

const same = (cursor: Cursor): Cursor => cursor;

/** The files of one pass: pages become rows, rows become parts, and the manifest seals them. */
export class Load {
  readonly id: LoadId;
  readonly #pass: Pass;
  readonly #doors: Doors;
  readonly #context: RowContext;
  readonly #shape: ReturnType<typeof makeRowShaper>;
  /** The fingerprint of the privacy rules. */
  readonly #privacy: string;
  readonly #begunMs: number;
  readonly #seen = new SeenRecords();
  readonly #watermark: Watermark;
  readonly #writers = new Map<TableName, PartWriter>();
  readonly #columns = new Map<TableName, readonly string[]>();
  readonly #files: PartFile[] = [];
  readonly #odd = new Oddities();
  readonly #hints: RefusedHint[] = [];
  readonly #contradictions: Contradictions;
  #startedAt: Date | undefined;
  #read = 0;
  #counted = false;
  /** True if the list itself was odd in a way that leaves open whether it is whole. */
  #isOddList = false;
  #pages = 0;
  #unchanged = 0;
  #sieve: Sieve | undefined;
  #refused = 0;
  #repeated = 0;

  /** @param suspects keys that an earlier walk of the list found to be no keys */
  static begin(pass: Pass, doors: Doors, suspects?: Suspects): Load {
    return new Load(pass, doors, suspects);
  }

  private constructor(pass: Pass, doors: Doors, suspects: Suspects | undefined) {
    this.id = loadId(`${compactInstant(doors.clock.now())}-${doors.random.id()}`);
    this.#pass = pass;
    this.#doors = doors;
    this.#contradictions = new Contradictions(suspects);
    const {context, fingerprint} = rowContextOf(pass, {loadId: this.id, privacy: doors.privacy});
    this.#context = context;
    this.#privacy = fingerprint;
    this.#shape = makeRowShaper(this.#context);
    this.#begunMs = doors.clock.monotonicMs();
    this.#watermark = new Watermark(pass.previous?.cursor.watermark);
  }

  get counts(): PassCounts {
    const [read, refused, repeated, unchanged] = [this.#read, this.#refused, this.#repeated, this.#unchanged];
    const landed = read - refused - repeated - unchanged;
    return {read, landed, refused, repeated, ...(unchanged > 0 && {unchanged}), ...this.#odd.counts};
  }

  /**
   * True where the pass found nothing but what the previous one left in its tail. A whole list that was odd and is not
   * any more is news: what it lacked last time is gone.
   */
  get endedAsLastTime(): boolean {
    const {resource, previous} = this.#pass;
    const isProvedNow =
      resource.reading.kind === 'snapshot' && previous?.cursor.provisional === true && !this.#isOddList;
    return !isProvedNow && endedAsLastTime(this.#pass, this.#seen);
  }

  /** What is wrong with keys of records that were refused for it. */
  get keyProblem(): SyncError | undefined {
    const {refused} = this.#contradictions;
    return refused > 0 ? keyProblem(this.#pass, refused) : undefined;
  }

  get isEmpty(): boolean {
    return this.#read === 0;
  }

  /** What was odd in what it took so far. */
  get odd(): Oddities {
    this.#odd.stampedAhead = this.#watermark.ahead;
    return this.#odd;
  }

  /** The greatest stamp that may be believed, over this load and those before it. */
  get watermark(): Stamp | undefined {
    return this.#watermark.stamp;
  }

  /**
   * True where several pages came and only their count says that they were all: it does not tell that one record went
   * while another came. Pages without a count, and those of a whole list, were walked twice.
   */
  get #moved(): boolean {
    const {kind, resource} = this.#pass;
    if (this.#pages <= 1 || resource.reading.kind === 'snapshot') return false;
    return kind === 'first' || kind === 'resync' || this.#counted;
  }

  /** Takes one page, some records at a time, whose rows are gone again soon; puts a part whenever one is full. */
  async add(page: Page, signal?: AbortSignal): Promise<void> {
    this.#startedAt ??= new Date(page.servedAt.getTime() - this.#elapsedMs());
    if (page.oddities) {
      // A whole list that is merely odd was read twice, or shows by its count that it is whole.
      this.#isOddList = page.disputed === true || this.#pass.resource.reading.kind === 'delta';
      return;
    }
    this.#pages++;
    if (page.total !== undefined) this.#counted = true;
    for (let from = 0; from < page.records.length; from += recordsAtOnce) {
      this.#take(page.records.slice(from, from + recordsAtOnce), page.servedAt);
      await this.#putFull(signal);
    }
  }

  #take(records: Page['records'], servedAt: Date): void {
    let rest = records;
    if (this.#contradictions.expectsAny) {
      const {seen} = this.#shape(records, 0);
      rest = this.#contradictions.without(records, {seen, servedAt});
    }
    if (rest.length > 0) this.#takeRows(rest, servedAt);
  }

  /**
   * Everything was read: takes what was set apart, and refuses what bears a key that is none.
   * @throws SyncError `key` if the walk met such a key for the first time
   */
  endReading(): void {
    const apart = this.#contradictions.take();
    if (apart.length > 0) {
      const {seen} = this.#shape(
        apart.map(({record}) => record),
        0,
      );
      const refused = this.#contradictions.among(seen);
      const taken = apart.filter((_, place) => !refused.has(place));
      for (const {record, servedAt} of taken) this.#takeRows([record], servedAt);
      this.#refuse(apart.filter((_, place) => refused.has(place)).map(({record}) => record));
    }
    this.#contradictions.judge(this.#pass);
  }

  #refuse(records: Page['records']): void {
    if (records.length === 0) return;
    const reason = `another record has the same key and stamp: ${this.#pass.resource.key.join(', ')}`;
    const safe = this.#shape(records, this.#read).records;
    const refused = safe.map((record, index) => refusal(this.#read + index, reason, record));
    this.#read += records.length;
    this.#refused += records.length;
    this.#odd.reject(records.length);
    for (const record of safe) this.#noteRefused(record, reason);
    this.#hint(safe);
    this.#hold(rejectBatch(refused, this.#context));
  }

  #takeRows(records: Page['records'], servedAt: Date): void {
    const firstPlace = this.#read;
    const all = this.#shape(records, firstPlace);
    const rows = this.#sieve ? this.#sifted(records, all, firstPlace) : all;
    this.#read += records.length;
    for (const record of all.seen) this.#note(record, servedAt);
    this.#refused += records.length - all.seen.length;
    this.#odd.add(rows);
    for (const {place, reason} of rows.refused) this.#noteRefused(rows.records[place - firstPlace], reason);
    if (records.length > all.seen.length) this.#hintAt(all, firstPlace);
    for (const batch of rows.batches) this.#hold(batch);
    if (rows.refused.length > 0) this.#hold(rejectBatch(rows.refused, this.#context));
  }

  /** Takes records that are proved gone. They count as none that was read. */
  async markGone(recordIds: readonly string[], signal?: AbortSignal): Promise<void> {
    this.#hold(goneBatch(recordIds, this.#context));
    await this.#putFull(signal);
  }

  /** From here on only records that the tables do not hold just so are landed. */
  siftBy(sieve: Sieve | undefined): void {
    this.#sieve = sieve;
  }

  /** The rows of what is new. Refused records are told by all of them, so that they are kept as well. */
  #sifted(records: Page['records'], all: PageRows, firstPlace: number): PageRows {
    const contents = all.contents();
    const held = new Set<number>();
    for (const [index, {recordId, place}] of all.seen.entries()) {
      if (this.#sieve?.isHeld(recordId, contents[index] ?? '')) held.add(place - firstPlace);
    }
    this.#unchanged += held.size;
    return held.size === 0
      ? all
      : this.#shape(
          records.filter((_, index) => !held.has(index)),
          firstPlace,
        );
  }

  /** Puts what is left and writes the manifest: from here on a dead run is finished by the next one. */
  async seal(sealing: Sealing = {}, signal?: AbortSignal): Promise<Manifest> {
    const {held, windowSince, cursorOf = same} = sealing;
    this.endReading();
    const {pass, seen, watermark} = {pass: this.#pass, seen: this.#seen, watermark: this.#watermark.stamp};
    const {overlapMs} = this.#doors.settings;
    const startedAt = this.#startedAt ?? this.#doors.clock.now();
    for (const table of this.#writers.keys()) await this.#put(table, signal);
    const moved = this.#moved || this.#isOddList;
    const passMs = this.#elapsedMs();
    const cursor = cursorAfter({pass, seen, watermark, startedAt, passMs, overlapMs, moved, windowSince});
    const after = sealing.after ?? pass.previous?.cursor.resume?.heldIn;
    const manifest: Manifest = {
      version: 2,
      loadId: this.id,
      runId: pass.runId,
      companyId: pass.company.id,
      tenantId: pass.company.tenantId,
      resource: pass.resource.name,
      slice: pass.slice,
      sequence: pass.sequence,
      kind: pass.kind,
      ...(pass.reread === true && {reread: true}),
      startedAt: startedAt.toISOString(),
      ...(pass.since !== undefined && {since: pass.since}),
      ...(after !== undefined && {after}),
      ...(held && {held}),
      ...(this.#privacy !== '' && {privacy: this.#privacy}),
      counts: this.counts,
      ...(this.#odd.absent.size > 0 && {absent: Object.fromEntries(this.#odd.absent)}),
      ...(this.#hints.length > 0 && this.#hints.length <= hintsMax && {refusals: this.#hints}),
      files: this.#files,
      cursor: cursorOf(cursor),
    };
    await this.#doors.landing.seal(manifest, signal);
    return manifest;
  }

  /** Forgets the pass, and removes what it put. */
  async discard(): Promise<void> {
    if (this.#files.length > 0) await this.#doors.landing.discard(this.#pass.resource, this.id);
  }

  #elapsedMs(): number {
    return this.#doors.clock.monotonicMs() - this.#begunMs;
  }

  #note({recordId, hash: digest, stamp}: SeenRecord, servedAt: Date): void {
    const sighting = this.#seen.add({
      recordId,
      hash: digest,
      stampMs: stamp === undefined ? Number.NaN : stampMs(stamp),
    });
    if (stamp !== undefined) this.#watermark.see(stamp, servedAt);
    if (sighting === 'repeated' || sighting === 'changed') this.#repeated++;
    if (sighting !== 'contradicted') return;
    this.#contradictions.find(recordId);
    // A sweep lands in one load what several walks bring: it can't set apart what an earlier one brought.
    if (this.#pass.kind === 'sweep') this.#contradictions.judge(this.#pass);
  }

  /** Remembers what is known of the records that were refused, while they are few. */
  #hintAt({records, seen}: PageRows, firstPlace: number): void {
    const known = new Set(seen.map(({place}) => place - firstPlace));
    this.#hint(records.filter((_, index) => !known.has(index)));
  }

  #hint(refused: readonly Json[]): void {
    const {resource} = this.#pass;
    if (resource.reading.kind !== 'snapshot') return;
    const free = Math.max(0, hintsMax + 1 - this.#hints.length);
    this.#hints.push(...refused.slice(0, free).map(record => hintOf(record, resource)));
  }

  /** A list with something refused in it is another one once that is mended; until then it is no news. */
  #noteRefused(record: Json | undefined, reason: string): void {
    const {stamp: property} = this.#pass.resource;
    const bare = isJsonObject(record) ? {...record, metadata: undefined} : record;
    const stamp = property !== undefined && isJsonObject(record) ? toStamp(record[property]) : undefined;
    const digest = hash('sha256', JSON.stringify([bare, reason]), 'hex').slice(0, 32);
    const stamped = stamp === undefined ? Number.NaN : stampMs(stamp);
    this.#seen.add({recordId: `refused\u0000${digest}`, hash: digest, stampMs: stamped});
  }

  #hold(batch: Batch): void {
    if (batch.rows === 0) return;
    let writer = this.#writers.get(batch.table);
    if (!writer) {
      writer = new PartWriter(batch.columns);
      this.#writers.set(batch.table, writer);
      this.#columns.set(batch.table, batch.columns);
    }
    writer.add(batch);
  }

  /** Memory is bounded by the part size, not by the pass: the largest goes first. */
  async #putFull(signal?: AbortSignal): Promise<void> {
    for (;;) {
      let held = 0;
      let largest: {readonly table: TableName; readonly bytes: number} | undefined;
      for (const [table, {heldBytes: bytes}] of this.#writers) {
        held += bytes;
        if (!largest || bytes > largest.bytes) largest = {table, bytes};
      }
      if (!largest || largest.bytes === 0 || held < this.#doors.settings.partBytesMax) return;
      await this.#put(largest.table, signal);
    }
  }

  async #put(table: TableName, signal?: AbortSignal): Promise<void> {
    const writer = this.#writers.get(table);
    if (!writer || writer.rows === 0) return;
    const {rows} = writer;
    const columns = this.#columns.get(table) ?? [];
    const bytes = writer.finish();
    const index = this.#files.filter(file => file.table === table).length;
    const name = `${table}-${String(index).padStart(5, '0')}.parquet`;
    const sha256 = hash('sha256', bytes, 'hex');
    const file: PartFile = {table, name, columns, rows, bytes: bytes.length, sha256};
    const begunMs = this.#doors.clock.monotonicMs();
    await this.#doors.landing.put({resource: this.#pass.resource, loadId: this.id, file, bytes}, signal);
    this.#doors.events({event: 'upload', bytes: file.bytes, ms: this.#doors.clock.monotonicMs() - begunMs});
    this.#files.push(file);
    release(bytes);
  }
}
