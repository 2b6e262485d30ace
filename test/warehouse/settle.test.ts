import assert from 'node:assert/strict';
import {after, before, beforeEach, test} from 'node:test';
import type {Checkpoint, Manifest, Resume} from '../../src/model/load.ts';
import {loadId, runId, type Stamp} from '../../src/model/names.ts';
import type {Warehouse} from '../../src/model/ports.ts';
import {invoice, linesOf, unit} from './resources.ts';
import {commit, type LoadParts, land, Workspace, warehouseOn} from './workspace.ts';

let workspace: Workspace;
let warehouse: Warehouse;
let company = '';
let companies = 0;

before(async () => {
  workspace = await Workspace.open();
});
after(() => workspace.close());
beforeEach(() => {
  workspace.before = () => undefined;
  workspace.clock.advance(3_600_000);
  company = `c${++companies}`;
  warehouse = warehouseOn(workspace, [invoice, unit]);
});

const run = runId('run-7');
const empty = (sequence: number, more: Partial<LoadParts> = {}): Promise<Manifest> =>
  land(workspace, {resource: invoice, company, sequence, records: [], ...more});

async function acquire(owner = 'run-7') {
  const lease = await warehouse.acquire(owner);
  assert.ok(lease);
  return lease;
}

const checkpointsOf = async (): Promise<readonly Checkpoint[]> =>
  (await warehouseOn(workspace, [invoice]).readCheckpoints()).filter(checkpoint => checkpoint.companyId === company);

test('a chain settles at its newest load, with its cursor as it was', async () => {
  const [watermark, nextSince] = ['2026-03-01T06:59:58.740', '2026-03-01T04:59:46.2401234'] as Stamp[];
  assert.ok(watermark && nextSince);
  const cursor = {watermark, nextSince, tailDigest: 'ab', tailRows: 3, passSeconds: 12.345};
  const settled = [await empty(1, {cursor: {rowsHeld: 40}}), await empty(2, {cursor})];
  await warehouse.settle({lease: await acquire(), runId: run, settled: settled.toReversed(), setAside: []});
  assert.deepEqual(await checkpointsOf(), [
    {
      companyId: company,
      resource: 'invoice',
      slice: '',
      sequence: 2,
      cursor: {...cursor, rowsHeld: 40},
      runId: run,
      loadId: settled[1]?.loadId,
      loads: settled.map(({loadId: id}) => id),
    },
  ]);
  const finished = await warehouse.readFinishedLoads();
  assert.deepEqual(
    settled.map(({loadId: id}) => finished.get(id)),
    settled.map(() => workspace.clock.now()),
  );
});

test('settling twice, or with its answers lost, settles once', async () => {
  workspace.before = () => 'answer lost';
  const settlement = {lease: await acquire(), runId: run, settled: [await empty(1)], setAside: []};
  await warehouse.settle(settlement);
  await warehouse.settle(settlement);
  const [checkpoint] = await checkpointsOf();
  assert.equal(checkpoint?.sequence, 1);
  const rows = await workspace.query(`SELECT load_id FROM main.visma_control.load WHERE company_id = '${company}'`);
  assert.equal(rows.length, 1);
});

test('I1 a checkpoint moves only from where its chain started, and never backward', async () => {
  const lease = await acquire();
  await warehouse.settle({lease, runId: run, settled: [await empty(1), await empty(2)], setAside: []});
  for (const sequence of [1, 2, 4]) {
    const late = {lease, runId: runId('late'), settled: [await empty(sequence)], setAside: []};
    await assert.rejects(warehouse.settle(late), {kind: 'lease'});
  }
  assert.deepEqual(
    (await checkpointsOf()).map(({sequence, runId: by}) => [sequence, by]),
    [[2, run]],
  );
  const loads = await workspace.query(`SELECT load_id FROM main.visma_control.load WHERE company_id = '${company}'`);
  assert.equal(loads.length, 2);
});

test('I4 nothing is settled once the lease is lost, and the run is told', async () => {
  const lease = await acquire();
  await warehouse.release(lease);
  const settled = [await empty(1)];
  await assert.rejects(warehouse.settle({lease, runId: run, settled, setAside: []}), {kind: 'lease'});
  assert.deepEqual(await checkpointsOf(), []);
  assert.equal((await warehouse.readFinishedLoads()).has(settled[0]?.loadId ?? loadId('')), false);
});

test('a load set aside is finished with its reason, and moves nothing', async () => {
  const manifest = await empty(3);
  const setAside = [{manifest, reason: "a load before it isn't there"}];
  await warehouse.settle({lease: await acquire(), runId: run, settled: [], setAside});
  assert.deepEqual(await checkpointsOf(), []);
  const rows = await workspace.query(
    `SELECT load_id, state, reason, sequence FROM main.visma_control.load WHERE company_id = '${company}'`,
  );
  assert.deepEqual(rows, [{load_id: manifest.loadId, state: 'set aside', reason: setAside[0]?.reason, sequence: 3n}]);
});

test('a delta without a count of all rows keeps the one of the first load', async () => {
  const lease = await acquire();
  await warehouse.settle({lease, runId: run, settled: [await empty(1, {cursor: {rowsHeld: 40}})], setAside: []});
  await warehouse.settle({lease, runId: run, settled: [await empty(2)], setAside: []});
  assert.equal((await checkpointsOf())[0]?.cursor.rowsHeld, 40);
});

const resume: Resume = {
  begunAt: '2026-03-01T06:00:00.000Z',
  heldIn: loadId('l1'),
  lines: 0,
  total: 40,
  next: {page: 3, size: 10},
};

test('where a first load goes on, and whether it is provisional, is what the newest load says', async () => {
  const lease = await acquire();
  const settleWith = async (sequence: number, cursor: Partial<Checkpoint['cursor']>) => {
    await warehouse.settle({lease, runId: run, settled: [await empty(sequence, {cursor})], setAside: []});
    const [checkpoint] = await checkpointsOf();
    return [checkpoint?.cursor.resume, checkpoint?.cursor.provisional];
  };
  assert.deepEqual(await settleWith(1, {resume, provisional: true}), [resume, true]);
  const byPeriod = {...resume, next: {periods: ['202601', '202602']}};
  assert.deepEqual(await settleWith(2, {resume: byPeriod, provisional: false}), [byPeriod, false]);
  assert.deepEqual(await settleWith(3, {}), [undefined, undefined]);
});

test('I26 a checkpoint whose place in its initial load is unreadable starts over, another goes on', async () => {
  const lease = await acquire();
  await warehouse.settle({lease, runId: run, settled: [await empty(1, {cursor: {resume}})], setAside: []});
  const spoilt = [
    '{',
    '[]',
    ...[
      {begunAt: 'soon'},
      {heldIn: 7},
      {total: -1},
      {next: {page: 0, size: 10}},
      {next: {periods: [3]}},
      {next: {}},
    ].map(over => JSON.stringify({...resume, ...over})),
  ];
  const put = (text: string) =>
    workspace.query(`UPDATE main.visma_control.checkpoint SET resume = '${text}' WHERE company_id = '${company}'`);
  try {
    for (const text of spoilt) {
      await put(text);
      const [checkpoint] = await checkpointsOf();
      assert.deepEqual([checkpoint?.startsOver, checkpoint?.cursor.resume], [true, undefined], text);
      assert.deepEqual([checkpoint?.cursor.nextSince, checkpoint?.cursor.tailDigest], [undefined, ''], text);
    }
  } finally {
    await put(JSON.stringify(resume));
  }
  const [checkpoint] = await checkpointsOf();
  assert.deepEqual([checkpoint?.startsOver, checkpoint?.cursor.resume], [undefined, resume]);
});

test('pruning removes the staging rows of finished loads, and of what finished before them', async () => {
  const records = [{referenceNumber: '1', lines: [{lineNumber: 1}]}];
  const loads: Manifest[] = [];
  for (const sequence of [1, 2, 3]) {
    loads.push(await land(workspace, {resource: invoice, company, sequence, records}));
    const {scope, release} = await commit(warehouse, {resource: invoice, loads: loads.slice(-1)});
    await warehouse.settle({lease: scope.lease, runId: run, settled: loads.slice(-1), setAside: []});
    await release();
    workspace.clock.advance(60_000);
  }
  const [first, second, third] = loads.map(load => load.loadId);
  assert.ok(second && third);
  const tables = [invoice.table, linesOf(invoice), unit.table];
  workspace.takeLabels();
  await warehouse.pruneStaging(tables, [second, loadId('never-sealed')]);
  assert.deepEqual(workspace.takeLabels(), ['read', 'prune', 'prune', 'prune']);
  assert.deepEqual(
    new Set((await warehouse.countStaged(loads)).keys()),
    new Set([`${third}/invoice`, `${third}/invoice_line`]),
  );
  const finished = await warehouse.readFinishedLoads();
  assert.deepEqual(
    [first, second, third].map(id => finished.has(id ?? loadId(''))),
    [false, false, true],
  );
  await warehouse.pruneStaging(tables, [second]);
  assert.deepEqual(workspace.takeLabels().includes('prune'), false);
});

test('a load that a first load goes on from is not noted as pruned, however old', async () => {
  await warehouse.prepare([invoice.table, unit.table, linesOf(invoice)]);
  const lease = await acquire();
  const [held, old] = [await empty(1), await land(workspace, {resource: unit, company, records: []})];
  const cursor = {resume: {...resume, heldIn: held.loadId}};
  const next = await empty(2, {cursor});
  await warehouse.settle({lease, runId: run, settled: [held, next, old], setAside: []});
  await warehouse.pruneStaging([invoice.table, unit.table], [old.loadId]);
  const finished = await warehouse.readFinishedLoads();
  assert.deepEqual(
    [held, next, old].map(({loadId: id}) => finished.has(id)),
    [true, false, false],
  );
});

test("runs' records are written once, however often they are sent", async () => {
  const record = {
    runId: run,
    command: 'sync',
    version: '0.1.0',
    startedAt: new Date('2026-03-01T06:00:00.000Z'),
    endedAt: new Date('2026-03-01T06:01:00.250Z'),
    exitCode: 3,
    report: {problems: [{message: "isn't \\ 'quoted' :run_id"}]},
    tables: [{table: invoice.table.name, staged: 5, inserted: 3, updated: 1, gone: 0}],
    calls: [
      {company: invoiceCompany(), status: 200, calls: 1, bytes: 900},
      {company: invoiceCompany(), resource: invoice.name, status: 200, calls: 2, bytes: 5_000_000_000},
    ],
  };
  const quiet = {...record, runId: runId('quiet-run'), exitCode: 0, tables: []};
  workspace.takeLabels();
  await warehouse.recordRuns([record]);
  await warehouse.recordRuns([quiet, record]);
  assert.deepEqual(
    workspace.takeLabels(),
    Array.from({length: 6}, () => 'record'),
  );
  const select = (columns: string, table: string) =>
    workspace.query(`SELECT ${columns} FROM main.visma_control.${table} ORDER BY 1`);
  const row = {
    command: 'sync',
    started_at: record.startedAt,
    ended_at: record.endedAt,
    report: JSON.stringify(record.report),
  };
  assert.deepEqual(await select('exit_code, command, started_at, ended_at, report', 'run'), [
    {...row, exit_code: 0},
    {...row, exit_code: 3},
  ]);
  assert.deepEqual(await select('table_name, staged, inserted, updated, gone', 'table_run'), [
    {table_name: 'invoice', staged: 5n, inserted: 3n, updated: 1n, gone: 0n},
  ]);
  assert.deepEqual(await select('calls, resource, bytes', `api_call WHERE run_id = '${run}'`), [
    {calls: 1n, resource: null, bytes: 900n},
    {calls: 2n, resource: 'invoice', bytes: 5_000_000_000n},
  ]);
});

test('I27 when a run ended is written by the warehouse, less the time that its record has waited', async () => {
  const record = {
    ...{command: 'sync', version: '0.1.0', exitCode: 0, report: {}, tables: [], calls: []},
    ...{startedAt: new Date('2099-01-01T00:00:00.000Z'), endedAt: new Date('1999-01-01T00:00:00.000Z')},
  };
  const waited = {...record, runId: runId('waited'), secondsAgo: 7200};
  await warehouse.recordRuns([waited, {...record, runId: runId('woke')}]);
  const rows = await workspace.query(`SELECT run_id, TIMESTAMPDIFF(SECOND, recorded_at, current_timestamp()) AS ago
    FROM main.visma_control.run WHERE run_id IN ('waited', 'woke') ORDER BY recorded_at`);
  assert.deepEqual(
    rows.map(({run_id: id, ago}) => [id, Math.floor(Number(ago) / 60)]),
    [
      ['waited', 120],
      ['woke', 0],
    ],
  );
});

const invoiceCompany = () => company as Manifest['companyId'];
