import {Decimal, type Field} from 'apache-arrow';
import {amount, column, day, flag, instant, text, whole} from './column.ts';
import type {LedgerDimension} from './ledger.ts';

/** The table of all posted lines. */
export const generalLedger = 'general_ledger';

/** Views that stand beside it. */
export const ledgerViews = [
  'general_ledger_by_column',
  'trial_balance',
  'trial_balance_group',
  'unrouted_accounts',
  'unknown_accounts',
  'late_posting',
  'ledger_at_close',
] as const;

/** A rate as amounts are multiplied with: whatever has more decimals is rounded to these. */
const groupRate = new Decimal(10, 16, 128);
/** The product of an amount of four decimals and such a rate, whole. */
const groupAmount = new Decimal(14, 38, 128);

const before: readonly Field[] = [
  column('company_id', text, {comment: 'The configured company, one per legal entity'}),
  column('record_id', text, {comment: 'The line in journal_transaction_line'}),
  column('journal_record_id', text, {comment: 'Its batch in journal_transaction'}),
  column('module', text, {comment: 'Workspace that the batch comes from'}),
  column('batch_number', text, {comment: 'Number of the batch, unique in its module'}),
  column('line_number', whole, {comment: 'Number of the line'}),
  column('ledger', text, {comment: 'Ledger that the batch is posted to'}),
  column('branch', text, {comment: "Branch of the line, of the batch, or the company's main one"}),
  column('financial_period', text, {comment: 'Financial period, YYYYPP'}),
  column('transaction_date', day, {comment: 'Date of the batch'}),
  column('account', text, {comment: 'Account posted to'}),
  column('account_name', text, {comment: 'What the account is called now'}),
  column('account_type', text, {comment: 'Asset, Liability, Income or Expense'}),
  column('account_group', text, {comment: 'Group of the first route that takes the account, or other'}),
  column('is_routed', flag, {comment: 'Whether a route takes the account'}),
  column('routed_table', text, {comment: "The route's own table that the line stands in too"}),
  column('measure_column', text, {comment: "The route's measure in general_ledger_by_column"}),
  column('is_intercompany', flag, {comment: 'Whether the route marks what companies of the group owe each other'}),
  column('subaccount', text, {comment: 'Number of the subaccount'}),
  column('subaccount_id', whole, {comment: 'Id of the subaccount in the database'}),
  column('subaccount_name', text, {comment: 'What the subaccount is called now'}),
];

const behind: readonly Field[] = [
  column('description', text, {comment: 'Description of the line'}),
  column('reference_number', text, {comment: 'Number of the external or internal document'}),
  column('customer_supplier', text, {comment: 'Customer or supplier of the line'}),
  column('project', text, {comment: 'Project of the line'}),
  column('document_currency', text, {comment: 'Currency of the batch'}),
  column('document_debit', amount, {comment: 'Debit in the currency of the batch'}),
  column('document_credit', amount, {comment: 'Credit in the currency of the batch'}),
  column('currency', text, {comment: "The company's currency"}),
  column('debit', amount, {comment: "Debit in the company's currency"}),
  column('credit', amount, {comment: "Credit in the company's currency"}),
  column('amount', amount, {comment: "Debit minus credit in the company's currency"}),
  column('group_currency', text, {comment: "The group's currency"}),
  column('group_rate', groupRate, {comment: 'Average rate for income and expense, closing rate for the others'}),
  column('group_debit', groupAmount, {comment: "Debit in the group's currency, not rounded"}),
  column('group_credit', groupAmount, {comment: "Credit in the group's currency, not rounded"}),
  column('group_amount', groupAmount, {comment: "Debit minus credit in the group's currency, not rounded"}),
  column('first_seen_at', instant, {comment: 'When the line first appeared; null where it came with a first load'}),
];

const history: readonly Field[] = [
  column('_commit', whole, {comment: 'In which commit the row was last written; it only grows'}),
  column('_updated_at', instant, {comment: 'When that was'}),
];

const dimensionFields = ({column: name, by}: LedgerDimension): readonly Field[] => {
  const what = 'segment' in by ? `segment ${by.segment} of the subaccount` : `${by.dimension} of the subaccount`;
  return [
    column(name, text, {comment: `Value of ${what}`}),
    column(`${name}_name`, text, {comment: `What that value is called now`}),
  ];
};

/** What is compared and written: a row's content, the key in front. */
export const ledgerContent = (dimensions: readonly LedgerDimension[]): readonly Field[] => [
  ...before,
  ...dimensions.flatMap(dimensionFields),
  ...behind,
];

/** The columns of general_ledger, and of the routed tables. */
export const ledgerFields = (dimensions: readonly LedgerDimension[]): readonly Field[] => [
  ...ledgerContent(dimensions),
  ...history,
];

/** Names that no configured column may take. */
export const ledgerReserved: ReadonlySet<string> = new Set(ledgerFields([]).map(({name}) => name));
