import {literalList} from '../../base/sql-layout.ts';
import {whileHeld} from '../../model/lease.ts';
import {companyFact, facts} from '../facts.ts';
import type {Places} from '../places.ts';
import {listedMember, netOf} from './comparison.ts';
import {type Ground, ledgersMember} from './mapped.ts';

/**
 * Recognises the accounts that the ERP keeps by itself, by their behaviour. The result of the year: no line was ever on
 * the account; in each branch, ledger and period it moves as all income and expense does, always in the same direction;
 * and the accounts that do have lines balance without it, which tells it from an account whose lines were lost. The
 * results of earlier years: no line either, no movement, and a balance that changes from one period to the next all the
 * same. Parameters :owner, :fence, :run_id.
 */
export const recogniseAccounts = (ground: Ground, companies: readonly string[]): string => {
  const {control} = ground.places;
  const members = [ledgersMember(ground), listedMember(ground, {}), bareMember(ground, companies), turnoverMember];
  return `MERGE INTO ${control(companyFact)} AS t
USING (
  WITH ${[...members, foundMember(companies)].join(',\n  ')}
  SELECT * FROM found
  WHERE ${whileHeld(control('lease'))}
) AS s
${mergeFact}`;
};

const mergeFact = `ON t.company_id = s.company_id AND t.fact = s.fact AND t.answer = s.answer
WHEN MATCHED AND t.evidence <> s.evidence THEN UPDATE SET
  evidence = s.evidence,
  run_id = :run_id,
  measured_at = current_timestamp()
WHEN NOT MATCHED THEN INSERT (company_id, fact, answer, evidence, run_id, measured_at)
VALUES (s.company_id, s.fact, s.answer, s.evidence, :run_id, current_timestamp())`;

/** `bare`: accounts with balances and without any line, gone and unposted ones included. */
const bareMember = ({places: {raw}}: Ground, companies: readonly string[]): string =>
  `bare AS (
  SELECT DISTINCT l.company_id, l.account
  FROM listed AS l
  LEFT ANTI JOIN ${raw('journal_transaction_line')} AS j
    ON j.company_id = l.company_id AND j.account_number = l.account
  WHERE l.company_id IN (${literalList(companies)})
)`;

const turnoverMember = `turnover AS (
  SELECT company_id, financial_period, branch, ledger, account, MAX(account_type) AS account_type, ${netOf('')} AS net
  FROM listed
  GROUP BY company_id, financial_period, branch, ledger, account
),
results AS (
  SELECT company_id, financial_period, branch, ledger, SUM(net) AS net
  FROM turnover
  WHERE account_type IN ('Income', 'Expense')
  GROUP BY company_id, financial_period, branch, ledger
),
lined AS (
  SELECT t.company_id, t.financial_period, t.ledger, SUM(t.net) AS net
  FROM turnover AS t
  LEFT ANTI JOIN bare AS b ON b.company_id = t.company_id AND b.account = t.account
  GROUP BY t.company_id, t.financial_period, t.ledger
),
kept AS (
  SELECT
    t.company_id,
    t.account,
    COUNT(*) AS places,
    COUNT(DISTINCT t.financial_period) AS periods,
    COUNT(CASE WHEN t.net = COALESCE(r.net, 0) THEN 1 END) AS with_result,
    COUNT(CASE WHEN t.net = -COALESCE(r.net, 0) THEN 1 END) AS against_result,
    COUNT(CASE WHEN t.net <> 0 AND l.net = 0 THEN 1 END) AS balanced
  FROM turnover AS t
  JOIN bare AS b ON b.company_id = t.company_id AND b.account = t.account
  LEFT JOIN results AS r ON r.company_id = t.company_id AND r.financial_period = t.financial_period
    AND r.branch = t.branch AND r.ledger = t.ledger
  LEFT JOIN lined AS l ON l.company_id = t.company_id AND l.financial_period = t.financial_period
    AND l.ledger = t.ledger
  WHERE COALESCE(t.account_type, '') NOT IN ('Asset', 'Income', 'Expense')
  GROUP BY t.company_id, t.account
),
carried AS (
  SELECT
    r.company_id,
    r.account,
    COUNT(*) AS places,
    COUNT(DISTINCT r.financial_period) AS periods,
    COUNT(CASE WHEN r.debit = 0 AND r.credit = 0 THEN 1 END) AS still,
    COUNT(CASE WHEN r.beginning_balance <> r.former_balance THEN 1 END) AS jumps
  FROM (
    SELECT
      l.company_id, l.account, l.account_type, l.financial_period, l.debit, l.credit, l.beginning_balance,
      LAG(l.year_to_date_balance) OVER (
        PARTITION BY l.company_id, l.branch, l.ledger, l.account, l.subaccount_id, l.currency
        ORDER BY l.financial_period
      ) AS former_balance
    FROM listed AS l
    JOIN bare AS b ON b.company_id = l.company_id AND b.account = l.account
  ) AS r
  WHERE COALESCE(r.account_type, '') NOT IN ('Asset', 'Income', 'Expense')
  GROUP BY r.company_id, r.account
)`;

const foundMember = (companies: readonly string[]): string =>
  `found AS (
  SELECT
    company_id,
    '${facts.netIncome}' AS fact,
    account AS answer,
    CONCAT('no journal line; moves as income and expense do in ', CAST(places AS STRING), ' branches and periods of ',
      CAST(periods AS STRING), ' periods') AS evidence
  FROM kept
  WHERE balanced > 0 AND (with_result = places OR against_result = places)
  UNION ALL
  SELECT
    company_id,
    '${facts.retainedEarnings}',
    account,
    CONCAT('no journal line and no movement in ', CAST(periods AS STRING), ' periods; its balance changed ',
      CAST(jumps AS STRING), ' times')
  FROM carried
  WHERE still = places AND jumps > 0
  UNION ALL
  SELECT
    c.company_id,
    '${facts.systemAccounts}',
    'looked for',
    CONCAT('accounts with balances and without lines: ', CAST(COUNT(b.account) AS STRING))
  FROM (SELECT DISTINCT company_id FROM listed) AS c
  LEFT JOIN bare AS b ON b.company_id = c.company_id
  WHERE c.company_id IN (${literalList(companies)})
  GROUP BY c.company_id
)`;

/**
 * Records the consent to the going of ledgers that lists no longer show: their lines leave the ledger then. Parameters
 * :owner, :fence, :run_id.
 */
export const acceptGone = (ground: Ground): string => {
  const {control} = ground.places;
  return `MERGE INTO ${control(companyFact)} AS t
USING (
  WITH ${ledgersMember(ground)}
  SELECT company_id, '${facts.ledgerGone}' AS fact, number AS answer, 'not listed; accepted' AS evidence
  FROM ledgers
  WHERE NOT is_listed AND is_own AND ${whileHeld(control('lease'))}
) AS s
${mergeFact}`;
};

/** Withdraws that consent from ledgers that are listed again: it was given once. Parameters :owner, :fence. */
export const withdrawGone = ({raw, control}: Places): string =>
  `MERGE INTO ${control(companyFact)} AS t
USING (
  SELECT DISTINCT n.company_id, n.number
  FROM ${raw('ledger')} AS n
  JOIN ${raw('ledger')} AS l
    ON l.company_id = n.company_id AND (l.number = n.number OR (l.internal_id = n.internal_id AND l.internal_id > 0))
  WHERE l._deleted_at IS NULL AND ${whileHeld(control('lease'))}
) AS s
ON t.company_id = s.company_id AND t.answer = s.number AND t.fact = '${facts.ledgerGone}'
WHEN MATCHED THEN DELETE`;

export const readFacts = ({control}: Places, companies: readonly string[]): string =>
  `SELECT company_id, fact, answer, evidence
FROM ${control(companyFact)}
WHERE company_id IN (${literalList(companies)})
ORDER BY company_id, fact, answer`;
