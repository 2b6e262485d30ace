import {literal} from './cast.ts';
import {readNotes} from './notes.ts';
import {SqlError, schemaAbsent, tableAbsent, unsupported} from './sql-error.ts';
import {type SqlType, typeOfEngine} from './sql-type.ts';
import {type Cell, ownSchema, qualified, type TableColumn, type TableName, type Work, written} from './work.ts';

export {qualified, type TableColumn} from './work.ts';

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
export async function hasSchema({duck, known}: Work, schema: string): Promise<boolean> {
  if (schema === ownSchema) return false;
  if (known.schemas.has(schema)) return true;
  const found = await duck.rows(`SELECT 1 FROM duckdb_schemas()
    WHERE database_name = current_database() AND schema_name = ${literal(schema)}`);
  if (found.length > 0) known.schemas.add(schema);
  return found.length > 0;
}

export async function checkSchema(work: Work, schema: string): Promise<void> {
  if (await hasSchema(work, schema)) return;
  throw schemaAbsent(`The schema ${written([work.catalog, schema])} cannot be found`);
}

async function allKinds({duck, known}: Work): Promise<Map<string, 'table' | 'view'>> {
  if (known.kinds) return known.kinds;
  const rows = await duck.rows(`SELECT schema_name, table_name, 'table' FROM duckdb_tables()
    WHERE database_name = current_database() UNION ALL
    SELECT schema_name, view_name, 'view' FROM duckdb_views() WHERE database_name = current_database()`);
  known.kinds = new Map(
    rows.map(([schema, table, kind]) => [
      qualified({schema: String(schema), table: String(table)}),
      kind === 'view' ? 'view' : 'table',
    ]),
  );
  return known.kinds;
}

/** What stands under a name: a table, a view, or nothing. */
export async function kindOf(work: Work, name: TableName): Promise<'table' | 'view' | undefined> {
  const kind = (await allKinds(work)).get(qualified(name));
  if (kind !== undefined || name.schema !== 'information_schema') return kind;
  // The engine lists its own views nowhere.
  return (await tableInfo(work, name)) && 'view';
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
  const kept = work.known.columns.get(qualified(name));
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
  work.known.columns.set(qualified(name), columns);
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
