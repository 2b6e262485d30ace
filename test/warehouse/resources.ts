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

interface Parts extends Partial<Pick<Resource, 'key' | 'internalId' | 'slicing' | 'periods'>> {
  readonly name: string;
  readonly reading: Reading;
  readonly columns?: readonly Field[];
  readonly lines?: readonly Field[];
}

export const resourceOf = ({
  name,
  reading,
  columns = invoiceColumns,
  lines = lineColumns,
  ...more
}: Parts): Resource => ({
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
  ...more,
});

export const invoice = resourceOf({name: 'invoice', reading: delta});
export const unit = resourceOf({name: 'unit', reading: snapshot});
/** One whose key may change, with an id that stays, a row version and periods. */
export const partner = resourceOf({
  name: 'partner',
  reading: delta,
  columns: [
    ...invoiceColumns.slice(0, 3),
    column('internal_id', whole, {path: 'internalId', comment: 'Stays'}),
    column('time_stamp', text, {path: 'timeStamp', comment: 'Row version'}),
    column('financial_period', text, {path: 'financialPeriod', comment: 'YYYYPP'}),
  ],
  internalId: 'internalId',
  periods: {parameters: ['financialPeriod'], column: 'financial_period'},
});

/** One that is read whole, a slice at a time. */
export const plan = resourceOf({
  name: 'plan',
  reading: snapshot,
  columns: [
    ...invoiceColumns.slice(0, 3),
    column('branch', text, {path: 'asked.branch', comment: 'Asked for'}),
    column('financial_year', whole, {path: 'asked.financialYear', comment: 'Asked for'}),
  ],
  key: ['asked.branch', 'asked.financialYear', 'referenceNumber'],
  slicing: 'budget',
});
export {delta, snapshot};

export const linesOf = ({children: [child]}: Resource) => {
  if (!child) throw new TypeError('a resource of the tests has lines');
  return child.table;
};
