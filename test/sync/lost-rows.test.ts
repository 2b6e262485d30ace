import assert from 'node:assert/strict';
import test from 'node:test';
import {resources} from '../../src/catalogue/catalogue.ts';
import type {TableState} from '../../src/model/key-register.ts';
import type {Checkpoint, Manifest} from '../../src/model/load.ts';
import type {Mirror} from '../../src/model/mirror.ts';
import {companyId, resourceName, runId, type Stamp, wholeResource} from '../../src/model/names.ts';
import {tablesOf} from '../../src/model/resource.ts';
import {lostChains, stillLost} from '../../src/sync/start/lost-rows.ts';

const invoice = resources.find(({name}) => name === 'supplier_invoice');
assert.ok(invoice);
const [own, line] = tablesOf(invoice).map(({name}) => name);
assert.ok(own && line);

const checkpointOf = (company: string, cursor: Partial<Checkpoint['cursor']> = {}): Checkpoint => ({
  companyId: companyId(company),
  resource: invoice.name,
  slice: wholeResource,
  sequence: 4,
  cursor: {tailDigest: '', tailRows: 2, passSeconds: 1, ...cursor},
  runId: runId('run'),
});
const chainOf = (company: string) => ({companyId: companyId(company), resource: invoice.name, slice: wholeResource});
const mirrorOf = (parts: Partial<Mirror> = {}): Mirror => ({
  writtenBy: runId('run'),
  writtenAt: '2026-03-01T06:00:00.000Z',
  fence: 9,
  companies: [],
  checkpoints: [],
  finished: [],
  tables: {[own]: 9, [line]: 8},
  consumed: {},
  privacy: [],
  again: [],
  ...parts,
});
const states = (more: Partial<TableState> = {}): readonly TableState[] => [
  {table: own, exists: true, newestCommit: 9},
  {table: line, exists: true, newestCommit: 8, ...more},
];
const checkpoints = [checkpointOf('se'), checkpointOf('no')];
const lostOf = (more: Partial<Parameters<typeof lostChains>[0]>) =>
  lostChains({resources: [invoice], states: states(), checkpoints, former: mirrorOf(), ...more});

test('a table that is as it was, or has gone on, has lost nothing', () => {
  assert.deepEqual(lostOf({}), []);
  assert.deepEqual(lostOf({states: states({newestCommit: 12})}), []);
  assert.deepEqual(lostOf({former: undefined}), []);
});

test('a table that is gone, empty or older than it was has lost the rows of every company', () => {
  const all = [chainOf('se'), chainOf('no')];
  const {newestCommit: _none, ...empty} = {table: line, exists: true, newestCommit: 8};
  assert.deepEqual(lostOf({states: states({exists: false})}), all);
  assert.deepEqual(lostOf({states: states({exists: false}), former: undefined}), all, 'without a mirror as well');
  assert.deepEqual(lostOf({states: states({newestCommit: 7})}), all);
  assert.deepEqual(lostOf({states: [empty]}), all);
});

test('a list that held nothing has lost nothing; one that held rows once, outside its tail, has', () => {
  const none = checkpointOf('se', {tailRows: 0});
  const some = checkpointOf('no', {tailRows: 0, watermark: '2026-03-01T06:00:00.000' as Stamp});
  assert.deepEqual(lostOf({states: states({exists: false}), checkpoints: [none, some]}), [chainOf('no')]);
});

test('what was lost stays so, however new its table is, until it was read whole', () => {
  const again = [chainOf('se'), {...chainOf('dk'), resource: resourceName('no_longer_settled')}];
  const lost = lostOf({former: mirrorOf({again})});
  assert.deepEqual(lost, [chainOf('se')]);
  const load = {...chainOf('se'), sequence: 5, kind: 'delta'} as unknown as Manifest;
  assert.deepEqual(stillLost(lost, [{...load, since: '2026-03-01T06:00:00.000' as Stamp}]), lost);
  assert.deepEqual(stillLost(lost, [{...load, after: 'l4' as Manifest['loadId']}]), lost, 'a part of it');
  assert.deepEqual(stillLost([...lost, ...lost, chainOf('no')], [load]), [chainOf('no')]);
});
