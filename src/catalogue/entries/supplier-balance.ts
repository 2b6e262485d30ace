import {amount, text} from '../columns.ts';
import {resource, uncountedSnapshot} from '../entry.ts';
import {party, yearColumns} from '../shapes.ts';

export const supplierBalance = resource('supplier_balance', {
  comment: "Suppliers' balances and movements, by branch and financial year",
  endpoint: '/v2/supplier/balance',
  reading: uncountedSnapshot,
  key: ['asked.fromFinPeriod', 'branch', 'supplier.number'],
  slicing: 'financial year',
  groups: ['payables'],
  columns: [
    ...yearColumns,
    text('branch', 'Branch'),
    ...party('supplier', 'Supplier'),
    amount('beginBalance', 'Balance at the start of the first period'),
    amount('purchases', 'Purchases'),
    amount('paymentsAndPrepayments', 'Payments and prepayments'),
    amount('adjustmentsAndDiscounts', 'Adjustments and discounts'),
    amount('yearToDateBalance', 'Balance at the end of the last period'),
  ],
});
