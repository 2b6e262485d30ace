import {amount, flag, text} from '../columns.ts';
import {resource} from '../entry.ts';
import {described, ledgerAccount, named} from '../shapes.ts';

export const generalLedgerBalance = resource('general_ledger_balance', {
  comment: 'Balances of the general ledger: the trial balance by period, account and subaccount',
  endpoint: '/v2/generalLedgerBalance',
  reading: {kind: 'delta', since: 'stamp alone', paging: 'records'},
  // The account of the year's result has balances and no journal lines. What ignores this is recognised all the same.
  query: {excludeYTDAccount: 'true'},
  key: ['branch.number', 'ledger.id', 'financialPeriod', 'account.number', 'subaccountId', 'currencyId'],
  optionalKey: {subaccountId: ['subAccountCd', 'subaccount'], currencyId: []},
  stamp: 'lastModifiedDateTime',
  periods: {parameters: ['periodId'], column: 'financial_period', required: true},
  wantsFilter: true,
  groups: ['default', 'ledger'],
  columns: [
    ...named('branch', 'Branch'),
    ...described('ledger', 'Ledger'),
    text('balanceType', 'Actual, Report, Statistical or Budget'),
    text('financialPeriod', 'Financial period, YYYYMM'),
    ...ledgerAccount('account', 'Account'),
    text('subaccountId', 'Id of the subaccount in the database'),
    text('subAccountCd', 'Number of the subaccount'),
    text('currencyId', 'Currency of the account'),
    amount('periodToDateDebit', 'Debit movements of the period'),
    amount('periodToDateCredit', 'Credit movements of the period'),
    amount('beginningBalance', 'Balance at the start of the period'),
    amount('yearToDateBalance', 'Balance at the end of the period'),
    amount('periodToDateDebitInCurrency', "Debit movements of the period, in the account's currency"),
    amount('periodToDateCreditInCurrency', "Credit movements of the period, in the account's currency"),
    amount('beginningBalanceInCurrency', "Balance at the start of the period, in the account's currency"),
    amount('yearToDateBalanceInCurrency', "Balance at the end of the period, in the account's currency"),
    flag('yearClosed', "Whether the year's last period is closed in all modules"),
    text('errorInfo', 'Error information on the record'),
  ],
});
