import {valuesTable} from '../../base/sql-layout.ts';

const columns = ['company_id', 'resource', 'record_id', 'run_id'];

/** The keys that are missing. A time that is not there, or lies ahead of the warehouse's clock, is unknown. */
export const readMissing = (missingKey: string): string =>
  `SELECT ${columns.join(', ')}, CASE WHEN missed_at <= current_timestamp() THEN missed_at END AS missed_at
FROM ${missingKey}`;

export interface MissingRow {
  readonly companyId: string;
  readonly resource: string;
  readonly recordId: string;
  /** The run whose sweep missed the key; absent where it is missing no more. */
  readonly runId?: string;
}

/**
 * Adds keys that are missing, where the first run that missed one stays named with its time, and removes those that are
 * no more. A time that is unknown is replaced by the present one: every walk before it counts as too early.
 */
export const recordMissing = (missingKey: string, rows: readonly MissingRow[]): string =>
  `MERGE INTO ${missingKey} AS t
USING (
  SELECT company_id, resource, record_id, CAST(run_id AS STRING) AS run_id
  FROM ${valuesTable(
    rows.map(({companyId, resource, recordId, runId}) => [companyId, resource, recordId, runId]),
    {indent: 2, columns},
  )}
) AS s
ON t.company_id = s.company_id AND t.resource = s.resource AND t.record_id = s.record_id
WHEN MATCHED AND s.run_id IS NULL THEN DELETE
WHEN MATCHED AND (t.missed_at IS NULL OR t.missed_at > current_timestamp()) THEN UPDATE SET
  missed_at = current_timestamp()
WHEN NOT MATCHED AND s.run_id IS NOT NULL THEN INSERT (${columns.join(', ')}, missed_at)
VALUES (${columns.map(name => `s.${name}`).join(', ')}, current_timestamp())`;
