import {indented} from '../../base/sql-layout.ts';
import {generalLedger} from '../../model/general-ledger.ts';
import {whileHeld} from '../../model/lease.ts';
import type {Ground} from './mapped.ts';
import {postedMembers, type Reach} from './posted-lines.ts';

/** What was posted, of a line: names and rates move without any posting. */
const facts = ['account', 'branch', 'ledger', 'subaccount', 'financial_period', 'transaction_date', 'debit', 'credit'];
const texts = ['description', 'reference_number', 'customer_supplier', 'project'];
const shown = ['account', 'subaccount', 'debit', 'credit'];

/**
 * Notes what happens to closed periods: lines that are about to be added to one, changed in one, or to leave it. Sent
 * before the ledger is changed; noted once, however often it is sent. Parameters as of the ledger's MERGE, and :run_id.
 */
export function noteEvents(ground: Ground, reach: Reach): string {
  const {raw, control} = ground.places;
  // A ledger that got another number is the same ledger.
  const was = (name: string): string => (name === 'ledger' ? 'COALESCE(k.ledger, g.ledger)' : `g.${name}`);
  const differs = [...facts, ...texts].map(name => `${was(name)} IS DISTINCT FROM p.${name}`).join(' OR ');
  const sides = shown.flatMap(name => [`g.${name} AS ${name}_before`, `${ifHere(`p.${name}`)} AS ${name}_after`]);
  const columns = [...keys, ...shown.flatMap(name => [`${name}_before`, `${name}_after`])];
  return `MERGE INTO ${control('period_event')} AS t
USING (
  WITH ${indented([...postedMembers(ground, reach), closedMember(ground)].join(',\n'), 2).trimStart()},
  moved AS (
    SELECT
      p.company_id,
      p.record_id,
      CASE WHEN g.record_id IS NULL THEN 'added' WHEN p._gone THEN 'removed' ELSE 'changed' END AS event,
      g.financial_period AS period_before,
      ${ifHere('p.financial_period')} AS period_after,
      g._updated_at AS written_at,
      ${sides.join(',\n      ')}
    FROM posted AS p
    LEFT JOIN ${raw(generalLedger)} AS g ON g.company_id = p.company_id AND g.record_id = p.record_id
    LEFT JOIN ledgers AS k ON k.company_id = g.company_id AND k.number = g.ledger
    WHERE (g.record_id IS NOT NULL OR NOT p._gone) AND (g.record_id IS NULL OR p._gone OR ${differs})
  )
  SELECT m.*
  FROM moved AS m
  LEFT SEMI JOIN closed AS c
    ON c.company_id = m.company_id AND c.financial_period IN (m.period_before, m.period_after)
  WHERE ${whileHeld(control('lease'))}
) AS s
ON ${['company_id', 'record_id', 'event'].map(name => `t.${name} = s.${name}`).join(' AND ')}
  AND t.written_at IS NOT DISTINCT FROM s.written_at AND t.debit_after IS NOT DISTINCT FROM s.debit_after
  AND t.credit_after IS NOT DISTINCT FROM s.credit_after AND t.account_after IS NOT DISTINCT FROM s.account_after
WHEN NOT MATCHED THEN INSERT (${[...columns, 'run_id', 'seen_at'].join(', ')})
VALUES (${[...columns.map(name => `s.${name}`), ':run_id', 'current_timestamp()'].join(', ')})`;
}

const keys = ['company_id', 'record_id', 'event', 'period_before', 'period_after', 'written_at'];

const ifHere = (value: string): string => `CASE WHEN NOT p._gone THEN ${value} END`;

/** `closed`: periods whose balances are recorded and that were not opened again. */
const closedMember = ({places: {control}}: Ground): string =>
  `closed AS (
  SELECT company_id, financial_period FROM ${control('period_close')} WHERE reopened_at IS NULL
)`;
