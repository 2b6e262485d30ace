import {isJsonObject, type Json, type JsonObject, parseExactJson} from '../base/exact-json.ts';
import type {RunNotes, UnreadableNote} from '../model/mirror.ts';
import {companyId, type RunId, resourceName, runId, tableName} from '../model/names.ts';
import type {CallCount, FileEntry, Files, RunRecord, TableRun} from '../model/ports.ts';
import {confirmSize} from './confirmed-size.ts';
import {stateFolder} from './run-state.ts';

export interface RunNotesOptions {
  readonly files: Files;
  /** The volume's path: `/Volumes/<catalog>/<schema>_staging/landing`. */
  readonly volumeFolder: string;
}

/** The version of a run's note that this program writes, and the newest that it reads. */
const version = 1;
const namePattern = /^run-(.+)\.json$/;

/** One file for each run: `run-state/run-<run id>.json`. */
export function openRunNotes({files, volumeFolder}: RunNotesOptions): RunNotes {
  const folder = `${volumeFolder}/${stateFolder}`;
  const pathOf = (run: RunId): string => `${folder}/run-${run}.json`;

  return {
    async leave(record, signal) {
      const {version: program, ...rest} = record;
      const bytes = new TextEncoder().encode(JSON.stringify({version, program, ...rest}));
      await files.put(pathOf(record.runId), bytes, signal);
      await confirmSize(files, pathOf(record.runId), bytes.length, signal);
    },

    async waiting(signal) {
      const entries = (await files.list(folder, signal)).filter(({name, folder: is}) => !is && namePattern.test(name));
      const read = await Promise.all(
        entries.map(async entry => {
          const bytes = await files.read(entry.path, signal);
          // Another run may have taken it in the meantime.
          return bytes ? [readNote(bytes, entry)] : [];
        }),
      );
      const notes = read.flat();
      return {
        records: notes.filter(note => 'runId' in note),
        unreadable: notes.filter(note => 'reason' in note),
      };
    },

    async remove(runs, signal) {
      await Promise.all(runs.map(run => files.remove({path: pathOf(run), folder: false}, signal)));
    },
  };
}

function readNote(bytes: Uint8Array, {name, modifiedAt, listedAt}: FileEntry): RunRecord | UnreadableNote {
  let parsed: Json;
  try {
    parsed = parseExactJson(new TextDecoder('utf-8', {fatal: true}).decode(bytes));
  } catch {
    return {name, reason: 'it is no JSON: it was cut off or overwritten'};
  }
  if (!isJsonObject(parsed) || parsed['version'] !== version) return {name, reason: `it is not of version ${version}`};
  const record = recordIn(parsed);
  if (!record) return {name, reason: 'it lacks or spoils a field'};
  if (record.runId !== namePattern.exec(name)?.[1]) return {name, reason: 'it belongs to another run'};
  // Both times are by the clock of the volume.
  return {...record, secondsAgo: Math.max(0, Math.round((listedAt.getTime() - modifiedAt.getTime()) / 1000))};
}

function recordIn(note: JsonObject): RunRecord | undefined {
  const {runId: id, command, program, startedAt, endedAt, exitCode, report, tables, calls} = note;
  const [started, ended] = [instantOf(startedAt), instantOf(endedAt)];
  if (!isText(id) || !isText(command) || !isText(program) || !started || !ended) return undefined;
  if (!isCount(exitCode) || !isJsonObject(report) || !Array.isArray(tables) || !Array.isArray(calls)) return undefined;
  const [tableRuns, callCounts] = [tables.map(tableRunOf), calls.map(callCountOf)];
  if (!isWhole(tableRuns) || !isWhole(callCounts)) return undefined;
  return {
    runId: runId(id),
    command,
    version: program,
    startedAt: started,
    endedAt: ended,
    exitCode,
    report,
    tables: tableRuns,
    calls: callCounts,
  };
}

function tableRunOf(value: Json): TableRun | undefined {
  const {table, staged, inserted, updated, gone} = isJsonObject(value) ? value : {};
  if (!isText(table) || !isCount(staged) || !isCount(inserted) || !isCount(updated) || !isCount(gone)) return undefined;
  return {table: tableName(table), staged, inserted, updated, gone};
}

function callCountOf(value: Json): CallCount | undefined {
  const {company, resource, status, calls, bytes} = isJsonObject(value) ? value : {};
  if (!isText(company) || !isCount(status) || !isCount(calls) || !isCount(bytes)) return undefined;
  if (resource !== undefined && !isText(resource)) return undefined;
  const of = resource === undefined ? {} : {resource: resourceName(resource)};
  return {company: companyId(company), ...of, status, calls, bytes};
}

const isText = (value: Json | undefined): value is string => typeof value === 'string';
const isCount = (value: Json | undefined): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isWhole = <Part>(parts: ReadonlyArray<Part | undefined>): parts is readonly Part[] => !parts.includes(undefined);

function instantOf(value: Json | undefined): Date | undefined {
  const at = new Date(isText(value) ? value : Number.NaN);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
