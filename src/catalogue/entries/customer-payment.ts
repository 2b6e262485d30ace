import type {Field} from 'apache-arrow';
import {amount, day, flag, rate, text} from '../columns.ts';
import {pagedDelta, resource} from '../entry.ts';
import {described, location, named, versionAndError} from '../shapes.ts';

const lineColumns: readonly Field[] = [
  text('documentType', 'Type of the document that is paid'),
  text('refNbr', 'Number of the document that is paid'),
  amount('amountPaid', "Amount paid, in the document's currency"),
  amount('cashDiscountTaken', 'Cash discount taken'),
  amount('balanceWriteOff', 'Amount written off'),
  ...described('writeOffReasonCode', 'Reason of the write-off'),
  day('date', 'Date of the document'),
  day('dueDate', 'When the document is due'),
  day('cashDiscountDate', 'Until when a cash discount may be taken'),
  amount('balance', 'What remains of the document after cash discount and payment'),
  amount('cashDiscountBalance', 'What remains of the cash discount after a partial payment'),
  text('description', 'Description of the document'),
  text('currency', 'Currency of the document'),
  text('postPeriod', 'Financial period that the document is posted to, said to be MMYYYY'),
  text('customerOrder', "The customer's own document, such as a purchase order"),
  rate('crossRate', 'Rate between the currencies of payment and document'),
];

const orderColumns: readonly Field[] = [
  text('orderType', 'Type of the order'),
  text('orderNo', 'Number of the order'),
  text('status', 'Status of the order: Open, Hold, CreditHold, Completed, Cancelled, BackOrder, Shipping …'),
  amount('appliedToOrder', 'Amount reserved for the order'),
  amount('transferredToInvoice', 'Amount applied to the invoice'),
  day('date', 'Date of the order'),
  day('dueDate', 'When the order is due'),
  day('cashDiscountDate', 'Until when a cash discount may be taken'),
  amount('balance', 'What remains of the order after cash discount and payment'),
  text('description', 'Description of the order'),
  amount('orderTotal', 'Total of the order'),
  text('currency', 'Currency of the order'),
  text('invoiceNbr', 'Invoice made of the order'),
  day('invoiceDate', 'Date of that invoice'),
];

/** Lines bear no number and one document may be paid by several of them: their position is the key. */
export const customerPayment = resource('customer_payment', {
  comment: 'Customer payments, prepayments, refunds and their reversals',
  endpoint: '/v1/customerPayment',
  reading: pagedDelta,
  key: ['type', 'refNbr'],
  stamp: 'lastModifiedDateTime',
  periods: {parameters: ['financialPeriod'], column: 'application_period', without: {status: 'Hold'}},
  detail: '/v1/customerPayment/{refNbr}',
  groups: ['receivables'],
  columns: [
    text('type', 'Payment, CreditNote, Prepayment, Refund, VoidPayment, SmallBalanceWo or VoidRefund'),
    text('refNbr', 'Number of the payment, unique in its type'),
    text('status', 'Hold, Balanced, Voided, Scheduled, Open, Closed, PendingPrint, PendingEmail, CreditHold …'),
    flag('hold', 'Whether the payment is a draft on hold'),
    day('applicationDate', 'When the payment is applied'),
    text('applicationPeriod', 'Financial period that the payment is applied in'),
    text('paymentRef', 'Second reference of the payment, by the system or from outside'),
    ...named('customer', 'Customer'),
    ...location('location', 'Location of the customer'),
    ...described('paymentMethod', 'Payment method'),
    text('cashAccount', 'Cash account'),
    text('currency', 'Currency of the payment'),
    amount('paymentAmount', 'Amount of the payment'),
    amount('paymentAmountInCurrency', 'Amount of the payment, where another currency than the default is used'),
    text('invoiceText', 'Description of the payment'),
    amount('appliedToDocuments', 'Total applied to documents'),
    amount('appliedToOrders', 'Total reserved for orders, less what went to invoices'),
    amount('availableBalance', 'Amount not yet applied'),
    amount('availableBalanceInCurrency', 'Amount not yet applied, where another currency than the default is used'),
    amount('writeOffAmount', 'Amount written off'),
    amount('financeCharges', 'Total of the finance charges'),
    amount('deductedCharges', 'Total that the bank deducted from the payment'),
    text('branch', 'Branch'),
    day('financialDetails.paymentDate', 'Date of the payment'),
    ...versionAndError,
  ],
  arrays: [
    {property: 'paymentLines', name: 'line', comment: 'Documents that customer payments pay', columns: lineColumns},
    {
      property: 'ordersToApply',
      name: 'order_to_apply',
      comment: 'Orders that customer payments are reserved for',
      columns: orderColumns,
    },
  ],
});
