import {whileHeld} from '../../model/lease.ts';
import type {Places} from '../places.ts';
import {takenOf} from './changed-lines.ts';

const found = [
  'company_id',
  'check_name',
  'record_id',
  'module',
  'batch_number',
  'financial_period',
  'expected',
  'actual',
];

/**
 * Checks the posted batches that changed, or all: debits equal credits, and lines add up to what the header states (a
 * control total of nought states nothing). Batch numbers are looked through whole, for a gap shows at its neighbours
 * only. What is found no more is resolved. Parameters :owner, :fence, :run_id and,
 * unless all is checked, :after_<table>.
 */
export const checkJournals = (places: Places, {all}: {readonly all: boolean}): string =>
  `MERGE INTO ${places.control('journal_check')} AS t
USING (
  WITH ${[touchedMember(places, all), batchesMember(places), numbersMember(places), foundMember].join(',\n  ')}
  SELECT ${found.join(', ')}, false AS is_resolved
  FROM found
  WHERE ${whileHeld(places.control('lease'))}
  UNION ALL
  SELECT ${found.map(name => `o.${name}`).join(', ')}, true AS is_resolved
  FROM ${places.control('journal_check')} AS o
  LEFT SEMI JOIN (
    SELECT company_id, record_id FROM touched
    UNION ALL
    SELECT company_id, record_id FROM ${places.control('journal_check')} WHERE check_name = 'gap'
  ) AS x
    ON x.company_id = o.company_id AND x.record_id = o.record_id
  LEFT ANTI JOIN found AS f
    ON f.company_id = o.company_id AND f.check_name = o.check_name AND f.record_id = o.record_id
  WHERE o.resolved_at IS NULL AND ${whileHeld(places.control('lease'))}
) AS s
ON t.company_id = s.company_id AND t.check_name = s.check_name AND t.record_id = s.record_id
WHEN MATCHED AND s.is_resolved THEN UPDATE SET
  run_id = :run_id,
  resolved_at = current_timestamp()
WHEN MATCHED AND NOT s.is_resolved AND (t.resolved_at IS NOT NULL OR t.expected IS DISTINCT FROM s.expected
  OR t.actual IS DISTINCT FROM s.actual OR t.financial_period IS DISTINCT FROM s.financial_period) THEN UPDATE SET
  financial_period = s.financial_period,
  expected = s.expected,
  actual = s.actual,
  run_id = :run_id,
  found_at = current_timestamp(),
  resolved_at = NULL
WHEN NOT MATCHED AND NOT s.is_resolved THEN INSERT (${found.join(', ')}, run_id, found_at)
VALUES (${found.map(name => `s.${name}`).join(', ')}, :run_id, current_timestamp())`;

function touchedMember({raw}: Places, all: boolean): string {
  const [headers, lines] = [raw('journal_transaction'), raw('journal_transaction_line')];
  if (all) return `touched AS (\n    SELECT company_id, record_id FROM ${headers}\n  )`;
  return `touched AS (
    SELECT company_id, record_id FROM ${headers} WHERE _commit > :${takenOf('journal_transaction')}
    UNION
    SELECT company_id, parent_record_id FROM ${lines} WHERE _commit > :${takenOf('journal_transaction_line')}
  )`;
}

const batchesMember = ({raw}: Places): string =>
  `batches AS (
    SELECT
      h.company_id, h.record_id, h.module, h.batch_number, h.financial_period,
      MAX(h.debit_total) AS debit_total,
      MAX(h.credit_total) AS credit_total,
      MAX(h.control_total) AS control_total,
      COALESCE(SUM(l.debit_amount), 0) AS debit,
      COALESCE(SUM(l.credit_amount), 0) AS credit,
      COUNT(CASE WHEN l.record_id IS NOT NULL AND (l.debit_amount IS NULL OR l.credit_amount IS NULL) THEN 1 END)
        AS unreadable
    FROM touched AS x
    JOIN ${raw('journal_transaction')} AS h ON h.company_id = x.company_id AND h.record_id = x.record_id
    LEFT JOIN ${raw('journal_transaction_line')} AS l
      ON l.company_id = h.company_id AND l.parent_record_id = h.record_id AND l._deleted_at IS NULL
    WHERE h.status = 'Posted' AND h._deleted_at IS NULL
    GROUP BY h.company_id, h.record_id, h.module, h.batch_number, h.financial_period
  )`;

/** Batch numbers that are numbers, each with the one before it in its module. */
const numbersMember = ({raw}: Places): string =>
  `numbers AS (
    SELECT
      company_id, module, number,
      LAG(number) OVER (PARTITION BY company_id, module ORDER BY number) AS former
    FROM (
      SELECT DISTINCT company_id, module, TRY_CAST(batch_number AS BIGINT) AS number
      FROM ${raw('journal_transaction')}
      WHERE _deleted_at IS NULL AND batch_number RLIKE '^[0-9]+$'
    ) AS n
    WHERE number IS NOT NULL
  )`;

const totals = ['debit', 'credit', 'control'].map(side => {
  const total = `${side}_total`;
  const sum = side === 'control' ? 'debit' : side;
  const stated = side === 'control' ? `${total} <> 0` : `${total} IS NOT NULL`;
  return `    SELECT company_id, '${total}', record_id, module, batch_number, financial_period, ${total}, ${sum}
    FROM batches
    WHERE ${stated} AND ${total} <> ${sum} AND unreadable = 0`;
});

const missing = "CONCAT(CAST(former + 1 AS STRING), '..', CAST(number - 1 AS STRING))";

const foundMember = `found AS (
    SELECT
      company_id, 'balance' AS check_name, record_id, module, batch_number, financial_period,
      debit AS expected, credit AS actual
    FROM batches
    WHERE debit <> credit AND unreadable = 0
    UNION ALL
    SELECT
      company_id, 'unreadable', record_id, module, batch_number, financial_period,
      CAST(0 AS DECIMAL(38,10)), CAST(unreadable AS DECIMAL(38,10))
    FROM batches
    WHERE unreadable > 0
    UNION ALL
${totals.join('\n    UNION ALL\n')}
    UNION ALL
    SELECT
      company_id, 'gap', CONCAT(module, '/', ${missing}), module, ${missing}, NULL,
      CAST(number - former - 1 AS DECIMAL(38,10)), CAST(0 AS DECIMAL(38,10))
    FROM numbers
    WHERE number > former + 1
  )`;
