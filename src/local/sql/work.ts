import {quoted} from './cast.ts';
import {catalogAbsent, schemaAbsent, tableAbsent, unsupported} from './sql-error.ts';
import type {SqlType} from './sql-type.ts';

/** A value of an answer: DECIMAL as its unscaled digits, instants in microseconds and dates in days since 1970. */
export type Cell = string | number | bigint | boolean | Uint8Array | null;

export interface Column {
  readonly name: string;
  readonly type: SqlType;
}

/** What a statement gives. One without result columns gives none. */
export interface Answer {
  readonly columns: readonly Column[];
  /** The values, column by column. */
  readonly cells: readonly (readonly Cell[])[];
  readonly rowCount: number;
}

/** The engine inside one statement's transaction. */
export interface Duck {
  run(sql: string): Promise<void>;
  /** Runs it and gives how many rows it changed. */
  change(sql: string): Promise<number>;
  answer(sql: string): Promise<Answer>;
  rows(sql: string): Promise<readonly (readonly Cell[])[]>;
}

/** What a session has chosen, and `USE` changes. */
export interface Session {
  catalog: string;
  schema: string;
}

/** Where the volumes lie on this machine. */
export interface VolumeFolder {
  /** The folder of a volume, whether or not it is there. */
  folderOf(volume: {readonly schema: string; readonly name: string}): string;
  exists(volume: {readonly schema: string; readonly name: string}): Promise<boolean>;
  create(volume: {readonly schema: string; readonly name: string}): Promise<void>;
  remove(volume: {readonly schema: string; readonly name: string}): Promise<void>;
  /** The names of a schema's volumes. */
  list(schema: string): Promise<readonly string[]>;
}

export interface TableColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
  readonly comment: string | null;
}

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

/**
 * What is known of schemas, and of tables by their quoted names: the engine takes milliseconds to tell. Nobody else
 * has its file open, so that only what a statement changes, or a transaction takes back, has to be forgotten.
 */
export interface KnownTables {
  /** Schemas that are there. */
  readonly schemas: Set<string>;
  /** What stands under each name; undefined until somebody has asked, then all there are. */
  kinds: Map<string, 'table' | 'view'> | undefined;
  readonly columns: Map<string, readonly TableColumn[]>;
  /** Undefined until somebody has asked; then those of all tables. */
  notes: Map<string, readonly Note[]> | undefined;
  /** Whether the statement that runs may change any of this. */
  redefined: boolean;
}

/** What every statement works with. */
export interface Work {
  readonly duck: Duck;
  readonly session: Session;
  readonly catalog: string;
  /** The warehouse's clock, one instant for the whole statement. */
  readonly now: Date;
  readonly volumes: VolumeFolder;
  readonly known: KnownTables;
}

export interface TableName {
  readonly schema: string;
  readonly table: string;
}

export const empty: Answer = {columns: [], cells: [], rowCount: 0};

/** An answer from rows. */
export function answerOf(columns: readonly Column[], rows: readonly (readonly Cell[])[]): Answer {
  return {columns, cells: columns.map((_, index) => rows.map(row => row[index] ?? null)), rowCount: rows.length};
}

/** A table's name as the engine reads it, and as everything known of it is kept. */
export const qualified = ({schema, table}: TableName): string => `${quoted(schema)}.${quoted(table)}`;

/** Where the workspace keeps what is its own: out of reach of statements. */
export const ownSchema = 'main';

/** A name of a schema: `schema` or `catalog.schema`. Throws CATALOG_NOT_FOUND for another catalog. */
export function schemaNamed(parts: readonly string[], {session, catalog}: Pick<Work, 'session' | 'catalog'>): string {
  const [schema = '', given = session.catalog, ...more] = parts.toReversed();
  if (more.length > 0) throw schemaAbsent(`The schema ${written(parts)} cannot be found`);
  checkCatalog(given, catalog);
  const name = schema.toLowerCase();
  if (name === ownSchema) throw unsupported(`The local workspace has no room for a schema called ${ownSchema}`);
  return name;
}

/** A name of a table: one to three parts, the rest from the session. */
export function tableNamed(parts: readonly string[], work: Pick<Work, 'session' | 'catalog'>): TableName {
  const [table = '', schema = work.session.schema, given = work.session.catalog, ...more] = parts.toReversed();
  if (more.length > 0) throw tableAbsent(`The table or view ${written(parts)} cannot be found`);
  return {schema: schemaNamed([given, schema], work), table: table.toLowerCase()};
}

function checkCatalog(given: string, catalog: string): void {
  if (given.toLowerCase() !== catalog.toLowerCase()) throw catalogAbsent(`The catalog \`${given}\` was not found`);
}

export const written = (parts: readonly string[]): string =>
  parts.map(part => `\`${part.replaceAll('`', '``')}\``).join('.');
