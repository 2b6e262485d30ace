import assert from 'node:assert/strict';
import {after, before, beforeEach, test} from 'node:test';
import type {JsonObject} from '../../src/base/exact-json.ts';
import type {Lease} from '../../src/model/lease.ts';
import type {Manifest} from '../../src/model/load.ts';
import {runId, type Stamp, tableName} from '../../src/model/names.ts';
import type {PrivacyApplication, StatementRow, Warehouse} from '../../src/model/ports.ts';
import {type Privacy, protectedColumns} from '../../src/model/privacy.ts';
import {delta, resourceOf} from './resources.ts';
import {commit, land, Workspace, warehouseOn} from './workspace.ts';

let workspace: Workspace;
let warehouse: Warehouse;
let resource = resourceOf({name: 'privacy0', reading: delta});
let resources = 0;

before(async () => {
  workspace = await Workspace.open();
});
after(() => workspace.close());
beforeEach(() => {
  workspace.before = () => undefined;
  workspace.clock.advance(3_600_000);
  resource = resourceOf({name: `bill${++resources}`, reading: delta});
  warehouse = warehouseOn(workspace, [resource]);
});

const records: readonly JsonObject[] = [
  {referenceNumber: '1', supplier: {number: 'Anna'}, amount: 5, lines: [{lineNumber: 1, amount: 7}]},
  {referenceNumber: '2', supplier: {number: 'Bo'}, amount: 6, lines: {amount: 'Cleo'}},
];
const cursor = {nextSince: '2026-03-01T04:00:00.000' as Stamp, tailDigest: 'ab', tailRows: 1, rowsHeld: 2};
const run = runId('run-7');

/** Two documents are held, one of which is marked; their checkpoint stands at 1. */
async function hold(): Promise<Lease> {
  const first = await land(workspace, {resource, records, cursor});
  const {scope} = await commit(warehouse, {resource, loads: [first]});
  await warehouse.settle({lease: scope.lease, runId: run, settled: [first], setAside: []});
  await workspace.query(
    `UPDATE main.visma.${resource.name} SET _deleted_at = current_timestamp() WHERE record_id = '2'`,
  );
  return scope.lease;
}

/** A rule for a column of the document, or of its lines. */
function applicationOf(lease: Lease, {column = 'supplier_number', ofLines = false, loosened = false} = {}) {
  const table = tableName(ofLines ? `${resource.name}_line` : resource.name);
  const privacy: Privacy = {rules: [{resource: resource.name, table, column, rule: 'drop'}]};
  const newly = loosened ? [] : protectedColumns(resource, privacy);
  const rows = [{resource: resource.name, fingerprint: `f-${column}`, rules: '{}'}];
  return {changes: [{resource, newly}], rows, lease, runId: run} satisfies PrivacyApplication;
}

const own = (): Promise<readonly StatementRow[]> =>
  workspace.query(
    `SELECT record_id, supplier_number, amount, _record, _hash, _commit, _deleted_at IS NULL AS live
     FROM main.visma.${resource.name} ORDER BY record_id`,
  );
const lineRecords = async (): Promise<unknown[]> =>
  (await workspace.query(`SELECT _record FROM main.visma.${resource.name}_line`)).map(row => row['_record']);
const staged = async (table: string): Promise<number> =>
  (await workspace.query(`SELECT record_id FROM main.visma_staging.${table}`)).length;

const checkpoint = async () =>
  (await warehouseOn(workspace, [resource]).readCheckpoints()).find(each => each.resource === resource.name);
const noted = async (): Promise<string | undefined> =>
  (await warehouseOn(workspace, [resource]).readPrivacy()).find(each => each.resource === resource.name)?.fingerprint;

async function assertApplied(): Promise<void> {
  for (const row of await own()) {
    assert.deepEqual([row['supplier_number'], row['_record'], row['_hash']], [null, '{}', null]);
    assert.ok(Number(row['amount']) > 0, 'what is not protected stays');
  }
  assert.deepEqual([await staged(resource.name), await staged(`${resource.name}_line`)], [0, 0]);
  const held = await checkpoint();
  assert.equal(held?.sequence, 1);
  assert.deepEqual([held?.cursor.nextSince, held?.cursor.tailDigest, held?.cursor.tailRows], [undefined, '', 2]);
  assert.equal(await noted(), 'f-supplier_number');
}

test('what is newly protected goes from rows, marked ones too, and from staging; windows are forgotten', async () => {
  const lease = await hold();
  await warehouse.applyPrivacy(applicationOf(lease));
  await assertApplied();
  const rows = await own();
  assert.deepEqual(
    rows.map(row => [row['live'], Number(row['_commit'])]),
    [
      [true, lease.fence],
      [false, lease.fence],
    ],
  );
  assert.deepEqual(await lineRecords(), ['{"lineNumber":1,"amount":7}'], 'lines hold nothing of it');
});

test('applied twice, or with its answers lost, it writes nothing the second time', async () => {
  const lease = await hold();
  workspace.before = () => 'answer lost';
  await warehouse.applyPrivacy(applicationOf(lease));
  await assertApplied();
  workspace.before = () => undefined;
  const again = await workspace.query(`SELECT COUNT(*) AS n FROM main.visma.${resource.name}`);
  await workspace.query(`UPDATE main.visma.${resource.name} SET _commit = 0`);
  await warehouse.applyPrivacy(applicationOf(lease));
  assert.deepEqual(
    (await own()).map(row => Number(row['_commit'])),
    Array.from({length: Number(again[0]?.['n'])}, () => 0),
  );
});

test('killed between any two of its statements, the rules are noted only when all is done', async () => {
  const lease = await hold();
  for (let killedAt = 1; ; killedAt++) {
    let sent = 0;
    workspace.before = () => {
      if (++sent === killedAt) throw new Error('killed');
    };
    const died = await warehouseOn(workspace, [resource])
      .applyPrivacy(applicationOf(lease))
      .then(
        () => false,
        () => true,
      );
    workspace.before = () => undefined;
    if (!died) break;
    if ((await noted()) !== undefined) await assertApplied();
  }
  await assertApplied();
});

test('a rule of lines empties lines, and the record around an array that could not be read as one', async () => {
  const lease = await hold();
  await warehouse.applyPrivacy(applicationOf(lease, {column: 'amount', ofLines: true}));
  assert.deepEqual(await lineRecords(), ['{}']);
  const rows = await own();
  assert.deepEqual(
    rows.map(row => [row['record_id'], row['supplier_number'], row['_record'] === '{}']),
    [
      ['1', 'Anna', false],
      ['2', 'Bo', true],
    ],
  );
  assert.doesNotMatch(
    JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
    /Cleo/,
  );
});

test('loosened rules blank nothing, and forget the windows', async () => {
  const lease = await hold();
  const before = await own();
  await warehouse.applyPrivacy(applicationOf(lease, {loosened: true}));
  assert.deepEqual(await own(), before);
  assert.equal((await checkpoint())?.cursor.nextSince, undefined);
  assert.equal(await noted(), 'f-supplier_number');
});

test('once the lease is lost nothing is touched, and the run is told', async () => {
  const lease = await hold();
  const held = [await own(), await staged(resource.name), await checkpoint()];
  await warehouse.release(lease);
  await assert.rejects(warehouse.applyPrivacy(applicationOf(lease)), {kind: 'lease'});
  // Lost between two statements: no renewal was due that would have noticed.
  const later = await warehouse.acquire('run-7');
  assert.ok(later);
  workspace.before = ({label}) => {
    if (label === 'describe') workspace.clock.advance(901_000);
    return undefined;
  };
  await assert.rejects(warehouse.applyPrivacy(applicationOf(later)), {kind: 'lease'});
  workspace.before = () => undefined;
  assert.deepEqual([await own(), await staged(resource.name), await checkpoint()], held);
  assert.equal(await noted(), undefined);
});

test('tables and columns that are not there yet hold nothing', async () => {
  const lease = await warehouse.acquire('run-7');
  assert.ok(lease);
  await warehouse.applyPrivacy(applicationOf(lease));
  assert.equal(await noted(), 'f-supplier_number');
  await warehouse.release(lease);
  const wider = resource;
  resource = resourceOf({name: wider.name, reading: delta, columns: wider.table.schema.fields.slice(0, 1)});
  warehouse = warehouseOn(workspace, [resource]);
  const first: Manifest = await land(workspace, {resource, records});
  const {scope} = await commit(warehouse, {resource, loads: [first]});
  resource = wider;
  await warehouse.applyPrivacy(applicationOf(scope.lease));
  await warehouseOn(workspace, [wider]).prepare([wider.table]);
  assert.deepEqual(
    (await own()).map(row => [row['supplier_number'], row['_record']]),
    [
      [null, '{}'],
      [null, '{}'],
    ],
    'a column that is added then is filled from records without it',
  );
});
