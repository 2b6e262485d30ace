import assert from 'node:assert/strict';
import test from 'node:test';
import type {Checkpoint, Manifest} from '../../src/model/load.ts';
import {companyId, loadId, resourceName, runId, type Stamp, wholeResource} from '../../src/model/names.ts';
import {shownWhole} from '../../src/sync/ledger.ts';

const chain = {companyId: companyId('se'), resource: resourceName('journal_transaction'), slice: wholeResource};
const cursor = {tailDigest: '', tailRows: 0, passSeconds: 0};
const counts = {read: 9, landed: 9, refused: 0, repeated: 0};

const loadOf = (more: Partial<Manifest> = {}): Manifest => ({
  ...{version: 2, loadId: loadId('l4'), runId: runId('r'), tenantId: 't', sequence: 4, kind: 'resync'},
  ...{startedAt: '2026-03-01T06:00:00.000Z', counts, files: [], cursor, ...chain, ...more},
});
const before = (provisional: boolean): readonly Checkpoint[] => [
  {...chain, sequence: 3, cursor: {...cursor, provisional}, runId: runId('r')},
];

test('I23 a whole list shows the journals whole if nothing of it is missing, odd or refused', () => {
  assert.deepEqual(shownWhole([loadOf()], []), ['se']);
  const resume = {begunAt: '', heldIn: loadId('l4'), lines: 0, total: 9, next: {page: 2, size: 5}};
  const doubtful: ReadonlyArray<Partial<Manifest>> = [
    {since: '2026-03-01T06:00:00.000' as Stamp},
    {after: loadId('l3')},
    {cursor: {...cursor, resume}},
    {cursor: {...cursor, provisional: true}},
    {counts: {...counts, refused: 1}, refusals: [{parts: ['1']}]},
    {counts: {...counts, landed: 0}},
    {resource: resourceName('supplier')},
  ];
  for (const more of doubtful) assert.deepEqual(shownWhole([loadOf(more)], []), [], JSON.stringify(more));
});

test('I23 a sweep shows them whole if it agreed with a list that had been provisional', () => {
  const swept = loadOf({kind: 'sweep', after: loadId('l3'), counts: {...counts, landed: 0}});
  assert.deepEqual(shownWhole([swept], before(true)), ['se']);
  assert.deepEqual(shownWhole([swept], before(false)), []);
  assert.deepEqual(shownWhole([{...swept, cursor: {...cursor, provisional: true}}], before(true)), []);
});
