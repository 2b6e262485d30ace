import assert from 'node:assert/strict';
import {afterEach, beforeEach, test} from 'node:test';
import {SyncError} from '../../src/base/errors.ts';
import {companyId, runId} from '../../src/model/names.ts';
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
  await bind(warehouseOn(workspace, [invoice]), [company('se', 't1')]);
  workspace.takeLabels();
  const warehouse = warehouseOn(workspace, [invoice]);
  await warehouse.open();
  await warehouse.foreignCompanies([company('se', 't1')]);
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

type Opened = ReturnType<typeof warehouseOn>;

async function bind(warehouse: Opened, companies: readonly Company[]): Promise<readonly Company[]> {
  const lease = await warehouse.acquire(runId('binder'));
  assert.ok(lease);
  const foreign = await warehouse.bindCompanies(companies, lease);
  await warehouse.release(lease);
  return foreign;
}

/** Lets a company deliver rows: they are committed and settled. */
async function deliver(warehouse: Opened, id: string): Promise<void> {
  const loads = [await land(workspace, {resource: invoice, company: id, records: [{amount: 1}]})];
  const {scope, release} = await commit(warehouse, {resource: invoice, loads});
  await warehouse.settle({lease: scope.lease, runId: runId('run'), settled: loads, setAside: []});
  await release();
}

test('I23 once a company has delivered rows it belongs to its tenant, and the tenant to it', async () => {
  const warehouse = warehouseOn(workspace, [invoice]);
  const [se, no] = [company('se', 't1'), company('no', 't2')];
  assert.deepEqual(await bind(warehouse, [se, no]), []);
  for (const {id} of [se, no]) await deliver(warehouse, id);
  const [moved, renamed, fresh] = [company('se', 't3'), company('norway', 't2'), company('dk', 't4')];
  for (const table of ['none', 'checkpoint']) {
    // The record of loads still says that rows were delivered, also after the checkpoints are lost.
    if (table === 'checkpoint') await workspace.query('DROP TABLE main.visma_control.checkpoint');
    const again = warehouseOn(workspace, [invoice]);
    assert.deepEqual(await again.foreignCompanies([moved, renamed, fresh, no]), [moved, renamed], table);
    assert.deepEqual(await bind(again, [moved, renamed, no]), [moved, renamed], table);
    assert.deepEqual(await again.foreignCompanies([se, no, fresh]), [], table);
  }
});

test('I23 a pair that never delivered rows can be corrected, and claims neither its id nor its tenant', async () => {
  const warehouse = warehouseOn(workspace, [invoice]);
  await bind(warehouse, [company('se', 't1'), company('no', 't2')]);
  const again = warehouseOn(workspace, [invoice]);
  const [corrected, renamed] = [company('se', 't3'), company('norway', 't2')];
  assert.deepEqual(await again.foreignCompanies([corrected, renamed]), []);
  assert.deepEqual(await bind(again, [corrected, renamed]), []);
  await deliver(again, 'se');
  assert.deepEqual(await again.foreignCompanies([company('se', 't1')]), [company('se', 't1')]);
});

test('one tenant in another spelling is the same tenant, also in tables of earlier versions', async () => {
  const warehouse = warehouseOn(workspace, [invoice]);
  const spellings = ['7C1F0C52-3D0E-4A5B-9F0A-5E0000000001', ' {7c1f0c52-3d0e-4a5b-9f0a-5e0000000001} '];
  await warehouse.open();
  await workspace.query(`INSERT INTO main.visma_control.company VALUES ('se', '${spellings[0]}', CURRENT_TIMESTAMP())`);
  await deliver(warehouse, 'se');
  const again = warehouseOn(workspace, [invoice]);
  for (const spelling of spellings) {
    assert.deepEqual(await again.foreignCompanies([company('se', spelling)]), []);
    const twice = company('twice', spelling);
    assert.deepEqual(await again.foreignCompanies([twice]), [twice]);
  }
});

test('of two companies that claim one tenant at once the first has it', async () => {
  const warehouse = warehouseOn(workspace, [invoice]);
  const [first, second] = [company('a', 't'), company('b', 't')];
  assert.deepEqual(await bind(warehouse, [first, second]), [second]);
});
