import {indented} from '../../base/sql-layout.ts';
import {generalLedger} from '../../model/general-ledger.ts';
import {whileHeld} from '../../model/lease.ts';
import type {Ground} from './mapped.ts';
import {postedMembers, type Reach} from './posted-lines.ts';

/**
 * What was posted, of a line. Names, texts and rates are no such facts: they change by a masking rule or a new name
 * without any posting. A value that is unknown on one side, such as one that a rule took out, differs from nothing.
 * Codes are compared by what they identify.
 */
const known = ['transaction_date', 'debit', 'credit'];
const shown = ['account', 'subaccount', 'debit', 'credit'];

/** Where a code belongs, and the id that stays when the code is changed. */
const coded = [
  {code: 'account', table: 'account', key: 'account_cd', id: 'account_id'},
  {code: 'branch', table: 'branch', key: 'number', id: 'branch_id'},
  {code: 'ledger', table: 'ledger', key: 'number', id: 'internal_id'},
  {code: 'subaccount', table: 'subaccount', key: 'subaccount_number', id: 'subaccount_id'},
] as const;

/**
 * Records what happens to closed periods: lines that are about to be added to one, changed in one, or to leave it. Sent
 * before the ledger is changed, and recorded once, however often it is sent. Only lines that were written in the raw
 * tables since the ledger last read them count: another mapping moves lines without any posting. Parameters as of the
 * ledger's MERGE, and :run_id, :seen_journal_transaction and :seen_journal_transaction_line.
 */
export function noteEvents(ground: Ground, reach: Reach): string {
  const {raw, control} = ground.places;
  const differs = [
    'g.financial_period IS DISTINCT FROM p.financial_period',
    ...known.map(name => `g.${name} <> p.${name}`),
    ...coded.map(({code}) => `(g.${code} <> p.${code} AND ${code}_renamed.new_code IS NULL)`),
  ].join('\n        OR ');
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
    LEFT JOIN ${raw('journal_transaction_line')} AS l
      ON l.company_id = p.company_id AND l.record_id = p.record_id
    LEFT JOIN ${raw('journal_transaction')} AS h
      ON h.company_id = l.company_id AND h.record_id = l.parent_record_id
${coded.map(each => indented(renamedJoin(ground, each), 4)).join('\n')}
    WHERE (g.record_id IS NOT NULL OR NOT p._gone)
      AND (l.record_id IS NULL OR l._commit > :seen_journal_transaction_line
        OR h._commit > :seen_journal_transaction)
      AND (g.record_id IS NULL OR p._gone
        OR ${differs})
  ),
  latest AS (
    SELECT *
    FROM ${control('period_event')}
    QUALIFY ROW_NUMBER() OVER (
      PARTITION BY company_id, record_id ORDER BY COALESCE(_commit, -1) DESC, seen_at DESC
    ) = 1
  ),
  happened AS (
    SELECT m.company_id, m.record_id, MAX(c.recorded_at) AS recorded_at
    FROM moved AS m
    JOIN closed AS c
      ON c.company_id = m.company_id AND c.financial_period IN (m.period_before, m.period_after)
    GROUP BY m.company_id, m.record_id
  )
  SELECT m.*
  FROM moved AS m
  JOIN happened AS n ON n.company_id = m.company_id AND n.record_id = m.record_id
  LEFT ANTI JOIN latest AS e
    ON ${['company_id', 'record_id', 'event'].map(name => `e.${name} = m.${name}`).join(' AND ')}
    AND e.seen_at >= n.recorded_at AND e.written_at IS NOT DISTINCT FROM m.written_at
    AND ${after.map(name => `e.${name} IS NOT DISTINCT FROM m.${name}`).join('\n    AND ')}
  WHERE ${whileHeld(control('lease'))}
) AS s
ON t.company_id = s.company_id AND t.record_id = s.record_id AND t._commit = :fence
WHEN NOT MATCHED THEN INSERT (${[...columns, 'run_id', 'seen_at', '_commit'].join(', ')})
VALUES (${[...columns.map(name => `s.${name}`), ':run_id', 'current_timestamp()', ':fence'].join(', ')})`;
}

const keys = ['company_id', 'record_id', 'event', 'period_before', 'period_after', 'written_at'];
const after = ['period_after', ...shown.map(name => `${name}_after`)];

const ifHere = (value: string): string => `CASE WHEN NOT p._gone THEN ${value} END`;

/**
 * Finds a row if the code of the ledger's line and that of the posted line are two codes of one thing: the id stayed,
 * the old code is no longer in use, and no two codes in use share the id.
 */
const renamedJoin = ({places: {raw}}: Ground, {code, table, key, id}: (typeof coded)[number]): string => {
  const name = `${code}_renamed`;
  return `LEFT JOIN (
  SELECT DISTINCT o.company_id, o.${key} AS old_code, n.${key} AS new_code
  FROM ${raw(table)} AS o
  JOIN ${raw(table)} AS n ON n.company_id = o.company_id AND n.${id} = o.${id} AND n.${key} <> o.${key}
  JOIN (
    SELECT company_id, ${id} FROM ${raw(table)} WHERE _deleted_at IS NULL GROUP BY company_id, ${id} HAVING COUNT(*) = 1
  ) AS u ON u.company_id = o.company_id AND u.${id} = o.${id}
  WHERE o.${id} > 0 AND o._deleted_at IS NOT NULL
) AS ${name}
  ON ${name}.company_id = p.company_id AND ${name}.old_code = g.${code} AND ${name}.new_code = p.${code}`;
};

/** `closed`: periods whose balances are recorded and that were not opened again. */
const closedMember = ({places: {control}}: Ground): string =>
  `closed AS (
  SELECT company_id, financial_period, recorded_at FROM ${control('period_close')} WHERE reopened_at IS NULL
)`;
