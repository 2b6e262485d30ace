import {lines, valuesTable} from '../../base/sql-layout.ts';

const place = ['company_id', 'resource', 'slice', 'period'];
const counts = ['keys', 'lacking', 'differing', 'missing', 'marked'];

/**
 * The newest sweep of each company, resource, slice and period, and what time it is by the warehouse's clock: one row
 * without a sweep if there is none. A sweep of the future was recorded by a wrong clock: when it was is unknown, so it
 * is as good as none.
 */
export const readSweeps = (sweep: string): string =>
  `SELECT ${['run_id', ...place, ...counts, 'swept_at'].map(name => `s.${name}`).join(', ')}, n.read_at
FROM (SELECT current_timestamp() AS read_at) AS n
LEFT JOIN (
  SELECT run_id, ${[...place, ...counts].join(', ')}, swept_at
  FROM ${sweep}
  WHERE swept_at <= current_timestamp() + INTERVAL 5 MINUTES
  QUALIFY ROW_NUMBER() OVER (PARTITION BY ${place.join(', ')} ORDER BY swept_at DESC, run_id DESC) = 1
) AS s ON true`;

export interface SweepRow {
  readonly runId: string;
  readonly companyId: string;
  readonly resource: string;
  readonly slice: string;
  readonly period: string;
  readonly keys: number;
  readonly lacking: number;
  readonly differing: number;
  readonly missing: number;
  readonly marked: number;
  readonly sweptAt: Date;
}

/** Records sweeps, each once: what is said again of one stands in its place. */
export function recordSweeps(sweep: string, rows: readonly SweepRow[]): string {
  const columns = ['run_id', ...place, ...counts, 'swept_at'];
  const values = rows.map(row => [
    row.runId,
    row.companyId,
    row.resource,
    row.slice,
    row.period,
    row.keys,
    row.lacking,
    row.differing,
    row.missing,
    row.marked,
    row.sweptAt.toISOString(),
  ]);
  return `MERGE INTO ${sweep} AS t
USING (
  SELECT
${lines(
  columns.map(name => (name === 'swept_at' ? 'CAST(swept_at AS TIMESTAMP) AS swept_at' : name)),
  4,
)}
  FROM ${valuesTable(values, {indent: 2, columns})}
) AS s
ON ${['run_id', ...place].map(name => `t.${name} = s.${name}`).join(' AND ')}
WHEN MATCHED THEN UPDATE SET
${lines(
  [...counts, 'swept_at'].map(name => `${name} = s.${name}`),
  2,
)}
WHEN NOT MATCHED THEN INSERT (${columns.join(', ')})
VALUES (${columns.map(name => `s.${name}`).join(', ')})`;
}
