import assert from 'node:assert/strict';
import {type DataType, Schema} from 'apache-arrow';
import {type JsonObject, parseExactJson} from '../../src/base/exact-json.ts';
import type {Batch} from '../../src/model/batch.ts';
import * as types from '../../src/model/column.ts';
import {companyId, loadId, resourceName, tableName} from '../../src/model/names.ts';
import type {Child, Resource} from '../../src/model/resource.ts';
import {makeRowShaper, type PageRows} from '../../src/rows/rows.ts';

const column = (name: string, path: string, type: DataType) => types.column(name, type, {path, comment: name});

const lines: Child = {
  property: 'invoiceLines',
  number: 'lineNumber',
  table: {
    name: tableName('invoice_line'),
    comment: 'Lines',
    schema: new Schema([column('line_number', 'lineNumber', types.count), column('amount', 'amount', types.amount)]),
    ofLines: true,
  },
};

const attachments: Child = {
  property: 'attachments',
  table: {
    name: tableName('invoice_attachment'),
    comment: 'Attachments',
    schema: new Schema([column('name', 'name', types.text)]),
    ofLines: true,
  },
};

/** A document with every type of column, and two arrays that have tables. */
export const invoice: Resource = {
  name: resourceName('invoice'),
  endpoint: '/v1/invoice',
  reading: {kind: 'delta', since: 'stamp and condition', paging: 'records'},
  query: {},
  key: ['type', 'number'],
  stamp: 'lastModifiedDateTime',
  groups: [],
  table: {
    name: tableName('invoice'),
    comment: 'Invoices',
    schema: new Schema([
      column('text', 'text', types.text),
      column('amount', 'amount', types.amount),
      column('rate', 'rate', types.rate),
      column('whole', 'whole', types.whole),
      column('count', 'count', types.count),
      column('flag', 'flag', types.flag),
      column('day', 'day', types.day),
      column('time', 'time', types.localTime),
      column('supplier_number', 'supplier.number', types.text),
      column('supplier_address_city', 'supplier.address.city', types.text),
    ]),
    ofLines: false,
  },
  children: [lines, attachments],
};

export const context = {resource: invoice, companyId: companyId('se'), loadId: loadId('load-1')};

export type Row = Readonly<Record<string, string | null>>;

/** Rows as objects, and the batch proved rectangular on the way. */
export function rowsOf(batch: Batch | undefined): Row[] {
  assert.ok(batch);
  assert.equal(batch.values.length, batch.columns.length);
  for (const [index, values] of batch.values.entries()) assert.equal(values.length, batch.rows, `column ${index}`);
  return Array.from({length: batch.rows}, (_, row) =>
    Object.fromEntries(batch.columns.map((name, index) => [name, batch.values[index]?.[row] ?? null])),
  );
}

/** One page of records given as JSON text, digits as they stand. */
export function shapeText(text: string, firstPlace = 0): PageRows {
  const records = parseExactJson(text);
  assert.ok(Array.isArray(records));
  return makeRowShaper(context)(records, firstPlace);
}

/** The row of one record with these properties beside its key. */
export function rowOf(properties: JsonObject): Row {
  const page = makeRowShaper(context)([{type: 'I', number: '1', ...properties}], 0);
  const [row] = rowsOf(page.batches[0]);
  assert.ok(row);
  return row;
}

/** What `_errors` says. */
export const errorsOf = (row: Row): Record<string, string> | null => JSON.parse(row['_errors'] ?? 'null');
