import {valuesTable} from '../../base/sql-layout.ts';

const columns = ['company_id', 'resource', 'record_id', 'run_id'];

export const readMissing = (missingKey: string): string => `SELECT ${columns.join(', ')} FROM ${missingKey}`;

export interface MissingRow {
  readonly companyId: string;
  readonly resource: string;
  readonly recordId: string;
  /** The run whose sweep missed the key; absent where it is missing no more. */
  readonly runId?: string;
}

/** Adds keys that are missing, where the first run that missed one stays named, and removes those that are no more. */
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
WHEN NOT MATCHED AND s.run_id IS NOT NULL THEN INSERT (${columns.join(', ')})
VALUES (${columns.map(name => `s.${name}`).join(', ')})`;
