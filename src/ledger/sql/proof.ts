import {literalList, valuesTable} from '../../base/sql-layout.ts';
import {generalLedger} from '../../model/general-ledger.ts';
import {whileHeld} from '../../model/lease.ts';
import type {CompanyPeriod, PeriodProof, UnlistedBalance} from '../../model/ledger.ts';
import type {SourceTable} from '../places.ts';
import {takenOf} from './changed-lines.ts';
import {type Ground, ledgersMember} from './mapped.ts';
import type {Reach} from './posted-lines.ts';

/**
 * Notes the periods that a change of lines or balances touches as due: those where lines stand now, and those where
 * they stood in the ledger. Sent before the ledger is changed. Parameters :owner, :fence, :run_id, :after_<table>.
 */
export function noteDue({places: {raw, control}}: Ground, reach: Reach): string {
  const after = (alias: string, table: SourceTable): string =>
    reach === 'all' ? `${alias}.financial_period IS NOT NULL` : `${alias}._commit > :${takenOf(table)}`;
  const [headers, lines] = [raw('journal_transaction'), raw('journal_transaction_line')];
  const selects = [
    `SELECT h.company_id, h.financial_period FROM ${headers} AS h WHERE ${after('h', 'journal_transaction')}`,
    `SELECT b.company_id, b.financial_period FROM ${raw('general_ledger_balance')} AS b
    WHERE ${after('b', 'general_ledger_balance')}`,
    ...(reach === 'all'
      ? []
      : [
          `SELECT h.company_id, h.financial_period FROM ${lines} AS l
    JOIN ${headers} AS h ON h.company_id = l.company_id AND h.record_id = l.parent_record_id
    WHERE ${after('l', 'journal_transaction_line')}`,
          `SELECT g.company_id, g.financial_period FROM ${headers} AS h
    JOIN ${raw(generalLedger)} AS g ON g.company_id = h.company_id AND g.journal_record_id = h.record_id
    WHERE ${after('h', 'journal_transaction')}`,
        ]),
  ];
  return `MERGE INTO ${control('period_proof')} AS t
USING (
  SELECT company_id, financial_period FROM (
    ${selects.join('\n    UNION\n    ')}
  ) AS c
  WHERE financial_period IS NOT NULL AND ${whileHeld(control('lease'))}
) AS s
ON t.company_id = s.company_id AND t.financial_period = s.financial_period
WHEN MATCHED AND t.state <> 'due' THEN UPDATE SET
  state = 'due',
  run_id = :run_id,
  noted_at = current_timestamp()
WHEN NOT MATCHED THEN INSERT (company_id, financial_period, state, run_id, noted_at)
VALUES (s.company_id, s.financial_period, 'due', :run_id, current_timestamp())`;
}

export interface Proved {
  /** Never none. */
  readonly companies: readonly string[];
  /** All that are not proven where absent. */
  readonly periods?: readonly CompanyPeriod[];
  /** Rows of the balances that count for nothing. */
  readonly unlisted: readonly UnlistedBalance[];
}

/**
 * `cells`: debit and credit of each account by branch, ledger, subaccount and period, as the ERP's balances say and as
 * the ledger has them. Movements only: what a period begins with is stated with a sign that nobody documents, and is
 * not stated anew where an earlier period moves.
 */
const cellsMembers = (ground: Ground, {companies, periods, unlisted}: Proved): readonly string[] => {
  const {raw, control} = ground.places;
  const scope = periods
    ? valuesTable(
        periods.map(({companyId, period}) => [companyId, period]),
        {columns: ['company_id', 'financial_period'], indent: 2},
      )
    : control('period_proof');
  const without =
    unlisted.length === 0
      ? ''
      : `LEFT ANTI JOIN ${valuesTable(
          unlisted.map(({companyId, recordId}) => [companyId, recordId]),
          {columns: ['company_id', 'record_id'], indent: 2},
        )}
    ON v.company_id = b.company_id AND v.record_id = b.record_id
  `;
  const open = periods ? '' : " AND state <> 'proven'";
  return [
    ledgersMember(ground),
    `scope AS (
  SELECT DISTINCT company_id, financial_period FROM ${scope}
  WHERE company_id IN (${literalList(companies)})${open}
)`,
    `sides AS (
  SELECT
    b.company_id,
    b.financial_period,
    COALESCE(b.branch_number, '') AS branch,
    COALESCE(b.ledger_id, '') AS ledger,
    COALESCE(b.account_number, '') AS account,
    COALESCE(b.subaccount_id, '') AS subaccount_id,
    COALESCE(b.period_to_date_debit, 0) AS expected_debit,
    COALESCE(b.period_to_date_credit, 0) AS expected_credit,
    CAST(0 AS DECIMAL(38,10)) AS actual_debit,
    CAST(0 AS DECIMAL(38,10)) AS actual_credit,
    1 AS balances
  FROM ${raw('general_ledger_balance')} AS b
  JOIN scope AS p ON p.company_id = b.company_id AND p.financial_period = b.financial_period
  JOIN ledgers AS k ON k.company_id = b.company_id AND k.ledger = b.ledger_id
  ${without}WHERE b._deleted_at IS NULL
  UNION ALL
  SELECT
    g.company_id,
    g.financial_period,
    COALESCE(g.branch, ''),
    COALESCE(g.ledger, ''),
    COALESCE(g.account, ''),
    COALESCE(CAST(g.subaccount_id AS STRING), ''),
    CAST(0 AS DECIMAL(38,10)),
    CAST(0 AS DECIMAL(38,10)),
    g.debit,
    g.credit,
    0
  FROM ${raw(generalLedger)} AS g
  JOIN scope AS p ON p.company_id = g.company_id AND p.financial_period = g.financial_period
)`,
    `cells AS (
  SELECT
    ${cell.join(', ')},
    SUM(expected_debit) AS expected_debit,
    SUM(actual_debit) AS actual_debit,
    SUM(expected_credit) AS expected_credit,
    SUM(actual_credit) AS actual_credit,
    SUM(balances) AS balances
  FROM sides
  GROUP BY ${cell.join(', ')}
)`,
  ];
};

const cell = ['company_id', 'financial_period', 'branch', 'ledger', 'account', 'subaccount_id'];
const sums = ['expected_debit', 'actual_debit', 'expected_credit', 'actual_credit'];
const differs = '(expected_debit <> actual_debit OR expected_credit <> actual_credit)';

/** Each period in scope, those without any cell too. */
export const proofOf = (ground: Ground, proved: Proved): string =>
  `WITH ${cellsMembers(ground, proved).join(',\n')}
SELECT
  p.company_id,
  p.financial_period,
  COUNT(c.account) AS cells,
  COUNT(CASE WHEN ${differs} THEN 1 END) AS differing,
  COALESCE(SUM(c.balances), 0) AS balances
FROM scope AS p
LEFT JOIN cells AS c ON c.company_id = p.company_id AND c.financial_period = p.financial_period
GROUP BY p.company_id, p.financial_period
ORDER BY p.company_id, p.financial_period`;

/** The difference of each side keeps its decimals, and theirs too, of so many digits. */
const difference = ['actual', 'expected']
  .map(
    side =>
      `CAST(TRY_CAST(${side}_debit AS DECIMAL(36,10)) - TRY_CAST(${side}_credit AS DECIMAL(36,10)) AS DECIMAL(37,10))`,
  )
  .join(' - ');

/** Records the cells that differ, each once for a run. Parameter :run_id. */
export const recordDifferences = (ground: Ground, proved: Proved): string =>
  `MERGE INTO ${ground.places.control('reconciliation')} AS t
USING (
  WITH ${cellsMembers(ground, proved).join(',\n  ')}
  SELECT ${[...cell, ...sums].join(', ')}, ${difference} AS difference
  FROM cells
  WHERE ${differs}
) AS s
ON t.run_id = :run_id AND ${cell.map(name => `t.${name} = s.${name}`).join(' AND ')}
WHEN NOT MATCHED THEN INSERT (run_id, ${[...cell, ...sums, 'difference'].join(', ')}, proved_at)
VALUES (:run_id, ${[...cell, ...sums, 'difference'].map(name => `s.${name}`).join(', ')}, current_timestamp())`;

/** Parameter :run_id. */
export const readDifferences = ({places: {control}}: Pick<Ground, 'places'>): string =>
  `SELECT ${[...cell, ...sums.map(name => `CAST(${name} AS STRING) AS ${name}`)].join(', ')}
FROM ${control('reconciliation')}
WHERE run_id = :run_id
ORDER BY ${cell.join(', ')}
LIMIT 1000`;

/** Writes how periods stand. Parameter :run_id. */
export const recordProofs = ({places: {control}}: Ground, proofs: readonly PeriodProof[]): string =>
  `MERGE INTO ${control('period_proof')} AS t
USING (
  SELECT company_id, financial_period, state, CAST(cells AS BIGINT) AS cells, CAST(differing AS BIGINT) AS differing
  FROM ${valuesTable(
    proofs.map(({companyId, period, cells, differing}) => [
      companyId,
      period,
      differing === 0 ? 'proven' : 'differs',
      cells,
      differing,
    ]),
    {columns: ['company_id', 'financial_period', 'state', 'cells', 'differing'], indent: 2},
  )}
) AS s
ON t.company_id = s.company_id AND t.financial_period = s.financial_period
WHEN MATCHED THEN UPDATE SET
  state = s.state,
  cells = s.cells,
  differing = s.differing,
  run_id = :run_id,
  noted_at = current_timestamp()
WHEN NOT MATCHED THEN INSERT (company_id, financial_period, state, cells, differing, run_id, noted_at)
VALUES (s.company_id, s.financial_period, s.state, s.cells, s.differing, :run_id, current_timestamp())`;
