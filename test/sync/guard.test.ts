import assert from 'node:assert/strict';
import test from 'node:test';
import {resources} from '../../src/catalogue/catalogue.ts';
import type {Event} from '../../src/model/events.ts';
import type {Manifest} from '../../src/model/load.ts';
import {type CompanyId, companyId, loadId, runId, slice, wholeResource} from '../../src/model/names.ts';
import type {CommitScope, GoneCount} from '../../src/model/ports.ts';
import type {Resource} from '../../src/model/resource.ts';
import {guardMarking} from '../../src/sync/commit/guard.ts';
import type {Doors} from '../../src/sync/doors.ts';

function resourceRead(kind: Resource['reading']['kind']): Resource {
  const found = resources.find(resource => resource.reading.kind === kind);
  assert.ok(found);
  return found;
}

const snapshot = resourceRead('snapshot');

function snapshotOf(company: string, counts: Partial<Manifest['counts']> = {}, resource = snapshot): Manifest {
  return {
    version: 1,
    loadId: loadId(`load-${company}`),
    runId: runId('run'),
    companyId: companyId(company),
    tenantId: 't',
    resource: resource.name,
    slice: wholeResource,
    sequence: 2,
    kind: resource.reading.kind,
    startedAt: '2026-01-01T00:00:00.000Z',
    counts: {read: 10, landed: 10, refused: 0, repeated: 0, ...counts},
    files: [],
    cursor: {tailDigest: '', tailRows: 0, passSeconds: 0},
  };
}

const scopeOf = (loads: readonly Manifest[], resource = snapshot): CommitScope => ({
  resource,
  loads,
  marking: new Set<CompanyId>(),
  lease: {owner: 'run', fence: 1},
});

/** Doors of which the guard needs but two: what would be gone, and what the config allows. */
function doorsWith(
  missing: ReadonlyArray<Partial<GoneCount>>,
  consent = false,
): {accepts: () => boolean; doors: Doors} {
  const settings = {deletionGuard: 0.3};
  const all = {company: 'se', table: snapshot.table.name, loss: 'missing', gone: 0, live: 0} as const;
  const counts = missing.map((count): GoneCount => ({...all, ...count}));
  const doors = {warehouse: {countGone: async () => counts}, settings} as unknown as Doors;
  return {accepts: () => consent, doors};
}

test('I12 no more than the guard allows is marked, and the load waits for consent', async () => {
  const counts = [
    {company: 'se', gone: 31, live: 100},
    {company: 'no', gone: 30, live: 100},
  ];
  const guarded = await guardMarking(scopeOf([snapshotOf('se'), snapshotOf('no')]), doorsWith(counts));
  assert.deepEqual([...guarded.marking], ['no']);
  assert.deepEqual([...guarded.heldBack], ['se']);
  assert.equal(guarded.gone, 30);
  assert.deepEqual(
    guarded.errors.map(error => [error.kind, error.exitCode, error.facts['gone']]),
    [['guard', 1, 31]],
  );
  assert.match(guarded.errors[0]?.hint ?? '', /--accept-deletions/);
});

test('twenty rows may always be marked', async () => {
  const guarded = await guardMarking(scopeOf([snapshotOf('se')]), doorsWith([{company: 'se', gone: 20, live: 20}]));
  assert.deepEqual([...guarded.marking], ['se']);
});

test('a run that accepts deletions marks what there is to mark', async () => {
  const counts = [{company: 'se', gone: 90, live: 100}];
  const guarded = await guardMarking(scopeOf([snapshotOf('se')]), doorsWith(counts, true));
  assert.deepEqual([...guarded.marking], ['se']);
  assert.deepEqual(guarded.errors, []);
});

test('I12 an empty list, and one with refusals that nothing is known of, mark nothing', async () => {
  const loads = [snapshotOf('se', {read: 0, landed: 0}), snapshotOf('no', {landed: 9, refused: 1})];
  const guarded = await guardMarking(scopeOf(loads), doorsWith([{company: 'se', gone: 5, live: 5}]));
  assert.deepEqual([...guarded.marking], []);
});

test('I23 of a list with refusals what may be a refused record stays, and the rest is marked', async () => {
  const refusals = [{parts: ['2'], content: 'x'}];
  const loads = [{...snapshotOf('se', {landed: 9, refused: 1}), refusals}];
  const {accepts, doors} = doorsWith([{gone: 2, live: 9}]);
  const notes: string[] = [];
  const missing = ['1', '2'].map(recordId => ({recordId, record: `{"id":"${recordId}"}`}));
  const asking = {
    ...doors,
    warehouse: {...doors.warehouse, readUnlisted: async () => missing},
    events: (event: Event) => notes.push(event.event === 'note' ? event.message : ''),
  } as unknown as Doors;
  const guarded = await guardMarking(scopeOf(loads), {accepts, doors: asking});
  assert.deepEqual([...guarded.marking], ['se']);
  assert.deepEqual(Object.fromEntries(guarded.spared), {se: ['2']});
  assert.equal(guarded.gone, 1);
  assert.equal(notes.length, 1);
  assert.match(notes[0] ?? '', /^1 rows of .* not deleted: they may be records that were refused/);
});

test('I12 beyond the guard by lines or keys nothing of the company is merged, and its loads wait', async () => {
  for (const loss of ['lines', 'renamed'] as const) {
    const counts = [{loss, gone: 31, live: 100}];
    const guarded = await guardMarking(scopeOf([snapshotOf('se'), snapshotOf('no')]), doorsWith(counts));
    assert.deepEqual([[...guarded.heldBack], [...guarded.unmerged], [...guarded.marking]], [['se'], ['se'], ['no']]);
    assert.deepEqual(
      guarded.errors.map(error => [error.kind, error.facts['gone']]),
      [['guard', 31]],
    );
    const accepted = await guardMarking(scopeOf([snapshotOf('se')]), doorsWith(counts, true));
    assert.deepEqual([accepted.unmerged.size, accepted.errors.length, accepted.gone], [0, 0, 0]);
    const few = await guardMarking(scopeOf([snapshotOf('se')]), doorsWith([{loss, gone: 20, live: 20}]));
    assert.equal(few.unmerged.size, 0);
  }
});

test('I12 a delta proves nothing gone', async () => {
  const delta = resourceRead('delta');
  const guarded = await guardMarking(scopeOf([snapshotOf('se', {}, delta)], delta), doorsWith([]));
  assert.deepEqual([...guarded.marking], []);
});

test('a company whose list of one slice proves what is gone is counted, whatever others brought', async () => {
  const slices = [{}, {landed: 0}].map((counts, index) => ({
    ...snapshotOf('se', counts),
    slice: slice(`ledger=${index}`),
  }));
  for (const loads of [slices, slices.toReversed()]) {
    const guarded = await guardMarking(scopeOf(loads), doorsWith([{company: 'se', gone: 1, live: 100}]));
    assert.deepEqual([...guarded.marking], ['se']);
  }
});
