import assert from 'node:assert/strict';
import test from 'node:test';
import type {Field} from 'apache-arrow';
import {resources} from '../../src/catalogue/catalogue.ts';
import {personal, text} from '../../src/catalogue/columns.ts';
import {commentOf, isPersonal, pathOf, sqlType} from '../../src/model/column.ts';
import {tablesOf} from '../../src/model/resource.ts';

const columns = resources
  .flatMap(tablesOf)
  .flatMap(table => table.schema.fields.map(field => ({table: table.name, field, path: pathOf(field).join('.')})));

const pathsWhere = (holds: (field: Field, path: string) => boolean): string[] =>
  columns.filter(({field, path}) => holds(field, path)).map(({table, path}) => `${table}: ${path}`);

const bankAccounts = ['iban', 'bban', 'bbaN2', 'bbaN3', 'bic'].map(property => `bankSettings.${property}`);

/** An employee's own: name, login, user, and everything of contact and address but the ids of the database. */
const employeeOwn = [
  ...['employeeUserId', 'employeeName', 'employeeLogin'],
  ...['employeeContact', 'title', 'firstName', 'midName', 'lastName', 'phone3', 'name', 'attention', 'email', 'web']
    .concat('phone1', 'phone2', 'fax')
    .map(property => `contact.${property}`),
  ...['addressLine1', 'addressLine2', 'addressLine3', 'postalCode', 'city', 'country.id', 'country.name']
    .concat('county.id', 'county.name')
    .map(property => `address.${property}`),
];

const expected: Readonly<Record<string, readonly string[]>> = {
  branch: bankAccounts,
  organization: bankAccounts,
  supplier_supplier_payment_method_detail: ['paymentMethodDetailValue'],
  customer_direct_debit_line: ['bic', 'iban'],
  employee: employeeOwn,
  project: employeeOwn.map(path => `projectManager.${path}`),
  project_employee: employeeOwn,
  purchase_order: ['owner.id', 'owner.name'],
  cash_transaction: ['owner.internalId', 'owner.name'],
  expense_claim: ['claimedBy.internalId', 'claimedBy.name'],
  expense_claim_line: ['approver'],
};

test("employees' own fields and bank accounts are personal, and nothing else is", () => {
  const listed = Object.entries(expected).flatMap(([table, paths]) => paths.map(path => `${table}: ${path}`));
  assert.deepEqual(pathsWhere(isPersonal).sort(), listed.sort());
});

test('whatever names a bank account is personal', () => {
  const numbers = /(?:^|\.)(?:iban|bban\w*|bic|swift\w*|clearing\w*|bankAccount\w*|\w*DetailValue)$/i;
  const named = pathsWhere((_, path) => numbers.test(path));
  assert.ok(named.length > 10);
  assert.deepEqual(
    named.filter(path => !pathsWhere(isPersonal).includes(path)),
    [],
  );
});

test('whatever tells of an employee beyond number, class and place of work is personal', () => {
  const own = /(?:^|[.\s])(?:employee(?:Name|Login|UserId)|(?:first|mid|last)Name|ssn|\w*nationalId\w*)$/i;
  const people = new Set(pathsWhere((_, path) => /(?:^|\.)employeeNumber$/.test(path)).map(tableOf));
  assert.deepEqual([...people].sort(), ['employee', 'project', 'project_employee']);
  const told = columns.filter(
    ({table, field, path}) =>
      own.test(path) ||
      (people.has(table) &&
        /(?:^|\.)(?:contact|address)\./.test(path) &&
        sqlType(field.type) === 'STRING' &&
        !path.endsWith('errorInfo')),
  );
  assert.ok(told.length > 60);
  for (const {table, field, path} of told) assert.ok(isPersonal(field), `${table}: ${path}`);
});

const tableOf = (path: string): string => path.split(':')[0] ?? '';

test('no key is personal: other tables refer to it, and it stands in record_id', () => {
  for (const {key, table} of resources) {
    const own = table.schema.fields.filter(field => key.includes(pathOf(field).join('.')));
    assert.deepEqual(own.filter(isPersonal), []);
  }
});

test('a personal column is a text, and keeps its name, path and comment', () => {
  for (const {field} of columns.filter(column => isPersonal(column.field))) assert.equal(sqlType(field.type), 'STRING');
  const field = personal(text('bankSettings.iban', 'IBAN of the bank'));
  assert.deepEqual(
    [field.name, pathOf(field), commentOf(field), isPersonal(field)],
    ['bank_settings_iban', ['bankSettings', 'iban'], 'IBAN of the bank', true],
  );
  assert.equal(isPersonal(text('name', 'Name')), false);
});
