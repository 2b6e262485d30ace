import assert from 'node:assert/strict';
import {after, before, beforeEach, test} from 'node:test';
import type {JsonObject} from '../../src/base/exact-json.ts';
import type {MissingKey, SweepRecord} from '../../src/model/key-register.ts';
import {companyId, resourceName, runId, slice} from '../../src/model/names.ts';
import type {Warehouse} from '../../src/model/ports.ts';
import {delta, invoice, partner, plan, resourceOf} from './resources.ts';
import {commit, land, Workspace, warehouseOn} from './workspace.ts';

let workspace: Workspace;
let warehouse: Warehouse;
let company = companyId('');
let companies = 0;

before(async () => {
  workspace = await Workspace.open();
});
after(() => workspace.close());
beforeEach(() => {
  workspace.before = () => undefined;
  company = companyId(`c${++companies}`);
  warehouse = warehouseOn(workspace, [invoice, partner, plan]);
});

const whole = slice('');
const record = (id: string, more: JsonObject = {}): JsonObject => ({referenceNumber: id, ...more});
const byId = (a: {readonly recordId: string}, b: {readonly recordId: string}): number =>
  a.recordId < b.recordId ? -1 : 1;
const mine = <Row extends {readonly companyId: string}>(rows: readonly Row[]): readonly Row[] =>
  rows.filter(row => row.companyId === company);

test('the keys of a company come with what a sweep compares, a period or a slice at a time', async () => {
  const records = [
    record('1', {timeStamp: 'AAE=', financialPeriod: '202603', lastModifiedDateTime: '2026-03-01T06:00:00.74'}),
    record('2', {financialPeriod: '202604', lastModifiedDateTime: '2026-10-25T02:30:00.1234567'}),
    record('3', {timeStamp: 'AAI=', financialPeriod: ''}),
    record('4'),
  ];
  const loads = [
    await land(workspace, {resource: partner, company, records}),
    await land(workspace, {resource: partner, company, sequence: 2, records: [], gone: ['4']}),
  ];
  for (const load of loads) {
    const {release} = await commit(warehouse, {resource: partner, loads: [load]});
    await release();
  }
  const place = {resource: partner, companyId: company, slice: whole};
  const keys = [
    {recordId: '1', rowVersion: 'AAE=', stamp: '2026-03-01T06:00:00.740', isDeleted: false},
    {recordId: '2', stamp: '2026-10-25T02:30:00.123456', isDeleted: false},
    {recordId: '3', rowVersion: 'AAI=', isDeleted: false},
    {recordId: '4', isDeleted: true},
  ];
  assert.deepEqual([...(await warehouse.readKeys(place))].sort(byId), keys);
  assert.deepEqual(await warehouse.readKeys({...place, period: '202603'}), keys.slice(0, 1));
  assert.deepEqual([...(await warehouse.readKeys({...place, period: 'without'}))].sort(byId), keys.slice(2));
  assert.deepEqual(await warehouse.readKeys({...place, companyId: companyId('other')}), []);
});

test('the keys of a slice are those of its rows; where no column tells, it is a defect', async () => {
  const records = ['N', 'S'].flatMap(branch =>
    ['2025', '2026'].map(financialYear => record('1', {asked: {branch, financialYear}})),
  );
  const {release} = await commit(warehouse, {
    resource: plan,
    loads: [await land(workspace, {resource: plan, company, records})],
  });
  await release();
  const place = {resource: plan, companyId: company, slice: slice('branch=S&financialYear=2026')};
  assert.deepEqual(await warehouse.readKeys(place), [{recordId: 'S/2026/1', isDeleted: false}]);
  for (const unknown of ['ledger=B', 'branch=S&ledger=B', '']) {
    await assert.rejects(warehouse.readKeys({...place, slice: slice(unknown)}), {kind: 'defect'});
  }
  await assert.rejects(warehouse.readKeys({...place, period: '202603'}), {kind: 'defect'});
});

test('a table that is not there holds no keys; one that is older than its row version gets it first', async () => {
  const named = {name: 'older_partner', reading: delta};
  const columns = partner.table.schema.fields.filter(({name}) => name !== 'time_stamp');
  const [older, newer] = [
    resourceOf({...named, columns}),
    resourceOf({...named, columns: partner.table.schema.fields}),
  ];
  const place = {resource: newer, companyId: company, slice: whole};
  assert.deepEqual(await warehouse.readKeys(place), []);
  const records = [record('1', {timeStamp: 'AAE='})];
  const {release} = await commit(warehouseOn(workspace, [older]), {
    resource: older,
    loads: [await land(workspace, {resource: older, company, records})],
  });
  await release();
  assert.deepEqual(await warehouse.readKeys(place), [{recordId: '1', rowVersion: 'AAE=', isDeleted: false}]);
});

const sweepOf = (more: Partial<SweepRecord> = {}): SweepRecord => ({
  runId: runId('run-1'),
  companyId: company,
  resource: resourceName('invoice'),
  slice: whole,
  period: '202603',
  ...{keys: 40, lacking: 1, differing: 2, missing: 3, marked: 0},
  sweptAt: new Date('2026-02-27T06:00:00.250Z'),
  ...more,
});

/** What is known to be missing, less the times. */
const missingNow = async (): Promise<readonly MissingKey[]> =>
  mine(await warehouse.readMissing())
    .map(({missedAt: _, ...key}) => key)
    .toSorted(byId);

const missingKey = (recordId: string, run = 'run-1'): MissingKey => ({
  companyId: company,
  resource: resourceName('invoice'),
  recordId,
  runId: runId(run),
});

test('of each place the newest sweep is read, however often it was sent', async () => {
  workspace.before = () => 'answer lost';
  const first = [sweepOf(), sweepOf({period: 'without', keys: 5_000_000_000})];
  await warehouse.recordSweeps({sweeps: first, missing: [], cleared: []});
  await warehouse.recordSweeps({sweeps: first, missing: [], cleared: []});
  const next = sweepOf({runId: runId('run-2'), marked: 3, sweptAt: new Date('2026-02-28T06:00:00.000Z')});
  await warehouse.recordSweeps({sweeps: [next], missing: [], cleared: []});
  const read = async (): Promise<readonly SweepRecord[]> =>
    mine((await warehouse.readSweeps()).sweeps).toSorted((a, b) => (a.period < b.period ? -1 : 1));
  assert.deepEqual(await read(), [next, first[1]]);
  const rows = await workspace.query(`SELECT run_id FROM main.visma_control.sweep WHERE company_id = '${company}'`);
  assert.equal(rows.length, 3);
  const future = sweepOf({runId: runId('run-3'), sweptAt: new Date('2099-01-01T00:00:00.000Z')});
  await warehouse.recordSweeps({sweeps: [future], missing: [], cleared: []});
  assert.deepEqual(await read(), [next, first[1]], 'I27 a sweep of the future is as good as none');
});

test('a missing key stays with the run that missed it first, until it is cleared', async () => {
  workspace.before = () => 'answer lost';
  const hostile = "x'; DROP TABLE invoice --\\";
  const keys = [missingKey('1'), missingKey(hostile)];
  await warehouse.recordSweeps({sweeps: [sweepOf()], missing: keys, cleared: []});
  await warehouse.recordSweeps({sweeps: [sweepOf()], missing: [missingKey('1', 'run-2')], cleared: []});
  assert.deepEqual(await missingNow(), keys);
  const cleared = [missingKey(hostile), missingKey('never missing')];
  await warehouse.recordSweeps({sweeps: [], missing: [missingKey('3', 'run-2')], cleared});
  assert.deepEqual(await missingNow(), [missingKey('1'), missingKey('3', 'run-2')]);
});

test('I27 the warehouse writes when a key was missed first, and a time ahead of its clock is unknown', async () => {
  const timesOf = async (): Promise<ReadonlyArray<Date | undefined>> =>
    [...mine(await warehouse.readMissing())].sort(byId).map(({missedAt}) => missedAt);
  const keys = [missingKey('1'), missingKey('2'), missingKey('3')];
  await warehouse.recordSweeps({sweeps: [], missing: keys, cleared: []});
  const {readAt} = await warehouse.readSweeps();
  const [first] = await timesOf();
  assert.ok(first && first <= readAt && readAt.getTime() - first.getTime() < 600_000);
  const change = (id: string, time: string): Promise<unknown> =>
    workspace.query(`UPDATE main.visma_control.missing_key SET missed_at = ${time}
      WHERE company_id = '${company}' AND record_id = '${id}'`);
  await change('2', "TIMESTAMP '2099-01-01T00:00:00Z'");
  await change('3', 'NULL');
  assert.deepEqual(await timesOf(), [first, undefined, undefined]);
  await warehouse.recordSweeps({sweeps: [], missing: keys, cleared: []});
  const [kept, ...mended] = await timesOf();
  assert.deepEqual(kept, first, 'a time that is known stays');
  assert.ok(mended.every(time => time && time >= first));
});

test('after a sweep of the whole list nothing is missing but what it missed', async () => {
  await warehouse.recordSweeps({sweeps: [], missing: [missingKey('1'), missingKey('2')], cleared: []});
  const elsewhere = {...missingKey('1'), resource: resourceName('unit')};
  await warehouse.recordSweeps({sweeps: [], missing: [elsewhere], cleared: []});
  const sweeps = [sweepOf({period: ''})];
  await warehouse.recordSweeps({sweeps, missing: [missingKey('2', 'run-2'), missingKey('3')], cleared: []});
  const held = await missingNow();
  assert.deepEqual(held, [elsewhere, missingKey('2'), missingKey('3')]);
});

test('what was read again on purpose is recorded once, with who and why', async () => {
  const lease = await warehouse.acquire('run-1');
  assert.ok(lease);
  workspace.before = () => 'answer lost';
  const entry = {
    runId: runId('run-1'),
    companyId: company,
    resource: resourceName('invoice'),
    slice: whole,
    scope: 'period 202603',
    requestedBy: 'anna@example.com',
    reason: "the auditor's question",
    read: 40,
    differing: 2,
  };
  await warehouse.recordResync({lease, records: [entry, {...entry, scope: 'all'}]});
  await warehouse.recordResync({lease, records: [entry]});
  await warehouse.recordResync({lease: {...lease, fence: lease.fence - 1}, records: [{...entry, scope: 'lost'}]});
  workspace.before = () => undefined;
  await warehouse.release(lease);
  const rows = await workspace.query(
    `SELECT scope, requested_by, reason, records_read, differing FROM main.visma_control.resync
    WHERE company_id = '${company}' ORDER BY scope`,
  );
  const shown = {requested_by: entry.requestedBy, reason: entry.reason, records_read: 40n, differing: 2n};
  assert.deepEqual(rows, [
    {scope: 'all', ...shown},
    {scope: 'period 202603', ...shown},
  ]);
});
