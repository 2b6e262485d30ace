import type {Field} from 'apache-arrow';
import {amount, day, flag, text} from '../columns.ts';
import {pagedDelta, resource} from '../entry.ts';
import {currency, location, party, versionAndError} from '../shapes.ts';

const lineColumns: readonly Field[] = [
  text('branch', 'Branch'),
  text('batchNumber', 'Batch of the general ledger'),
  text('docType', 'Type of the document that is paid: Invoice, CreditAdj, DebitAdj, Prepayment, Refund or Payment'),
  text('invoiceRefNbr', 'Number of the document that is paid'),
  amount('amountPaid', 'Amount paid'),
  amount('cashDiscountTaken', 'Cash discount taken'),
  amount('withholdingTax', 'Withholding tax'),
  text('applicationPeriod', 'Financial period that the payment is applied in'),
  day('date', 'Date of the document'),
  day('dueDate', 'When the document is due'),
  day('cashDiscountDate', 'Until when a cash discount may be taken'),
  amount('balance', 'What remains of the document'),
  amount('cashDiscountBalance', 'What remains of the cash discount'),
  text('description', 'Description of the document'),
  text('currency', 'Currency of the document'),
  text('postPeriod', 'Financial period that the document is posted to, said to be MMYYYY'),
  text('supplierRef', "The supplier's own number of the document"),
];

/** Lines bear no number and one document may be paid by several of them: their position is the key. */
export const supplierPayment = resource('supplier_payment', {
  comment: 'Supplier payments, prepayments, refunds and their reversals',
  endpoint: '/v1/supplierPayment',
  reading: pagedDelta,
  key: ['type', 'refNbr'],
  stamp: 'lastModifiedDateTime',
  periods: {parameters: ['financialPeriod'], column: 'application_period', without: {status: 'Hold'}},
  detail: '/v1/supplierPayment/{type}/{refNbr}',
  groups: ['payables'],
  columns: [
    text('type', 'Payment, DebitAdj, Prepayment, Refund, VoidPayment or VoidRefund'),
    text('documentType', 'Type of the document, as sent'),
    text('refNbr', 'Number of the payment, unique in its type'),
    text('status', 'Hold, Balanced, Voided, Scheduled, Open, Closed, Printed, PendingApproval, Rejected, Reserved …'),
    flag('hold', 'Whether the payment is on hold'),
    day('applicationDate', 'When the payment is applied'),
    text('applicationPeriod', 'Financial period that the payment is applied in'),
    text('paymentRef', 'Reference of the payment'),
    ...party('supplier', 'Supplier'),
    ...location('location', 'Location of the supplier'),
    text('paymentMethod', 'Payment method'),
    text('cashAccount', 'Cash account'),
    ...currency('currency', 'Currency'),
    text('description', 'Description of the payment'),
    amount('paymentAmount', 'Amount of the payment'),
    amount('financeCharges', 'Total of the finance charges'),
    amount('balance', 'What remains to be applied and released'),
    amount('unappliedBalance', 'What has not been applied'),
    amount('appliedAmount', 'Amount to be applied on the date of application'),
    flag('released', 'Whether the payment is released'),
    text('branch', 'Branch'),
    ...versionAndError,
  ],
  arrays: [
    {property: 'paymentLines', name: 'line', comment: 'Documents that supplier payments pay', columns: lineColumns},
  ],
});
