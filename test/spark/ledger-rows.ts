/*
 * Small books for the ledger's golden statements: the company `se`, and the one whose name is SQL. Of everything that
 * the statements tell apart there is something: routes, segments, both rates, batches that do not balance, gaps,
 * balances that differ, periods that are closed.
 */
export interface Rows {
  readonly columns: string;
  readonly values: readonly string[];
}

const hostile = "'x\\'; DROP TABLE `account` --\\\\'";
const of = (...companies: readonly string[]) => ({
  rows: (...tails: readonly string[]): readonly string[] =>
    companies.flatMap(company => tails.map(tail => `(${company}, 1, ${tail})`)),
});
const each = of("'se'", hostile);
const se = of("'se'");
const other = of(hostile);
const own = 'company_id, _commit, record_id';

export const ledgerRows: Readonly<Record<string, Rows>> = {
  'visma.ledger': {
    columns: `${own}, number, balance_type`,
    values: each.rows("'1', '1', 'Actual'", "'2', 'A\\'B', 'Budget'", "'3', '3', 'Actual'"),
  },
  'visma.branch': {
    columns: `${own}, number, is_main_branch`,
    values: each.rows("'1', '1', true", "'2', '2', false"),
  },
  'visma.account': {
    columns: `${own}, account_cd, type, description`,
    values: each.rows(
      ...["'1910', '1910', 'Asset', 'Cash'", "'3010', '3010', 'Income', 'Sales'", "'0100', '0100', 'Asset', NULL"],
      ...["'O\\'N', 'O\\'N', 'Liability', 'Odd \\\\ name'", "'4000', '4000', 'Expense', 'Goods'"],
    ),
  },
  'visma.subaccount': {
    columns: `${own}, subaccount_id, subaccount_number, description`,
    values: each.rows("'7', 7, '10-A', 'North'", "'8', 8, '20-B', NULL"),
  },
  'visma.subaccount_segment': {
    columns: `${own}, parent_record_id, segment_id, segment_description, segment_value, segment_value_description`,
    values: each.rows(
      ...["'7/1', '7', 1, 'Cost', '10', 'Ten'", "'7/2', '7', 2, 'Projekt\\'s', 'A', 'First'"],
      ...["'8/1', '8', 1, 'Cost', '20', 'Twenty'", "'8/2', '8', 2, 'Projekt\\'s', 'B', NULL"],
    ),
  },
  'visma.dimension_segment_value': {
    columns: `${own}, parent_record_id, segment_id, value_id, description`,
    values: each.rows("'SUBACCOUNT/1/10', 'SUBACCOUNT', 1, '10', 'Called ten'"),
  },
  'visma.financial_period': {
    columns: `${own}, year, period, start_date, end_date, closed_in_general_ledger`,
    values: each.rows(
      "'2026/01', 2026, '01', DATE '2026-01-01', DATE '2026-02-01', true",
      "'2026/02', 2026, '02', DATE '2026-02-01', DATE '2026-03-01', NULL",
      "'2026/03', 2026, '202603', DATE '2026-03-01', DATE '2026-04-01', false",
    ),
  },
  'visma.currency_rate': {
    columns: `${own}, id, from_currency_id, to_currency_id, rate_type, mult_div, rate, rate_reciprocal, effective_date`,
    values: se.rows(
      "'1', 1, 'NOK', 'SEK', 'SPOT', 'Multiply', 0.91234567, 1.1, DATE '2026-01-01'",
      "'2', 2, 'NOK', 'SEK', 'SPOT', 'Multiply', 0.9234567891, 1.1, DATE '2026-01-11'",
      "'3', 3, 'SEK', 'NOK', 'SPOT', 'Multiply', 1.1, 0.9333333333, DATE '2026-02-01'",
      "'4', 4, 'NOK', 'SEK', 'SPOT', 'Divide', 1.1, 0.9444444444, DATE '2026-02-01'",
      "'5', 5, 'NOK', 'SEK', 'BUDGET', 'Multiply', 5, 0.2, DATE '2026-02-02'",
    ),
  },
  'visma.journal_transaction': {
    columns: `${own}, module, batch_number, status, ledger, branch, financial_period, transaction_date, currency_id,
      debit_total, credit_total, control_total`,
    values: each.rows(
      "'ModuleGL/1', 'ModuleGL', '1', 'Posted', '1', '1', '202603', DATE '2026-03-02', 'EUR', 10.25, 10.25, 10.25",
      "'ModuleGL/2', 'ModuleGL', '2', 'Balanced', '1', '1', '202603', DATE '2026-03-02', 'SEK', 1, 1, 0",
      "'ModuleGL/3', 'ModuleGL', '3', 'Posted', '1', NULL, '202601', DATE '2026-01-31', 'SEK', 5, 6, 7",
      "'ModuleAP/7', 'ModuleAP', '7', 'Posted', 'A\\'B', '2', '202602', DATE '2026-02-28', 'SEK', NULL, NULL, NULL",
      "'ModuleAP/9', 'ModuleAP', '9', 'Posted', '3', '2', '202602', DATE '2026-02-28', 'SEK', NULL, NULL, NULL",
    ),
  },
  'visma.journal_transaction_line': {
    columns: `${own}, parent_record_id, line_number, account_number, branch, subaccount_subaccount_number,
      subaccount_subaccount_id, debit_amount, credit_amount, debit_amount_in_currency, _first_seen_at`,
    values: each.rows(
      "'ModuleGL/1/1', 'ModuleGL/1', 1, '1910', '1', '10-A', 7, 10.2500000001, NULL, 1.5, NULL",
      "'ModuleGL/1/2', 'ModuleGL/1', 2, '3010', NULL, '20-B', NULL, NULL, 10.25, NULL, TIMESTAMP '2026-04-02 06:00:00'",
      "'ModuleGL/2/1', 'ModuleGL/2', 1, '1910', '1', NULL, NULL, 1, NULL, NULL, NULL",
      "'ModuleGL/3/1', 'ModuleGL/3', 1, 'O\\'N', NULL, '10-A', NULL, 5, NULL, NULL, TIMESTAMP '2026-02-03 06:00:00'",
      "'ModuleGL/3/2', 'ModuleGL/3', 2, '0100', NULL, NULL, NULL, NULL, 123456789012345678901234567.8, NULL, NULL",
      "'ModuleAP/7/1', 'ModuleAP/7', 1, '4000', '2', 'none', NULL, 3, 3, NULL, NULL",
      "'ModuleAP/9/1', 'ModuleAP/9', 1, '4000', '2', NULL, NULL, 4, NULL, NULL, NULL",
      "'lost/1', 'lost', 1, '4000', '2', NULL, NULL, 4, NULL, NULL, NULL",
    ),
  },
  'visma.general_ledger_balance': {
    columns: `${own}, financial_period, branch_number, ledger_id, account_number, subaccount_id, period_to_date_debit,
      period_to_date_credit`,
    values: [
      ...each.rows("'a', '202603', '1', '1', '1910', '7', 10.25, 0", "'b', '202603', '1', '1', '3010', '8', 0, 10.25"),
      ...other.rows("'1/1/202603/O\\'N/%00/SEK', '202603', '1', '1', 'O\\'N', NULL, 99, 0"),
    ],
  },
  'visma_control.period_proof': {
    columns: 'company_id, cells, financial_period, state, run_id',
    values: each.rows("'202512', 'differs', 'run-0'", "'202601', 'proven', 'run-0'", "'202603', 'proven', 'run-0'"),
  },
  'visma_control.period_close': {
    columns: 'company_id, financial_period, recorded_at, run_id',
    values: [`('se', '202603', TIMESTAMP '2026-04-01 06:00:00', 'run-0')`],
  },
};

/** What runs leave in the control tables, for the dashboards: two that were whole or partial, one that failed. */
export const runRows: Readonly<Record<string, Rows>> = {
  'visma_control.run': {
    columns: 'run_id, command, started_at, ended_at, recorded_at, exit_code',
    values: [
      "('a', 'sync', TIMESTAMP '2026-02-20 05:59:59.25', TIMESTAMP '2026-02-20 06:10:00', NULL, 0)",
      `('b', 'land', TIMESTAMP '2031-02-27 06:00:00', TIMESTAMP '2031-02-27 06:00:59.75',
        TIMESTAMP '2026-02-27 06:01:30', 3)`,
      "('c', 'sync', TIMESTAMP '2026-02-28 06:00:00', TIMESTAMP '2026-02-28 06:01:00', NULL, 1)",
      "('d', 'sync', TIMESTAMP '2031-02-28 06:00:00', TIMESTAMP '2031-02-28 06:01:00', NULL, 0)",
    ],
  },
  'visma_control.table_run': {
    columns: 'run_id, table_name, inserted, updated, gone',
    values: ["('a', 'supplier', 5, 1, 0)", "('a', 'unit', 2, NULL, 1)", "('c', 'supplier', 1, 0, 0)"],
  },
  'visma_control.api_call': {
    columns: 'run_id, resource, company_id, status, calls',
    values: [
      ...["('a', 'supplier', 'se', 200, 900)", "('a', NULL, 'se', 200, 1)", "('b', 'supplier', 'se', 429, 7)"],
      ...[`('b', 'unit', ${hostile}, 200, 14000)`, `('c', 'unit', ${hostile}, 500, 3)`],
      "('d', 'supplier', 'se', 200, 9)",
    ],
  },
  'visma_control.checkpoint': {
    columns: 'company_id, resource, slice, settled_at, resume, provisional',
    values: [
      "('se', 'supplier', '', TIMESTAMP '2026-02-20 06:09:00', NULL, true)",
      "('se', 'unit', '', TIMESTAMP '2026-02-01 06:09:00', NULL, NULL)",
      `(${hostile}, 'unit', 'a=1', TIMESTAMP '2026-02-27 06:00:30', '{}', false)`,
    ],
  },
  'visma_control.reject': {
    columns: 'company_id, resource, load_id, place, reason',
    values: ["('se', 'supplier', 'l1', 0, 'no key')", "('se', 'supplier', 'l1', 1, 'no key')"],
  },
  'visma_control.load': {
    columns: 'company_id, resource, load_id, state, reason',
    values: ["('se', 'supplier', 'l1', 'settled', NULL)", `(${hostile}, 'unit', 'l2', 'set aside', 'damaged')`],
  },
  'visma_control.missing_key': {
    columns: 'company_id, resource, record_id',
    values: ["('se', 'supplier', '7')"],
  },
};
