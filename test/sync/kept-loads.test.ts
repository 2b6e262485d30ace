import assert from 'node:assert/strict';
import test from 'node:test';
import {resources} from '../../src/catalogue/catalogue.ts';
import {openLanding} from '../../src/landing/landing.ts';
import type {Checkpoint, Manifest} from '../../src/model/load.ts';
import {type CompanyId, companyId, loadId, runId, wholeResource} from '../../src/model/names.ts';
import type {Doors} from '../../src/sync/doors.ts';
import {commit} from '../../src/sync/sync.ts';
import {FakeClock} from '../fake-clock.ts';
import {MemoryFiles} from '../landing/memory-files.ts';

const [resource] = resources;
assert.ok(resource);
const dayMs = 24 * 3_600_000;

const manifestOf = (id: string, company: CompanyId, sequence: number): Manifest => ({
  version: 2,
  loadId: loadId(id),
  runId: runId('run'),
  companyId: company,
  tenantId: 't',
  resource: resource.name,
  slice: wholeResource,
  sequence,
  kind: 'first',
  startedAt: '2026-01-01T00:00:00.000Z',
  counts: {read: 0, landed: 0, refused: 0, repeated: 0},
  files: [],
  cursor: {tailDigest: '', tailRows: 0, passSeconds: 0},
});

/** Left by first loads of two companies a month ago: the one is done, the other goes on from its last stretch. */
test('pruning leaves the load that a first load goes on from, however old', async () => {
  const files = new MemoryFiles();
  const landing = openLanding({files, volumeFolder: '/Volumes/main/visma_staging/landing', retentionMs: dayMs});
  const [se, no] = [companyId('se'), companyId('no')];
  for (const load of [manifestOf('done', se, 1), manifestOf('stretch', no, 1)]) await landing.seal(load);
  const begun = files.now;
  files.now = new Date(begun.getTime() + 30 * dayMs);
  await landing.seal(manifestOf('next', se, 2));

  const resume = {
    begunAt: begun.toISOString(),
    heldIn: loadId('stretch'),
    lines: 0,
    total: 9,
    next: {page: 2, size: 5},
  };
  const checkpoints: readonly Checkpoint[] = [manifestOf('done', se, 1), manifestOf('stretch', no, 1)].map(load => ({
    ...load,
    cursor: load.companyId === no ? {...load.cursor, resume} : load.cursor,
  }));
  const pruned: string[] = [];
  const warehouse = {
    open: async () => undefined,
    foreignCompanies: async () => [],
    bindCompanies: async () => [],
    acquire: async () => ({owner: 'run', fence: 1}),
    renew: async () => undefined,
    release: async () => undefined,
    readCheckpoints: async () => checkpoints,
    readFinishedLoads: async () =>
      new Map([
        ['done', begun],
        ['stretch', begun],
      ]),
    readPrivacy: async () => [],
    readTableStates: async () => [],
    prepare: async () => undefined,
    countGone: async () => [],
    commitWhole: async () => ({committed: false}),
    mergeRecords: async () => ({inserted: 0, updated: 0}),
    mergeLines: async () => ({inserted: 0, updated: 0}),
    settle: async () => undefined,
    pruneStaging: async (_tables: unknown, loads: readonly string[]) => void pruned.push(...loads),
  };
  const doors = {
    landing,
    warehouse,
    mirror: {read: async () => ({state: 'missing'}), write: async () => undefined},
    lineage: {refresh: async () => undefined},
    privacy: {rules: []},
    ensureVolume: async () => undefined,
    events: () => undefined,
    clock: new FakeClock(),
    settings: {deletionGuard: 0.3, acceptDeletions: false, wait: false},
  } as unknown as Doors;
  const scope = {companies: [], narrowed: false, resources: [resource]};
  const end = await commit({runId: runId('run'), scope}, doors);
  assert.deepEqual(end.commitErrors, []);
  assert.deepEqual(pruned, ['done']);
  const left = await landing.pending(new Map());
  assert.deepEqual(left.loads.map(load => load.loadId).toSorted(), ['next', 'stretch']);
});
