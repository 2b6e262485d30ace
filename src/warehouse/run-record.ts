import type {RunRecord} from '../model/ports.ts';
import type {Creation} from './creation.ts';
import type {Places} from './places.ts';
import {recordCalls, recordRun as recordRunSql, recordTables} from './sql/record-run.ts';

/** Writes what a run did; written twice, it stands once. */
export async function recordRun(
  record: RunRecord,
  {creation, places}: {creation: Creation; places: Places},
  signal?: AbortSignal,
): Promise<void> {
  const {runId, command, version, tables, calls} = record;
  const envelope = {label: 'record', tags: {run: runId}};
  if (tables.length > 0) {
    const sql = recordTables(places.control('table_run'), tables);
    await creation.sendControl({...envelope, sql, parameters: {run_id: runId}}, signal);
  }
  if (calls.length > 0) {
    const rows = calls.map(call => ({...call, resource: call.resource}));
    const sql = recordCalls(places.control('api_call'), rows);
    await creation.sendControl({...envelope, sql, parameters: {run_id: runId}}, signal);
  }
  const parameters = {
    run_id: runId,
    command,
    version,
    started_at: record.startedAt.toISOString(),
    ended_at: record.endedAt.toISOString(),
    exit_code: record.exitCode,
    report: JSON.stringify(record.report),
  };
  await creation.sendControl({...envelope, sql: recordRunSql(places.control('run')), parameters}, signal);
}
