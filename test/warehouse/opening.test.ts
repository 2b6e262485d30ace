import assert from 'node:assert/strict';
import {afterEach, beforeEach, test} from 'node:test';
import {SyncError} from '../../src/base/errors.ts';
import {companyId} from '../../src/model/names.ts';
import type {Company} from '../../src/model/pass.ts';
import {invoice} from './resources.ts';
import {commit, land, Workspace, warehouseOn} from './workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await Workspace.open();
});
afterEach(() => workspace.close());

const company = (id: string, tenantId: string): Company => ({id: companyId(id), name: id, tenantId, currency: 'SEK'});

test('a quiet run reads the control tables in one statement and sends nothing else', async () => {
  await warehouseOn(workspace, [invoice]).open();
  await warehouseOn(workspace, [invoice]).bindCompanies([company('se', 't1')]);
  workspace.takeLabels();
  const warehouse = warehouseOn(workspace, [invoice]);
  await warehouse.open();
  await warehouse.bindCompanies([company('se', 't1')]);
  await warehouse.readCheckpoints();
  await warehouse.readFinishedLoads();
  assert.deepEqual(workspace.takeLabels(), ['read']);
});

test('schemas and control tables are created where absent, also after a run that died among them', async () => {
  for (let statements = 1; ; statements++) {
    let left = statements;
    workspace.before = () => {
      if (left-- === 0) throw new Error('killed');
      return undefined;
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
  workspace.takeLabels();
  await warehouseOn(workspace, [invoice]).open();
  assert.deepEqual(workspace.takeLabels(), ['read']);
  const tables = await workspace.query('SHOW TABLES IN main.visma_control');
  assert.deepEqual(tables.map(row => row['tableName']).toSorted(), [
    ...['api_call', 'checkpoint', 'company', 'lease', 'load', 'missing_key', 'privacy', 'reject', 'resync', 'run'],
    ...['sweep', 'table_run'],
  ]);
});

test('a control table that a newer version brings is created when it is first written', async () => {
  const warehouse = warehouseOn(workspace, [invoice]);
  await warehouse.open();
  await workspace.query('DROP TABLE main.visma_control.reject');
  const loads = [await land(workspace, {resource: invoice, records: [{amount: 1}]})];
  await commit(warehouse, {resource: invoice, loads});
  assert.equal((await workspace.query('SELECT * FROM main.visma_control.reject')).length, 1);
});

test('that schemas may not be created is told where they are absent, and else not', async () => {
  workspace.before = ({sql}) => {
    if (sql.startsWith('CREATE SCHEMA')) throw new SyncError('permission', 'may not create schemas');
    return undefined;
  };
  await assert.rejects(warehouseOn(workspace, [invoice]).open(), {kind: 'permission'});
  for (const schema of ['visma', 'visma_staging', 'visma_control'])
    await workspace.query(`CREATE SCHEMA main.${schema}`);
  await warehouseOn(workspace, [invoice]).open();
});

test('a company belongs to one tenant for ever, and a tenant to one company', async () => {
  const warehouse = warehouseOn(workspace, [invoice]);
  const [se, no] = [company('se', 't1'), company('no', 't2')];
  assert.deepEqual(await warehouse.bindCompanies([se, no]), []);
  const again = warehouseOn(workspace, [invoice]);
  const [moved, renamed, fresh] = [company('se', 't3'), company('norway', 't2'), company('dk', 't4')];
  assert.deepEqual(await again.bindCompanies([moved, renamed, fresh, no]), [moved, renamed]);
  assert.deepEqual(await again.bindCompanies([se, no, fresh]), []);
  const twice = company('twice', 't4');
  assert.deepEqual(await again.bindCompanies([twice]), [twice]);
});
