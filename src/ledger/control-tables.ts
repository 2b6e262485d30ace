import type {Field} from 'apache-arrow';
import {amount, column, instant, text, whole} from '../model/column.ts';
import type {ControlTable} from '../model/table.ts';
import {companyFact} from './facts.ts';

const run = column('run_id', text, {comment: 'The run that wrote this row'});
const company = column('company_id', text, {comment: 'The configured company, one per legal entity'});
const period = column('financial_period', text, {comment: 'Financial period, YYYYPP'});

const cell: readonly Field[] = [
  column('branch', text, {comment: 'Branch'}),
  column('ledger', text, {comment: 'Ledger'}),
  column('account', text, {comment: 'Account'}),
  column('subaccount_id', text, {comment: 'Id of the subaccount in the database; empty where there is none'}),
];

/** What the ledger knows of itself and has found, beside what the sync knows. */
export const controlTables: readonly ControlTable[] = [
  {
    name: 'ledger_checkpoint',
    comment: 'How far the general ledger has come with each raw table',
    fields: [
      column('table_name', text, {comment: 'The raw table'}),
      column('taken_commit', whole, {comment: 'Its newest _commit that stands in the ledger'}),
      column('fingerprint', text, {comment: 'Of the mapping that the ledger was built with'}),
      run,
      column('taken_at', instant, {comment: 'When that was'}),
    ],
  },
  {
    name: 'ledger_mapping',
    comment: 'Every mapping of the general ledger that was ever applied',
    fields: [
      column('fingerprint', text, {comment: 'Of the mapping'}),
      column('mapping', text, {comment: 'The mapping as JSON'}),
      run,
      column('applied_at', instant, {comment: 'When the ledger was first built with it'}),
    ],
  },
  {
    name: 'ledger_company',
    comment: 'The currency of each company that was ever configured: one that left the configuration keeps its figures',
    fields: [company, column('currency', text, {comment: "The company's currency"}), run],
  },
  {
    name: 'journal_check',
    comment: 'What the checks of the journals found; a finding that is no more bears when it was resolved',
    fields: [
      company,
      column('check_name', text, {
        comment:
          'balance, unreadable, gap, or the total of the header that differs: debit_total, debit_total_in_currency …',
      }),
      column('record_id', text, {comment: 'The batch; of a gap its module and the numbers that are not there'}),
      column('module', text, {comment: 'Workspace that the batch comes from'}),
      column('batch_number', text, {comment: 'Number of the batch; of a gap the first and last that are not there'}),
      period,
      column('expected', amount, {comment: 'What the header says; of a gap how many numbers there should be'}),
      column('actual', amount, {comment: 'What the lines add up to; of a gap 0'}),
      run,
      column('found_at', instant, {comment: 'When it was found as it stands here'}),
      column('resolved_at', instant, {comment: 'When it was found no more; null while it stands'}),
    ],
  },
  {
    name: 'period_proof',
    comment: "How each company's financial periods stand against the balances of the ERP",
    fields: [
      company,
      period,
      column('state', text, {comment: 'proven, empty, unproven, differs; or due: changed since it was compared'}),
      column('cells', whole, {comment: 'Accounts, by branch, ledger and subaccount, that were compared'}),
      column('differing', whole, {comment: 'How many accounts differ'}),
      run,
      column('noted_at', instant, {comment: 'When the state was written'}),
      column('reason', text, {comment: 'Why the period is unproven'}),
      column('posted_lines', whole, {comment: 'Posted lines in the raw tables, whatever their ledger'}),
      column('other_lines', whole, {comment: 'Posted lines that are known to be of another ledger'}),
      column('ledger_lines', whole, {comment: 'Lines in general_ledger'}),
      column('unreadable', whole, {comment: 'Amounts of lines and balances that could not be read'}),
      column('balance_rows', whole, {comment: 'Balances of the ERP in the raw table, whatever their ledger'}),
      column('system_rows', whole, {comment: 'Balances of accounts that the ERP keeps by itself; not compared'}),
      column('posted_by_ledger', text, {comment: 'Posted lines by ledger, such as 1: 372, BUDGET: 12'}),
      column('balances_by_ledger', text, {comment: 'Balances by ledger'}),
      column('posted_debit', amount, {comment: 'Debit of the posted lines that belong into the ledger'}),
      column('posted_credit', amount, {comment: 'Credit of the posted lines that belong into the ledger'}),
      column('ledger_debit', amount, {comment: 'Debit of the lines in general_ledger'}),
      column('ledger_credit', amount, {comment: 'Credit of the lines in general_ledger'}),
      column('balance_debit', amount, {comment: 'Debit of the balances that were compared'}),
      column('balance_credit', amount, {comment: 'Credit of the balances that were compared'}),
    ],
  },
  {
    name: companyFact,
    comment: "What was measured of each company's own data, and what each answer was drawn from",
    fields: [
      company,
      column('fact', text, {comment: 'net_income_account, retained_earnings_account, system_accounts or ledger_gone'}),
      column('answer', text, {comment: 'The number of the account or ledger'}),
      column('evidence', text, {comment: 'What the answer was drawn from'}),
      run,
      column('measured_at', instant, {comment: 'When that was'}),
    ],
  },
  {
    name: 'reconciliation',
    comment: "Every cell in which posted lines and the ERP's own balances differed, by run",
    fields: [
      run,
      company,
      period,
      ...cell,
      column('expected_debit', amount, {comment: "Debit by the ERP's balances; null if it lists none"}),
      column('actual_debit', amount, {comment: 'Debit of the period by the posted lines'}),
      column('expected_credit', amount, {comment: "Credit by the ERP's balances; null if it lists none"}),
      column('actual_credit', amount, {comment: 'Credit of the period by the posted lines'}),
      column('difference', amount, {comment: 'Actual minus expected, each debit minus credit'}),
      column('proved_at', instant, {comment: 'When that was'}),
    ],
  },
  {
    name: 'period_close',
    comment: 'Financial periods that are closed in the general ledger, once they are proven',
    fields: [
      company,
      period,
      column('recorded_at', instant, {
        comment: 'When its balances were recorded: the ledger then is the ledger at close',
      }),
      column('reopened_at', instant, {comment: 'When it was seen open again; null while it is closed'}),
      column('ledger_version', whole, {
        comment: 'Version of general_ledger when its balances were recorded, where the engine keeps versions',
      }),
      run,
    ],
  },
  {
    name: 'period_close_balance',
    comment: 'The proven movements of each closed period, as they were when it was closed',
    fields: [
      ...[company, period, ...cell],
      column('line_count', whole, {comment: 'How many lines there were'}),
      column('debit', amount, {comment: 'Debit of the period'}),
      column('credit', amount, {comment: 'Credit of the period'}),
    ],
  },
  {
    name: 'period_event',
    comment: 'What happened to a period after it was closed: lines added, changed or removed, before and after',
    fields: [
      company,
      column('record_id', text, {comment: 'The line in journal_transaction_line'}),
      column('event', text, {comment: 'added, changed or removed'}),
      column('period_before', text, {comment: 'The period where the line stood'}),
      column('period_after', text, {comment: 'The period where it stands now'}),
      column('account_before', text, {comment: 'Account before'}),
      column('account_after', text, {comment: 'Account after'}),
      column('subaccount_before', text, {comment: 'Subaccount before'}),
      column('subaccount_after', text, {comment: 'Subaccount after'}),
      column('debit_before', amount, {comment: 'Debit before'}),
      column('debit_after', amount, {comment: 'Debit after'}),
      column('credit_before', amount, {comment: 'Credit before'}),
      column('credit_after', amount, {comment: 'Credit after'}),
      column('written_at', instant, {comment: 'When the line as it stood before was written; null for one added'}),
      run,
      column('seen_at', instant, {comment: 'When it was seen'}),
      column('_commit', whole, {comment: 'The fence of the lease under which it was seen; it only grows'}),
    ],
  },
];
