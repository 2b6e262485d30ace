import {hash} from 'node:crypto';
import {compactInstant} from '../../base/clock.ts';
import {SyncError} from '../../base/errors.ts';
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
  rejectBatch,
  type SeenRecord,
} from '../../rows/rows.ts';
import type {Doors} from '../doors.ts';
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
  #startedAt: Date | undefined;
  #read = 0;
  #counted = false;
  #pages = 0;
  #unchanged = 0;
  #sieve: Sieve | undefined;
  #refused = 0;
  #repeated = 0;

  static begin(pass: Pass, doors: Doors): Load {
    return new Load(pass, doors);
  }

  private constructor(pass: Pass, doors: Doors) {
    this.id = loadId(`${compactInstant(doors.clock.now())}-${doors.random.id()}`);
    this.#pass = pass;
    this.#doors = doors;
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

  /** True where the pass found nothing but what the previous one left in its tail. */
  get endedAsLastTime(): boolean {
    return endedAsLastTime(this.#pass, this.#seen);
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
    this.#pages++;
    if (page.total !== undefined) this.#counted = true;
    for (let from = 0; from < page.records.length; from += recordsAtOnce) {
      this.#take(page.records.slice(from, from + recordsAtOnce), page.servedAt);
      await this.#putFull(signal);
    }
  }

  #take(records: Page['records'], servedAt: Date): void {
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
    const {pass, seen, watermark} = {pass: this.#pass, seen: this.#seen, watermark: this.#watermark.stamp};
    const {overlapMs} = this.#doors.settings;
    const startedAt = this.#startedAt ?? this.#doors.clock.now();
    for (const table of this.#writers.keys()) await this.#put(table, signal);
    const moved = this.#moved;
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
    const {company, resource} = this.#pass;
    throw new SyncError(
      'key',
      `two different records of ${resource.name} bear one key and one stamp, at ${company.id}`,
      {
        facts: {company: company.id, resource: resource.name, key: resource.key.join('+')},
      },
    );
  }

  /** Remembers what is known of the records that were refused, while they are few. */
  #hintAt({records, seen}: PageRows, firstPlace: number): void {
    const {resource} = this.#pass;
    if (resource.reading.kind !== 'snapshot') return;
    const known = new Set(seen.map(({place}) => place - firstPlace));
    for (const [index, record] of records.entries()) {
      if (!known.has(index) && this.#hints.length <= hintsMax) this.#hints.push(hintOf(record, resource));
    }
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
