import type {Field} from 'apache-arrow';
import {amount, day, flag, text} from '../columns.ts';
import type {ArrayEntry} from '../entry.ts';
import {attachmentColumns, taxDetailColumns} from '../shapes.ts';

/** The arrays that documents of the customer ledger have in common beside their lines. */

const applicationColumns: readonly Field[] = [
  text('docType', 'Type of the applied document'),
  text('customerCD', 'Customer'),
  text('refNbr', 'Number of the applied document'),
  amount('amountPaid', 'Amount applied'),
  amount('cashDiscountTaken', 'Cash discount taken'),
  amount('balance', 'Balance'),
  flag('pendingPPD', 'Whether a prompt payment discount is pending'),
  flag('released', 'Whether the application is released'),
  flag('hold', 'Whether the application is on hold'),
  flag('voided', 'Whether the application is voided'),
  text('ppdCrMemoRefNbr', 'Credit note of the prompt payment discount'),
  text('paymentRef', 'Payment reference'),
  text('status', 'Status of the applied document'),
  day('applicationDate', 'Date of the application'),
  text('applicationPeriod', 'Financial period of the application'),
  text('invoiceText', 'Text of the invoice'),
];

/** @param documents what the documents are, in the plural */
export const applicationsOf = (documents: string): ArrayEntry => ({
  property: 'applications',
  name: 'application',
  comment: `Payments and credits applied to ${documents}`,
  columns: applicationColumns,
});

/** @param documents what the documents are, in the plural */
export const detailsOf = (documents: string): readonly ArrayEntry[] => [
  {property: 'taxDetails', name: 'tax_detail', comment: `VAT of ${documents}, by VAT code`, columns: taxDetailColumns},
  applicationsOf(documents),
  {property: 'attachments', name: 'attachment', comment: `Attachments of ${documents}`, columns: attachmentColumns},
];

/** The filter by period of the lists of the customer ledger. */
export const customerDocumentPeriods = {
  parameters: ['financialPeriod'],
  column: 'financial_period',
  without: {status: 'Hold'},
} as const;

/** What invoices and notes leave out unless they are asked for it. */
export const customerDocumentQuery = {
  expandApplications: 'true',
  expandDunningInformation: 'true',
  expandAttachments: 'true',
  expandTaxDetails: 'true',
  expandInvoiceAddress: 'true',
} as const;
