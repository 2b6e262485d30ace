import assert from 'node:assert/strict';
import {after, before, beforeEach, test} from 'node:test';
import type {JsonObject} from '../../src/base/exact-json.ts';
import {quoteName} from '../../src/base/quoting.ts';
import type {Manifest} from '../../src/model/load.ts';
import type {Warehouse} from '../../src/model/ports.ts';
import {type Resource, tablesOf} from '../../src/model/resource.ts';
import {absentName, stagingSchema} from '../../src/model/table.ts';
import {createTable} from '../../src/warehouse/sql/create-table.ts';
import {delta, invoice, partner, resourceOf, snapshot, unit} from './resources.ts';
import {commit as commitOn, type LoadParts, land, volumeFolder, Workspace, warehouseOn} from './workspace.ts';

/** A whole list whose records bear an id that stays. */
const fellow = resourceOf({
  name: 'fellow',
  reading: snapshot,
  columns: partner.table.schema.fields,
  internalId: 'internalId',
});

let workspace: Workspace;
let warehouse: Warehouse;
let company = '';
let companies = 0;

before(async () => {
  workspace = await Workspace.open();
});
after(() => workspace.close());
beforeEach(() => {
  company = `a${++companies}`;
  warehouse = warehouseOn(workspace, [invoice, unit, partner, fellow]);
});

const record = (id: string, ...numbers: readonly number[]): JsonObject => ({
  referenceNumber: id,
  lines: numbers.map(lineNumber => ({lineNumber})),
});
const without = (id: string, lines?: JsonObject['lines']): JsonObject => ({
  referenceNumber: id,
  ...(lines !== undefined && {lines}),
});

const load = (resource: Resource, sequence: number, parts: Partial<LoadParts>): Promise<Manifest> =>
  land(workspace, {resource, company, sequence, records: [], ...parts});

async function commit(resource: Resource, loads: readonly Manifest[], marking: readonly string[] = []) {
  const end = await commitOn(warehouse, {resource, loads, marking});
  await end.release();
  return end;
}

async function live(table: string): Promise<readonly unknown[]> {
  const rows = await workspace.query(
    `SELECT record_id FROM main.visma.${table}
    WHERE company_id = '${company}' AND _deleted_at IS NULL ORDER BY record_id`,
  );
  return rows.map(row => row['record_id']);
}

/** A load whose rows are in staging and not merged. */
async function staged(resource: Resource, sequence: number, parts: Partial<LoadParts>): Promise<Manifest> {
  const next = await load(resource, sequence, parts);
  for (const table of tablesOf(resource)) {
    const [file] = next.files.filter(each => each.table === table.name);
    if (!file) continue;
    const paths = [`${volumeFolder}/${resource.name}/${next.loadId}/${file.name}`];
    await warehouse.copy({table: table.name, columns: file.columns, paths}, table);
  }
  return next;
}

/** What a commit of these loads would delete. */
async function losses(resource: Resource, loads: readonly Manifest[]): Promise<ReadonlyArray<readonly unknown[]>> {
  const counts = await warehouse.countGone({resource, loads, marking: new Set(), lease: {owner: 'run', fence: 1}});
  return counts
    .filter(each => each.company === company)
    .map(({loss, table, gone, live: all}) => [loss, table, gone, all]);
}

test('I23 lines that are absent, or another shape, stay; an empty array deletes them', async () => {
  for (const resource of [invoice, unit]) {
    const lines = `${resource.table.name}_line`;
    const ids = ['1', '2', '3', '4', '5', '6'];
    await commit(resource, [await load(resource, 1, {records: ids.map(id => record(id, 1, 2))})]);
    const changed = [
      without('1'),
      without('2', null),
      without('3', 'none'),
      without('4', {lineNumber: 1}),
      without('5', []),
      record('6', 2),
    ];
    await commit(resource, [await load(resource, 2, {records: changed})]);
    assert.deepEqual(await live(lines), ['1/1', '1/2', '2/1', '2/2', '3/1', '3/2', '4/1', '4/2', '6/2'], resource.name);
    await commit(resource, [await load(resource, 3, {records: ids.map(id => without(id, []))})]);
    assert.deepEqual(await live(lines), []);
  }
});

test('I23 of an array with an item that is no object the others are written, and nothing is deleted', async () => {
  await commit(invoice, [await load(invoice, 1, {records: [record('1', 1, 2)]})]);
  const part = [without('1', ['lost', {lineNumber: 2, amount: 5}, {lineNumber: 3}])];
  await commit(invoice, [await load(invoice, 2, {records: part})]);
  assert.deepEqual(await live('invoice_line'), ['1/1', '1/2', '1/3']);
  const rows = await workspace.query(
    `SELECT amount FROM main.visma.invoice_line WHERE company_id = '${company}' AND record_id = '1/2'`,
  );
  assert.equal(Number(rows[0]?.['amount']), 5);
});

test('I23 of several loads the newest that came with the lines says what they are', async () => {
  const loads = [
    await load(invoice, 1, {records: [record('1', 1, 2), record('2', 1), record('3', 1)]}),
    await load(invoice, 2, {records: [record('1', 3), without('2', [{lineNumber: 7}, 'lost'])], gone: ['3']}),
    await load(invoice, 3, {records: [without('1'), without('2'), without('4')]}),
  ];
  await commit(invoice, loads);
  assert.deepEqual(await live('invoice'), ['1', '2', '4']);
  assert.deepEqual(await live('invoice_line'), ['1/3', '2/1', '2/7']);
  await commit(invoice, [await load(invoice, 4, {records: [without('2')], gone: ['1', '4']})]);
  assert.deepEqual(await live('invoice_line'), ['2/1', '2/7'], 'a record that is gone takes its lines along');
});

test('I23 an internal id that is 0, negative or no number renames nobody', async () => {
  for (const resource of [partner, fellow]) {
    for (const internalId of [0, -1, 'x', null, {id: 7}, [7]]) {
      company = `a${++companies}`;
      const of = (id: string): JsonObject => ({...record(id, 1), internalId});
      await commit(resource, [await load(resource, 1, {records: ['1', '2', '3'].map(of)})]);
      await commit(resource, [await load(resource, 2, {records: [of('1'), of('4')]})]);
      assert.deepEqual(await live(resource.table.name), ['1', '2', '3', '4'], JSON.stringify(internalId));
      assert.deepEqual(await live(`${resource.table.name}_line`), ['1/1', '2/1', '3/1', '4/1']);
    }
  }
});

test('I23 an internal id that two live keys share, in the table or in one load, renames nobody', async () => {
  const of = (id: string, internalId: number): JsonObject => ({...record(id, 1), internalId});
  await commit(partner, [await load(partner, 1, {records: [of('1', 7), of('2', 7), of('3', 8)]})]);
  await commit(partner, [await load(partner, 2, {records: [of('1', 7)]})]);
  await commit(partner, [await load(partner, 3, {records: [of('4', 7)]})]);
  assert.deepEqual(await live('partner'), ['1', '2', '3', '4']);
  await commit(partner, [await load(partner, 4, {records: [of('5', 8), of('6', 8)]})]);
  assert.deepEqual(await live('partner'), ['1', '2', '3', '4', '5', '6']);
  const loads = [
    await load(partner, 5, {records: [of('7', 9), of('8', 9)]}),
    await load(partner, 6, {records: [of('7', 9)]}),
  ];
  await commit(partner, loads);
  assert.deepEqual(await live('partner'), ['1', '2', '3', '4', '5', '6', '7', '8']);
  assert.deepEqual(await live('partner_line'), ['1/1', '2/1', '3/1', '4/1', '5/1', '6/1', '7/1', '8/1']);
});

test('I12 the lines that a commit would delete are counted, of records that stay', async () => {
  await commit(invoice, [
    await load(invoice, 1, {records: [record('1', 1, 2, 3), record('2', 1, 2), record('3', 1), record('4', 1)]}),
  ]);
  const fewer = [record('1', 9), without('2', []), without('3')];
  const next = await staged(invoice, 2, {records: fewer, gone: ['4']});
  assert.deepEqual(await losses(invoice, [next]), [['lines', 'invoice_line', 4, 7]]);
  const replaced = await staged(invoice, 3, {records: [record('1', 7, 8, 9), record('5')]});
  assert.deepEqual(await losses(invoice, [replaced]), []);
});

test('I12 the keys that a commit would rename are counted', async () => {
  const of = (id: string, internalId: number): JsonObject => ({...record(id, 1), internalId});
  const all = [of('1', 7), of('2', 8), of('3', 9), of('4', 0)];
  await commit(partner, [await load(partner, 1, {records: all})]);
  const renamed = [
    await staged(partner, 2, {records: [of('1', 7), of('two', 8), of('four', 0)]}),
    await staged(partner, 3, {records: [of('one', 7), of('3', 9)]}),
  ];
  assert.deepEqual(await losses(partner, renamed), [['renamed', 'partner', 2, 4]]);
  const unchanged = await staged(partner, 4, {records: all});
  assert.deepEqual(await losses(partner, [unchanged]), []);
});

test('staging tables and loads of an earlier version, which tell no absent arrays, are taken as they are', async () => {
  await commit(invoice, [await load(invoice, 1, {records: [record('1')]})]);
  const elder = resourceOf({name: 'elder', reading: delta});
  warehouse = warehouseOn(workspace, [elder]);
  const fields = stagingSchema(elder.table).fields.filter(({name}) => name !== absentName);
  await workspace.query(createTable({name: quoteName('main', 'visma_staging', 'elder'), comment: '', fields}));
  const {files, absent: _, ...landed} = await load(elder, 1, {records: [record('1', 1), record('2', 1)]});
  const older = files.map(file => ({...file, columns: file.columns.filter(name => name !== absentName)}));
  await commit(elder, [{...landed, files: older}, await load(elder, 2, {records: [without('1'), record('2')]})]);
  assert.deepEqual([await live('elder'), await live('elder_line')], [['1', '2'], ['1/1']]);
});
