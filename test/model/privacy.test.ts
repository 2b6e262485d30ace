import assert from 'node:assert/strict';
import test from 'node:test';
import {type Field, Schema} from 'apache-arrow';
import {Secret} from '../../src/base/secret.ts';
import {column, text, whole} from '../../src/model/column.ts';
import {resourceName, tableName} from '../../src/model/names.ts';
import {type Privacy, type PrivacyRule, placedColumns, protectedColumns} from '../../src/model/privacy.ts';
import type {Resource} from '../../src/model/resource.ts';

const field = (name: string, path: string, more: {type?: typeof text | typeof whole; personal?: boolean} = {}): Field =>
  column(name, more.type ?? text, {path, comment: name, ...(more.personal && {personal: true})});

const table = (name: string, fields: readonly Field[], ofLines = false) => ({
  name: tableName(name),
  comment: '',
  schema: new Schema([...fields]),
  ofLines,
});

const employee: Resource = {
  name: resourceName('employee'),
  endpoint: '/v1/employee',
  reading: {kind: 'snapshot', paging: 'unpaged'},
  query: {},
  key: ['id'],
  groups: [],
  table: table('employee', [
    field('id', 'id'),
    field('email', 'contact.email', {personal: true}),
    field('born', 'contact.born', {type: whole, personal: true}),
    field('segment_1', 'segments[segmentId=1].segmentValue'),
    column('ours', text, {comment: 'made by ourselves'}),
  ]),
  children: [
    {property: 'segments', table: table('employee_segment', [field('segment_value', 'segmentValue')], true)},
    {
      property: 'accounts',
      outer: {property: 'banks', number: 'no'},
      table: table('employee_account', [field('iban', 'iban', {personal: true})], true),
    },
  ],
};

const salt = new Secret('0123456789abcdef');
const rule = (column: string, kind: PrivacyRule, of = 'employee') => ({
  resource: employee.name,
  table: tableName(of),
  column,
  rule: kind,
});
const found = (privacy: Privacy): string[] =>
  protectedColumns(employee, privacy).map(each => `${each.table}.${each.column} ${each.protection}`);

test('a column has its place in the record, through the arrays that its table is made of', () => {
  assert.deepEqual(
    placedColumns(employee).map(({table: of, column: name, place}) => [of, name, place]),
    [
      ['employee', 'id', 'id'],
      ['employee', 'email', 'contact.email'],
      ['employee', 'born', 'contact.born'],
      ['employee', 'segment_1', 'segments[].segmentValue'],
      ['employee_segment', 'segment_value', 'segments[].segmentValue'],
      ['employee_account', 'iban', 'banks[].accounts[].iban'],
    ],
  );
});

test('personal texts are hashed by default, other personal values dropped; without a salt all are', () => {
  const rules: Privacy['rules'] = [];
  assert.deepEqual(found({rules, salt}), ['employee.email hash', 'employee.born drop', 'employee_account.iban hash']);
  assert.deepEqual(found({rules}), ['employee.email drop', 'employee.born drop', 'employee_account.iban drop']);
});

test('a rule goes before the default, and keep lifts it', () => {
  const rules = [rule('email', 'keep'), rule('iban', 'drop', 'employee_account')];
  assert.deepEqual(found({rules, salt}), ['employee.born drop', 'employee_account.iban drop']);
});

test('a value is protected in every column that shows it', () => {
  const keep = [rule('email', 'keep'), rule('born', 'keep'), rule('iban', 'keep', 'employee_account')];
  for (const one of [rule('segment_1', 'hash'), rule('segment_value', 'hash', 'employee_segment')]) {
    assert.deepEqual(found({rules: [...keep, one], salt}), [
      'employee.segment_1 hash',
      'employee_segment.segment_value hash',
    ]);
  }
});

test('it is known what nobody asked for', () => {
  const columns = protectedColumns(employee, {rules: [rule('email', 'hash')], salt});
  assert.deepEqual(
    columns.map(({column: name, byDefault}) => [name, byDefault]),
    [
      ['email', false],
      ['born', true],
      ['iban', true],
    ],
  );
});
