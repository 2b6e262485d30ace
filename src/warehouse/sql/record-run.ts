import {valuesTable} from '../../base/sql-layout.ts';

export interface RunRow {
  readonly runId: string;
  readonly command: string;
  readonly version: string;
  /** ISO with Z. */
  readonly startedAt: string;
  readonly endedAt: string;
  /** How long before this the run ended. */
  readonly secondsAgo: number;
  readonly exitCode: number;
  /** JSON. */
  readonly report: string;
}

/**
 * What runs left, one row each; a run that has its row keeps it. When a run ended is by the warehouse's clock too: the
 * clock of the machine that it ran on may be wrong.
 */
export const recordRuns = (run: string, rows: readonly RunRow[]): string =>
  `MERGE INTO ${run} AS t
USING (
  SELECT
    run_id, command, program,
    CAST(started_at AS TIMESTAMP) AS started_at, CAST(ended_at AS TIMESTAMP) AS ended_at,
    timestampadd(SECOND, -seconds_ago, current_timestamp()) AS recorded_at, exit_code, report
  FROM ${valuesTable(
    rows.map(({runId, command, version, startedAt, endedAt, secondsAgo, exitCode, report}) => [
      ...[runId, command, version, startedAt, endedAt, secondsAgo, exitCode, report],
    ]),
    {
      indent: 2,
      columns: ['run_id', 'command', 'program', 'started_at', 'ended_at', 'seconds_ago', 'exit_code', 'report'],
    },
  )}
) AS s
ON t.run_id = s.run_id
WHEN NOT MATCHED THEN INSERT (run_id, command, version, started_at, ended_at, recorded_at, exit_code, report)
VALUES (s.run_id, s.command, s.program, s.started_at, s.ended_at, s.recorded_at, s.exit_code, s.report)`;

/** What a run left; parameter :run_id. */
export const readReport = (run: string): string => `SELECT report FROM ${run} WHERE run_id = :run_id`;

/**
 * The newest run whose report names its certificate; ids of runs begin with when they began. Parameter :run_id, if it
 * is sought among the runs up to that one.
 */
export const lastCertified = (run: string, which: 'all' | 'up to'): string =>
  `SELECT MAX(run_id) AS run_id
FROM ${run}
WHERE get_json_object(report, '$.certificate.sha256') IS NOT NULL${which === 'all' ? '' : ' AND run_id <= :run_id'}`;

export interface TableRunRow {
  readonly runId: string;
  readonly table: string;
  readonly staged: number;
  readonly inserted: number;
  readonly updated: number;
  readonly gone: number;
}

export const recordTables = (tableRun: string, rows: readonly TableRunRow[]): string =>
  `MERGE INTO ${tableRun} AS t
USING (
  SELECT v.* FROM ${valuesTable(
    rows.map(({runId, table, staged, inserted, updated, gone}) => [runId, table, staged, inserted, updated, gone]),
    {indent: 2, columns: ['run_id', 'table_name', 'staged', 'inserted', 'updated', 'gone']},
  )}
) AS s
ON t.run_id = s.run_id AND t.table_name = s.table_name
WHEN NOT MATCHED THEN INSERT (run_id, table_name, staged, inserted, updated, gone)
VALUES (s.run_id, s.table_name, s.staged, s.inserted, s.updated, s.gone)`;

export interface CallRow {
  readonly runId: string;
  readonly company: string;
  readonly resource: string | undefined;
  readonly status: number;
  readonly calls: number;
  readonly bytes: number;
}

export const recordCalls = (apiCall: string, rows: readonly CallRow[]): string =>
  `MERGE INTO ${apiCall} AS t
USING (
  SELECT run_id, company_id, CAST(resource AS STRING) AS resource, status, calls, bytes
  FROM ${valuesTable(
    rows.map(({runId, company, resource, status, calls, bytes}) => [runId, company, resource, status, calls, bytes]),
    {indent: 2, columns: ['run_id', 'company_id', 'resource', 'status', 'calls', 'bytes']},
  )}
) AS s
ON t.run_id = s.run_id AND t.company_id = s.company_id AND t.status = s.status
  AND t.resource IS NOT DISTINCT FROM s.resource
WHEN NOT MATCHED THEN INSERT (run_id, company_id, resource, status, calls, bytes)
VALUES (s.run_id, s.company_id, s.resource, s.status, s.calls, s.bytes)`;
