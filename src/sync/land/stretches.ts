import {hash} from 'node:crypto';
import type {SyncError} from '../../base/errors.ts';
import {KeySet} from '../../base/key-set.ts';
import {
  type Cursor,
  type HeldFile,
  type Manifest,
  type PassCounts,
  type Resume,
  sumOfCounts,
} from '../../model/load.ts';
import {type Stamp, stampBefore, toStamp} from '../../model/names.ts';
import type {Page, Pass} from '../../model/pass.ts';
import {linesIn, recordKey} from '../../model/record-key.ts';
import {asCheckpoint} from '../chains.ts';
import type {Doors} from '../doors.ts';
import type {Suspects} from './contradictions.ts';
import {Load} from './load.ts';
import {Oddities} from './oddities.ts';

const heldName = 'held.keys';

/** What an earlier run left of a first load that was not done. */
export interface Earlier {
  readonly resume: Resume;
  readonly held: KeySet;
  readonly lines: number;
}

/**
 * The loads of one first reading: one, or where the list is long a chain of stretches, each sealed with the keys held
 * so far and where to go on. A stretch is worth what it brought, whatever becomes of those after it.
 */
export class Stretches {
  readonly manifests: Manifest[] = [];
  readonly #doors: Doors;
  readonly #suspects: Suspects = new Set();
  readonly #begunMs: number;
  #pass: Pass;
  #load: Load;
  #held: KeySet;
  #lines: number;
  #begunAt: Date | undefined;
  #pages = 0;
  #sealedCounts: PassCounts = {read: 0, landed: 0, refused: 0, repeated: 0};
  readonly #odd = new Oddities();
  #keyProblem: SyncError | undefined;

  constructor(pass: Pass, doors: Doors, earlier?: Earlier) {
    this.#pass = pass;
    this.#doors = doors;
    this.#begunMs = doors.clock.monotonicMs();
    this.#load = Load.begin(pass, doors, this.#suspects);
    this.#held = earlier?.held ?? new KeySet();
    this.#lines = earlier?.lines ?? 0;
    this.#begunAt = earlier && new Date(earlier.resume.begunAt);
  }

  /** The pass as it stands behind the newest stretch. */
  get pass(): Pass {
    return this.#pass;
  }

  /** What was odd in all stretches of this run, and in the one that is open. */
  get odd(): Oddities {
    const odd = new Oddities();
    for (const each of [this.#odd, this.#load.odd]) odd.include(each);
    return odd;
  }

  /** What is wrong with keys of records that were refused for it. */
  get keyProblem(): SyncError | undefined {
    return this.#keyProblem ?? this.#load.keyProblem;
  }

  get held(): KeySet {
    return this.#held;
  }

  /** How many there are of what the list's own count counts: keys, or their lines. */
  get counted(): number {
    return this.#pass.resource.reading.paging === 'lines' ? this.#lines : this.#held.size;
  }

  /** Pages since the newest stretch was sealed. */
  get pages(): number {
    return this.#pages;
  }

  get isOne(): boolean {
    return this.#pass.previous?.cursor.resume === undefined;
  }

  /** Of all stretches of this run, and of the one that is open. */
  get counts(): PassCounts {
    return sumOfCounts(this.#sealedCounts, this.#load.counts);
  }

  async add(page: Page, signal?: AbortSignal): Promise<void> {
    this.#begunAt ??= new Date(page.servedAt.getTime() - (this.#doors.clock.monotonicMs() - this.#begunMs));
    this.#pages++;
    const {resource} = this.#pass;
    for (const record of page.records)
      if (this.#held.add(recordKey(record, resource))) this.#lines += linesIn(record, resource);
    await this.#load.add(page, signal);
  }

  /** Where a delta begins that brings whatever changed since the first request of all. */
  get changesSince(): Stamp | undefined {
    const begun = this.#begunAt && toStamp(this.#begunAt.toISOString());
    const {watermark} = this.#load;
    const from = begun !== undefined && watermark !== undefined && watermark < begun ? watermark : begun;
    return from && stampBefore(from, this.#doors.settings.overlapMs);
  }

  /** Seals what is open, with the keys held and where to go on; what follows is another load. */
  async seal(at: Pick<Resume, 'next' | 'total'>, signal?: AbortSignal): Promise<void> {
    const {resource} = this.#pass;
    const bytes = this.#held.toBytes();
    const file: HeldFile = {name: heldName, bytes: bytes.length, sha256: hash('sha256', bytes, 'hex')};
    await this.#doors.landing.putHeld({resource, loadId: this.#load.id, file, bytes}, signal);
    const begunAt = (this.#begunAt ?? this.#doors.clock.now()).toISOString();
    const resume: Resume = {begunAt, heldIn: this.#load.id, lines: this.#lines, ...at};
    await this.#close(await this.#load.seal({held: file, cursorOf: cursor => unfinished(cursor, resume)}, signal));
  }

  /** Seals the last one. `since` is where the reading of changes began that ended it, if there was one. */
  async finish(since: Stamp | undefined, signal?: AbortSignal): Promise<void> {
    const rowsHeld = this.#held.size;
    const one = this.isOne;
    await this.#close(
      await this.#load.seal(
        one ? {} : {windowSince: since, cursorOf: cursor => ({...cursor, rowsHeld, provisional: true})},
        signal,
      ),
    );
  }

  /** Forgets what is open: the next page is the first after the newest stretch. */
  async discard(): Promise<void> {
    await this.#load.discard();
    this.#begin();
  }

  /** The list is read again from its first page: what was held proves nothing any more. */
  forgetHeld(): void {
    this.#held = new KeySet();
    this.#lines = 0;
  }

  async #close(manifest: Manifest): Promise<void> {
    this.manifests.push(manifest);
    this.#sealedCounts = sumOfCounts(this.#sealedCounts, manifest.counts);
    this.#odd.include(this.#load.odd);
    this.#keyProblem = this.keyProblem;
    this.#pass = {...this.#pass, sequence: manifest.sequence + 1, previous: asCheckpoint(manifest)};
    this.#begin();
  }

  #begin(): void {
    this.#load = Load.begin(this.#pass, this.#doors, this.#suspects);
    this.#pages = 0;
  }
}

/** A stretch settles nothing but its place: no window, no tail. */
const unfinished = ({watermark, passSeconds}: Cursor, resume: Resume): Cursor => ({
  ...(watermark !== undefined && {watermark}),
  tailDigest: '',
  tailRows: 0,
  passSeconds,
  resume,
  provisional: true,
});
