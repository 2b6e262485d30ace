import assert from 'node:assert/strict';
import test from 'node:test';
import {SyncError} from '../../src/base/errors.ts';
import {resources} from '../../src/catalogue/catalogue.ts';
import type {Manifest} from '../../src/model/load.ts';
import {companyId, loadId, runId, wholeResource} from '../../src/model/names.ts';
import {commit} from '../../src/sync/commit/commit.ts';
import type {Doors} from '../../src/sync/doors.ts';

test('a statement that is stopped at its timeout keeps its own resource waiting and stops no other', async () => {
  const scope = {
    companies: [],
    narrowed: false,
    resources: resources.filter(({name}) => ['currency', 'journal_transaction'].includes(name)),
  };
  const settled: string[] = [];
  const lease = {owner: 'run', fence: 1};
  const warehouse = {
    readFinishedLoads: async () => new Map(),
    readCheckpoints: async () => [],
    readPrivacy: async () => [],
    bindCompanies: async () => [],
    renew: async () => undefined,
    prepare: async () => undefined,
    copy: async () => undefined,
    countStaged: async () => new Map(),
    countGone: async () => [],
    commitWhole: async () => ({committed: false}),
    mergeRecords: async ({resource}: {resource: {name: string}}) => {
      // As sql-error.ts classes 57014 and TIMEOUT_EXCEEDED.
      if (resource.name === 'currency') throw new SyncError('timeout', 'merge of currency: refused by the warehouse');
      return {inserted: 0, updated: 0};
    },
    mergeLines: async () => ({inserted: 0, updated: 0}),
    settle: async ({settled: loads}: {settled: readonly Manifest[]}) =>
      void settled.push(...loads.map(({resource}) => resource)),
  };
  const landing = {
    pending: async () => ({loads: scope.resources.map(({name}) => manifestOf(name)), unusable: []}),
    pathOf: () => '',
    digestOf: () => '',
  };
  const settings = {deletionGuard: 0.3, acceptDeletions: false};
  const doors = {warehouse, landing, settings, privacy: {rules: []}, events: () => undefined} as unknown as Doors;
  const end = await commit({runId: runId('run'), lease, scope, accepts: () => false}, doors).catch(
    (error: unknown) => error as Error,
  );
  assert.ok(!(end instanceof Error), 'the commit goes on');
  assert.deepEqual(settled, ['journal_transaction']);
  assert.equal(end.errors.length, 1);
});

const manifestOf = (resource: Manifest['resource']): Manifest => ({
  version: 1,
  loadId: loadId(`load-${resource}`),
  runId: runId('run'),
  companyId: companyId('se'),
  tenantId: 't',
  resource,
  slice: wholeResource,
  sequence: 1,
  kind: 'first',
  startedAt: '2026-03-20T12:00:00.000Z',
  counts: {read: 0, landed: 0, refused: 0, repeated: 0},
  files: [],
  cursor: {tailDigest: '', tailRows: 0, passSeconds: 0},
});
