import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import test from 'node:test';
import type {Field} from 'apache-arrow';
import {resources} from '../../src/catalogue/catalogue.ts';
import {columnName} from '../../src/catalogue/columns.ts';
import {commentOf, pathOf, sqlType} from '../../src/model/column.ts';
import {type Resource, tablesOf} from '../../src/model/resource.ts';
import {rawSchema, reservedNames, stagingSchema, type Table} from '../../src/model/table.ts';

interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly $ref?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}

interface Operation {
  readonly parameters: ReadonlyArray<{readonly name: string}>;
  readonly responses: {readonly '200': {readonly content: {readonly 'application/json': {readonly schema: Schema}}}};
}

const api: {
  readonly paths: Readonly<Record<string, {readonly get: Operation}>>;
  readonly components: {readonly schemas: Readonly<Record<string, Schema>>};
} = JSON.parse(readFileSync(new URL('../fixtures/visma-openapi.json', import.meta.url), 'utf8'));

function resolved(schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  if (name === undefined) return schema;
  const target = api.components.schemas[name];
  assert.ok(target, `the fixture lacks ${name}`);
  return target;
}

function operationOf(resource: Resource): Operation {
  const operation = api.paths[resource.endpoint]?.get;
  assert.ok(operation, `${resource.endpoint} is no endpoint`);
  return operation;
}

function recordSchema(resource: Resource): Schema {
  const {items} = operationOf(resource).responses['200'].content['application/json'].schema;
  assert.ok(items);
  return resolved(items);
}

/** The type that a scalar of the schema is kept as, by its name and its form. */
function expectedType(name: string, {type, format}: Schema): string {
  if (type === 'number') return /rate$/i.test(name) ? 'DECIMAL(38,18)' : 'DECIMAL(38,10)';
  if (type === 'integer') return 'BIGINT';
  if (type === 'boolean') return 'BOOLEAN';
  if (format === 'date-time') return /DateTime|lastModified|Utc/.test(name) ? 'TIMESTAMP_NTZ' : 'DATE';
  return 'STRING';
}

/** Every scalar of a schema as `path: TYPE`, objects entered, arrays and paging metadata left out. */
function scalars(schema: Schema, prefix = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const inner = resolved(property);
    if (name === 'metadata' || inner.type === 'array') return [];
    if (inner.properties) return scalars(inner, `${prefix}${name}.`);
    return [`${prefix}${name}: ${expectedType(name, inner)}`];
  });
}

/** The arrays of objects that stand directly in a record. */
function arrays(schema: Schema): Array<[string, Schema]> {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]): Array<[string, Schema]> => {
    const inner = resolved(property);
    const item = inner.items && resolved(inner.items);
    return inner.type === 'array' && item?.properties ? [[name, item]] : [];
  });
}

const kept = (table: Table): string[] =>
  table.schema.fields.map(field => `${pathOf(field).join('.')}: ${sqlType(field.type)}`);

const tables = resources.flatMap(tablesOf);
const names = (fields: readonly Field[]): string[] => fields.map(field => field.name);

for (const resource of resources) {
  test(`every scalar that Visma describes of ${resource.name} is a column of its type, and nothing else is`, () => {
    const stamp = `${resource.stamp}: TIMESTAMP_NTZ`;
    const described = scalars(recordSchema(resource)).filter(scalar => scalar !== stamp);
    assert.deepEqual(kept(resource.table).sort(), described.sort());
  });

  test(`every array of objects in ${resource.name} has its table with every scalar`, () => {
    const described = arrays(recordSchema(resource));
    assert.deepEqual(resource.children.map(child => child.property).sort(), described.map(([name]) => name).sort());
    const schemas = new Map(described);
    for (const child of resource.children) {
      assert.deepEqual(kept(child.table).sort(), scalars(schemas.get(child.property) ?? {}).sort(), child.property);
      assert.equal(child.table.ofLines, true);
    }
  });

  test(`${resource.name} is read as its endpoint allows`, () => {
    const parameters = operationOf(resource).parameters.map(parameter => parameter.name);
    const {reading} = resource;
    assert.equal(reading.kind === 'delta', parameters.includes('lastModifiedDateTime'));
    const condition = reading.kind === 'delta' && reading.since === 'stamp and condition';
    assert.equal(condition, parameters.includes('lastModifiedDateTimeCondition'));
    assert.equal(reading.paging !== 'unpaged', parameters.includes('pageNumber'));
  });

  test(`${resource.name} asks for everything that its endpoint leaves out unasked`, () => {
    const flags = operationOf(resource)
      .parameters.map(parameter => parameter.name)
      .filter(name => /^(?:expand|include)/.test(name));
    assert.deepEqual(Object.keys(resource.query).sort(), flags.sort());
  });

  test(`key, stamp and totals of ${resource.name} are properties that Visma describes`, () => {
    const record = scalars(recordSchema(resource)).map(scalar => scalar.split(':')[0]);
    for (const part of resource.key) assert.ok(record.includes(part), part);
    assert.equal(resource.stamp !== undefined, record.includes('lastModifiedDateTime'));
    const described = new Map(arrays(recordSchema(resource)));
    for (const {property, number} of resource.children) {
      const line = scalars(described.get(property) ?? {});
      assert.equal(
        number === undefined ? undefined : `${number}: BIGINT`,
        line.find(name => /^lineN/.test(name)),
      );
    }
    for (const [line, header] of Object.entries(resource.cut?.totals ?? {})) {
      assert.ok(record.includes(header), header);
      const {lines} = resource.cut ?? {lines: ''};
      assert.ok(scalars(described.get(lines) ?? {}).includes(`${line}: DECIMAL(38,10)`), line);
    }
  });
}

test('only a resource whose pages count lines has records that are cut in two', () => {
  for (const {name, cut, reading} of resources) assert.equal(cut !== undefined, reading.paging === 'lines', name);
});

test('tables are named as the documentation says', () => {
  assert.deepEqual(tables.map(table => table.name).sort(), [
    'account',
    'currency',
    'customer',
    'customer_attribute',
    'customer_direct_debit_line',
    'customer_invoice',
    'customer_invoice_application',
    'customer_invoice_attachment',
    'customer_invoice_line',
    'customer_invoice_tax_detail',
    'customer_payment_method',
    'financial_period',
    'journal_transaction',
    'journal_transaction_attachment',
    'journal_transaction_line',
    'supplier',
    'supplier_attribute',
    'supplier_invoice',
    'supplier_invoice_attachment',
    'supplier_invoice_landed_cost',
    'supplier_invoice_line',
    'supplier_invoice_tax_detail_line',
    'supplier_supplier_payment_method_detail',
  ]);
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
