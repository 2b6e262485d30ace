import assert from 'node:assert/strict';
import test from 'node:test';
import type {Field} from 'apache-arrow';
import {resources} from '../../src/catalogue/catalogue.ts';
import {columnName} from '../../src/catalogue/columns.ts';
import {commentOf, pathOf} from '../../src/model/column.ts';
import {tablesOf} from '../../src/model/resource.ts';
import {rawSchema, reservedNames, stagingSchema} from '../../src/model/table.ts';
import {arraysOf, kept, recordSchema, scalarPaths, scalars} from './openapi.ts';

const tables = resources.flatMap(tablesOf);
const names = (fields: readonly Field[]): string[] => fields.map(field => field.name);

/** A column that the record's own properties do not give: a segment beside its row, or what the list was asked for. */
const isOurs = (column: string): boolean => /^(?:segments\[|asked\.)/.test(column);

for (const resource of resources) {
  test(`every scalar that Visma describes of ${resource.name} is a column of its type, and nothing else is`, () => {
    const stamp = `${resource.stamp}: TIMESTAMP_NTZ`;
    const described = scalars(recordSchema(resource)).filter(scalar => scalar !== stamp);
    assert.deepEqual(
      kept(resource.table)
        .filter(column => !isOurs(column))
        .sort(),
      described.sort(),
    );
  });

  test(`every array of objects in ${resource.name} has its table with every scalar`, () => {
    const described = arraysOf(resource);
    assert.deepEqual(resource.children.map(child => child.property).sort(), [...described.keys()].sort());
    for (const child of resource.children) {
      assert.deepEqual(kept(child.table).sort(), scalars(described.get(child.property) ?? {}).sort(), child.property);
      assert.equal(child.table.ofLines, true);
    }
  });

  test(`lines of ${resource.name} are told apart by their numbers where they bear one`, () => {
    const described = arraysOf(resource);
    for (const {property, number, outer} of resource.children) {
      const line = scalarPaths(described.get(property) ?? {});
      const numbered = line.find(name => /^lineN/.test(name));
      if (numbered !== undefined) assert.equal(number, numbered, property);
      if (number !== undefined) assert.ok(line.includes(number), property);
      if (outer) assert.ok(scalarPaths(described.get(outer.property) ?? {}).includes(outer.number), property);
    }
  });
}

test('payments tell their lines apart by position: they bear no number, and documents repeat', () => {
  const payments = resources.filter(({name}) => /payment$/.test(name));
  assert.equal(payments.length, 2);
  for (const {children} of payments) {
    assert.deepEqual(
      children.map(child => child.number),
      children.map(() => undefined),
    );
  }
});

test('a subaccount has its segments as columns and as rows, a dimension the values of its segments', () => {
  const find = (name: string) => resources.find(resource => resource.name === name);
  const fields = find('subaccount')?.table.schema.fields ?? [];
  const segments = fields.filter(field => isOurs(pathOf(field).join('.')));
  assert.deepEqual(
    names(segments),
    [1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap(id => [`segment_${id}`, `segment_${id}_description`]),
  );
  assert.deepEqual(pathOf(segments[2] ?? assert.fail()), ['segments[segmentId=2]', 'segmentValue']);
  assert.deepEqual(pathOf(segments[3] ?? assert.fail()), ['segments[segmentId=2]', 'segmentValueDescription']);
  const values = find('dimension')?.children.find(child => child.property === 'segmentValues');
  assert.deepEqual(values?.outer, {property: 'segments', number: 'segmentId'});
  assert.equal(values?.number, 'valueId');
});

const snakeCase = (property: string): string => columnName(property);

const singular = (name: string): string =>
  name
    .replace(/ies$/, 'y')
    .replace(/(ch)es$/, '$1')
    .replace(/s$/, '');

/** Names of arrays that do not follow from the property. */
const namedOtherwise: Readonly<Record<string, string>> = {
  'expense_claim.details': 'line: they are the lines of the claim',
  'cash_transaction.transactionDetails': 'line: they are the lines of the transaction',
  'customer_payment.ordersToApply': 'order_to_apply: the singular of the phrase',
  'vat.categories': 'vat_category: vat_category is a table by itself',
  'vat.zones': 'vat_zone: Visma lists VAT zones too',
};

test('the table of an array is named after it: a line of its document, or its name in the singular', () => {
  for (const {name, children} of resources) {
    const document = [`${name}_lines`, 'lines', 'invoice_lines', 'payment_lines'];
    for (const {property, table} of children) {
      const property_ = snakeCase(property);
      const otherwise = namedOtherwise[`${name}.${property}`]?.split(':')[0];
      const rule = document.includes(property_) ? 'line' : singular(property_);
      assert.notEqual(otherwise, rule, 'an exception that is none');
      assert.equal(table.name, `${name}_${otherwise ?? rule}`);
    }
  }
});

test('I11 every resource has tables of its own: no two share a name', () => {
  assert.equal(new Set(resources.map(resource => resource.name)).size, resources.length);
  assert.equal(new Set(tables.map(table => table.name)).size, tables.length);
});

for (const table of tables) {
  test(`columns of ${table.name} have names of their own, lowercase, none of them reserved`, () => {
    for (const schema of [rawSchema(table), stagingSchema(table)]) {
      assert.deepEqual(
        names(schema.fields).filter((name, index, all) => all.indexOf(name) !== index),
        [],
      );
    }
    for (const name of names(table.schema.fields)) {
      assert.match(name, /^[a-z][a-z0-9_]*$/);
      assert.ok(!reservedNames.has(name), name);
    }
  });

  test(`comments of ${table.name} and its columns are there and short`, () => {
    for (const comment of [table.comment, ...table.schema.fields.map(commentOf)]) {
      assert.match(comment, /^\S.{1,110}\S$/);
      assert.doesNotMatch(comment, /check ?box|window|>|\.$/i);
    }
  });
}

test('a path becomes a name in snake_case, whatever its capitals', () => {
  const expected = {
    accountID: 'account_id',
    accountCD: 'account_cd',
    'externalCode1Info.number': 'external_code1_info_number',
    'glAccounts.expenseEUAccount.number': 'gl_accounts_expense_eu_account_number',
    'eInvoiceContract.fInvoiceContractID': 'e_invoice_contract_f_invoice_contract_id',
    sendDunningLettersViaEMail: 'send_dunning_letters_via_e_mail',
    totalOpenPOOrderTotal: 'total_open_po_order_total',
    customDateTimeUTC1: 'custom_date_time_utc1',
    'supplier.number': 'supplier_number',
  };
  for (const [path, name] of Object.entries(expected)) assert.equal(columnName(path), name);
});

test('a name that the tables use themselves takes a trailing underscore', () => {
  assert.equal(columnName('lastModifiedDateTime'), 'last_modified_date_time_');
  assert.equal(columnName('parentRecord.id'), 'parent_record_id_');
  assert.equal(columnName('position'), 'position_');
  assert.equal(columnName('subaccount.lastModifiedDateTime'), 'subaccount_last_modified_date_time');
});

test('of two paths with one name the nested one keeps it and both are columns', () => {
  const invoice = resources.find(resource => resource.name === 'customer_invoice');
  const paths = new Map(invoice?.table.schema.fields.map(field => [field.name, pathOf(field).join('.')]));
  assert.equal(paths.get('sales_person_id'), 'salesPerson.id');
  assert.equal(paths.get('sales_person_id_'), 'salesPersonID');
});
