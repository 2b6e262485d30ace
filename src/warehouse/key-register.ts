import {SyncError} from '../base/errors.ts';
import type {HeldKey, KeyRegister, MissingKey, RecordedSweeps, SweepRecord} from '../model/key-register.ts';
import {companyId, resourceName, runId, slice, toStamp} from '../model/names.ts';
import type {StatementRow} from '../model/ports.ts';
import {boundsOf, columnAt} from './bounds.ts';
import type {Creation} from './creation.ts';
import type {SeenCommits} from './fences.ts';
import type {Migration} from './migration.ts';
import type {Places} from './places.ts';
import {has, instantOf, numberOf, textOf} from './row-values.ts';
import {isAbsent, lacksColumn, type Sender} from './sender.ts';
import {type MissingRow, readMissing, recordMissing} from './sql/missing-key.ts';
import {type ReadKeys, readKeys} from './sql/read-keys.ts';
import {recordResync} from './sql/record-resync.ts';
import {readSweeps, recordSweeps} from './sql/sweep.ts';
import {readTableStates} from './table-states.ts';

interface Doors {
  readonly sender: Sender;
  readonly creation: Creation;
  readonly migration: Migration;
  readonly places: Places;
  readonly seen: SeenCommits;
}

type KeyPlace = Parameters<KeyRegister['readKeys']>[0];
type Noted = Parameters<KeyRegister['recordSweeps']>[0];

/** Rows in one statement at most. */
const rowsMax = 5000;

/** What sweeps and resyncs read and leave. */
export function openKeyRegister(doors: Doors): KeyRegister {
  const {creation, places} = doors;
  const missingKeys = async (signal?: AbortSignal): Promise<readonly MissingKey[]> =>
    (await creation.sendControl({sql: readMissing(places.control('missing_key')), label: 'read'}, signal)).map(
      toMissing,
    );

  return {
    readKeys: async (of, signal) => (await keysOf(of, doors, signal)).map(toKey),
    readSweeps: async signal =>
      toSweeps(await creation.sendControl({sql: readSweeps(places.control('sweep')), label: 'read'}, signal)),
    readMissing: missingKeys,

    // The keys come first: a sweep that is recorded is not made again soon.
    async recordSweeps(noted, signal) {
      const held = noted.sweeps.some(isWhole) ? await missingKeys(signal) : [];
      for (const rows of piecesOf(missingRows(noted, held))) {
        const sql = recordMissing(places.control('missing_key'), rows);
        await creation.sendControl({sql, label: 'record'}, signal);
      }
      for (const rows of piecesOf(noted.sweeps)) {
        await creation.sendControl({sql: recordSweeps(places.control('sweep'), rows), label: 'record'}, signal);
      }
    },

    async recordResync({lease, records}, signal) {
      const parameters = {owner: lease.owner, fence: BigInt(lease.fence)};
      for (const rows of piecesOf(records)) {
        const sql = recordResync({resync: places.control('resync'), lease: places.control('lease')}, rows);
        await creation.sendControl({sql, label: 'record', parameters}, signal);
      }
    },

    readTableStates: (resources, signal) => readTableStates(resources, doors, signal),
  };
}

/** No rows where the table is not there yet; a table that is older than a column gets it before it is asked again. */
async function keysOf(
  of: KeyPlace,
  {sender, migration, places}: Doors,
  signal?: AbortSignal,
): Promise<readonly StatementRow[]> {
  const {table} = of.resource;
  const {asked, period, ...rest} = selectionOf(of);
  const statement = {
    sql: readKeys({raw: places.raw(table.name), asked: asked.map(({field}) => field), period, ...rest}),
    label: 'read keys',
    table: table.name,
    parameters: {
      company_id: of.companyId,
      ...Object.fromEntries(asked.map(({value}, index) => [`asked_${index}`, value])),
      ...(period && !period.without && of.period !== undefined && {period: of.period}),
    },
  };
  try {
    return await sender.send(statement, signal);
  } catch (thrown) {
    if (isAbsent(thrown)) return [];
    if (!lacksColumn(thrown)) throw thrown;
  }
  await migration.prepare(table, signal);
  return sender.send(statement, signal);
}

/** Which rows, and which of their columns. Throws `defect` where the columns can't tell: all would be too many. */
function selectionOf({resource, slice: part, period: named}: KeyPlace): Pick<ReadKeys, 'rowVersion' | 'period'> & {
  readonly asked: NonNullable<ReturnType<typeof boundsOf>>;
} {
  const asked = boundsOf(resource, part);
  const column = resource.periods?.column;
  const field = resource.table.schema.fields.find(({name}) => name === column);
  if (asked === undefined || (named !== undefined && field === undefined)) {
    throw new SyncError('defect', `no column of ${resource.name} tells which rows belong to a slice or period`, {
      facts: {resource: resource.name, slice: part, period: named},
    });
  }
  return {
    rowVersion: columnAt(resource, 'timeStamp'),
    asked,
    period: named === undefined || field === undefined ? undefined : {field, without: named === 'without'},
  };
}

function toKey(row: StatementRow): HeldKey {
  const stamp = toStamp(row['stamp']);
  return {
    recordId: textOf(row, 'record_id'),
    ...(has(row, 'row_version') && {rowVersion: textOf(row, 'row_version')}),
    ...(stamp !== undefined && {stamp}),
    isDeleted: row['is_deleted'] === true,
  };
}

function toSweeps(rows: readonly StatementRow[]): RecordedSweeps {
  const [first = {}] = rows;
  return {sweeps: rows.filter(row => has(row, 'run_id')).map(toSweep), readAt: instantOf(first, 'read_at')};
}

const toSweep = (row: StatementRow): SweepRecord => ({
  runId: runId(textOf(row, 'run_id')),
  companyId: companyId(textOf(row, 'company_id')),
  resource: resourceName(textOf(row, 'resource')),
  slice: slice(textOf(row, 'slice')),
  period: textOf(row, 'period'),
  keys: numberOf(row, 'keys'),
  lacking: numberOf(row, 'lacking'),
  differing: numberOf(row, 'differing'),
  missing: numberOf(row, 'missing'),
  marked: numberOf(row, 'marked'),
  sweptAt: instantOf(row, 'swept_at'),
});

const toMissing = (row: StatementRow): MissingKey => ({
  companyId: companyId(textOf(row, 'company_id')),
  resource: resourceName(textOf(row, 'resource')),
  recordId: textOf(row, 'record_id'),
  runId: runId(textOf(row, 'run_id')),
  ...(has(row, 'missed_at') && {missedAt: instantOf(row, 'missed_at')}),
});

const isWhole = ({slice: part, period}: SweepRecord): boolean => part === '' && period === '';

/** What changes in the register; of a resource that was swept whole, what is held and not missing now is cleared. */
function missingRows({sweeps, missing, cleared}: Noted, held: readonly MissingKey[]): readonly MissingRow[] {
  const keyOf = (...parts: readonly string[]): string => JSON.stringify(parts);
  const swept = new Set(sweeps.filter(isWhole).map(({companyId: id, resource}) => keyOf(id, resource)));
  const found = held.filter(({companyId: id, resource}) => swept.has(keyOf(id, resource)));
  const gone = [...cleared, ...found].map(({companyId: id, resource, recordId}) => ({
    companyId: id,
    resource,
    recordId,
  }));
  const rows = [...gone, ...missing].map((row): [string, MissingRow] => [
    keyOf(row.companyId, row.resource, row.recordId),
    row,
  ]);
  return [...new Map(rows).values()];
}

function* piecesOf<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let from = 0; from < rows.length; from += rowsMax) yield rows.slice(from, from + rowsMax);
}
