import {type Field, Schema} from 'apache-arrow';
import {amount, column, day, flag, localTime, text, whole} from '../../src/model/column.ts';
import {resourceName, tableName} from '../../src/model/names.ts';
import type {Reading, Resource} from '../../src/model/resource.ts';

/** Two resources with lines: one that is read as a delta, one as a whole list. */
const delta: Reading = {kind: 'delta', since: 'stamp and condition', paging: 'records'};
const snapshot: Reading = {kind: 'snapshot', paging: 'unpaged'};

export const invoiceColumns: readonly Field[] = [
  column('reference_number', text, {path: 'referenceNumber', comment: 'Its number'}),
  column('supplier_number', text, {path: 'supplier.number', comment: "The supplier's number"}),
  column('amount', amount, {path: 'amount', comment: 'Its total'}),
  column('document_date', day, {path: 'documentDate', comment: "Its date: the supplier's"}),
  column('created_date_time', localTime, {path: 'createdDateTime', comment: 'When it was entered'}),
  column('hold', flag, {path: 'hold', comment: 'Whether it is on hold'}),
];

export const lineColumns: readonly Field[] = [
  column('line_number', whole, {path: 'lineNumber', comment: 'Its number'}),
  column('amount', amount, {path: 'amount', comment: 'Its amount'}),
];

interface Parts {
  readonly name: string;
  readonly reading: Reading;
  readonly columns?: readonly Field[];
  readonly lines?: readonly Field[];
}

export const resourceOf = ({name, reading, columns = invoiceColumns, lines = lineColumns}: Parts): Resource => ({
  name: resourceName(name),
  endpoint: `/v1/${name}`,
  reading,
  query: {},
  key: ['referenceNumber'],
  stamp: 'lastModifiedDateTime',
  groups: ['default'],
  table: {name: tableName(name), comment: `A row for each ${name}`, schema: new Schema([...columns]), ofLines: false},
  children: [
    {
      property: 'lines',
      number: 'lineNumber',
      table: {
        name: tableName(`${name}_line`),
        comment: `A row for each line of a ${name}`,
        schema: new Schema([...lines]),
        ofLines: true,
      },
    },
  ],
});

export const invoice = resourceOf({name: 'invoice', reading: delta});
export const unit = resourceOf({name: 'unit', reading: snapshot});
export {delta, snapshot};

export const linesOf = ({children: [child]}: Resource) => {
  if (!child) throw new TypeError('a resource of the tests has lines');
  return child.table;
};
