import {quoteIdentifier, quoteLiteral} from '../../base/quoting.ts';
import {indented, lines, valuesTable} from '../../base/sql-layout.ts';
import {generalLedger, type ledgerViews} from '../../model/general-ledger.ts';
import type {Ground} from './mapped.ts';
import {periodDays} from './period-days.ts';
import {trialBalance} from './trial-balance.ts';

type ViewName = (typeof ledgerViews)[number];

interface View {
  readonly comment: string;
  readonly query: string;
}

/** The views beside the ledger, each as one statement that may be repeated. */
export const createViews = (ground: Ground): readonly string[] =>
  Object.entries(viewsOf(ground)).map(
    ([name, {comment, query}]) =>
      `CREATE OR REPLACE VIEW ${ground.places.raw(name)} COMMENT ${quoteLiteral(comment)} AS\n${query}`,
  );

const viewsOf = (ground: Ground): Readonly<Record<ViewName, View>> => ({
  general_ledger_by_column: {
    comment: 'Debit minus credit of each configured column, by company and period, in both currencies',
    query: byColumn(ground),
  },
  trial_balance: {
    comment: 'Movement and balance of each account by period, with the result of earlier years as a computed row',
    query: trialBalance(ground.places),
  },
  trial_balance_group: {
    comment:
      "All companies in the group's currency by group of accounts and period: lines that have a rate, rounded once",
    query: trialBalanceGroup(ground),
  },
  unrouted_accounts: {
    comment: 'Accounts with posted lines that no route takes',
    query: unrouted(ground),
  },
  unknown_accounts: {
    comment: 'Codes and ranges of routes that no account is in, of the companies that the route is for',
    query: unknown(ground),
  },
  late_posting: {
    comment: 'Lines that first appeared after their period had ended, by company, module and period',
    query: latePosting(ground),
  },
  ledger_at_close: {
    comment: 'The movements of closed periods as they were at close, as they are now, and what moved since',
    query: atClose(ground),
  },
});

function byColumn({places, mapping: {routes}}: Ground): string {
  const names = [...new Set(routes.flatMap(({column}) => (column === undefined ? [] : [column])))];
  // Of the scale of what is summed: a common type of two scales would have fewer decimals.
  const sumOf = (name: string, {value, scale}: {readonly value: string; readonly scale: number}): string =>
    `COALESCE(SUM(CASE WHEN measure_column = ${quoteLiteral(name)} THEN ${value} END),
    CAST(0 AS DECIMAL(38,${scale})))`;
  const columns = names.flatMap(name => [
    `${sumOf(name, {value: 'amount', scale: 10})} AS ${quoteIdentifier(name)}`,
    `CAST(${sumOf(name, {value: 'group_amount', scale: 14})} AS DECIMAL(38,2)) AS ${quoteIdentifier(`group_${name}`)}`,
  ]);
  return `SELECT
${lines(['company_id', 'financial_period', 'currency', 'group_currency', ...columns], 2)}
FROM ${places.raw(generalLedger)}
GROUP BY company_id, financial_period, currency, group_currency`;
}

/** Exact sums of the lines that have a rate, rounded once; `lines_without_rate` counts the others. */
const trialBalanceGroup = ({places}: Ground): string =>
  `SELECT
  financial_period, account_group, account_type, is_intercompany, group_currency,
  CAST(COALESCE(SUM(group_debit), 0) AS DECIMAL(38,2)) AS group_debit,
  CAST(COALESCE(SUM(group_credit), 0) AS DECIMAL(38,2)) AS group_credit,
  CAST(COALESCE(SUM(group_amount), 0) AS DECIMAL(38,2)) AS group_amount,
  COUNT(DISTINCT company_id) AS companies,
  COUNT(CASE WHEN group_amount IS NULL THEN 1 END) AS lines_without_rate
FROM ${places.raw(generalLedger)}
GROUP BY financial_period, account_group, account_type, is_intercompany, group_currency`;

const unrouted = ({places}: Ground): string =>
  `SELECT
  company_id, account, account_name, account_type,
  COUNT(*) AS line_count,
  MIN(financial_period) AS first_period,
  MAX(financial_period) AS last_period,
  SUM(debit) AS debit,
  SUM(credit) AS credit
FROM ${places.raw(generalLedger)}
WHERE NOT is_routed
GROUP BY company_id, account, account_name, account_type`;

/** Of a route for some companies each by itself; a company that was never read has no account. */
function unknown({places, mapping: {routes}}: Ground): string {
  const ranges = routes.flatMap(({accounts, group, companies}, index) =>
    accounts.flatMap(({from, to}) =>
      (companies ?? [undefined]).map(company => [index + 1, group, company, from, to] as const),
    ),
  );
  const columns = ['route', 'account_group', 'company_id', 'first_account', 'last_account'];
  // A row in which nothing stands gives the table its columns where there is no route.
  const rows = ranges.length > 0 ? ranges : [[0, '', '', '', '']];
  return `SELECT
  v.route, v.account_group, CAST(v.company_id AS STRING) AS company_id, v.first_account, v.last_account
FROM ${valuesTable(rows, {columns, indent: 0})}
LEFT ANTI JOIN ${places.raw('account')} AS a
  ON a._deleted_at IS NULL AND (v.company_id IS NULL OR a.company_id = v.company_id)
  AND LENGTH(a.account_cd) = LENGTH(v.first_account)
  AND a.account_cd BETWEEN v.first_account AND v.last_account
WHERE v.route > 0`;
}

/** Recorded for ever, whatever becomes of the lines; `recorded_at` is the time to travel to for these. */
const atClose = ({places}: Ground): string =>
  `SELECT
  m.company_id, m.financial_period, c.recorded_at, m.branch, m.ledger, m.account, m.subaccount_id,
  m.debit_at_close, m.credit_at_close, m.debit_now, m.credit_now,
  m.debit_at_close <> m.debit_now OR m.credit_at_close <> m.credit_now AS has_moved
FROM (
  SELECT
    company_id, financial_period, branch, ledger, account, subaccount_id,
    SUM(debit_at_close) AS debit_at_close,
    SUM(credit_at_close) AS credit_at_close,
    SUM(debit_now) AS debit_now,
    SUM(credit_now) AS credit_now
  FROM (
    SELECT
      company_id, financial_period, branch, ledger, account, subaccount_id,
      debit AS debit_at_close,
      credit AS credit_at_close,
      CAST(0 AS DECIMAL(38,10)) AS debit_now,
      CAST(0 AS DECIMAL(38,10)) AS credit_now
    FROM ${places.control('period_close_balance')}
    UNION ALL
    SELECT
      company_id, financial_period, COALESCE(branch, ''), COALESCE(ledger, ''), COALESCE(account, ''),
      COALESCE(CAST(subaccount_id AS STRING), ''),
      CAST(0 AS DECIMAL(38,10)), CAST(0 AS DECIMAL(38,10)), debit, credit
    FROM ${places.raw(generalLedger)}
  ) AS s
  GROUP BY company_id, financial_period, branch, ledger, account, subaccount_id
) AS m
JOIN ${places.control('period_close')} AS c
  ON c.company_id = m.company_id AND c.financial_period = m.financial_period`;

/** What appeared after the last day of its period. Rows of an initial load do not tell when they were posted. */
const latePosting = ({places}: Ground): string =>
  `SELECT
  g.company_id, g.module, g.financial_period,
  COUNT(*) AS line_count,
  COUNT(DISTINCT g.journal_record_id) AS batches,
  MAX(DATEDIFF(CAST(g.first_seen_at AS DATE), DATE_ADD(p.last_day, 1))) AS days_max,
  MIN(DATEDIFF(CAST(g.first_seen_at AS DATE), DATE_ADD(p.last_day, 1))) AS days_min,
  MAX(g.first_seen_at) AS last_seen_at
FROM ${places.raw(generalLedger)} AS g
JOIN (
${indented(periodDays(places), 2)}
) AS p
  ON p.company_id = g.company_id AND p.financial_period = g.financial_period
WHERE CAST(g.first_seen_at AS DATE) > p.last_day
GROUP BY g.company_id, g.module, g.financial_period`;
