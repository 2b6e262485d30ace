import assert from 'node:assert/strict';
import test from 'node:test';
import {Float64, Schema} from 'apache-arrow';
import {
  amount,
  column,
  commentOf,
  count,
  day,
  flag,
  instant,
  localTime,
  pathOf,
  rate,
  sqlType,
  text,
  whole,
} from '../../src/model/column.ts';
import {tableName} from '../../src/model/names.ts';
import {rawSchema, reservedNames, stagingSchema, type Table} from '../../src/model/table.ts';

const table = (ofLines: boolean): Table => ({
  name: tableName('supplier'),
  comment: 'A supplier',
  schema: new Schema([column('name', text, {path: 'name', comment: 'Its name'})]),
  ofLines,
});

const names = (schema: Schema): string[] => schema.fields.map(field => field.name);

test('a raw table has the columns of the design, in order', () => {
  assert.deepEqual(names(rawSchema(table(false))), [
    ...['company_id', 'record_id', 'last_modified_date_time', 'name', '_record', '_hash', '_errors'],
    ...['_load_id', '_ingested_at', '_commit', '_first_seen_at', '_deleted_at'],
  ]);
});

test('a staging table of lines has parent, position, load and place', () => {
  assert.deepEqual(names(stagingSchema(table(true))), [
    ...['company_id', 'record_id', 'parent_record_id', 'position', 'last_modified_date_time', 'name'],
    ...['_record', '_hash', '_errors', '_load_id', '_place'],
  ]);
});

test('every column that a table makes itself is reserved', () => {
  for (const name of [...names(rawSchema(table(true))), ...names(stagingSchema(table(true)))]) {
    assert.equal(reservedNames.has(name), name !== 'name', name);
  }
});

test('each type of the vocabulary has one name in SQL', () => {
  const types = [text, whole, count, flag, day, localTime, instant, amount, rate];
  const sql = [
    'STRING',
    'BIGINT',
    'INT',
    'BOOLEAN',
    'DATE',
    'TIMESTAMP_NTZ',
    'TIMESTAMP',
    'DECIMAL(38,10)',
    'DECIMAL(38,18)',
  ];
  assert.deepEqual(types.map(sqlType), sql);
  assert.throws(() => sqlType(new Float64()), TypeError);
});

test('a column knows where its value lies and what it means', () => {
  const field = column('supplier_number', text, {path: 'supplier.number', comment: 'The supplier'});
  assert.deepEqual(pathOf(field), ['supplier', 'number']);
  assert.equal(commentOf(field), 'The supplier');
  assert.deepEqual(pathOf(column('x', text, {comment: ''})), []);
});
