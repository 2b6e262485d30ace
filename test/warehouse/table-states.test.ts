import assert from 'node:assert/strict';
import test from 'node:test';
import {tablesOf} from '../../src/model/resource.ts';
import {invoice, unit} from './resources.ts';
import {commit, land, Workspace, warehouseOn} from './workspace.ts';

test('of each table it is told whether it is there, and its newest commit', async t => {
  const workspace = await Workspace.open();
  t.after(() => workspace.close());
  const warehouse = warehouseOn(workspace, [invoice, unit]);
  const none = await warehouse.readTableStates([unit, invoice]);
  assert.deepEqual(
    none.map(({exists, newestCommit}) => [exists, newestCommit]),
    [unit, invoice].flatMap(tablesOf).map(() => [false, undefined]),
  );

  const loads = [
    await land(workspace, {resource: invoice, records: [{documentType: 'Invoice', referenceNumber: '1'}]}),
  ];
  const {scope, release} = await commit(warehouse, {resource: invoice, loads});
  await release();
  workspace.takeLabels();
  const [own, ...lines] = await warehouse.readTableStates([invoice]);
  assert.deepEqual(workspace.takeLabels(), ['compare'], 'one statement while all are there');
  assert.deepEqual(own, {table: 'invoice', exists: true, newestCommit: scope.lease.fence});
  for (const line of lines) assert.deepEqual([line.exists, line.newestCommit], [true, undefined], 'an empty table');

  await workspace.query('DROP TABLE main.visma.invoice');
  const states = await warehouse.readTableStates([invoice]);
  assert.deepEqual(
    states.map(({exists}) => exists),
    [false, ...lines.map(() => true)],
  );
});
