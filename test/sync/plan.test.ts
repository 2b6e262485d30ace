import assert from 'node:assert/strict';
import {test} from 'node:test';
import {SyncError} from '../../src/base/errors.ts';
import type {Checkpoint, Cursor} from '../../src/model/load.ts';
import {companyId, loadId, runId, type Slice, type Stamp, slice, wholeResource} from '../../src/model/names.ts';
import type {Company, ListCount, Pass} from '../../src/model/pass.ts';
import type {Source} from '../../src/model/ports.ts';
import type {Reading, Resource} from '../../src/model/resource.ts';
import type {Doors} from '../../src/sync/doors.ts';
import {
  forecast,
  forecastAsHeld,
  isKnownUnasked,
  type Known,
  scaled,
  windowsFor,
} from '../../src/sync/plan/forecast.ts';
import {plan} from '../../src/sync/plan/plan.ts';
import {FakeClock} from '../fake-clock.ts';
import {deltaOf, passOf, resourceOf} from '../visma/small-visma.ts';

const known: Known = {pageSizeMax: 1000, stretchPages: 20, periods: 0};
const since = '2026-01-01T00:00:00.000';
const counted = (total: number, more: Partial<ListCount> = {}): ListCount => ({total, came: 1, ms: 5, ...more});
const callsOf = (pass: Pass, count: ListCount, more: Partial<Known> = {}): number =>
  forecast(pass, count, {...known, ...more}).calls;

const records = resourceOf(deltaOf('records'));
const snapshot = resourceOf({kind: 'snapshot', paging: 'unpaged'});

function held(pass: Pass, cursor: Partial<Cursor>): Pass {
  const previous: Checkpoint = {
    companyId: pass.company.id,
    resource: pass.resource.name,
    slice: pass.slice,
    sequence: 1,
    cursor: {tailDigest: '', tailRows: 0, passSeconds: 1, ...cursor},
    runId: runId('before'),
  };
  return {...pass, previous};
}

test('pages are as many as the count fills, of the size that Visma allows', () => {
  assert.equal(callsOf(passOf(records), counted(10_000)), 10);
  assert.equal(callsOf(passOf(records), counted(10_001)), 11);
  assert.equal(callsOf(passOf(records), counted(10_000, {pageSizeMax: 500})), 20);
  assert.equal(callsOf(passOf(records), counted(10_000, {pageSizeMax: 5000})), 10);
  assert.equal(callsOf(passOf(records), {came: 0, ms: 5}), 1);
});

test('an envelope that repeats the size of the count says nothing of the greatest', () => {
  assert.equal(callsOf(passOf(resourceOf(deltaOf('envelope'))), counted(40, {pageSizeMax: 1})), 1);
});

test('a list without pages is one call, a list of ids one more for each', () => {
  assert.equal(callsOf(passOf(snapshot), {came: 5000, ms: 5}), 1);
  const each = resourceOf({kind: 'snapshot', paging: 'unpaged', each: '/v1/thing/{id}'});
  assert.deepEqual(forecast(passOf(each), {came: 6, ms: 5}, known), {rows: 6, calls: 7, seconds: 7, basis: 'counted'});
});

test('a delta that is empty where it had a tail is checked by a second call', () => {
  const delta = passOf(records, {kind: 'delta', since, tailRows: 3});
  assert.equal(callsOf(delta, {came: 0, ms: 5}), 2);
  assert.equal(callsOf(delta, counted(3)), 1);
  assert.equal(callsOf(passOf(records, {kind: 'delta', since, tailRows: 0}), {came: 0, ms: 5}), 1);
});

test('without a count the least is told: a page and the empty one behind it, several walked twice', () => {
  const first = forecast(passOf(records), {came: 1, ms: 5}, known);
  assert.deepEqual([first.rows, first.calls, first.basis], [undefined, 2, 'at least']);
  const delta = passOf(records, {kind: 'delta', since, tailRows: 2500});
  assert.equal(callsOf(delta, {came: 1, ms: 5}), 8);
});

test('a whole list that was held is known without asking', () => {
  const pass = held(passOf(snapshot, {kind: 'snapshot'}), {rowsHeld: 53});
  assert.ok(isKnownUnasked(pass));
  assert.ok(!isKnownUnasked(passOf(snapshot)));
  assert.deepEqual(forecastAsHeld(pass, known), {rows: 53, calls: 1, seconds: 1, basis: 'as last time'});
});

test('a long first load goes by period where it can: a call for each at least, and the proof at its end', () => {
  const byPeriod = {...records, periods: {parameters: ['financialPeriod'], column: 'period'}};
  assert.equal(callsOf(passOf(byPeriod), counted(20_000), {periods: 36}), 20, 'not long');
  const long = forecast(passOf(byPeriod), counted(100_000), {...known, periods: 36});
  assert.deepEqual([long.calls, long.basis], [2 + (100 + 18) + 3, 'estimated']);
  const required = {...byPeriod, periods: {...byPeriod.periods, required: true}};
  assert.equal(callsOf(passOf(required), counted(5000), {periods: 36}), 36 + 3 + 2);
  const next = {periods: Array.from({length: 27}, (_, index) => `2024${index}`)};
  const resume = {begunAt: '2026-01-01T00:00:00.000Z', heldIn: loadId('x'), lines: 0, total: 100_000, next};
  const rest = held(passOf(byPeriod), {resume});
  assert.equal(callsOf(rest, counted(100_000), {periods: 36}), Math.ceil(25 + 9 / 2) + 3);
});

test('a long first load by pages reads at its end what changed, and goes on from the page it was left at', () => {
  assert.equal(callsOf(passOf(records), counted(100_000)), 101);
  const lines = resourceOf(deltaOf('lines'), {cut: {lines: 'lines', totals: {}}});
  assert.equal(callsOf(passOf(lines), counted(100_000)), 100, 'pages of lines cannot be gone on from');
  const next = {page: 80, size: 1000};
  const resume = {begunAt: '2026-01-01T00:00:00.000Z', heldIn: loadId('x'), lines: 0, total: 100_000, next};
  assert.equal(callsOf(held(passOf(records), {resume}), counted(100_000)), 22);
});

test('time is what the last pass took for a call, within what Visma bears, and assumed where there was none', () => {
  assert.equal(forecast(passOf(records), counted(10_000), known).seconds, 80);
  assert.equal(forecast(passOf(records), counted(3), known).seconds, 1);
  const timed = held(passOf(records, {kind: 'delta', since}), {passSeconds: 40, rowsHeld: 20_000});
  assert.equal(forecast(timed, counted(3000), known).seconds, 6);
  const slow = held(passOf(records, {kind: 'delta', since}), {passSeconds: 9000, tailRows: 5});
  assert.equal(forecast(slow, counted(5), known).seconds, 240);
});

test('slices that were counted speak for those that were not', () => {
  const [small, large] = [10, 30].map(calls => ({rows: calls * 100, calls, seconds: calls, basis: 'counted'}) as const);
  assert.ok(small && large);
  assert.deepEqual(scaled([small, large], 10), {rows: 20_000, calls: 200, seconds: 200, basis: 'estimated'});
  assert.deepEqual(scaled([small, large], 2), {rows: 4000, calls: 40, seconds: 40, basis: 'counted'});
  assert.equal(scaled([small, {calls: 2, seconds: 1, basis: 'at least'}], 2).basis, 'at least');
});

test('what is left of the window is taken first, then whole windows, and the waits between them count', () => {
  const window = {limit: 400, remaining: 100, resetMs: 1_800_000};
  assert.deepEqual(windowsFor({calls: 100, seconds: 60}, window), {windows: 1, seconds: 60});
  assert.deepEqual(windowsFor({calls: 500, seconds: 500}, window), {windows: 2, seconds: 1800 + 400});
  assert.deepEqual(windowsFor({calls: 501, seconds: 501}, window), {windows: 3, seconds: 1800 + 3600 + 1});
  assert.deepEqual(windowsFor({calls: 40, seconds: 40}, {...window, remaining: 0}), {windows: 1, seconds: 1840});
  assert.deepEqual(windowsFor({calls: 500, seconds: 90_000}, window), {
    windows: 2,
    seconds: 90_000,
  });
  assert.equal(windowsFor({calls: 1, seconds: 1}, undefined), undefined);
});

const company: Company = {id: companyId('se'), name: 'Nordic AB', tenantId: 'tenant-1', currency: 'SEK'};

interface Scene {
  readonly resources: readonly Resource[];
  readonly slices?: readonly Slice[];
  readonly count?: (pass: Pass) => ListCount;
  readonly remaining?: () => number;
  readonly checkpoints?: readonly Checkpoint[];
}

/** The plan of one company over a source that counts as it is told, and the passes that it was asked for. */
async function planned(scene: Scene) {
  const asked: Pass[] = [];
  const {resources, slices = [], count = () => counted(10), remaining = () => 400, checkpoints} = scene;
  const source: Pick<Source, 'slices' | 'periods' | 'count' | 'window'> = {
    slices: async () => slices,
    periods: async () => [],
    count: async pass => {
      asked.push(pass);
      return count(pass);
    },
    window: () => ({limit: 400, remaining: remaining(), resetMs: 60_000}),
  };
  const absent = async (): Promise<never> => {
    throw new SyncError('absent', 'no control tables');
  };
  const doors = {
    source,
    landing: {pending: async () => ({loads: [], unusable: []})},
    warehouse: {
      readCheckpoints: checkpoints ? async () => checkpoints : absent,
      readFinishedLoads: checkpoints ? async () => new Map() : absent,
    },
    events: () => undefined,
    clock: new FakeClock(),
    settings: {pageSizeMax: 1000, stretchPages: 20},
  } as unknown as Doors;
  const scope = {companies: [company], resources, narrowed: false};
  const end = await plan({runId: runId('run'), scope}, doors);
  const [whole] = end.companies;
  assert.ok(whole);
  return {...end, whole, asked};
}

const named = (name: string, reading: Reading, more: Partial<Resource> = {}): Resource =>
  ({...resourceOf(reading, more), name}) as Resource;

test('of many slices a few are counted, first and last among them; the lists that name them are calls', async () => {
  const slices = Array.from({length: 9}, (_, index) => slice(`ledger=${index}`));
  const sliced = named('general_ledger_transaction', deltaOf('records'), {slicing: 'ledger'});
  const {whole, asked} = await planned({resources: [sliced], slices, count: () => counted(2000)});
  assert.deepEqual(
    asked.map(pass => pass.slice),
    ['ledger=0', 'ledger=4', 'ledger=8'],
  );
  const [only] = whole.resources;
  assert.deepEqual([only?.slices, only?.rows, only?.calls, only?.basis], [9, 18_000, 18, 'estimated']);
  assert.equal(whole.calls, 19);
  const ledger = named('ledger', {kind: 'snapshot', paging: 'unpaged'});
  assert.equal((await planned({resources: [ledger, sliced], slices})).whole.calls, 1 + 9, 'a list that is read anyway');
});

test('slices that were read before and those that are new are told apart', async () => {
  const slices = ['a', 'b', 'c'].map(text => slice(`ledger=${text}`));
  const sliced = named('general_ledger_transaction', deltaOf('records'), {slicing: 'ledger'});
  const [first] = slices;
  const checkpoints: readonly Checkpoint[] = [
    {
      companyId: company.id,
      resource: sliced.name,
      slice: first ?? wholeResource,
      sequence: 3,
      cursor: {tailDigest: 'x', tailRows: 1, passSeconds: 1, nextSince: since as Stamp},
      runId: runId('before'),
    },
  ];
  const {whole, asked} = await planned({resources: [sliced], slices, checkpoints});
  assert.deepEqual(
    whole.resources.map(({kind, slices: many}) => [kind, many]),
    [
      ['delta', 1],
      ['first', 2],
    ],
  );
  assert.deepEqual(
    asked.map(pass => pass.since),
    [since, undefined, undefined],
  );
});

test('a failure of one list is told and the others are counted; a refused company is not asked again', async () => {
  const resources = ['a', 'b', 'c'].map(name => named(name, deltaOf('records')));
  const failing = (kind: 'transient' | 'credentials') =>
    planned({
      resources,
      count: ({resource}) => {
        if (resource.name === 'b') throw new SyncError(kind, 'no');
        return counted(10);
      },
    });
  const transient = await failing('transient');
  assert.deepEqual(
    transient.whole.resources.map(({basis}) => basis),
    ['counted', 'not counted', 'counted'],
  );
  assert.deepEqual(
    transient.errors.map(({kind}) => kind),
    ['transient'],
  );
  const refused = await failing('credentials');
  assert.deepEqual(
    refused.whole.resources.map(({basis}) => basis),
    ['counted', 'not counted', 'not counted'],
  );
  assert.equal(refused.asked.length, 2);
});

test('the last of a window is not spent on a forecast', async () => {
  let left = 22;
  const resources = ['a', 'b', 'c', 'd', 'e'].map(name => named(name, deltaOf('records')));
  const count = (): ListCount => {
    left--;
    return counted(10);
  };
  const {whole, errors, asked} = await planned({resources, remaining: () => left, count});
  assert.equal(asked.length, 3);
  assert.deepEqual([whole.window?.remaining, whole.resources.length], [19, 5]);
  const [error] = errors;
  assert.deepEqual([error?.kind, error?.facts['comeAgainAt']], ['limited', '2026-03-01T06:01:00.000Z']);
});
