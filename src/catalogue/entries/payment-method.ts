import {flag, text} from '../columns.ts';
import {resource, unpagedSnapshot} from '../entry.ts';

export const paymentMethod = resource('payment_method', {
  comment: 'Payment methods',
  endpoint: '/v1/paymentmethod',
  reading: unpagedSnapshot,
  key: ['paymentMethodID'],
  detail: '/v1/paymentmethod/{paymentMethodID}',
  groups: ['payables', 'receivables'],
  columns: [
    text('paymentMethodID', 'Code of the payment method'),
    flag('active', 'Whether the payment method is active'),
    text('meansOfPayment', 'CreditCard, CashOrCheck or DirectDeposit'),
    text('description', 'Description of the payment method'),
    flag('useInAP', 'Whether it is used in the supplier ledger'),
  ],
  arrays: [
    {
      property: 'details',
      name: 'detail',
      comment: 'Settings that payment methods ask for',
      columns: [
        text('detailID', 'Id of the setting'),
        text('description', 'Name of the setting'),
        text('bankingDetailType', 'Kind of banking detail'),
      ],
    },
  ],
});
