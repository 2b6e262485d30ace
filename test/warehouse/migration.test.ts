import assert from 'node:assert/strict';
import {afterEach, beforeEach, test} from 'node:test';
import {Decimal} from 'apache-arrow';
import {SyncError} from '../../src/base/errors.ts';
import type {JsonObject} from '../../src/base/exact-json.ts';
import {parseExactJson} from '../../src/base/exact-json.ts';
import {amount, column, count, text, whole} from '../../src/model/column.ts';
import type {Resource} from '../../src/model/resource.ts';
import {rawSchema, stagingSchema} from '../../src/model/table.ts';
import {canWiden} from '../../src/warehouse/widening.ts';
import {delta, invoiceColumns, lineColumns, linesOf, resourceOf} from './resources.ts';
import {commit, copy, land, Workspace, warehouseOn} from './workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await Workspace.open();
});
afterEach(() => workspace.close());

/** The same resource as an older version knew it, and as this one does. */
const older = resourceOf({name: 'invoice', reading: delta, columns: invoiceColumns.slice(0, 1), lines: []});
const newer = resourceOf({name: 'invoice', reading: delta, columns: invoiceColumns, lines: lineColumns});

const records: readonly JsonObject[] = [
  parseExactJson(
    '{"referenceNumber":"1","amount":90071992547409931.25,"supplier":{"number":"S1"},' +
      '"documentDate":"2026-02-28T00:00:00",' +
      '"createdDateTime":"2026-02-28T13:14:15.74","hold":false,' +
      '"lines":[{"lineNumber":1,"amount":0.1},{"lineNumber":2}]}',
  ) as JsonObject,
  {referenceNumber: '2', supplier: null, documentDate: 'soon'},
];

const columns = `record_id, CAST(amount AS STRING) AS amount, supplier_number,
  CAST(document_date AS STRING) AS document_date,
  CAST(created_date_time AS STRING) AS created_date_time, hold`;
const filled = [
  {
    record_id: '1',
    amount: '90071992547409931.2500000000',
    supplier_number: 'S1',
    document_date: '2026-02-28',
    created_date_time: '2026-02-28 13:14:15.74',
    hold: false,
  },
  {record_id: '2', amount: null, supplier_number: null, document_date: null, created_date_time: null, hold: null},
];
const invoices = (table = 'invoice') =>
  workspace.query(`SELECT ${columns} FROM main.visma.${table} ORDER BY record_id`);
async function lineAmounts(table = 'invoice_line') {
  const rows = await workspace.query(
    `SELECT CAST(amount AS STRING) AS amount FROM main.visma.${table} ORDER BY record_id`,
  );
  return rows.map(row => row['amount']);
}

async function commitAs(resource: Resource, loads = [] as Awaited<ReturnType<typeof land>>[]) {
  return commit(warehouseOn(workspace, [resource]), {resource, loads});
}

test('tables that are as they should be cost one look each, and none the second time', async () => {
  await commitAs(newer);
  workspace.takeLabels();
  const warehouse = warehouseOn(workspace, [newer]);
  await warehouse.prepare([newer.table, linesOf(newer)]);
  assert.deepEqual(workspace.takeLabels(), ['describe', 'describe', 'describe', 'describe']);
  await warehouse.prepare([newer.table]);
  assert.deepEqual(workspace.takeLabels(), []);
});

test('a column added later is filled from the records that are held, digits exact', async () => {
  await commitAs(older, [await land(workspace, {resource: older, records})]);
  await commitAs(newer);
  assert.deepEqual(await invoices(), filled);
  assert.deepEqual(await lineAmounts(), ['0.1000000000', null]);
});

test('I10 killed anywhere in a migration, the next one ends in the same tables', async () => {
  for (let survived = 0; ; survived++) {
    const named = {name: `invoice_${survived}`, reading: delta};
    const [old, now] = [
      resourceOf({...named, columns: invoiceColumns.slice(0, 1), lines: []}),
      resourceOf({...named, columns: invoiceColumns, lines: lineColumns}),
    ];
    await commitAs(old, [await land(workspace, {resource: old, records})]);
    const died = await dieAfter(survived, () => warehouseOn(workspace, [now]).prepare([now.table, linesOf(now)]));
    await commitAs(now);
    assert.deepEqual(await invoices(now.table.name), filled);
    assert.deepEqual(await lineAmounts(linesOf(now).name), ['0.1000000000', null]);
    if (died) continue;
    assert.equal(survived, 6);
    return;
  }
});

/** Lets so many changes of tables happen, each with its answer lost at first, and dies at the next. */
async function dieAfter(changes: number, action: () => Promise<void>): Promise<boolean> {
  let left = changes;
  workspace.before = ({label}) => {
    if (label !== 'alter' && label !== 'fill') return undefined;
    if (left-- === 0) throw new Error('killed');
    return 'answer lost';
  };
  const died = await action().then(
    () => false,
    () => true,
  );
  workspace.before = () => undefined;
  return died;
}

test('a column dropped by hand is put back and filled, whenever the one who does it dies', async () => {
  for (let survived = 0; ; survived++) {
    const named = resourceOf({
      name: `dropped_${survived}`,
      reading: delta,
      columns: invoiceColumns,
      lines: lineColumns,
    });
    await commitAs(named, [await land(workspace, {resource: named, records})]);
    const raw = `main.visma.${named.table.name}`;
    const kept = rawSchema(named.table)
      .fields.map(field => field.name)
      .filter(name => !['supplier_number', 'amount'].includes(name));
    await workspace.query(`CREATE TABLE ${raw}_kept AS SELECT ${kept.join(', ')} FROM ${raw}`);
    await workspace.query(`DROP TABLE ${raw}`);
    await workspace.query(`CREATE TABLE ${raw} AS SELECT * FROM ${raw}_kept`);
    const died = await dieAfter(survived, () => warehouseOn(workspace, [named]).prepare([named.table]));
    await commitAs(named);
    assert.deepEqual(await invoices(named.table.name), filled);
    workspace.takeLabels();
    await commitAs(named);
    assert.equal(workspace.takeLabels().includes('alter'), false, 'nothing is left to do');
    if (!died) return assert.equal(survived, 4);
  }
});

test('what we write ourselves is not put back: without it nobody knows what the rows are', async () => {
  const named = resourceOf({name: 'keyless', reading: delta, columns: invoiceColumns, lines: lineColumns});
  await commitAs(named, [await land(workspace, {resource: named, records})]);
  for (const [place, column] of [
    ['visma', '_hash'],
    ['visma_staging', '_place'],
  ]) {
    const fields = place === 'visma' ? rawSchema(named.table).fields : stagingSchema(named.table).fields;
    const kept = fields.map(field => field.name).filter(name => name !== column);
    const [table, copy] = [`main.${place}.keyless`, `main.${place}.keyless_kept`];
    await workspace.query(`CREATE TABLE ${copy} AS SELECT * FROM ${table}`);
    await workspace.query(`DROP TABLE ${table}`);
    await workspace.query(`CREATE TABLE ${table} AS SELECT ${kept.join(', ')} FROM ${copy}`);
    await assert.rejects(warehouseOn(workspace, [named]).prepare([named.table]), {
      kind: 'data',
      facts: {table: 'keyless', column},
    });
    await workspace.query(`DROP TABLE ${table}`);
    await workspace.query(`CREATE TABLE ${table} AS SELECT * FROM ${copy}`);
  }
  await commitAs(named);
});

test('rows of parts that an older version landed have the newer columns too', async () => {
  const load = await land(workspace, {resource: older, records});
  await commitAs(newer, [load]);
  assert.deepEqual(await invoices(), filled);
  assert.deepEqual(await lineAmounts(), ['0.1000000000', null]);
});

test('rows that an older version had staged before the migration have the newer columns too', async () => {
  const load = await land(workspace, {resource: older, records});
  const before = warehouseOn(workspace, [older]);
  await before.prepare([older.table, linesOf(older)]);
  await copy(before, older, [load]);
  await commitAs(newer, [load]);
  assert.deepEqual(await invoices(), filled);
});

test('an int is widened to bigint and a decimal to a wider one, in both tables', async () => {
  const numbers = (types: {counted: typeof count | typeof whole; amounts: Decimal}): Resource =>
    resourceOf({
      name: 'invoice',
      reading: delta,
      columns: [
        column('counted', types.counted, {path: 'counted', comment: 'How many'}),
        column('amount', types.amounts, {path: 'amount', comment: 'How much'}),
      ],
    });
  const narrow = numbers({counted: count, amounts: new Decimal(2, 10, 128)});
  const one = {referenceNumber: '1', counted: 7, amount: 1.25};
  await commitAs(narrow, [await land(workspace, {resource: narrow, records: [one]})]);
  const wide = numbers({counted: whole, amounts: amount});
  const two = {referenceNumber: '2', counted: 5_000_000_000, amount: 123_456_789.123};
  await commitAs(wide, [await land(workspace, {resource: wide, sequence: 2, records: [two]})]);
  assert.deepEqual(await workspace.query('SELECT counted, amount FROM main.visma.invoice ORDER BY record_id'), [
    {counted: 7n, amount: '1.2500000000'},
    {counted: 5_000_000_000n, amount: '123456789.1230000000'},
  ]);
});

test('a column of another type stops the table, with both types named, before anything is changed', async () => {
  const asText = [column('amount', text, {path: 'amount', comment: 'As text'}), ...invoiceColumns.slice(0, 1)];
  const before = resourceOf({name: 'invoice', reading: delta, columns: asText});
  await commitAs(before);
  workspace.takeLabels();
  await assert.rejects(warehouseOn(workspace, [newer]).prepare([newer.table]), {
    kind: 'data',
    facts: {table: 'invoice', column: 'amount', held: 'string', wanted: 'decimal(38,10)'},
  });
  assert.deepEqual(workspace.takeLabels(), ['describe', 'describe']);
});

test('a column that stands there in other letters is the same column', async () => {
  const shouted = [column('REFERENCE_NUMBER', text, {path: 'referenceNumber', comment: 'Its number'})];
  await commitAs(resourceOf({name: 'invoice', reading: delta, columns: shouted}));
  await commitAs(older, [await land(workspace, {resource: older, records})]);
  const rows = await workspace.query('SELECT reference_number AS number FROM main.visma.invoice ORDER BY record_id');
  assert.deepEqual(rows, [{number: '1'}, {number: '2'}]);
});

test('a key that the engine refuses to declare is asked for once and stops nothing', async () => {
  workspace.before = ({label}) => {
    if (label === 'declare key') throw new SyncError('data', 'the grammar knows no such thing');
    return undefined;
  };
  await commitAs(newer);
  assert.equal(workspace.takeLabels().filter(label => label === 'declare key').length, 1);
});

test("a table's failure names the table", async () => {
  workspace.before = ({label}) => {
    if (label === 'create') throw new SyncError('data', 'the grammar knows no such thing');
    return undefined;
  };
  const warehouse = warehouseOn(workspace, [newer]);
  await assert.rejects(warehouse.prepare([newer.table]), {kind: 'data', facts: {table: 'invoice'}});
});

test('types are widened where every value stays as it is, and only there', () => {
  const wider: readonly (readonly [string, string])[] = [
    ['int', 'bigint'],
    ['decimal(10,2)', 'decimal(38,10)'],
    ['decimal(38,10)', 'decimal(38,10)'],
  ];
  const other: readonly (readonly [string, string])[] = [
    ['bigint', 'int'],
    ['decimal(38,10)', 'decimal(38,18)'],
    ['decimal(10,2)', 'decimal(9,2)'],
    ['string', 'bigint'],
    ['date', 'timestamp_ntz'],
  ];
  for (const [from, to] of wider) assert.equal(canWiden({from, to}), true, `${from} to ${to}`);
  for (const [from, to] of other) assert.equal(canWiden({from, to}), false, `${from} to ${to}`);
});
