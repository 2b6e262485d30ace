import {amount} from '../columns.ts';
import {pagedDelta, resource} from '../entry.ts';
import {account, named, subaccount} from '../shapes.ts';
import {supplierDocumentColumns, supplierDocumentPeriods} from './supplier-documents.ts';

export const supplierDocument = resource('supplier_document', {
  comment: 'Documents of the supplier ledger of every type, without their lines',
  endpoint: '/v1/supplierdocument',
  reading: pagedDelta,
  query: {expandApproval: 'true', expandNote: 'true'},
  key: ['documentType', 'referenceNumber'],
  stamp: 'lastModifiedDateTime',
  periods: supplierDocumentPeriods,
  groups: ['payables'],
  columns: [
    ...account('account', 'Supplier ledger account'),
    ...subaccount('subaccount', 'Supplier ledger subaccount'),
    ...named('branch', 'Branch'),
    amount('amountInCurrency', 'Amount to be paid, where another currency than the default is used'),
    ...supplierDocumentColumns,
  ],
});
