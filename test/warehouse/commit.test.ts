import assert from 'node:assert/strict';
import {after, before, beforeEach, test} from 'node:test';
import type {JsonObject} from '../../src/base/exact-json.ts';
import {parseExactJson} from '../../src/base/exact-json.ts';
import type {Warehouse} from '../../src/model/ports.ts';
import {invoice, linesOf, unit} from './resources.ts';
import {commit, copy, land, noBetween, Workspace, warehouseOn} from './workspace.ts';

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
  company = `c${++companies}`;
  warehouse = warehouseOn(workspace, [invoice, unit]);
});

const record = (referenceNumber: string, fields: JsonObject = {}): JsonObject => ({
  referenceNumber,
  lastModifiedDateTime: '2026-03-01T05:00:00.74',
  lines: [],
  ...fields,
});
const line = (lineNumber: number, amount: number): JsonObject => ({lineNumber, amount});

const rowsOf = (table: string, columns: string) =>
  workspace.query(`SELECT ${columns} FROM main.visma.${table} WHERE company_id = '${company}' ORDER BY record_id`);
const live = async (table: string, columns = 'record_id') =>
  (await rowsOf(table, `${columns}, _deleted_at`)).filter(row => row['_deleted_at'] === null);
const ids = async (table: string) => (await live(table)).map(row => row['record_id']);

test('what was read stands in the raw tables with every digit', async () => {
  const body =
    '{"referenceNumber":"1","amount":9007199254740993.0000000001,"supplier":{"number":"S1"},"hold":true,' +
    '"documentDate":"2026-02-28T00:00:00","createdDateTime":"2026-02-28T13:14:15.7",' +
    '"lines":[{"lineNumber":1,"amount":-0.1}]}';
  const loads = [await land(workspace, {resource: invoice, company, records: [parseExactJson(body) as JsonObject]})];
  const {records, lines} = await commit(warehouse, {resource: invoice, loads});
  assert.deepEqual([records, lines], [{inserted: 1, updated: 0}, [{inserted: 1, updated: 0}]]);
  const columns = `record_id, amount, supplier_number, hold, CAST(document_date AS STRING) AS document_date,
    CAST(created_date_time AS STRING) AS created_date_time, _load_id, _first_seen_at`;
  assert.deepEqual(await live('invoice', columns), [
    {
      record_id: '1',
      amount: '9007199254740993.0000000001',
      supplier_number: 'S1',
      hold: true,
      document_date: '2026-02-28',
      created_date_time: '2026-02-28 13:14:15.7',
      _load_id: loads[0]?.loadId,
      _first_seen_at: null,
      _deleted_at: null,
    },
  ]);
  assert.deepEqual(await live('invoice_line', 'record_id, parent_record_id, position, amount'), [
    {record_id: '1/1', parent_record_id: '1', position: 0, amount: '-0.1000000000', _deleted_at: null},
  ]);
});

test('I3 committing a load twice writes nothing the second time', async () => {
  const records = [record('1', {lines: [line(1, 5)]}), record('2')];
  const loads = [await land(workspace, {resource: invoice, company, records})];
  await commit(warehouse, {resource: invoice, loads});
  const again = await commit(warehouse, {resource: invoice, loads});
  assert.deepEqual([again.records, again.lines], [{inserted: 0, updated: 0}, [{inserted: 0, updated: 0}]]);
  assert.equal((await live('invoice')).length, 2);
});

test('I7 of one key the last read wins, whatever the stamps say', async () => {
  const early = {lastModifiedDateTime: '2026-03-01T01:00:00'};
  const loads = [
    await land(workspace, {resource: invoice, company, records: [record('1', {amount: 1}), record('1', {amount: 2})]}),
    await land(workspace, {resource: invoice, company, sequence: 2, records: [record('1', {amount: 3, ...early})]}),
  ];
  await commit(warehouse, {resource: invoice, loads: loads.toReversed()});
  assert.deepEqual(
    (await live('invoice', 'amount')).map(row => row['amount']),
    ['3.0000000000'],
  );
});

test('I13 a record whose stamp alone moved is not rewritten', async () => {
  const first = await land(workspace, {resource: invoice, company, records: [record('1', {amount: 1})]});
  await commit(warehouse, {resource: invoice, loads: [first]});
  const later = record('1', {amount: 1, lastModifiedDateTime: '2026-03-02T00:00:00'});
  const second = await land(workspace, {resource: invoice, company, sequence: 2, records: [later]});
  const {records} = await commit(warehouse, {resource: invoice, loads: [second]});
  assert.deepEqual(records, {inserted: 0, updated: 0});
  assert.deepEqual(
    (await live('invoice', '_load_id')).map(row => row['_load_id']),
    [first.loadId],
  );
});

test('I15 lines are replaced as a set, also where the header did not change', async () => {
  const lines = [line(1, 5), line(2, 6), line(3, 7)];
  const first = await land(workspace, {
    resource: invoice,
    company,
    records: [record('1', {lines}), record('2', {lines})],
  });
  await commit(warehouse, {resource: invoice, loads: [first]});
  const moved = [line(3, 7), line(1, 8), line(4, 9)];
  const second = await land(workspace, {
    resource: invoice,
    company,
    sequence: 2,
    records: [record('1', {lines: moved})],
  });
  const end = await commit(warehouse, {resource: invoice, loads: [second]});
  assert.deepEqual(end.records, {inserted: 0, updated: 0});
  assert.deepEqual(await live('invoice_line', 'record_id, position, amount'), [
    {record_id: '1/1', position: 1, amount: '8.0000000000', _deleted_at: null},
    {record_id: '1/3', position: 0, amount: '7.0000000000', _deleted_at: null},
    {record_id: '1/4', position: 2, amount: '9.0000000000', _deleted_at: null},
    ...['2/1', '2/2', '2/3'].map((record_id, position) => ({
      record_id,
      position,
      amount: `${position + 5}.0000000000`,
      _deleted_at: null,
    })),
  ]);
});

test('lines of a record that has none any more are gone', async () => {
  const first = await land(workspace, {resource: invoice, company, records: [record('1', {lines: [line(1, 5)]})]});
  await commit(warehouse, {resource: invoice, loads: [first]});
  const second = await land(workspace, {resource: invoice, company, sequence: 2, records: [record('1')]});
  await commit(warehouse, {resource: invoice, loads: [second]});
  assert.deepEqual([await ids('invoice'), await ids('invoice_line')], [['1'], []]);
});

test('I15 the lines are those of the occurrence whose header was taken', async () => {
  const records = [record('1', {lines: [line(1, 5), line(2, 6)]}), record('1', {lines: [line(2, 7)]})];
  const loads = [await land(workspace, {resource: invoice, company, records})];
  await commit(warehouse, {resource: invoice, loads});
  assert.deepEqual(await live('invoice_line', 'record_id, amount'), [
    {record_id: '1/2', amount: '7.0000000000', _deleted_at: null},
  ]);
});

test('only the newest whole list counts, and what it lacks is marked with its lines', async () => {
  const lines = [line(1, 5)];
  const all = ['1', '2', '3'].map(id => record(id, {lines}));
  const first = await land(workspace, {resource: unit, company, records: all});
  await commit(warehouse, {resource: unit, loads: [first]});
  const loads = [
    await land(workspace, {
      resource: unit,
      company,
      sequence: 2,
      records: [record('1', {lines}), record('4', {lines})],
    }),
    await land(workspace, {resource: unit, company, sequence: 3, records: [record('2', {lines})]}),
  ];
  const end = await commit(warehouse, {resource: unit, loads, marking: [company]});
  assert.deepEqual([end.records, end.lines], [{inserted: 0, updated: 2}, [{inserted: 0, updated: 2}]]);
  assert.deepEqual([await ids('unit'), await ids('unit_line')], [['2'], ['2/1']]);
  assert.deepEqual(
    (await rowsOf('unit', '_load_id')).map(row => row['_load_id']),
    [loads[1], first, loads[1]].map(each => each?.loadId),
  );
});

test('I12 nothing is marked in a company that may not be marked, or that has no list of its own', async () => {
  const other = `${company}-other`;
  const records = ['1', '2'].map(id => record(id, {lines: [line(1, 5)]}));
  const loads = await Promise.all(
    [company, other].map(each => land(workspace, {resource: unit, company: each, records})),
  );
  await commit(warehouse, {resource: unit, loads});
  const second = await land(workspace, {resource: unit, company, sequence: 2, records: records.slice(1)});
  await commit(warehouse, {resource: unit, loads: [second], marking: [other]});
  assert.deepEqual(
    [await ids('unit'), await ids('unit_line')],
    [
      ['1', '2'],
      ['1/1', '2/1'],
    ],
  );
  const {scope} = await commit(warehouse, {resource: unit, loads: [second], marking: [company, other]});
  assert.deepEqual([await ids('unit'), await ids('unit_line')], [['2'], ['2/1']]);
  assert.deepEqual(await warehouse.countGone(scope), [{company, table: 'unit', loss: 'missing', gone: 0, live: 1}]);
  company = other;
  assert.deepEqual(await ids('unit'), ['1', '2']);
});

test('countGone says beforehand what marking would mark', async () => {
  const records = ['1', '2', '3'].map(id => record(id, {lines: [line(1, 5)]}));
  await commit(warehouse, {resource: unit, loads: [await land(workspace, {resource: unit, company, records})]});
  const next = [record('3'), record('4')];
  const second = await land(workspace, {resource: unit, company, sequence: 2, records: next});
  const {scope} = await commit(warehouse, {resource: unit, loads: [second]});
  const counts = await warehouse.countGone({...scope, marking: new Set([company])});
  assert.deepEqual(counts, [{company, table: 'unit', loss: 'missing', gone: 2, live: 4}]);
});

test('I10 killed between records and lines, the next commit marks and revives the lines all the same', {
  skip: noBetween(),
}, async () => {
  const lines = [line(1, 5)];
  const both = [record('1', {lines}), record('2', {lines})];
  await commit(warehouse, {resource: unit, loads: [await land(workspace, {resource: unit, company, records: both})]});
  const second = await land(workspace, {resource: unit, company, sequence: 2, records: both.slice(1)});
  workspace.before = ({table}) => {
    if (table === 'unit_line' && workspace.sent.at(-1)?.label === 'merge') throw new Error('killed');
    return undefined;
  };
  await assert.rejects(commit(warehouse, {resource: unit, loads: [second], marking: [company]}));
  workspace.before = () => undefined;
  assert.deepEqual([await ids('unit'), await ids('unit_line')], [['2'], ['1/1', '2/1']]);
  await commit(warehouse, {resource: unit, loads: [second], marking: [company]});
  assert.deepEqual(await ids('unit_line'), ['2/1']);
  const third = await land(workspace, {resource: unit, company, sequence: 3, records: both});
  await commit(warehouse, {resource: unit, loads: [third], marking: [company]});
  assert.deepEqual(
    [await ids('unit'), await ids('unit_line')],
    [
      ['1', '2'],
      ['1/1', '2/1'],
    ],
  );
});

test('a row that comes back is alive again and keeps the time of its first sight', async () => {
  const one = (sequence: number, list: readonly string[]) =>
    land(workspace, {resource: unit, company, sequence, records: list.map(id => record(id))});
  await commit(warehouse, {resource: unit, loads: [await one(1, ['1'])]});
  workspace.clock.advance(60_000);
  await commit(warehouse, {resource: unit, loads: [await one(2, ['1', '2'])], marking: [company]});
  const [, before] = await rowsOf('unit', '_first_seen_at, _commit');
  assert.ok(before?.['_first_seen_at'] instanceof Date);
  workspace.clock.advance(60_000);
  const {release} = await commit(warehouse, {resource: unit, loads: [await one(3, ['1'])], marking: [company]});
  assert.deepEqual(await ids('unit'), ['1']);
  await release();
  const back = await commit(warehouse, {resource: unit, loads: [await one(4, ['1', '2'])], marking: [company]});
  assert.deepEqual(back.records, {inserted: 0, updated: 1});
  const [first, row] = await live('unit', 'record_id, _first_seen_at, _commit');
  assert.equal(first?.['_first_seen_at'], null);
  assert.deepEqual(row?.['_first_seen_at'], before['_first_seen_at']);
  assert.equal(row?.['_commit'], BigInt(back.scope.lease.fence));
});

test('rows of a first load have no time of first sight, also where a later load of the chain is taken', async () => {
  const loads = [
    await land(workspace, {resource: invoice, company, records: [record('1', {lines: [line(1, 1)]})]}),
    await land(workspace, {
      resource: invoice,
      company,
      sequence: 2,
      records: [record('1', {amount: 2, lines: [line(1, 1), line(2, 2)]}), record('2')],
    }),
  ];
  await commit(warehouse, {resource: invoice, loads});
  const seen = async (table: string) =>
    (await live(table, 'record_id, _first_seen_at')).map(row => [row['record_id'], row['_first_seen_at'] !== null]);
  assert.deepEqual(await seen('invoice'), [
    ['1', false],
    ['2', true],
  ]);
  assert.deepEqual(await seen('invoice_line'), [
    ['1/1', false],
    ['1/2', true],
  ]);
});

test('nothing is merged once the lease is lost', async () => {
  const loads = [await land(workspace, {resource: invoice, company, records: [record('1', {lines: [line(1, 1)]})]})];
  const stale = await warehouse.acquire('run');
  assert.ok(stale);
  await warehouse.release(stale);
  const other = warehouseOn(workspace, [invoice]);
  const {scope, release} = await commit(other, {resource: unit, loads: []});
  assert.equal(scope.lease.fence, stale.fence + 1);
  await warehouse.prepare([invoice.table, linesOf(invoice)]);
  const lost = {resource: invoice, loads, marking: new Set<string>(), lease: stale};
  await copy(warehouse, invoice, loads);
  assert.deepEqual(await warehouse.mergeRecords(lost), {inserted: 0, updated: 0});
  assert.deepEqual(await warehouse.mergeLines(lost, linesOf(invoice)), {inserted: 0, updated: 0});
  await release();
  assert.deepEqual(await ids('invoice'), []);
});

test('rows in staging are counted for each load and table', async () => {
  const loads = [
    await land(workspace, {resource: invoice, company, records: [record('1', {lines: [line(1, 1), line(2, 1)]})]}),
    await land(workspace, {resource: invoice, company, sequence: 2, records: [record('1'), record('2')]}),
  ];
  await commit(warehouse, {resource: invoice, loads});
  const [first, second] = loads.map(load => load.loadId);
  assert.deepEqual(
    new Map([...(await warehouse.countStaged(loads))].toSorted()),
    new Map([
      [`${first}/invoice`, 1],
      [`${first}/invoice_line`, 2],
      [`${second}/invoice`, 2],
    ] as const),
  );
});

test('a part of a newer version is refused as data, with the column named', async () => {
  const [manifest] = [await land(workspace, {resource: invoice, company, records: [record('1')]})];
  const [file] = manifest.files;
  assert.ok(file);
  const batch = {table: invoice.table.name, columns: [...file.columns, 'new_column'], paths: ['/Volumes/x']};
  await assert.rejects(warehouse.copy(batch, invoice.table), {
    kind: 'data',
    facts: {table: 'invoice', columns: 'new_column'},
  });
});

test('refusals reach control.reject once', async () => {
  const loads = [await land(workspace, {resource: invoice, company, records: [{amount: 1}, record('1')]})];
  await commit(warehouse, {resource: invoice, loads});
  await commit(warehouse, {resource: invoice, loads});
  const rejected = await workspace.query(
    `SELECT load_id, place FROM main.visma_control.reject WHERE company_id = '${company}'`,
  );
  assert.deepEqual(rejected, [{load_id: loads[0]?.loadId, place: 0n}]);
});

test('a company id that is SQL stays a company id', async () => {
  company = "x'; DROP TABLE invoice --\\";
  const loads = [await land(workspace, {resource: unit, company, records: [record('1'), record('2')]})];
  await commit(warehouse, {resource: unit, loads});
  const second = await land(workspace, {resource: unit, company, sequence: 2, records: [record('2')]});
  const {records} = await commit(warehouse, {resource: unit, loads: [second], marking: [company]});
  assert.deepEqual(records, {inserted: 0, updated: 1});
});

test('more files than one COPY INTO takes are copied by several', async () => {
  await warehouse.prepare([invoice.table]);
  workspace.takeLabels();
  const paths = Array.from(
    {length: 1001},
    (_, index) => `/Volumes/main/visma_staging/landing/invoice/none/${index}.parquet`,
  );
  await warehouse.copy({table: invoice.table.name, columns: ['company_id'], paths}, invoice.table);
  assert.deepEqual(workspace.takeLabels(), ['copy', 'copy']);
});
