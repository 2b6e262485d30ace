import {day, flag, text} from '../columns.ts';
import {pagedDelta, resource} from '../entry.ts';
import {project} from '../shapes.ts';
import {customerDocumentPeriods, customerDocumentQuery, detailsOf} from './customer-document-arrays.ts';
import {invoiceOrNoteColumns, invoiceOrNoteLineColumns} from './customer-documents.ts';

/** The list may return notes as well: keys then stand in two tables, and each table says what its own list said. */
export const customerInvoice = resource('customer_invoice', {
  comment: 'Customer invoices; the list may bear other document types too',
  endpoint: '/v1/customerinvoice',
  reading: pagedDelta,
  query: customerDocumentQuery,
  key: ['documentType', 'referenceNumber'],
  stamp: 'lastModifiedDateTime',
  periods: customerDocumentPeriods,
  detail: '/v1/customerinvoice/{referenceNumber}',
  groups: ['default', 'receivables'],
  columns: [
    flag('sendToAutoInvoice', 'Whether the attachments are sent to AutoInvoice'),
    day('startDate', 'Start date'),
    day('endDate', 'End date'),
    text('accountingCostRef', 'Reference to the accounting cost'),
    text('originatorDocRef', 'Reference to the originator document'),
    text('contractDocRef', 'Reference to the contract document'),
    text('directDebitMandate.id', 'Direct debit mandate: id in the database'),
    text('directDebitMandate.mandateId', 'Direct debit mandate: id as shown'),
    text('directDebitMandate.mandateDescription', 'Direct debit mandate: description'),
    flag('excludeDebtCollection', 'Whether the document is excluded from debt collection by Autocollect'),
    text('debtCollection.caseNumber', 'Debt collection case: number'),
    text('debtCollection.caseType', 'Debt collection case: type'),
    text('debtCollection.caseStatus', 'Debt collection case: status'),
    text('debtCollection.caseUrl', 'Debt collection case: address'),
    ...invoiceOrNoteColumns,
  ],
  arrays: [
    {
      property: 'invoiceLines',
      name: 'line',
      number: 'lineNumber',
      comment: 'Lines of customer invoices',
      columns: [
        ...project('projectTask', 'Project task'),
        text('lineType', 'GI inventory, GN non-inventory, MI charge, FR freight, DS discount or RA reallocation'),
        day('startDate', 'Start date'),
        day('endDate', 'End date'),
        ...invoiceOrNoteLineColumns,
      ],
    },
    ...detailsOf('customer invoices'),
  ],
});
