import {day, flag, text, whole} from '../columns.ts';
import {resource, unpagedSnapshot} from '../entry.ts';

export const financialPeriod = resource('financial_period', {
  comment: 'Financial periods',
  endpoint: '/v1/financialPeriod',
  reading: unpagedSnapshot,
  key: ['year', 'period'],
  groups: ['default', 'ledger'],
  columns: [
    whole('year', 'Financial year'),
    text('period', 'Period number and year, as sent'),
    day('startDate', 'When the period starts'),
    day('endDate', 'When the period ends'),
    text('description', 'Description, such as the name of the month or the number of the quarter'),
    flag('active', 'Whether transactions may be posted in the period'),
    flag('closedInSupplierLedger', 'Whether the period is closed in the supplier ledger'),
    flag('closedInCustomerLedger', 'Whether the period is closed in the customer ledger'),
    flag('closedInInventoryManagement', 'Whether the period is closed in inventory management'),
    flag('closedInGeneralLedger', 'Whether the period is closed in the general ledger'),
    flag('closedInCashManagement', 'Whether the period is closed in cash management'),
    flag('closedInFixedAssets', 'Whether the period is closed in fixed assets'),
  ],
});
