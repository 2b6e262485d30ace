import {pagedDelta, resource} from '../entry.ts';
import {applicationsOf, customerDocumentPeriods} from './customer-document-arrays.ts';
import {billColumns, billLineColumns} from './customer-documents.ts';

export const cashSale = resource('cash_sale', {
  comment: 'Cash sales and cash returns',
  endpoint: '/v1/cashsale',
  reading: pagedDelta,
  query: {expandApplications: 'true', expandInvoiceAddress: 'true'},
  key: ['documentType', 'referenceNumber'],
  stamp: 'lastModifiedDateTime',
  periods: customerDocumentPeriods,
  detail: '/v1/cashsale/{referenceNumber}',
  groups: ['receivables', 'cash'],
  columns: billColumns,
  arrays: [
    {
      property: 'cashSaleLines',
      name: 'line',
      number: 'lineNumber',
      comment: 'Lines of cash sales',
      columns: billLineColumns,
    },
    applicationsOf('cash sales'),
  ],
});
