import {SyncError} from '../../src/base/errors.ts';
import type {JsonObject} from '../../src/base/exact-json.ts';
import type {Event} from '../../src/model/events.ts';
import type {MissingKey, SweepRecord} from '../../src/model/key-register.ts';
import type {Checkpoint, Cursor, Manifest} from '../../src/model/load.ts';
import {runId, type Slice, wholeResource} from '../../src/model/names.ts';
import type {Found, Pass} from '../../src/model/pass.ts';
import type {Resource} from '../../src/model/resource.ts';
import {asCheckpoint, chainKey} from '../../src/sync/chains.ts';
import type {Doors, Settings} from '../../src/sync/doors.ts';
import type {Start} from '../../src/sync/start/start.ts';
import {sweepDue} from '../../src/sync/sweep/run.ts';
import {type SweepEnd, type Sweeping, sweepAll} from '../../src/sync/sweep/sweep.ts';
import {FakeClock} from '../fake-clock.ts';
import {chainOf, company, documents} from './sweeping.ts';

export interface Document {
  readonly number: string;
  readonly period: string;
  readonly version: string;
}

const settings: Settings = {
  ...{
    overlapMs: 0,
    partBytesMax: 1e9,
    pageSizeMax: 100,
    stretchPages: 100,
    companiesAtOnce: 2,
    deletionGuard: 0.3,
    retentionMs: 0,
  },
  ...{acceptDeletions: false, wait: false, sweepWholeMax: 0},
};

/** A Visma with one list, and the tables and the volume that a sweep compares with it, in memory. */
export class Stage {
  resource: Resource = documents;
  list: Document[] = [];
  table = new Map<string, Document & {readonly isDeleted: boolean}>();
  cursor: Partial<Cursor> = {rowsHeld: 1};
  sweeps: SweepRecord[] = [];
  missing: MissingKey[] = [];
  readonly manifests: Manifest[] = [];
  readonly walks: Array<{readonly portion: string; readonly keysOnly: boolean}> = [];
  readonly asked: string[] = [];
  readonly events: Event[] = [];
  readonly clock = new FakeClock();
  /** How a record is answered that is asked for by itself; by the list where absent. */
  answer: ((recordId: string) => Found) | undefined;
  /** Walks that may be made before the window is spent. */
  walksLeft = Number.POSITIVE_INFINITY;
  settles = true;
  /** What the filter for records without a period finds. */
  onHold = new Set<string>();
  /** Whether the list says that there is more than it shows. */
  disputed = false;
  more: Partial<Settings> = {};
  slices: readonly Slice[] = [wholeResource];
  /** Periods and slices whose list fails. */
  failing: ReadonlySet<string> = new Set();
  /** How runs are named, by a clock that may go back. */
  nameRun = (count: number): string => `2026030${count}t000000`;
  #tip: Checkpoint | undefined;
  #runs = 0;

  /** A first load of these documents: list and table are the same. */
  load(...documents: Document[]): this {
    this.list = documents;
    this.table = new Map(documents.map(each => [each.number, {...each, isDeleted: false}]));
    return this;
  }

  async sweep(due: Sweeping['due'] = 'by hand'): Promise<SweepEnd> {
    this.#runs++;
    this.clock.advance(1000);
    const run = runId(this.nameRun(this.#runs));
    this.#tip ??= chainOf({resource: this.resource, cursor: this.cursor}).tip;
    const scope = {companies: [company], resources: [this.resource], narrowed: false};
    const tips = new Map(this.#tips.map(tip => [chainKey(tip), tip]));
    const commit = async (): Promise<void> => this.#commit();
    return sweepAll({runId: run, scope, tips, due, commit}, this.#doors(), undefined);
  }

  /** As a scheduled run does it after its commit. */
  async sweepDue(lost: Start['lost'] = []): Promise<SweepEnd> {
    this.#tip ??= chainOf({resource: this.resource, cursor: this.cursor}).tip;
    const scope = {companies: [company], resources: [this.resource], narrowed: false};
    const held = {checkpoints: [this.#tip], pending: {loads: [], unusable: []}, changes: []};
    const run = {runId: runId('20260401t000000'), scope};
    return sweepDue({run, errors: [], from: 'tables', held, lost}, this.#doors());
  }

  get #tips(): readonly Checkpoint[] {
    const tip = this.#tip;
    return tip ? this.slices.map(slice => ({...tip, slice})) : [];
  }

  #commit(): void {
    const manifest = this.manifests.at(-1);
    if (this.settles && manifest) this.#tip = asCheckpoint(manifest);
  }

  #doors(): Doors {
    const source = {
      read: (pass: Pass) => this.#read(pass),
      count: async () => ({total: this.list.length, came: 1, ms: 0}),
      periods: async () => ['202601', '202602'].map(period => ({period, open: period === '202602'})),
      readOne: async ({recordId}: {readonly recordId: string}): Promise<Found> => {
        this.asked.push(recordId);
        if (this.answer) return this.answer(recordId);
        const found = this.list.find(({number}) => number === recordId);
        return found ? {kind: 'found', record: recordOf(found)} : {kind: 'absent'};
      },
    };
    const landing = {
      put: async () => undefined,
      discard: async () => undefined,
      pending: async () => ({loads: [], unusable: []}),
      seal: async (manifest: Manifest) => void this.manifests.push(manifest),
    };
    let runs = 0;
    return {
      ...{source, landing, warehouse: this.#warehouse(), clock: this.clock},
      ensureVolume: async () => undefined,
      events: (event: Event) => void this.events.push(event),
      random: {next: () => 0.5, id: () => `id${++runs}`},
      privacy: {rules: []},
      settings: {...settings, ...this.more},
    } as unknown as Doors;
  }

  #warehouse(): object {
    return {
      readSweeps: async () => ({sweeps: this.sweeps, readAt: this.clock.now()}),
      readMissing: async () => this.missing,
      readCheckpoints: async () => this.#tips,
      readContents: async () => [],
      readFinishedLoads: async () => new Map(),
      readPrivacy: async () => [],
      readKeys: async ({period}: {readonly period?: string}) =>
        [...this.table.values()]
          .filter(each => period === undefined || each.period === (period === 'without' ? '' : period))
          .map(({number, version, isDeleted}) => ({recordId: number, rowVersion: version, isDeleted})),
      recordSweeps: async (noted: {sweeps: SweepRecord[]; missing: MissingKey[]; cleared: {recordId: string}[]}) => {
        const places = new Set(noted.sweeps.map(({period}) => period));
        this.sweeps = [...this.sweeps.filter(({period}) => !places.has(period)), ...noted.sweeps];
        const gone = new Set([...noted.cleared, ...noted.missing].map(({recordId}) => recordId));
        const since = new Map(this.missing.map(({recordId, missedAt}) => [recordId, missedAt]));
        const missing = noted.missing.map(key => ({...key, missedAt: since.get(key.recordId) ?? this.clock.now()}));
        this.missing = [...this.missing.filter(({recordId}) => !gone.has(recordId)), ...missing];
      },
    };
  }

  async *#read({portion, slice, keysOnly = false}: Pass): AsyncGenerator<object> {
    if (this.walksLeft-- <= 0) throw new SyncError('limited', 'the window is spent');
    const period = portion?.kind === 'period' ? portion.period : portion ? '' : undefined;
    if (this.failing.has(slice) || (period !== undefined && this.failing.has(period)))
      throw new SyncError('transient', 'the list fails');
    this.walks.push({portion: period ?? 'whole', keysOnly});
    const isAsked = (each: Document): boolean =>
      period === undefined || (period === '' ? this.onHold.has(each.number) : each.period === period);
    const records = this.list.filter(isAsked).map(recordOf);
    const page = {servedAt: this.clock.now(), number: 1, size: 100, last: true};
    yield {...page, records, total: records.length};
    if (this.disputed) yield {...page, records: [], oddities: ['it is short'], disputed: true};
  }
}

export const recordOf = ({number, period, version}: Document): JsonObject => ({number, period, timeStamp: version});
export const document = (number: string, period = '202602', version = 'A'): Document => ({number, period, version});
export const numbers = (from: number, to: number): Document[] =>
  Array.from({length: to - from}, (_, index) => document(String(from + index)));

/** Rows in the own table's files, less those of records: what is said to be gone. */
export const tombstonesOf = ({files, counts}: Manifest): number =>
  files.reduce((sum, file) => sum + file.rows, 0) - counts.landed;
