import {literal, quoted} from './cast.ts';
import {SqlError, schemaAbsent, tableAbsent, unsupported} from './sql-error.ts';
import {type SqlType, typeOfEngine} from './sql-type.ts';
import {type Cell, ownSchema, type TableColumn, type TableName, type Work, written} from './work.ts';

export type {TableColumn} from './work.ts';

export const qualified = ({schema, table}: TableName): string => `${quoted(schema)}.${quoted(table)}`;

/** A table's or view's columns, undefined where there is none: the engine's catalogue functions are far slower. */
async function tableInfo({duck}: Work, name: TableName): Promise<readonly (readonly Cell[])[] | undefined> {
  try {
    if (!qualified(name).includes('""')) return await duck.rows(`PRAGMA table_info(${literal(qualified(name))})`);
    // The pragma knows no doubled quote in a name.
    const described = await duck.rows(`DESCRIBE ${qualified(name)}`);
    return described.map(([column, type, nullable], place) => [place, column ?? null, type ?? null, nullable === 'NO']);
  } catch (thrown) {
    if (thrown instanceof SqlError && /^(?:TABLE_OR_VIEW|SCHEMA)_NOT_FOUND$/.test(thrown.errorClass)) return undefined;
    throw thrown;
  }
}

/** Whether a schema is there. */
export async function hasSchema({duck}: Work, schema: string): Promise<boolean> {
  const found = await duck.rows(`SELECT 1 FROM duckdb_schemas()
    WHERE database_name = current_database() AND schema_name = ${literal(schema)}`);
  return found.length > 0 && schema !== ownSchema;
}

export async function checkSchema(work: Work, schema: string): Promise<void> {
  if (await hasSchema(work, schema)) return;
  throw schemaAbsent(`The schema ${written([work.catalog, schema])} cannot be found`);
}

/** What stands under a name: a table, a view, or nothing. */
export async function kindOf(work: Work, name: TableName): Promise<'table' | 'view' | undefined> {
  const {duck, known} = work;
  const kept = known?.kinds.get(qualified(name));
  if (kept) return kept;
  if ((await tableInfo(work, name)) === undefined) return undefined;
  const views = await duck.rows(`SELECT 1 FROM duckdb_views() WHERE database_name = current_database()
    AND schema_name = ${literal(name.schema)} AND view_name = ${literal(name.table)}`);
  const kind = views.length === 0 ? 'table' : 'view';
  known?.kinds.set(qualified(name), kind);
  return kind;
}

/** Throws TABLE_OR_VIEW_NOT_FOUND for the first of these that is not there. */
export async function checkTables(work: Work, names: readonly TableName[]): Promise<void> {
  for (const name of new Map(names.map(one => [qualified(one), one])).values()) {
    if ((await kindOf(work, name)) === undefined) throw absent(work, name);
  }
}

const absent = (work: Work, {schema, table}: TableName): Error =>
  tableAbsent(`The table or view ${written([work.catalog, schema, table])} cannot be found`);

/** The columns of a table or view, in order. Throws TABLE_OR_VIEW_NOT_FOUND. */
export async function columnsOf(work: Work, name: TableName): Promise<readonly TableColumn[]> {
  const kept = work.known?.columns.get(qualified(name));
  if (kept) return kept;
  const rows = await tableInfo(work, name);
  if (rows === undefined) throw absent(work, name);
  const notes = await readNotes(work, name, 'comment');
  const columns = rows.map(([, column, type, required]) => ({
    name: String(column),
    type: answerType(String(type)),
    nullable: required !== true,
    comment: notes.get(String(column)) ?? null,
  }));
  work.known?.columns.set(qualified(name), columns);
  return columns;
}

/** The columns that a query of the engine's SQL would give, without running it. */
export async function columnsOfQuery({duck}: Work, sql: string): Promise<readonly {name: string; type: SqlType}[]> {
  const rows = await duck.rows(`DESCRIBE ${sql}`);
  return rows.map(([name, type]) => ({name: String(name), type: answerType(String(type))}));
}

/** The engine's type as one of an answer. Throws for lists and structs: they have no place in tables or answers. */
export function answerType(engine: string): SqlType {
  const type = typeOfEngine(engine);
  if (!type)
    throw unsupported(`A value of the type ${engine} has no place in a table or answer of the local workspace`);
  return type;
}

/** A column of a table by its name, whatever its case. */
export const columnNamed = (columns: readonly TableColumn[], name: string): TableColumn | undefined =>
  columns.find(column => column.name.toLowerCase() === name.toLowerCase());

/**
 * What the workspace notes of a table beside the engine's own catalogue: properties, keys, clustering, and comments, of
 * which the engine keeps none for schemas and for the columns of views. A table's own comment has no column's name.
 */
export type NoteKind = 'property' | 'constraint' | 'cluster' | 'comment';

export interface Note {
  readonly kind: NoteKind;
  readonly key: string;
  readonly value: string;
}

export async function writeNotes({duck}: Work, {schema, table}: TableName, notes: readonly Note[]): Promise<void> {
  if (notes.length === 0) return;
  const rows = notes.map(({kind, key, value}) => `(${[schema, table, kind, key, value].map(literal).join(', ')})`);
  await duck.run(`INSERT OR REPLACE INTO ${ownSchema}.table_note VALUES ${rows.join(', ')}`);
}

/** Writes a comment, or takes it away where there is none. */
export async function writeComment(
  work: Work,
  name: TableName,
  {key, text}: {readonly key: string; readonly text: string | undefined},
): Promise<void> {
  if (text === undefined) await removeNotes(work, name, 'comment', key);
  else await writeNotes(work, name, [{kind: 'comment', key, value: text}]);
}

export async function readNotes({duck}: Work, name: TableName, kind: NoteKind): Promise<ReadonlyMap<string, string>> {
  const rows = await duck.rows(`SELECT note_key, note_value FROM ${ownSchema}.table_note
    WHERE ${whereNote(name)} AND kind = ${literal(kind)} ORDER BY note_key`);
  return new Map(rows.map(([key, value]) => [String(key), String(value)]));
}

export async function removeNotes({duck}: Work, name: TableName, kind?: NoteKind, key?: string): Promise<void> {
  const kinds = kind === undefined ? '' : ` AND kind = ${literal(kind)}`;
  const keys = key === undefined ? '' : ` AND note_key = ${literal(key)}`;
  await duck.run(`DELETE FROM ${ownSchema}.table_note WHERE ${whereNote(name)}${kinds}${keys}`);
}

const whereNote = ({schema, table}: TableName): string =>
  `schema_name = ${literal(schema)} AND table_name = ${literal(table)}`;

/** Forgets what belongs to a table that is dropped: its notes, and which files were copied into it. */
export async function forgetTable(work: Work, name: TableName): Promise<void> {
  await removeNotes(work, name);
  await work.duck.run(`DELETE FROM ${ownSchema}.copied_file WHERE ${whereNote(name)}`);
}

/** The tables of the workspace's own, created where they are absent. */
export const ownTables: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS ${ownSchema}.table_note
    (schema_name VARCHAR, table_name VARCHAR, kind VARCHAR, note_key VARCHAR, note_value VARCHAR,
     PRIMARY KEY (schema_name, table_name, kind, note_key))`,
  `CREATE TABLE IF NOT EXISTS ${ownSchema}.copied_file (schema_name VARCHAR, table_name VARCHAR, file_path VARCHAR)`,
];
