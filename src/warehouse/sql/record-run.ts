import {valuesTable} from './layout.ts';

/** Parameters :run_id, :command, :version, :started_at and :ended_at (ISO with Z), :exit_code, :report. */
export const recordRun = (run: string): string =>
  `MERGE INTO ${run} AS t
USING (SELECT :run_id AS run_id) AS s
ON t.run_id = s.run_id
WHEN NOT MATCHED THEN INSERT (run_id, command, version, started_at, ended_at, exit_code, report)
VALUES (
  s.run_id, :command, :version,
  CAST(:started_at AS TIMESTAMP), CAST(:ended_at AS TIMESTAMP), :exit_code, :report
)`;

export interface TableRunRow {
  readonly table: string;
  readonly staged: number;
  readonly inserted: number;
  readonly updated: number;
  readonly gone: number;
}

/** Parameter :run_id. */
export const recordTables = (tableRun: string, rows: readonly TableRunRow[]): string =>
  `MERGE INTO ${tableRun} AS t
USING (
  SELECT :run_id AS run_id, v.* FROM ${valuesTable(
    rows.map(({table, staged, inserted, updated, gone}) => [table, staged, inserted, updated, gone]),
    {indent: 2, columns: ['table_name', 'staged', 'inserted', 'updated', 'gone']},
  )}
) AS s
ON t.run_id = s.run_id AND t.table_name = s.table_name
WHEN NOT MATCHED THEN INSERT (run_id, table_name, staged, inserted, updated, gone)
VALUES (s.run_id, s.table_name, s.staged, s.inserted, s.updated, s.gone)`;

export interface CallRow {
  readonly company: string;
  readonly resource: string | undefined;
  readonly status: number;
  readonly calls: number;
  readonly bytes: number;
}

/** Parameter :run_id. */
export const recordCalls = (apiCall: string, rows: readonly CallRow[]): string =>
  `MERGE INTO ${apiCall} AS t
USING (
  SELECT :run_id AS run_id, company_id, CAST(resource AS STRING) AS resource, status, calls, bytes
  FROM ${valuesTable(
    rows.map(({company, resource, status, calls, bytes}) => [company, resource, status, calls, bytes]),
    {indent: 2, columns: ['company_id', 'resource', 'status', 'calls', 'bytes']},
  )}
) AS s
ON t.run_id = s.run_id AND t.company_id = s.company_id AND t.status = s.status
  AND t.resource IS NOT DISTINCT FROM s.resource
WHEN NOT MATCHED THEN INSERT (run_id, company_id, resource, status, calls, bytes)
VALUES (s.run_id, s.company_id, s.resource, s.status, s.calls, s.bytes)`;
