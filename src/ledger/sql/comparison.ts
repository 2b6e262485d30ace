import {literalList, valuesTable} from '../../base/sql-layout.ts';
import {generalLedger} from '../../model/general-ledger.ts';
import type {CompanyPeriod, UnlistedBalance} from '../../model/ledger.ts';
import {companyFact, facts} from '../facts.ts';
import {type Ground, ledgersMember} from './mapped.ts';

export interface Proved {
  /** Never none. */
  readonly companies: readonly string[];
  /** All that are not proven where absent. */
  readonly periods?: readonly CompanyPeriod[];
  /** Rows of the balances that count for nothing. */
  readonly unlisted: readonly UnlistedBalance[];
}

/** Tables whose newest commits tell whether a comparison still stands. */
export const seenTables = [
  'journal_transaction',
  'journal_transaction_line',
  'general_ledger_balance',
  'ledger',
  generalLedger,
] as const;

export const cell = ['company_id', 'financial_period', 'branch', 'ledger', 'account', 'subaccount_id'];

/**
 * A cell is compared if the ERP lists a balance of it and every amount of it can be read. Lines without a balance
 * differ, unless they move nothing: nobody has said that the balance is 0.
 */
export const isCompared = '(balances > 0 AND unreadable = 0)';
export const differs = `(unreadable = 0 AND CASE
      WHEN balances > 0 THEN expected_debit <> actual_debit OR expected_credit <> actual_credit
      ELSE actual_debit <> 0 OR actual_credit <> 0
    END)`;

/**
 * `cells`: debit and credit of each account by branch, ledger, subaccount and period, as the ERP's balances say and as
 * the ledger has them. Movements only: what a period begins with is stated with a sign that nobody documents, and is
 * not stated anew where an earlier period moves. Accounts that the ERP keeps by itself are left out.
 */
export const cellsMembers = (ground: Ground, proved: Proved): readonly string[] => [
  ledgersMember(ground),
  scopeMember(ground, proved),
  listedMember(ground, {within: 'scope', unlisted: proved.unlisted}),
  keptOutMember(ground),
  sidesMember(ground),
  `cells AS (
  SELECT
    ${cell.join(', ')},
    SUM(expected_debit) AS expected_debit,
    CASE WHEN SUM(line_count) = 0 THEN CAST(0 AS DECIMAL(38,10)) ELSE SUM(actual_debit) END AS actual_debit,
    SUM(expected_credit) AS expected_credit,
    CASE WHEN SUM(line_count) = 0 THEN CAST(0 AS DECIMAL(38,10)) ELSE SUM(actual_credit) END AS actual_credit,
    SUM(balances) AS balances,
    SUM(line_count) AS line_count,
    SUM(unreadable) AS unreadable
  FROM sides
  GROUP BY ${cell.join(', ')}
)`,
];

function scopeMember({places: {control}}: Ground, {companies, periods}: Proved): string {
  const from = periods
    ? valuesTable(
        periods.map(({companyId, period}) => [companyId, period]),
        {columns: ['company_id', 'financial_period'], indent: 2},
      )
    : control('period_proof');
  const open = periods ? '' : " AND state NOT IN ('proven', 'empty')";
  return `scope AS (
  SELECT DISTINCT company_id, financial_period FROM ${from}
  WHERE company_id IN (${literalList(companies)})${open}
)`;
}

/**
 * `listed`: the ERP's balances of the company's own ledgers, under the number that the ledger has now. If a ledger got
 * another number, a balance may stand there under both: the one under the present number counts.
 */
export function listedMember(
  {places: {raw}}: Ground,
  {within, unlisted = []}: {readonly within?: string; readonly unlisted?: readonly UnlistedBalance[]},
): string {
  const without =
    unlisted.length === 0
      ? ''
      : `LEFT ANTI JOIN ${valuesTable(
          unlisted.map(({companyId, recordId}) => [companyId, recordId]),
          {columns: ['company_id', 'record_id'], indent: 4},
        )}
      ON v.company_id = b.company_id AND v.record_id = b.record_id
    `;
  const scope =
    within === undefined
      ? ''
      : `JOIN ${within} AS p ON p.company_id = b.company_id AND p.financial_period = b.financial_period
    `;
  return `listed AS (
  SELECT * FROM (
    SELECT
      b.company_id,
      b.financial_period,
      COALESCE(b.branch_number, '') AS branch,
      k.ledger,
      COALESCE(b.account_number, '') AS account,
      COALESCE(b.account_type, a.type) AS account_type,
      COALESCE(b.subaccount_id, '') AS subaccount_id,
      b.period_to_date_debit AS debit,
      b.period_to_date_credit AS credit,
      b.beginning_balance,
      b.year_to_date_balance,
      COALESCE(b.currency_id, '') AS currency,
      ROW_NUMBER() OVER (
        PARTITION BY b.company_id, b.financial_period, b.branch_number, k.ledger, b.account_number, b.subaccount_id,
          b.currency_id
        ORDER BY CASE WHEN k.number = k.ledger THEN 0 ELSE 1 END, b.record_id
      ) AS place
    FROM ${raw('general_ledger_balance')} AS b
    ${scope}JOIN ledgers AS k ON k.company_id = b.company_id AND k.number = b.ledger_id AND k.is_own
    LEFT JOIN ${raw('account')} AS a ON a.company_id = b.company_id AND a.account_cd = b.account_number
    ${without}WHERE b._deleted_at IS NULL
  ) AS r
  WHERE place = 1
)`;
}

/** What balances move, exact: an unreadable amount makes it NULL. */
export const netOf = (rows: string): string =>
  `CASE WHEN COUNT(${rows}debit) = COUNT(*) AND COUNT(${rows}credit) = COUNT(*) THEN
      TRY_CAST(SUM(${rows}debit) AS DECIMAL(36,10)) - TRY_CAST(SUM(${rows}credit) AS DECIMAL(36,10)) END`;

/**
 * `kept_out`: balances of accounts that were recognised as kept by the ERP itself, in periods in which they still
 * behave so: no line is on them, and they move as income and expense do, in either direction.
 */
const keptOutMember = ({places: {raw, control}}: Ground): string =>
  `results AS (
  SELECT company_id, financial_period, branch, ledger, ${netOf('')} AS net
  FROM listed
  WHERE account_type IN ('Income', 'Expense')
  GROUP BY company_id, financial_period, branch, ledger
),
kept_out AS (
  SELECT n.company_id, n.financial_period, n.branch, n.ledger, n.account, n.system_rows
  FROM (
    SELECT
      l.company_id, l.financial_period, l.branch, l.ledger, l.account,
      COUNT(*) AS system_rows,
      ${netOf('l.')} AS net
    FROM listed AS l
    JOIN ${control(companyFact)} AS f
      ON f.company_id = l.company_id AND f.fact = '${facts.netIncome}' AND f.answer = l.account
    GROUP BY l.company_id, l.financial_period, l.branch, l.ledger, l.account
  ) AS n
  JOIN results AS r ON r.company_id = n.company_id AND r.financial_period = n.financial_period
    AND r.branch = n.branch AND r.ledger = n.ledger
  LEFT ANTI JOIN ${raw(generalLedger)} AS g
    ON g.company_id = n.company_id AND g.financial_period = n.financial_period AND g.account = n.account
  WHERE n.net = r.net OR n.net = -r.net
)`;

const sidesMember = ({places: {raw}}: Ground): string =>
  `sides AS (
  SELECT
    l.company_id, l.financial_period, l.branch, l.ledger, l.account, l.subaccount_id,
    l.debit AS expected_debit,
    l.credit AS expected_credit,
    CAST(NULL AS DECIMAL(38,10)) AS actual_debit,
    CAST(NULL AS DECIMAL(38,10)) AS actual_credit,
    1 AS balances,
    0 AS line_count,
    CASE WHEN l.debit IS NULL OR l.credit IS NULL THEN 1 ELSE 0 END AS unreadable
  FROM listed AS l
  LEFT ANTI JOIN kept_out AS x
    ON x.company_id = l.company_id AND x.financial_period = l.financial_period AND x.branch = l.branch
    AND x.ledger = l.ledger AND x.account = l.account
  UNION ALL
  SELECT
    g.company_id,
    g.financial_period,
    COALESCE(g.branch, ''),
    COALESCE(g.ledger, ''),
    COALESCE(g.account, ''),
    COALESCE(CAST(g.subaccount_id AS STRING), ''),
    CAST(NULL AS DECIMAL(38,10)),
    CAST(NULL AS DECIMAL(38,10)),
    g.debit,
    g.credit,
    0,
    1,
    CASE WHEN g.debit IS NULL OR g.credit IS NULL THEN 1 ELSE 0 END
  FROM ${raw(generalLedger)} AS g
  JOIN scope AS p ON p.company_id = g.company_id AND p.financial_period = g.financial_period
)`;
