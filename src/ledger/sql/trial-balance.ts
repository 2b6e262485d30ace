import {generalLedger} from '../../model/general-ledger.ts';
import type {Places} from '../places.ts';

/** The name of the row that carries the result of earlier years. It has no account. */
const computed = "'retained_earnings_computed'";

const account = ['company_id', 'ledger', 'branch', 'account', 'is_computed', 'currency'].join(', ');
const names = ['account_name', 'account_type', 'account_group'];
const zero = 'CAST(0 AS DECIMAL(38,10))';

/**
 * Income and expense start each year at zero; every other account carries its balance on. The ERP posts no journal
 * that closes a year, so a computed row for each branch carries the result of earlier years: it moves in the first
 * period of a later year that has postings. If a company posts closing journals itself, the result of that year is
 * zero and nothing is carried. An account that holds a balance has a row in each period with postings, whether it
 * moved or not. So the closing balances of a company, ledger and period add up to zero if its journals balance.
 */
export const trialBalance = ({raw}: Places): string =>
  `WITH periods AS (
  SELECT DISTINCT company_id, ledger, financial_period FROM ${raw(generalLedger)}
),
results AS (
  SELECT
    company_id, ledger, branch, currency, LEFT(financial_period, 4) AS financial_year, SUM(amount) AS amount
  FROM ${raw(generalLedger)}
  WHERE account_type IN ('Income', 'Expense')
  GROUP BY company_id, ledger, branch, currency, LEFT(financial_period, 4)
),
carried AS (
  SELECT
    r.company_id, r.ledger, r.branch, r.currency, r.financial_year, r.amount,
    MIN(p.financial_period) AS financial_period
  FROM results AS r
  JOIN periods AS p
    ON p.company_id = r.company_id AND p.ledger = r.ledger AND LEFT(p.financial_period, 4) > r.financial_year
  GROUP BY r.company_id, r.ledger, r.branch, r.currency, r.financial_year, r.amount
),
moves AS (
  SELECT
    company_id, ledger, branch, account, false AS is_computed, currency, ${names.join(', ')}, financial_period,
    debit, credit, amount
  FROM ${raw(generalLedger)}
  UNION ALL
  SELECT
    company_id, ledger, branch, NULL, true, currency, ${computed}, 'Liability', ${computed}, financial_period,
    CASE WHEN amount > 0 THEN amount ELSE ${zero} END,
    CASE WHEN amount < 0 THEN -amount ELSE ${zero} END,
    amount
  FROM carried
  WHERE amount <> 0
),
accounts AS (
  SELECT ${account}, ${names.map(name => `MAX(${name}) AS ${name}`).join(', ')}, MIN(financial_period) AS first_period
  FROM moves
  GROUP BY ${account}
),
cells AS (
  SELECT
    ${account}, ${names.map(name => `MAX(${name}) AS ${name}`).join(', ')}, financial_period,
    SUM(debit) AS debit,
    SUM(credit) AS credit,
    SUM(amount) AS amount,
    SUM(line_count) AS line_count
  FROM (
    SELECT ${account}, ${names.join(', ')}, financial_period, debit, credit, amount, 1 AS line_count FROM moves
    UNION ALL
    SELECT
      a.company_id, a.ledger, a.branch, a.account, a.is_computed, a.currency,
      a.account_name, a.account_type, a.account_group, p.financial_period, ${zero}, ${zero}, ${zero}, 0
    FROM accounts AS a
    JOIN periods AS p
      ON p.company_id = a.company_id AND p.ledger = a.ledger AND p.financial_period > a.first_period
  ) AS m
  GROUP BY ${account}, financial_period
)
SELECT
  company_id, ledger, branch, account, account_name, account_type, account_group, financial_period, currency,
  debit, credit, amount, closing_balance
FROM (
  SELECT
    *,
    SUM(amount) OVER (
      PARTITION BY company_id, ledger, branch, account, is_computed, currency,
        CASE WHEN NOT is_computed AND account_type IN ('Income', 'Expense') THEN LEFT(financial_period, 4) ELSE '' END
      ORDER BY financial_period
    ) AS closing_balance
  FROM cells
) AS b
WHERE line_count > 0 OR closing_balance <> 0`;
