import {pagedDelta, resource} from '../entry.ts';
import {customerDocumentPeriods, customerDocumentQuery, detailsOf} from './customer-document-arrays.ts';
import {invoiceOrNoteColumns, invoiceOrNoteLineColumns} from './customer-documents.ts';

export const customerDebitNote = resource('customer_debit_note', {
  comment: 'Customer debit notes',
  endpoint: '/v1/customerDebitNote',
  reading: pagedDelta,
  query: customerDocumentQuery,
  key: ['documentType', 'referenceNumber'],
  stamp: 'lastModifiedDateTime',
  periods: customerDocumentPeriods,
  detail: '/v1/customerDebitNote/{referenceNumber}',
  groups: ['receivables'],
  columns: invoiceOrNoteColumns,
  arrays: [
    {
      property: 'lines',
      name: 'line',
      number: 'lineNumber',
      comment: 'Lines of customer debit notes',
      columns: invoiceOrNoteLineColumns,
    },
    ...detailsOf('customer debit notes'),
  ],
});
