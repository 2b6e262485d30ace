import type {Field} from 'apache-arrow';
import {amount, day, text, time} from '../columns.ts';
import {described, location, named, party, versionAndError} from '../shapes.ts';

/** What every document of the supplier ledger bears. */
export const supplierDocumentColumns: readonly Field[] = [
  ...party('supplier', 'Supplier'),
  text(
    'documentType',
    'Check, CreditAdj, DebitAdj, Invoice, Prepayment, QuickCheck, Refund, VoidCheck or VoidQuickCheck',
  ),
  text('referenceNumber', 'Number of the document, unique in its type'),
  text('postPeriod', 'Financial period that the document is posted to, said to be MMYYYY'),
  text('financialPeriod', 'Financial period that the document is posted to, YYYYMM'),
  day('date', 'Date of the document'),
  day('origInvoiceDate', 'Date of the original invoice'),
  day('dueDate', 'When payment is due'),
  text('approvalStatus', 'Status in Visma.net Approval: New, SentToApproval, ApprovedInApproval …'),
  text('status', 'Hold, Balanced, Voided, Scheduled, Open, Closed, Printed, Prebooked or Reserved'),
  text('currencyId', 'Currency of the document'),
  amount('amount', 'Amount to be paid'),
  amount('balance', 'What remains to be paid'),
  amount('balanceInCurrency', 'What remains to be paid, where another currency than the default is used'),
  amount('cashDiscount', 'Cash discount taken or to be taken'),
  amount('cashDiscountInCurrency', 'Cash discount, where another currency than the default is used'),
  ...described('paymentMethod', 'Payment method'),
  text('supplierReference', "The supplier's own number of the document"),
  text('description', 'Description of the document'),
  time('createdDateTime', 'When the document was created'),
  text('note', 'Note'),
  text('closedFinancialPeriod', 'Financial period in which the document was closed, YYYYMM'),
  ...location('location', 'Location of the supplier'),
  amount('vatTotal', 'Total of VAT'),
  amount('vatTotalInCurrency', 'Total of VAT, where another currency than the default is used'),
  ...named('branchNumber', 'Branch'),
  day('payDate', 'When the invoice should be paid'),
  text('paymentMessage', 'Message that goes with the payment'),
  text('cashAccount', 'Cash account of the payment method'),
  ...versionAndError,
];

/** The filter by period of the lists of supplier documents. */
export const supplierDocumentPeriods = {
  parameters: ['financialPeriod'],
  column: 'financial_period',
  without: {status: 'Hold'},
} as const;
