import {generalLedger} from '../../model/general-ledger.ts';
import {companyFact, facts} from '../facts.ts';
import {differs, isCompared} from './comparison.ts';
import type {Ground} from './mapped.ts';

/**
 * Counts and sums of each period in scope that the ledger's own filters have not touched: posted lines of the raw
 * tables by ledger, lines of the ledger, balances by ledger. They stand beside the comparison, so that one which
 * compared nothing cannot pass for a proof. Uses the members `ledgers`, `scope`, `cells` and `kept_out`.
 */
export const evidenceMembers = (ground: Ground): readonly string[] => [
  `compared AS (
  SELECT
    company_id,
    financial_period,
    COUNT(CASE WHEN ${isCompared} THEN 1 END) AS cells,
    COUNT(CASE WHEN ${differs} THEN 1 END) AS differing,
    COUNT(CASE WHEN line_count = 0 AND ${differs} THEN 1 END) AS lineless,
    SUM(balances) AS balances,
    SUM(unreadable) AS unreadable,
    SUM(expected_debit) AS balance_debit,
    SUM(expected_credit) AS balance_credit
  FROM cells
  GROUP BY company_id, financial_period
)`,
  postedMember(ground),
  heldMember,
  balancesMember(ground),
  `kept_out_totals AS (
  SELECT company_id, financial_period, SUM(system_rows) AS system_rows
  FROM kept_out
  GROUP BY company_id, financial_period
)`,
  `own_ledgers AS (
  SELECT company_id, COUNT(*) AS own_ledgers FROM ledgers WHERE is_own GROUP BY company_id
)`,
  `measured_companies AS (
  SELECT company_id, MAX(1) AS is_measured
  FROM ${ground.places.control(companyFact)}
  WHERE fact = '${facts.systemAccounts}'
  GROUP BY company_id
)`,
];

const byLedger = (count: string): string =>
  `ARRAY_JOIN(SORT_ARRAY(COLLECT_LIST(CONCAT(ledger, ': ', CAST(${count} AS STRING)))), ', ')`;

/** Posted lines of all ledgers. A line that general_ledger lacks is accounted for only if its ledger is another one. */
const postedMember = ({places: {raw}}: Ground): string =>
  `posted_lines AS (
  SELECT
    l.company_id, h.financial_period, l.record_id,
    COALESCE(h.ledger, '?') AS ledger,
    k.is_own,
    l.debit_amount AS debit,
    l.credit_amount AS credit
  FROM ${raw('journal_transaction_line')} AS l
  JOIN ${raw('journal_transaction')} AS h ON h.company_id = l.company_id AND h.record_id = l.parent_record_id
  JOIN scope AS p ON p.company_id = h.company_id AND p.financial_period = h.financial_period
  LEFT JOIN ledgers AS k ON k.company_id = h.company_id AND k.number = h.ledger
  WHERE h.status = 'Posted' AND l._deleted_at IS NULL AND h._deleted_at IS NULL
),
held_lines AS (
  SELECT g.company_id, g.financial_period, g.record_id, g.debit, g.credit
  FROM ${raw(generalLedger)} AS g
  JOIN scope AS p ON p.company_id = g.company_id AND p.financial_period = g.financial_period
),
posted_by_ledger AS (
  SELECT
    l.company_id,
    l.financial_period,
    l.ledger,
    COUNT(*) AS posted_lines,
    COUNT(CASE WHEN NOT l.is_own THEN 1 END) AS other_lines,
    COUNT(CASE WHEN g.record_id IS NULL AND COALESCE(l.is_own, true) THEN 1 END) AS unaccounted_lines,
    COUNT(CASE WHEN l.is_own IS NULL THEN 1 END) AS unknown_lines,
    COUNT(CASE WHEN COALESCE(l.is_own, true) AND (l.debit IS NULL OR l.credit IS NULL) THEN 1 END) AS unreadable_lines,
    SUM(CASE WHEN COALESCE(l.is_own, true) THEN l.debit END) AS debit,
    SUM(CASE WHEN COALESCE(l.is_own, true) THEN l.credit END) AS credit
  FROM posted_lines AS l
  LEFT JOIN (SELECT DISTINCT company_id, financial_period, record_id FROM held_lines) AS g
    ON g.company_id = l.company_id AND g.financial_period = l.financial_period AND g.record_id = l.record_id
  GROUP BY l.company_id, l.financial_period, l.ledger
),
posted_totals AS (
  SELECT
    company_id,
    financial_period,
    SUM(posted_lines) AS posted_lines,
    SUM(other_lines) AS other_lines,
    SUM(unaccounted_lines) AS unaccounted_lines,
    SUM(unknown_lines) AS unknown_lines,
    SUM(unreadable_lines) AS unreadable_lines,
    SUM(debit) AS posted_debit,
    SUM(credit) AS posted_credit,
    ${byLedger('posted_lines')} AS posted_by_ledger
  FROM posted_by_ledger
  GROUP BY company_id, financial_period
)`;

const heldMember = `held_totals AS (
  SELECT
    g.company_id,
    g.financial_period,
    COUNT(*) AS ledger_lines,
    COUNT(CASE WHEN l.record_id IS NULL THEN 1 END) AS stray_lines,
    SUM(g.debit) AS ledger_debit,
    SUM(g.credit) AS ledger_credit
  FROM held_lines AS g
  LEFT JOIN (SELECT DISTINCT company_id, financial_period, record_id FROM posted_lines) AS l
    ON l.company_id = g.company_id AND l.financial_period = g.financial_period AND l.record_id = g.record_id
  GROUP BY g.company_id, g.financial_period
)`;

const balancesMember = ({places: {raw}}: Ground): string =>
  `balances_by_ledger AS (
  SELECT b.company_id, b.financial_period, COALESCE(b.ledger_id, '?') AS ledger, COUNT(*) AS balance_rows
  FROM ${raw('general_ledger_balance')} AS b
  JOIN scope AS p ON p.company_id = b.company_id AND p.financial_period = b.financial_period
  WHERE b._deleted_at IS NULL
  GROUP BY b.company_id, b.financial_period, COALESCE(b.ledger_id, '?')
),
balance_totals AS (
  SELECT
    company_id,
    financial_period,
    SUM(balance_rows) AS balance_rows,
    ${byLedger('balance_rows')} AS balances_by_ledger
  FROM balances_by_ledger
  GROUP BY company_id, financial_period
)`;
