import {literalList} from '../../base/sql-layout.ts';
import {generalLedger} from '../../model/general-ledger.ts';
import {whileHeld} from '../../model/lease.ts';
import type {Ground} from './mapped.ts';
import {periodText} from './period-days.ts';

const cell = ['company_id', 'financial_period', 'branch', 'ledger', 'account', 'subaccount_id'];
const onCell = cell.map(name => `t.${name} = s.${name}`).join(' AND ');

/** `flags`: which periods of these companies are closed in the general ledger now. */
const flagsMember = ({places}: Ground, companies: readonly string[]): string =>
  `flags AS (
    SELECT company_id, ${periodText} AS financial_period, closed_in_general_ledger AS is_closed
    FROM ${places.raw('financial_period')}
    WHERE _deleted_at IS NULL AND closed_in_general_ledger IS NOT NULL AND company_id IN (${literalList(companies)})
  )`;

/** `closing`: closed and proven, and not recorded since they were closed. */
const closingMember = ({places: {control}}: Ground): string =>
  `closing AS (
    SELECT f.company_id, f.financial_period
    FROM flags AS f
    JOIN ${control('period_proof')} AS p
      ON p.company_id = f.company_id AND p.financial_period = f.financial_period AND p.state = 'proven'
    LEFT ANTI JOIN (
      SELECT company_id, financial_period FROM ${control('period_close')} WHERE reopened_at IS NULL
    ) AS c ON c.company_id = f.company_id AND c.financial_period = f.financial_period
    WHERE f.is_closed
  )`;

/** `current`: what the ledger holds of the closing periods, by cell. */
const currentMember = ({places: {raw}}: Ground): string =>
  `current AS (
    SELECT
      g.company_id,
      g.financial_period,
      COALESCE(g.branch, '') AS branch,
      COALESCE(g.ledger, '') AS ledger,
      COALESCE(g.account, '') AS account,
      COALESCE(CAST(g.subaccount_id AS STRING), '') AS subaccount_id,
      COUNT(*) AS line_count,
      SUM(g.debit) AS debit,
      SUM(g.credit) AS credit
    FROM ${raw(generalLedger)} AS g
    JOIN closing AS c ON c.company_id = g.company_id AND c.financial_period = g.financial_period
    GROUP BY 1, 2, 3, 4, 5, 6
  )`;

/**
 * Records the proven balances of periods that were closed, in place of those of a former close. Parameters :owner,
 * :fence.
 */
export const recordBalances = (ground: Ground, companies: readonly string[]): string => {
  const {control} = ground.places;
  const members = [flagsMember(ground, companies), closingMember(ground), currentMember(ground)];
  return `MERGE INTO ${control('period_close_balance')} AS t
USING (
  WITH ${members.join(',\n  ')}
  SELECT ${cell.join(', ')}, line_count, debit, credit, false AS is_gone
  FROM current
  WHERE ${whileHeld(control('lease'))}
  UNION ALL
  SELECT ${cell.map(name => `b.${name}`).join(', ')}, NULL, NULL, NULL, true
  FROM ${control('period_close_balance')} AS b
  JOIN closing AS c ON c.company_id = b.company_id AND c.financial_period = b.financial_period
  LEFT ANTI JOIN current AS n
    ON ${cell.map(name => `n.${name} = b.${name}`).join(' AND ')}
  WHERE ${whileHeld(control('lease'))}
) AS s
ON ${onCell}
WHEN MATCHED AND s.is_gone THEN DELETE
WHEN MATCHED AND (t.line_count <> s.line_count OR t.debit <> s.debit OR t.credit <> s.credit) THEN UPDATE SET
  line_count = s.line_count,
  debit = s.debit,
  credit = s.credit
WHEN NOT MATCHED AND NOT s.is_gone THEN INSERT (${[...cell, 'line_count', 'debit', 'credit'].join(', ')})
VALUES (${[...cell, 'line_count', 'debit', 'credit'].map(name => `s.${name}`).join(', ')})`;
};

/**
 * Records that periods are closed, behind their balances; and that others were opened again. Parameters :owner, :fence,
 * :run_id.
 */
export const recordCloses = (ground: Ground, companies: readonly string[]): string => {
  const {control} = ground.places;
  return `MERGE INTO ${control('period_close')} AS t
USING (
  WITH ${[flagsMember(ground, companies), closingMember(ground)].join(',\n  ')}
  SELECT company_id, financial_period, true AS is_closed FROM closing WHERE ${whileHeld(control('lease'))}
  UNION ALL
  SELECT company_id, financial_period, false AS is_closed FROM flags
  WHERE NOT is_closed AND ${whileHeld(control('lease'))}
) AS s
ON t.company_id = s.company_id AND t.financial_period = s.financial_period
WHEN MATCHED AND s.is_closed THEN UPDATE SET
  recorded_at = current_timestamp(),
  reopened_at = NULL,
  ledger_version = NULL,
  run_id = :run_id
WHEN MATCHED AND NOT s.is_closed AND t.reopened_at IS NULL THEN UPDATE SET
  reopened_at = current_timestamp(),
  run_id = :run_id
WHEN NOT MATCHED AND s.is_closed THEN INSERT (company_id, financial_period, recorded_at, run_id)
VALUES (s.company_id, s.financial_period, current_timestamp(), :run_id)`;
};

/** Writes it beside the closes that this run recorded. Parameters :owner, :fence, :run_id, :version. */
export const recordVersion = ({places: {control}}: Ground): string =>
  `MERGE INTO ${control('period_close')} AS t
USING (SELECT CAST(:version AS BIGINT) AS version WHERE ${whileHeld(control('lease'))}) AS s
ON t.run_id = :run_id AND t.reopened_at IS NULL AND t.ledger_version IS NULL
WHEN MATCHED THEN UPDATE SET ledger_version = s.version`;
