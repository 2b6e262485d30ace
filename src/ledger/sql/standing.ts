import {valuesTable} from '../../base/sql-layout.ts';
import {companiesMember, type Ground, ledgersMember} from './mapped.ts';

/**
 * Periods that differ or are unproven, those that changed since they did included: what a run found stays until a newer
 * comparison replaces it. One statement, small tables only.
 */
export const readStanding = ({places: {control}}: Ground): string =>
  `SELECT
  company_id,
  financial_period,
  CASE WHEN COALESCE(differing, 0) > 0 AND reason IS NULL THEN 'differs' ELSE 'unproven' END AS state,
  COALESCE(cells, 0) AS cells,
  COALESCE(differing, 0) AS differing,
  reason
FROM ${control('period_proof')}
WHERE state NOT IN ('proven', 'empty') AND (differing > 0 OR reason IS NOT NULL)
ORDER BY company_id, financial_period`;

/**
 * What is wrong with the lists of ledgers: a ledger that posted batches name and its list no longer shows; a company
 * with posted batches and no ledger of its own; a configured number that no company has.
 */
export function readLedgerFindings(ground: Ground): string {
  const {places, mapping} = ground;
  const configured =
    mapping.ledgers.length === 0
      ? ''
      : `
UNION ALL
SELECT DISTINCT CAST(NULL AS STRING), 'not found', c.number
FROM ${valuesTable(
          mapping.ledgers.map(number => [number]),
          {columns: ['number'], indent: 0},
        ).replace(/ AS v\(/, ' AS c(')}
LEFT ANTI JOIN ledgers AS k ON k.number = c.number
WHERE (SELECT COUNT(*) FROM ledgers) > 0`;
  return `WITH ${[companiesMember(ground), ledgersMember(ground)].join(',\n')},
posted AS (
  SELECT h.company_id, h.ledger
  FROM ${places.raw('journal_transaction')} AS h
  JOIN companies AS c ON c.company_id = h.company_id
  WHERE h.status = 'Posted' AND h._deleted_at IS NULL
  GROUP BY h.company_id, h.ledger
)
SELECT p.company_id, 'vanished' AS finding, p.ledger
FROM posted AS p
JOIN ledgers AS k ON k.company_id = p.company_id AND k.number = p.ledger
WHERE k.is_own AND NOT k.is_listed
UNION ALL
SELECT p.company_id, 'unknown', CAST(NULL AS STRING)
FROM (SELECT DISTINCT company_id FROM posted) AS p
LEFT ANTI JOIN (SELECT DISTINCT company_id FROM ledgers WHERE is_own) AS k ON k.company_id = p.company_id${configured}
ORDER BY 1, 2, 3`;
}
