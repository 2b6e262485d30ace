import type {RunId} from '../model/names.ts';
import type {RunRecord, Statement} from '../model/ports.ts';
import type {Creation} from './creation.ts';
import type {Places} from './places.ts';
import {has, textOf} from './row-values.ts';
import {isAbsent, type Sender} from './sender.ts';
import {
  lastCertified as lastCertifiedSql,
  readReport as readReportSql,
  recordCalls,
  recordRuns as recordRunsSql,
  recordTables,
} from './sql/record-run.ts';

/** Reports that one statement carries, in characters: the text of a statement has its bounds. */
const reportsMax = 4_000_000;

/** Writes what runs did, by one statement for each of the three tables; written twice, it stands once. */
export async function recordRuns(
  records: readonly RunRecord[],
  {creation, places}: {creation: Creation; places: Places},
  signal?: AbortSignal,
): Promise<void> {
  const newest = records.at(-1);
  const envelope = {label: 'record', ...(newest && {tags: {run: newest.runId}})};
  const tables = records.flatMap(({runId, tables: of}) => of.map(row => ({runId, ...row})));
  if (tables.length > 0) {
    await creation.sendControl({...envelope, sql: recordTables(places.control('table_run'), tables)}, signal);
  }
  const calls = records.flatMap(({runId, calls: of}) => of.map(row => ({runId, ...row, resource: row.resource})));
  if (calls.length > 0) {
    await creation.sendControl({...envelope, sql: recordCalls(places.control('api_call'), calls)}, signal);
  }
  // A run's row comes last: where it stands, the others do.
  for (const batch of batchesOf(records)) {
    await creation.sendControl({...envelope, sql: recordRunsSql(places.control('run'), batch)}, signal);
  }
}

interface Reading {
  readonly sender: Sender;
  readonly places: Places;
}

/** The report of a run as JSON text; undefined where none stands. Creates nothing. */
export function readReport(runId: RunId, reading: Reading, signal?: AbortSignal): Promise<string | undefined> {
  const sql = readReportSql(reading.places.control('run'));
  return textIn('report', {sql, parameters: {run_id: runId}}, reading, signal);
}

/** The newest run, up to one, whose report names a certificate; undefined where there is none. Creates nothing. */
export function lastCertified(
  upTo: RunId | undefined,
  reading: Reading,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const sql = lastCertifiedSql(reading.places.control('run'), upTo === undefined ? 'all' : 'up to');
  return textIn('run_id', {sql, ...(upTo !== undefined && {parameters: {run_id: upTo}})}, reading, signal);
}

/** A text of the only row; undefined if there is no such row, value or table. */
async function textIn(
  name: string,
  statement: Pick<Statement, 'sql' | 'parameters'>,
  {sender}: Reading,
  signal?: AbortSignal,
): Promise<string | undefined> {
  try {
    const [row] = await sender.send({...statement, label: 'record'}, signal);
    return row && has(row, name) ? textOf(row, name) : undefined;
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined;
    throw thrown;
  }
}

type Row = Parameters<typeof recordRunsSql>[1][number];

function batchesOf(records: readonly RunRecord[]): readonly (readonly Row[])[] {
  const batches: Row[][] = [];
  let held = Number.POSITIVE_INFINITY;
  for (const {report, secondsAgo = 0, startedAt, endedAt, tables: _, calls: __, ...run} of records) {
    const text = JSON.stringify(report);
    if (held + text.length > reportsMax) {
      batches.push([]);
      held = 0;
    }
    held += text.length;
    const [started, ended] = [startedAt.toISOString(), endedAt.toISOString()];
    batches.at(-1)?.push({...run, startedAt: started, endedAt: ended, secondsAgo, report: text});
  }
  return batches;
}
