import assert from 'node:assert/strict';
import test from 'node:test';
import {SyncError} from '../../src/base/errors.ts';
import type {JsonObject} from '../../src/base/exact-json.ts';
import type {Event} from '../../src/model/events.ts';
import type {MissingKey, SweepRecord} from '../../src/model/key-register.ts';
import type {Checkpoint, Cursor, Manifest} from '../../src/model/load.ts';
import {runId} from '../../src/model/names.ts';
import type {Found, Pass} from '../../src/model/pass.ts';
import type {Resource} from '../../src/model/resource.ts';
import {asCheckpoint, chainKey} from '../../src/sync/chains.ts';
import type {Doors, Settings} from '../../src/sync/doors.ts';
import type {Start} from '../../src/sync/start/start.ts';
import {sweepDue} from '../../src/sync/sweep/run.ts';
import {type SweepEnd, type Sweeping, sweepAll} from '../../src/sync/sweep/sweep.ts';
import {FakeClock} from '../fake-clock.ts';
import {chainOf, company, documents} from './sweeping.ts';

interface Document {
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
class Stage {
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
    const run = runId(`2026030${this.#runs}t000000`);
    this.#tip ??= chainOf({resource: this.resource, cursor: this.cursor}).tip;
    const scope = {companies: [company], resources: [this.resource], narrowed: false};
    const tips = new Map([[chainKey(this.#tip), this.#tip]]);
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
      readSweeps: async () => this.sweeps,
      readMissing: async () => this.missing,
      readCheckpoints: async () => [this.#tip],
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
        this.missing = [...this.missing.filter(({recordId}) => !gone.has(recordId)), ...noted.missing];
      },
    };
  }

  async *#read({portion, keysOnly = false}: Pass): AsyncGenerator<object> {
    if (this.walksLeft-- <= 0) throw new SyncError('limited', 'the window is spent');
    const period = portion?.kind === 'period' ? portion.period : portion ? '' : undefined;
    this.walks.push({portion: period ?? 'whole', keysOnly});
    const isAsked = (each: Document): boolean =>
      period === undefined || (period === '' ? this.onHold.has(each.number) : each.period === period);
    const records = this.list.filter(isAsked).map(recordOf);
    const page = {servedAt: this.clock.now(), number: 1, size: 100, last: true};
    yield {...page, records, total: records.length};
    if (this.disputed) yield {...page, records: [], oddities: ['it is short'], disputed: true};
  }
}

const recordOf = ({number, period, version}: Document): JsonObject => ({number, period, timeStamp: version});
const document = (number: string, period = '202602', version = 'A'): Document => ({number, period, version});
const numbers = (from: number, to: number): Document[] =>
  Array.from({length: to - from}, (_, index) => document(String(from + index)));

/** Rows in the own table's files, less those of records: what is said to be gone. */
const tombstonesOf = ({files, counts}: Manifest): number =>
  files.reduce((sum, file) => sum + file.rows, 0) - counts.landed;

test('a sweep that agrees lands nothing, or an empty load that proves what was provisional', async () => {
  const quiet = new Stage().load(document('1'), document('2', '202601'));
  await quiet.sweep();
  assert.equal(quiet.manifests.length, 0);

  const stage = new Stage().load(document('1'), document('2', '202601'));
  stage.cursor = {rowsHeld: 2, provisional: true, tailDigest: 'tail', tailRows: 2};
  await stage.sweep();
  const [manifest] = stage.manifests;
  assert.deepEqual([manifest?.kind, manifest?.sequence, manifest?.after, manifest?.files], ['sweep', 4, 'load-3', []]);
  assert.deepEqual(manifest?.cursor, {...stage.cursor, passSeconds: 0, provisional: false});
  await stage.sweep();
  assert.equal(stage.manifests.length, 1, 'what is proved is proved');
});

test('passes stay provisional while something was lacking, or the periods do not add up to the list', async () => {
  const stage = new Stage().load(document('1'));
  stage.cursor = {rowsHeld: 1, provisional: true};
  stage.list.push(document('2'));
  await stage.sweep();
  assert.equal(stage.manifests[0]?.cursor.provisional, true);

  const odd = new Stage().load(document('1'), document('2', '209912'));
  odd.cursor = {rowsHeld: 2, provisional: true};
  await odd.sweep();
  assert.equal(odd.manifests.length, 0);
});

test('I12 a key is marked when two runs missed it and its path finds others and not it', async () => {
  const stage = new Stage().load(document('1'), document('2'));
  stage.list.pop();
  await stage.sweep();
  assert.deepEqual([stage.manifests.length, stage.asked], [0, []]);
  assert.deepEqual(
    stage.missing.map(({recordId}) => recordId),
    ['2'],
  );
  await stage.sweep();
  assert.deepEqual(stage.asked, ['1', '2'], 'first a key that the list shows');
  assert.equal(stage.manifests.map(tombstonesOf)[0], 1);
  assert.deepEqual(stage.missing, []);
  assert.deepEqual(
    stage.sweeps.filter(({marked}) => marked > 0).map(({period, missing}) => [period, missing]),
    [['202602', 1]],
  );
});

test('I12 a key that its path finds is not marked, and is missing no more', async () => {
  const stage = new Stage().load(document('1'), document('2'));
  stage.list.pop();
  await stage.sweep();
  stage.answer = recordId => ({kind: 'found', record: recordOf(document(recordId, '202512', 'B'))});
  await stage.sweep();
  assert.deepEqual(stage.manifests.map(tombstonesOf), [0]);
  assert.equal(stage.manifests[0]?.counts.landed, 1, 'what moved is landed');
  assert.deepEqual(stage.missing, []);
});

test('I12 where no path can name a record, a third reading has to lack it', async () => {
  const stage = new Stage().load(document('1'), document('2'), document('3', '202601'));
  stage.answer = () => ({kind: 'another'});
  stage.list.splice(1, 1);
  await stage.sweep();
  stage.walks.length = 0;
  await stage.sweep();
  assert.equal(stage.walks.filter(({portion}) => portion === '202602').length, 2);
  assert.equal(stage.manifests.map(tombstonesOf)[0], 1);
});

test('I23 a list that counts more than it shows marks nothing that no path can name', async () => {
  const stage = new Stage().load(document('1'), document('2'), document('3', '202601'));
  stage.answer = () => ({kind: 'another'});
  stage.disputed = true;
  stage.list.splice(1, 1);
  for (let run = 0; run < 3; run++) await stage.sweep();
  assert.deepEqual(stage.manifests.map(tombstonesOf), []);
  stage.disputed = false;
  await stage.sweep();
  assert.deepEqual(stage.manifests.map(tombstonesOf), [1]);
});

test('I12 what no path can name is not marked before all of the list was walked since', async () => {
  const stage = new Stage().load(document('1'), document('2'), document('3', '202601'));
  stage.answer = () => ({kind: 'another'});
  stage.list.splice(1, 1);
  await stage.sweep();
  stage.walksLeft = 2;
  const cut = await stage.sweep();
  assert.deepEqual(
    cut.errors.map(({kind}) => kind),
    ['limited'],
  );
  assert.equal(stage.manifests.length, 0, 'it may have moved to a part that was not walked');
  stage.walksLeft = Number.POSITIVE_INFINITY;
  await stage.sweep();
  await stage.sweep();
  assert.equal(stage.manifests.map(tombstonesOf)[0], 1);
});

test('I12 beyond the guard nothing is asked for and nothing is marked', async () => {
  const stage = new Stage().load(...numbers(0, 60));
  stage.list = stage.list.slice(0, 38);
  await stage.sweep();
  const {errors} = await stage.sweep();
  assert.deepEqual(
    errors.map(({kind, facts}) => [kind, facts['gone'], facts['live']]),
    [['guard', 22, 60]],
  );
  assert.deepEqual([stage.asked, stage.manifests.length, stage.missing.length], [[], 0, 22]);
  stage.more = {acceptDeletions: true};
  assert.deepEqual((await stage.sweep()).errors, []);
  assert.equal(stage.manifests.map(tombstonesOf)[0], 22);
});

test('what was answered before the window ended is marked, and the rest is asked for the next time', async () => {
  const stage = new Stage().load(...numbers(0, 10));
  stage.list = stage.list.slice(0, 5);
  await stage.sweep();
  stage.answer = recordId => {
    if (stage.asked.length > 3) throw new SyncError('limited', 'the window is spent');
    return recordId === '4' ? {kind: 'found', record: recordOf(document('4'))} : {kind: 'absent'};
  };
  const {errors} = await stage.sweep();
  assert.deepEqual(
    errors.map(({kind}) => kind),
    ['limited'],
  );
  assert.equal(stage.manifests.map(tombstonesOf)[0], 2);
  assert.equal(stage.missing.length, 3);
});

test('what was not settled is not remembered as swept', async () => {
  const stage = new Stage().load(document('1'));
  stage.list.push(document('2'));
  stage.settles = false;
  await stage.sweep();
  assert.equal(stage.manifests[0]?.counts.landed, 1);
  assert.deepEqual(
    stage.sweeps.map(({period}) => period),
    ['cycle'],
  );
});

test('a list of headers is walked first, and the whole one only where it shows a difference', async () => {
  const stage = new Stage();
  stage.resource = {...documents, headers: '/v1/documentbasic'};
  stage.load(document('1', '202601'), document('2'));
  await stage.sweep();
  assert.ok(stage.walks.every(({keysOnly}) => keysOnly));
  stage.walks.length = 0;
  stage.list[1] = document('2', '202602', 'B');
  await stage.sweep();
  assert.deepEqual(
    stage.walks.filter(({keysOnly}) => !keysOnly).map(({portion}) => portion),
    ['202602'],
  );
  assert.equal(stage.manifests[0]?.counts.landed, 1);
});

test('a document on hold that bears a period belongs to its period', async () => {
  const stage = new Stage().load(document('1'), document('2', ''));
  stage.onHold = new Set(['1', '2']);
  const {details} = await stage.sweep();
  assert.deepEqual([details[0]?.['keys'], details[0]?.['lacking'], details[0]?.['missing']], [2, 0, 0]);
});

test('a scheduled sweep meets a list first, and walks it when that has grown old', async () => {
  const stage = new Stage().load(document('1'), document('2', '202601'));
  stage.more = {sweepEveryMs: 7 * 86_400_000};
  await stage.sweep('by schedule');
  assert.deepEqual(
    stage.sweeps.map(({period, keys}) => [period, keys]),
    [['first load', 1]],
  );
  assert.equal(stage.walks.length, 0);
  stage.clock.advance(8 * 86_400_000);
  const {completed} = await stage.sweep('by schedule');
  assert.equal(completed, 2, 'the open period, and what bears none');
  assert.deepEqual(
    stage.walks.map(({portion}) => portion),
    ['', '202602'],
  );
});

test('a scheduled run whose sweep is short of calls is not partial, and says that it goes on', async () => {
  const stage = new Stage().load(document('1'), document('2', '202601'));
  assert.equal((await stage.sweepDue()).completed, 0, 'none where the configuration says never');
  assert.equal(stage.sweeps.length, 0);
  stage.more = {sweepEveryMs: 86_400_000};
  await stage.sweepDue();
  stage.clock.advance(9 * 86_400_000);
  stage.walksLeft = 1;
  const {errors, completed} = await stage.sweepDue();
  assert.deepEqual([errors, completed], [[], 1]);
  assert.ok(stage.events.some(event => event.event === 'note' && /goes on with the next run/.test(event.message)));
  stage.walksLeft = Number.POSITIVE_INFINITY;
  assert.equal((await stage.sweepDue([{...chainOf().tip}])).completed, 0, 'what is lost is read again first');
  assert.equal((await stage.sweepDue()).completed, 2);
});
