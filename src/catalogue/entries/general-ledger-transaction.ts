import {amount, asked, day, text, whole} from '../columns.ts';
import {pagedDelta, resource} from '../entry.ts';
import {described, ledgerAccount, named} from '../shapes.ts';

/**
 * Posted entries only: what is not posted or not released may change and vanish without a trace. The running balances
 * stay empty: they count from the first row that was asked for, so that no two passes would agree on them.
 */
export const generalLedgerTransaction = resource('general_ledger_transaction', {
  comment: 'Posted entries of the general ledger, one row each',
  endpoint: '/v1/GeneralLedgerTransactions',
  reading: pagedDelta,
  query: {expandAccountInfo: 'true', expandBranchInfo: 'true'},
  key: ['ledger.id', 'module', 'batchNumber', 'lineNumber'],
  stamp: 'lastModifiedDateTime',
  slicing: 'ledger',
  periods: {parameters: ['fromPeriod', 'toPeriod'], column: 'period'},
  groups: ['ledger'],
  columns: [
    asked('ledger', 'Ledger that the list was asked for'),
    ...described('ledger', 'Ledger'),
    text('module', 'Workspace that the entry comes from: GL, AP, AR …'),
    text('batchNumber', 'Number of the batch, unique in its module'),
    whole('lineNumber', 'Number of the line in its batch'),
    day('tranDate', 'Date of the entry'),
    text('period', 'Financial period of the entry'),
    text('description', 'Description by a user'),
    text('refNumber', 'Number of the external document'),
    ...named('branch', 'Branch'),
    ...ledgerAccount('account', 'Account'),
    text('subaccount', 'Subaccount'),
    amount('begBalance', 'Running balance before the entry; empty, for it is not asked for'),
    amount('debitAmount', 'Debit amount'),
    amount('creditAmount', 'Credit amount'),
    amount('endingBalance', 'Running balance after the entry; empty, for it is not asked for'),
    text('currency', 'Currency of the entry'),
    amount('currBegBalance', 'Running balance before the entry in its currency; empty, for it is not asked for'),
    amount('currDebitAmount', "Debit amount in the entry's currency"),
    amount('currCreditAmount', "Credit amount in the entry's currency"),
    amount('currEndingBalance', 'Running balance after the entry in its currency; empty, for it is not asked for'),
    text('errorInfo', 'Error information on the record'),
  ],
});
