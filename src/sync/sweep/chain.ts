import type {JsonObject} from '../../base/exact-json.ts';
import type {SweepRecord} from '../../model/key-register.ts';
import {type Checkpoint, type Cursor, type Manifest, type PassCounts, sumOfCounts} from '../../model/load.ts';
import {loadId, type RunId} from '../../model/names.ts';
import type {Page, Pass} from '../../model/pass.ts';
import {recordId} from '../../model/record-id.ts';
import {makeRowShaper} from '../../rows/rows.ts';
import type {Doors} from '../doors.ts';
import {Load} from '../land/load.ts';
import {Oddities} from '../land/oddities.ts';
import {heldContents, type Sieve} from '../land/restamps.ts';
import {rowContextOf} from '../land/row-context.ts';
import {rowVersionOf} from './key-comparison.ts';
import {type SweepPortion, type SweptChain, sweepPeriods} from './portions.ts';

/** What a sweep of a chain has come to, over all of its portions. */
export interface ChainTally {
  keys: number;
  lacking: number;
  differing: number;
  missing: number;
  marked: number;
  /** Of what was lacking or differing, what the next delta would not have brought. */
  unexpected: number;
}

/** A key that is proved gone, and in which portion it was missing. */
export interface Proved {
  readonly recordId: string;
  readonly period: string;
  /** Whether its own path says so; else it is the list, which must not show it elsewhere. */
  readonly byItself: boolean;
}

/** The sweep of one chain in one run: what it found, and the loads that bring it into the tables. */
export class ChainSweep {
  readonly chain: SweptChain;
  readonly tally: ChainTally = {keys: 0, lacking: 0, differing: 0, missing: 0, marked: 0, unexpected: 0};
  /** What was odd in the records that were landed. */
  readonly odd = new Oddities();
  readonly #runId: RunId;
  readonly #doors: Doors;
  /** All that the chain has, swept now or not. */
  readonly #portions: readonly SweepPortion[];
  /** How many of them are swept now. */
  readonly #due: number;
  readonly #begunMs: number;
  #endedMs: number;
  readonly #completed = new Set<string>();
  /** Row versions that were landed already, so that a list that is walked again lands them once. */
  readonly #landed = new Map<string, string>();
  /** What the tables hold, once something seems to differ. */
  #held: Sieve | undefined;
  #tip: Checkpoint;
  #load: Load | undefined;
  #counts: PassCounts = {read: 0, landed: 0, refused: 0, repeated: 0};
  #records: SweepRecord[] = [];
  #proved: Proved[] = [];
  #marked: readonly Proved[] = [];

  constructor(
    chain: SweptChain,
    {runId, doors, portions, due}: {runId: RunId; doors: Doors; portions: readonly SweepPortion[]; due: number},
  ) {
    this.chain = chain;
    this.#tip = chain.tip;
    this.#runId = runId;
    this.#doors = doors;
    this.#portions = portions;
    this.#due = due;
    this.#begunMs = doors.clock.monotonicMs();
    this.#endedMs = this.#begunMs;
  }

  /** How a walk of the chain, or of a part of it, is asked for. */
  get pass(): Pass {
    const {company, resource} = this.chain;
    const {slice, sequence} = this.#tip;
    const place = {company, resource, slice, runId: this.#runId};
    return {...place, kind: 'sweep', previous: this.#tip, sequence: sequence + 1};
  }

  /** What its loads brought, in records. */
  get counts(): PassCounts {
    return this.#load ? sumOfCounts(this.#counts, this.#load.counts) : this.#counts;
  }

  /** Portions that were walked whole. */
  get completed(): number {
    return this.#completed.size;
  }

  /** Portions that are due and were not walked whole. */
  get left(): number {
    return this.#due - this.#completed.size;
  }

  get seconds(): number {
    return (this.#endedMs - this.#begunMs) / 1000;
  }

  /** Whether every portion has been swept by this run, and found what the table holds once what is gone is marked. */
  get #agreed(): boolean {
    const {unexpected, missing, marked} = this.tally;
    return this.#completed.size === this.#portions.length && unexpected === 0 && missing === marked;
  }

  /** Of records that bear another stamp or row version than their rows, those whose content is another as well. */
  async changedAmong(records: readonly JsonObject[], signal?: AbortSignal): Promise<readonly JsonObject[]> {
    if (records.length === 0) return records;
    const {company, resource} = this.chain;
    this.#held ??= await heldContents({company, resource}, this.#doors, signal);
    const {privacy} = this.#doors;
    const {context} = rowContextOf(this.chain, {loadId: loadId(''), privacy});
    const {seen, contents} = makeRowShaper(context)(records, 0);
    const now = contents();
    const same = new Set(
      seen.filter(({recordId: id}, index) => this.#held?.isHeld(id, now[index] ?? '')).map(({place}) => place),
    );
    return records.filter((_, place) => !same.has(place));
  }

  /** Lands records that the table lacks, or holds otherwise; each row version once. */
  async land(page: Page, signal?: AbortSignal): Promise<void> {
    const records = page.records.filter(record => this.#isNews(record));
    if (records.length === 0) return;
    this.#load ??= Load.begin(this.pass, this.#doors);
    await this.#load.add({...page, records}, signal);
  }

  /** Takes keys that are proved gone; whether they are marked is decided when all are known. */
  prove(proved: readonly Proved[]): void {
    this.#proved.push(...proved);
  }

  get proved(): readonly Proved[] {
    return this.#proved;
  }

  /** Keys that the last sealed load marks. */
  get marked(): readonly Proved[] {
    return this.#marked;
  }

  /**
   * Whether every portion has been walked whole after a time: then what all of them lack has not moved to another. Both
   * are by the warehouse's clock. An unknown time leaves only what this run walked.
   */
  hasWalkedAllSince(at: Date | undefined): boolean {
    const isSince = (sweptAt: Date | undefined): boolean => at !== undefined && sweptAt !== undefined && sweptAt > at;
    return this.#portions.every(({period, last}) => this.#completed.has(period) || isSince(last?.sweptAt));
  }

  /** Notes that a portion was walked whole. @param sweptAt when its walk began */
  complete({period}: SweepPortion, {unexpected, ...counts}: Omit<ChainTally, 'marked'>, sweptAt: Date): void {
    const {companyId, resource, slice} = this.#tip;
    this.#records.push({runId: this.#runId, companyId, resource, slice, period, ...counts, marked: 0, sweptAt});
    this.#completed.add(period);
    this.#endedMs = this.#doors.clock.monotonicMs();
    for (const name of ['keys', 'lacking', 'differing', 'missing'] as const) this.tally[name] += counts[name];
    this.tally.unexpected += unexpected;
  }

  /**
   * Seals what was found, if anything: what was read, what is gone, and that passes are proved now.
   * @param marked of the proved keys those that are marked
   */
  async seal(marked: readonly Proved[], signal?: AbortSignal): Promise<Manifest | undefined> {
    this.tally.marked += marked.length;
    const isRetired = this.#portions.some(({period}) => period === sweepPeriods.retired);
    const proves = !isRetired && this.#tip.cursor.provisional === true && this.#agreed && (await this.#addsUp(signal));
    if (!this.#load && marked.length === 0 && !proves) return undefined;
    const load = this.#load ?? Load.begin(this.pass, this.#doors);
    this.#load = load;
    if (marked.length > 0) {
      await load.markGone(
        marked.map(({recordId: id}) => id),
        signal,
      );
    }
    this.#marked = marked;
    this.#records = this.#records.map(record => ({
      ...record,
      marked: marked.filter(({period}) => period === record.period).length,
    }));
    const kept = isRetired ? forgottenCursor(this.#tip.cursor) : this.#tip.cursor;
    const cursor = proves ? {...kept, provisional: false} : kept;
    const manifest = await load.seal({after: this.#tip.loadId, cursorOf: () => cursor}, signal);
    this.#counts = this.counts;
    this.odd.include(load.odd);
    this.#load = undefined;
    return manifest;
  }

  /** The rows of the portions that were completed since they were taken last; the chain goes on from a settled load. */
  settle(tip: Checkpoint): readonly SweepRecord[] {
    const records = this.#records;
    this.#tip = tip;
    this.#records = [];
    this.#proved = [];
    this.#marked = [];
    this.#held = undefined;
    return records;
  }

  /** Forgets what was not settled, and removes what an unsealed load has put. */
  async discard(): Promise<void> {
    this.settle(this.#tip);
    await this.#load?.discard();
    this.#load = undefined;
  }

  /** Whether the portions are all that there is: a document may bear a period that the company does not list. */
  async #addsUp(signal?: AbortSignal): Promise<boolean> {
    const {periods, reading} = this.chain.resource;
    const byPeriod = this.#portions.some(({period}) => period !== sweepPeriods.whole);
    if (!byPeriod || periods?.required === true || reading.paging === 'lines') return true;
    try {
      const {total, came} = await this.#doors.source.count(this.pass, signal);
      return (total ?? came) === this.tally.keys;
    } catch (thrown) {
      // Without an answer nothing is proved, and what was found is sealed all the same.
      if (signal?.aborted) throw thrown;
      return false;
    }
  }

  #isNews(record: JsonObject): boolean {
    const id = recordId(record, this.chain.resource);
    if (id === undefined) return false;
    const {stamp} = this.chain.resource;
    const version = rowVersionOf(record) ?? JSON.stringify(stamp === undefined ? record : record[stamp]);
    if (this.#landed.get(id) === version) return false;
    this.#landed.set(id, version);
    return true;
  }
}

/** The cursor of a slice whose rows were marked: if it is listed again, everything of it is read and landed again. */
const forgottenCursor = ({nextSince: _, resume: __, ...cursor}: Cursor): Cursor => ({
  ...cursor,
  tailDigest: '',
  tailRows: 0,
  rowsHeld: 0,
});
