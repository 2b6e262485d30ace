import assert from 'node:assert/strict';
import test from 'node:test';
import type {SweepRecord} from '../../src/model/key-register.ts';
import {loadId, runId} from '../../src/model/names.ts';
import {cyclesOf, dueByHand, dueBySchedule, firstLoads} from '../../src/sync/sweep/due.ts';
import {historyOf, inOrder, isSwept, portionsOf, type SweepPortion} from '../../src/sync/sweep/portions.ts';
import {chainOf, company, documents, sweepOf} from './sweeping.ts';

const dayMs = 86_400_000;
const now = new Date('2026-03-20T00:00:00Z');
const periods = [
  {period: '202601', open: false},
  {period: '202602', open: false},
  {period: '202603', open: true},
];

function portionsWith(sweeps: readonly SweepRecord[], wholeMax = 0): readonly SweepPortion[] {
  return portionsOf(chainOf({cursor: {rowsHeld: 100}}), {history: historyOf(sweeps), periods, wholeMax});
}

const namesOf = (portions: readonly SweepPortion[]): string[] => portions.map(({period}) => period);

test('a short list is swept whole, a long one by its periods and what bears none', () => {
  assert.deepEqual(namesOf(portionsWith([], 100)), ['']);
  assert.deepEqual(namesOf(portionsWith([], 99)), ['202601', '202602', '202603', 'without']);
  const counted = [sweepOf('', '2026-03-01T00:00:00Z', {keys: 5000})];
  assert.equal(portionsWith(counted, 1000).length, 4, 'a list grows behind its first load');
});

test('what only its periods give whole goes by them, however short it is', () => {
  const {without: _, ...each} = documents.periods ?? {parameters: [], column: 'period'};
  const chain = chainOf({resource: {...documents, periods: {...each, required: true}}});
  const portions = portionsOf(chain, {history: new Map(), periods, wholeMax: 1_000_000});
  assert.deepEqual(namesOf(portions), ['202601', '202602', '202603']);
});

test('snapshots and first loads that are not done are not swept', () => {
  assert.equal(isSwept(chainOf()), true);
  assert.equal(isSwept(chainOf({resource: {...documents, reading: {kind: 'snapshot', paging: 'unpaged'}}})), false);
  const resume = {begunAt: '', heldIn: loadId('load-1'), lines: 0, total: 9, next: {page: 2, size: 4}};
  assert.equal(isSwept(chainOf({cursor: {resume}})), false);
});

test('the never swept come first, then the open, then the closed by age and, of one age, by size', () => {
  const sweeps = [
    sweepOf('202601', '2026-03-02T00:00:00Z', {keys: 1}),
    sweepOf('202602', '2026-03-01T00:00:00Z', {keys: 9}),
    sweepOf('without', '2026-03-03T00:00:00Z', {keys: 50}),
  ];
  assert.deepEqual(namesOf(inOrder(portionsWith(sweeps))), ['202603', 'without', '202602', '202601']);
  const ofOneAge = sweeps.map(sweep => ({...sweep, sweptAt: now}));
  assert.deepEqual(namesOf(inOrder(portionsWith(ofOneAge))), ['202603', 'without', '202601', '202602']);
});

test('by hand all is due, and after a sweep that was cut short what it left', () => {
  const swept = ['202601', '202602', '202603', 'without'].map(period => sweepOf(period, '2026-03-01T00:00:00Z'));
  assert.equal(dueByHand(portionsWith(swept), historyOf(swept), now).portions.length, 4);

  const begun = '2026-03-10T00:00:00Z';
  const some = [...swept.slice(1), sweepOf('202601', '2026-03-10T01:00:00Z'), sweepOf('cycle', begun, {missing: 3})];
  const due = dueByHand(portionsWith(some), historyOf(some), now);
  assert.deepEqual(namesOf(due.portions), ['202602', '202603', 'without']);
  assert.deepEqual(due.begunAt.get(documents.name), new Date(begun), 'it belongs to the sweep that began then');

  const all = [...swept.map(sweep => ({...sweep, sweptAt: now})), sweepOf('cycle', begun, {missing: 0})];
  assert.equal(dueByHand(portionsWith(all), historyOf(all), now).portions.length, 4, 'done: a new one begins');
  const narrowed = [...swept.map(sweep => ({...sweep, sweptAt: now})), sweepOf('cycle', begun, {missing: 7})];
  const again = dueByHand(portionsWith(narrowed), historyOf(narrowed), now);
  assert.equal(again.portions.length, 4, 'nothing of what is asked for was left: it is swept anew');
  assert.deepEqual(again.begunAt.get(documents.name), now);
  assert.equal(cyclesOf(again, {runId: runId('r'), companyId: company.id, left: 2})[0]?.missing, 2);
});

test('by schedule what has grown old is due, closed periods eight times as seldom', () => {
  const everyMs = 7 * dayMs;
  const aged = (days: number): SweepRecord[] =>
    ['202601', '202602', '202603', 'without'].map(period =>
      sweepOf(period, new Date(now.getTime() - days * dayMs).toISOString()),
    );
  const dueAfter = (days: number): string[] => {
    const sweeps = aged(days);
    return namesOf(dueBySchedule(portionsWith(sweeps), {history: historyOf(sweeps), now, everyMs}).portions);
  };
  assert.deepEqual(dueAfter(6), []);
  assert.deepEqual(dueAfter(7), ['202603', 'without']);
  assert.deepEqual(dueAfter(56), ['202601', '202602', '202603', 'without']);
});

test('a list counts as read whole from when a scheduled run met it first, and a new period is due at once', () => {
  const options = {history: new Map<string, SweepRecord>(), now, runId: runId('r')};
  const [first] = firstLoads([chainOf({cursor: {rowsHeld: 7}})], options);
  assert.deepEqual([first?.period, first?.keys, first?.sweptAt], ['first load', 7, now]);
  const history = historyOf(first ? [first] : []);
  assert.deepEqual(firstLoads([chainOf()], {...options, history}), []);
  const portions = portionsWith(first ? [first] : []);
  const at = (days: number): number => {
    const later = new Date(now.getTime() + days * dayMs);
    return dueBySchedule(portions, {history, now: later, everyMs: 7 * dayMs}).portions.length;
  };
  assert.deepEqual([at(6), at(7), at(56)], [0, 2, 4]);
  assert.equal(dueBySchedule(portionsWith([]), {history: new Map(), now, everyMs: 1}).portions.length, 0);

  const known = [sweepOf('202601', now.toISOString())];
  const due = dueBySchedule(portionsWith(known), {history: historyOf(known), now, everyMs: dayMs});
  assert.deepEqual(namesOf(due.portions), ['202602', '202603', 'without']);
});
