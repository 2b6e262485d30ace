import {day} from '../columns.ts';
import {pagedDelta, resource} from '../entry.ts';
import {named} from '../shapes.ts';
import {customerDocumentPeriods} from './customer-document-arrays.ts';
import {customerDocumentColumns} from './customer-documents.ts';

export const customerDocument = resource('customer_document', {
  comment: 'Documents of the customer ledger of every type, without their lines',
  endpoint: '/v1/customerdocument',
  reading: pagedDelta,
  key: ['documentType', 'referenceNumber'],
  stamp: 'lastModifiedDateTime',
  periods: customerDocumentPeriods,
  groups: ['receivables'],
  columns: [day('documentDueDate', 'When payment is due'), ...named('branch', 'Branch'), ...customerDocumentColumns],
});
