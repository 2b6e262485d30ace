import assert from 'node:assert/strict';
import {afterEach, beforeEach, test} from 'node:test';
import {SyncError} from '../../src/base/errors.ts';
import {quoteName} from '../../src/base/quoting.ts';
import {loadId, runId} from '../../src/model/names.ts';
import {controlTables} from '../../src/warehouse/control-tables.ts';
import {createTable} from '../../src/warehouse/sql/create-table.ts';
import {invoice} from './resources.ts';
import {commit, land, Workspace, warehouseOn} from './workspace.ts';

let workspace: Workspace;

/** The control tables as version 0.1.0 made them, with a checkpoint that it settled. */
beforeEach(async () => {
  workspace = await Workspace.open();
  for (const schema of ['visma', 'visma_control']) await workspace.query(`CREATE SCHEMA main.${schema}`);
  const tables = ['run', 'table_run', 'api_call', 'reject', 'lease', 'company', 'load', 'checkpoint'];
  const since: Readonly<Record<string, readonly string[]>> = {checkpoint: ['resume', 'provisional', 'load_id']};
  for (const {name, comment, fields} of controlTables.filter(table => tables.includes(table.name))) {
    const had = fields.filter(field => !since[name]?.includes(field.name));
    await workspace.query(createTable({name: quoteName('main', 'visma_control', name), comment, fields: had}));
  }
  await workspace.query(`INSERT INTO main.visma_control.checkpoint
    (company_id, resource, slice, sequence, tail_digest, tail_rows, pass_seconds, run_id)
    VALUES ('se', 'invoice', '', 3, 'ab', 2, 1.5, 'run-1')`);
});
afterEach(() => workspace.close());

const settled = {
  companyId: 'se',
  resource: 'invoice',
  slice: '',
  sequence: 3,
  cursor: {tailDigest: 'ab', tailRows: 2, passSeconds: 1.5},
  runId: 'run-1',
};

test('control tables of an earlier version get the columns that they lack, and keep what they hold', async () => {
  const warehouse = warehouseOn(workspace, [invoice]);
  await warehouse.open();
  assert.deepEqual(await warehouse.readCheckpoints(), [settled]);
  const altered = workspace.sent.filter(({label}) => label === 'alter');
  assert.equal(altered.length, 1);
  workspace.takeLabels();
  await warehouseOn(workspace, [invoice]).open();
  assert.deepEqual(workspace.takeLabels(), ['read']);
});

test('what is written first by the new version is written all the same', async () => {
  const warehouse = warehouseOn(workspace, [invoice]);
  await warehouse.recordSweeps({sweeps: [], missing: [], cleared: []});
  assert.deepEqual((await warehouse.readSweeps()).sweeps, []);
  const {scope} = await commit(warehouse, {resource: invoice, loads: []});
  const load = await land(workspace, {resource: invoice, sequence: 4, records: [], id: 'l4'});
  await warehouse.settle({lease: scope.lease, runId: runId('run-2'), settled: [load], setAside: []});
  const [checkpoint] = await warehouse.readCheckpoints();
  assert.deepEqual([checkpoint?.sequence, checkpoint?.loadId], [4, loadId('l4')]);
});

test('a MERGE that Delta refuses for a column of its target is sent again once the columns are there', async () => {
  const warehouse = warehouseOn(workspace, [invoice]);
  const {scope} = await commit(warehouse, {resource: invoice, loads: []});
  let refusals = 0;
  workspace.before = ({label}) => {
    if (label !== 'settle' || refusals++ > 0) return undefined;
    const facts = {errorClass: 'DELTA_MERGE_UNRESOLVED_EXPRESSION', sqlState: '42601'};
    throw new SyncError('data', 'refused by the warehouse', {facts});
  };
  const load = await land(workspace, {resource: invoice, sequence: 4, records: []});
  await warehouse.settle({lease: scope.lease, runId: runId('run-2'), settled: [load], setAside: []});
  assert.equal((await warehouse.readCheckpoints())[0]?.sequence, 4);
});

test('a column that no version has is told once, and nothing is tried for ever', async () => {
  workspace.before = ({label}) => {
    if (label === 'read') throw new SyncError('data', 'refused by the warehouse', {facts: {sqlState: '42703'}});
    return undefined;
  };
  await assert.rejects(warehouseOn(workspace, [invoice]).open(), {kind: 'data'});
  assert.equal(workspace.takeLabels().filter(label => label === 'read').length, 2);
});

test('I10 killed anywhere while columns are added, or with answers lost, the next run goes on', async () => {
  for (let statements = 1; ; statements++) {
    let left = statements;
    workspace.before = () => {
      if (left-- === 0) throw new Error('killed');
      return 'answer lost';
    };
    const died = await warehouseOn(workspace, [invoice])
      .open()
      .then(
        () => false,
        () => true,
      );
    if (!died) break;
  }
  workspace.before = () => undefined;
  assert.deepEqual(await warehouseOn(workspace, [invoice]).readCheckpoints(), [settled]);
});
