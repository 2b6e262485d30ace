/**
 * Records as Visma sent them become rows by column: the resource's own table and one for each array of lines, every
 * value judged and written as the text that its cast takes, `_record` and `_hash` beside it. What is to be protected is
 * taken out of a record before anything else is made of it. Nothing is trimmed, folded or guessed; what does not fit is
 * null or rounded and named in `_errors`, what has no key is refused. An array that did not arrive is no empty one.
 * This room keeps nothing between pages, compares nothing with what is held already, and writes no file.
 */
import {hash} from 'node:crypto';
import {SyncError} from '../base/errors.ts';
import type {Json, JsonObject} from '../base/exact-json.ts';
import type {Batch} from '../model/batch.ts';
import type {Stamp} from '../model/names.ts';
import {arrayPath, type Child, type Resource} from '../model/resource.ts';
import type {Table} from '../model/table.ts';
import {Faults} from './faults.ts';
import {type Lines, linesOf} from './lines.ts';
import {sift} from './records.ts';
import type {Refusal, RowContext} from './reject.ts';
import {type Occurrences, type TableBatch, TableRows} from './table-rows.ts';

export {goneBatch} from './gone.ts';
export {type Protector, protectorOf} from './protection.ts';
export {hasParts, hintOf, mayBeRefused} from './refused.ts';
export {type Refusal, type RowContext, refusal, rejectBatch, rejectSchema} from './reject.ts';

/** 16 bytes as 32 hexadecimal digits. */
export type Digest = string;

/** One record that has a row. */
export interface SeenRecord {
  readonly recordId: string;
  /** Absent where the resource has none, or what stood there is no stamp. */
  readonly stamp?: Stamp;
  /** Over key, own content and the content of all lines in order; blind to stamps. */
  readonly hash: Digest;
  readonly place: number;
}

/** What one page's records became. Records refused are those that are not among the seen. */
export interface PageRows {
  /** The records as they may be written: whatever is kept of a page is made of these. */
  readonly records: readonly Json[];
  /** One for each table of the resource, in the order of tablesOf; some may have no rows. */
  readonly batches: readonly Batch[];
  readonly seen: readonly SeenRecord[];
  /** Records without a key, and items of arrays that are no objects: the record of such an item has its row. */
  readonly refused: readonly Refusal[];
  /** How many of the seen came without an array, by its path: it was absent, or another shape. */
  readonly absent: ReadonlyMap<string, number>;
  /** How many values became null because they did not fit, by `table.column`. */
  readonly lost: ReadonlyMap<string, number>;
  /** Of each of the seen, in order: own hash and a digest of each array's lines, as the tables' rows give them. */
  contents(): readonly string[];
}

/** @param firstPlace the place of the first of these records in its pass, from 0 */
export type RowShaper = (records: readonly JsonObject[], firstPlace: number) => PageRows;

/** Makes the shaper of one load: what depends on the resource alone is worked out once. */
export function makeRowShaper(context: RowContext): RowShaper {
  const {resource, protect} = context;
  const ownTable = new TableRows(resource.table, {context, withheld: arraysIn(resource, undefined)});
  const childTables = resource.children.map(child => ({
    child,
    table: new TableRows(child.table, {context, withheld: arraysIn(resource, child.property)}),
  }));

  const shape: RowShaper = (received, firstPlace) => {
    const faults = new Faults();
    const safe = protect ? received.map(protect) : received;
    const {records, stamps, refused} = sift(safe, {resource, firstPlace, faults});
    const sets = childTables.map(({child, table}) => {
      const lines = linesOf(child, {records, faults, refused});
      const below = new Faults();
      return {child, lines, rows: table.of(lines, below), faults: below};
    });
    const own = ownTable.of({...records, absent: absentOf(records, sets)}, faults);
    const digests = digestsOf(records, own, sets);
    const seen = records.recordIds.map((recordId, index): SeenRecord => {
      const stamp = stamps[index];
      const place = Number(records.places[index]);
      return {recordId, hash: digests[index] ?? '', place, ...(stamp && {stamp})};
    });
    const contents = (): readonly string[] => contentsOf(own, sets);
    const batches = [own.batch, ...sets.map(({rows}) => rows.batch)];
    const absent = new Map(sets.map(({child, lines}) => [arrayPath(child), lines.unknown.size]));
    const lost = lostBy([{table: resource.table, faults}, ...sets.map(set => ({table: set.child.table, ...set}))]);
    return {records: safe, batches, seen, refused, absent, lost, contents};
  };
  return (received, firstPlace) => whereNotTooDeep(() => shape(received, firstPlace), context);
}

/** What looks into a record goes down with it: one that is nested for nesting's sake is no record. */
function whereNotTooDeep<T>(work: () => T, {resource, companyId}: RowContext): T {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    throw new SyncError('protocol', `a record of ${resource.name} is nested too deeply, company ${companyId}`, {
      facts: {company: companyId, resource: resource.name},
    });
  }
}

/** The arrays with a table of their own that stand in a record, or in the objects of one of its arrays. */
const arraysIn = ({children}: Resource, outer: string | undefined): readonly string[] =>
  children.filter(child => child.outer?.property === outer).map(child => child.property);

/** Of each record the arrays that did not arrive, each between commas; null if all did. */
function absentOf(records: Occurrences, sets: readonly LineRows[]): Array<string | null> {
  const absent = new Array<string | null>(records.recordIds.length).fill(null);
  for (const {child, lines} of sets) {
    for (const owner of lines.unknown) absent[owner] = `${absent[owner] ?? ','}${arrayPath(child)},`;
  }
  return absent;
}

function lostBy(tables: ReadonlyArray<{readonly table: Table; readonly faults: Faults}>): ReadonlyMap<string, number> {
  const lost = new Map<string, number>();
  for (const {table, faults} of tables) {
    for (const [column, count] of faults.lost) lost.set(`${table.name}.${column}`, count);
  }
  return lost;
}

interface LineRows {
  readonly child: Child;
  readonly lines: Lines;
  readonly rows: TableBatch;
}

/**
 * For each record one digest of its own hash, its lines' hashes in order, array by array, and its key. An array that
 * did not arrive counts otherwise than an empty one: that it arrives is news.
 */
function digestsOf(records: Occurrences, own: TableBatch, sets: readonly LineRows[]): Digest[] {
  const parts = own.hashes.map(ownHash => [ownHash]);
  for (const {lines, rows} of sets) {
    for (const part of parts) part.push('|');
    for (const owner of lines.unknown) parts[owner]?.push('?');
    for (const [index, owner] of lines.owners.entries()) parts[owner]?.push(rows.hashes[index] ?? '');
  }
  return parts.map((part, index) => {
    const text = [...part, '|', records.recordIds[index]].join('');
    return hash('sha256', text, 'hex').slice(0, 32);
  });
}

/** Own hash, and for each array an MD5 over positions and hashes of its lines: a digest that SQL makes as well. */
function contentsOf(own: TableBatch, sets: readonly LineRows[]): readonly string[] {
  const contents = own.hashes.map(ownHash => [ownHash]);
  for (const {lines, rows} of sets) {
    const ofRecord = own.hashes.map((): string[] => []);
    for (const [index, owner] of lines.owners.entries()) {
      ofRecord[owner]?.push((lines.positions?.[index] ?? '').padStart(10, '0') + (rows.hashes[index] ?? ''));
    }
    for (const [record, parts] of ofRecord.entries()) {
      contents[record]?.push(parts.length === 0 ? '' : hash('md5', parts.join(''), 'hex'));
    }
  }
  return contents.map(parts => parts.join('|'));
}
