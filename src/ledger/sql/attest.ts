import {literalList} from '../../base/sql-layout.ts';
import {generalLedger} from '../../model/general-ledger.ts';
import type {Places} from '../places.ts';

/** Moves with each holder of the lease: while it is the same, nobody else has written anything. */
export const readFence = ({control}: Places): string => `SELECT MAX(fence) AS fence FROM ${control('lease')}`;

/** What the posted lines of each company add up to. */
export const sumLines = ({raw}: Places, companies: readonly string[]): string =>
  `SELECT
  company_id,
  COUNT(*) AS line_count,
  CAST(SUM(debit) AS STRING) AS debit,
  CAST(SUM(credit) AS STRING) AS credit
FROM ${raw(generalLedger)}
WHERE company_id IN (${literalList(companies)})
GROUP BY company_id
ORDER BY company_id`;

/** Findings of the journal checks by company and check. */
export const countFindings = ({control}: Places, companies: readonly string[]): string =>
  `SELECT
  company_id,
  check_name,
  COUNT(CASE WHEN resolved_at IS NULL THEN 1 END) AS standing,
  COUNT(resolved_at) AS resolved
FROM ${control('journal_check')}
WHERE company_id IN (${literalList(companies)})
GROUP BY company_id, check_name
ORDER BY company_id, check_name`;

/** How each period stands, when it was closed, and how many events it has: those of lines that came, stayed or went. */
export const readPeriods = ({control}: Places, companies: readonly string[]): string =>
  `SELECT
  p.company_id,
  p.financial_period,
  p.state,
  p.reason,
  COALESCE(p.cells, 0) AS cells,
  COALESCE(p.differing, 0) AS differing,
  c.recorded_at,
  c.reopened_at,
  COALESCE(e.events, 0) AS events
FROM ${control('period_proof')} AS p
LEFT JOIN ${control('period_close')} AS c
  ON c.company_id = p.company_id AND c.financial_period = p.financial_period
LEFT JOIN (
  SELECT company_id, financial_period, COUNT(*) AS events
  FROM (
    SELECT company_id, period_before AS financial_period FROM ${control('period_event')}
    UNION ALL
    SELECT company_id, period_after
    FROM ${control('period_event')}
    WHERE period_before IS NULL OR period_after <> period_before
  ) AS s
  WHERE financial_period IS NOT NULL
  GROUP BY company_id, financial_period
) AS e ON e.company_id = p.company_id AND e.financial_period = p.financial_period
WHERE p.company_id IN (${literalList(companies)})
ORDER BY p.company_id, p.financial_period`;
