import {whileHeld} from '../../model/lease.ts';
import type {Places} from '../places.ts';
import {takenOf} from './changed-lines.ts';
import {companiesMember, type Ground} from './mapped.ts';

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

/** What a header states of its lines, in the company's currency and in the currency of the batch. */
const totals = [
  'debit_total',
  'credit_total',
  'control_total',
  'debit_total_in_currency',
  'credit_total_in_currency',
  'control_total_in_currency',
] as const;

/**
 * How far a total in the company's currency may be from the sum of its lines: half a cent for each line of a batch in
 * another currency. The ERP converts the total of such a batch once, and each line by itself.
 */
const tolerance = "foreign_lines * CAST('0.005' AS DECIMAL(10,3))";

/**
 * Checks the posted batches that changed, or all: debits equal credits, and lines add up to what the header states (a
 * control total of zero states nothing). Batch numbers are looked through whole, for a gap shows at its neighbours
 * only. What is found no more is resolved. Parameters :owner, :fence, :run_id and,
 * unless all is checked, :after_<table>.
 */
export function checkJournals(ground: Ground, {all}: {readonly all: boolean}): string {
  const {places} = ground;
  const members = [
    companiesMember(ground),
    touchedMember(places, all),
    batchesMember(places),
    numbersMember(places),
    foundMember,
  ];
  return `MERGE INTO ${places.control('journal_check')} AS t
USING (
  WITH ${members.join(',\n  ')}
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
}

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
${totals.map(name => `      MAX(h.${name}) AS ${name},`).join('\n')}
      COUNT(CASE WHEN h.currency_id <> COALESCE(c.currency, '') THEN l.record_id END) AS foreign_lines,
      COALESCE(SUM(l.debit_amount), 0) AS debit,
      COALESCE(SUM(l.credit_amount), 0) AS credit,
      COUNT(CASE WHEN l.record_id IS NOT NULL AND (l.debit_amount IS NULL OR l.credit_amount IS NULL) THEN 1 END)
        AS unreadable,
      ${inDocument('debit')} AS debit_in_currency,
      ${inDocument('credit')} AS credit_in_currency
    FROM touched AS x
    JOIN ${raw('journal_transaction')} AS h ON h.company_id = x.company_id AND h.record_id = x.record_id
    LEFT JOIN ${raw('journal_transaction_line')} AS l
      ON l.company_id = h.company_id AND l.parent_record_id = h.record_id AND l._deleted_at IS NULL
    LEFT JOIN companies AS c ON c.company_id = h.company_id
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

/** An amount of a line that is not known leaves the sum unknown: then nothing is compared. */
const inDocument = (side: string): string =>
  `CASE WHEN COUNT(l.record_id) = COUNT(l.${side}_amount_in_currency)
        THEN COALESCE(SUM(l.${side}_amount_in_currency), 0) END`;

const totalChecks = totals.map(total => {
  const [side = ''] = total.split('_');
  const isDocument = total.endsWith('_in_currency');
  const sum = `${side === 'control' ? 'debit' : side}${isDocument ? '_in_currency' : ''}`;
  const stated = side === 'control' ? `${total} <> 0` : `${total} IS NOT NULL`;
  const differs = isDocument
    ? `${total} <> ${sum}`
    : `${total} <> ${sum}
      AND (foreign_lines = 0 OR ${total} > ${sum} + ${tolerance} OR ${total} < ${sum} - ${tolerance})`;
  return `    SELECT company_id, '${total}', record_id, module, batch_number, financial_period, ${total}, ${sum}
    FROM batches
    WHERE ${stated} AND unreadable = 0 AND ${differs}`;
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
${totalChecks.join('\n    UNION ALL\n')}
    UNION ALL
    SELECT
      company_id, 'gap', CONCAT(module, '/', ${missing}), module, ${missing}, NULL,
      CAST(number - former - 1 AS DECIMAL(38,10)), CAST(0 AS DECIMAL(38,10))
    FROM numbers
    WHERE number > former + 1
  )`;
