import {flag} from '../columns.ts';
import {pagedDelta, resource} from '../entry.ts';
import {project} from '../shapes.ts';
import {customerDocumentPeriods, customerDocumentQuery, detailsOf} from './customer-document-arrays.ts';
import {invoiceOrNoteColumns, invoiceOrNoteLineColumns} from './customer-documents.ts';

export const customerCreditNote = resource('customer_credit_note', {
  comment: 'Customer credit notes',
  endpoint: '/v1/customerCreditNote',
  reading: pagedDelta,
  query: customerDocumentQuery,
  key: ['documentType', 'referenceNumber'],
  stamp: 'lastModifiedDateTime',
  periods: customerDocumentPeriods,
  detail: '/v1/customerCreditNote/{referenceNumber}',
  groups: ['receivables'],
  columns: [flag('sendToAutoInvoice', 'Whether the attachments are sent to AutoInvoice'), ...invoiceOrNoteColumns],
  arrays: [
    {
      property: 'lines',
      name: 'line',
      number: 'lineNumber',
      comment: 'Lines of customer credit notes',
      columns: [...project('projectTask', 'Project task'), ...invoiceOrNoteLineColumns],
    },
    ...detailsOf('customer credit notes'),
  ],
});
