import {amount} from '../columns.ts';
import {resource, uncountedSnapshot} from '../entry.ts';
import {named, party, yearColumns} from '../shapes.ts';

export const customerBalance = resource('customer_balance', {
  comment: "Customers' balances and movements, by branch and financial year",
  endpoint: '/v2/customer/balance',
  reading: uncountedSnapshot,
  key: ['asked.fromFinPeriod', 'branchNumber.number', 'customer.number'],
  slicing: 'financial year',
  groups: ['receivables'],
  columns: [
    ...yearColumns,
    ...named('branchNumber', 'Branch'),
    ...party('customer', 'Customer'),
    amount('beginBalance', 'Balance at the start of the first period'),
    amount('sales', 'Sales'),
    amount('paymentsAndPrepayments', 'Payments and prepayments'),
    amount('adjustmentsAndDiscounts', 'Adjustments and discounts'),
    amount('overdueCharges', 'Overdue charges'),
    amount('yearToDateBalance', 'Balance at the end of the last period'),
  ],
});
