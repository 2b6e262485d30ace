import {castTo, quoted} from './cast.ts';
import {requireColumn} from './change.ts';
import {Cursor} from './cursor.ts';
import {forgetShapes, forgetTable, writeNotes} from './notes.ts';
import {readProperties} from './properties.ts';
import {scopeOf, translate} from './query.ts';
import {columnExists, SqlError, syntaxError, tableExists, unsupported} from './sql-error.ts';
import {readType, type SqlType} from './sql-type.ts';
import {checkSchema, checkTables, columnsOf, columnsOfQuery, kindOf, qualified} from './table-columns.ts';
import type {Token} from './token.ts';
import {type Answer, empty, type Note, type TableName, tableNamed, type Work, written} from './work.ts';

export interface ColumnDefinition {
  readonly name: string;
  readonly type: SqlType;
  readonly required: boolean;
  readonly comment: string | undefined;
}

interface Definition {
  readonly table: TableName;
  readonly columns: readonly ColumnDefinition[];
  /** Informational: noted, and never enforced. Its columns are NOT NULL, and that is. */
  readonly keys: readonly KeyDefinition[];
  readonly comment: string | undefined;
  readonly cluster: readonly string[];
  readonly properties: ReadonlyMap<string, string>;
  readonly query: readonly Token[] | undefined;
}

export interface KeyDefinition {
  readonly name: string;
  readonly kind: 'PRIMARY KEY' | 'FOREIGN KEY';
  readonly columns: readonly string[];
}

/** CREATE [OR REPLACE] TABLE [IF NOT EXISTS]. Constraints of keys are informational, as Delta's are. */
export async function createTable(cursor: Cursor, work: Work): Promise<Answer> {
  cursor.expectWord('CREATE');
  const replace = cursor.takeWord('OR', 'REPLACE');
  cursor.expectWord('TABLE');
  const unlessThere = cursor.takeWord('IF', 'NOT', 'EXISTS');
  const table = tableNamed(cursor.parts(), work);
  const definition = readDefinition(cursor, table);
  await checkSchema(work, table.schema);
  refuseFeatures(definition.properties);
  const there = await kindOf(work, table);
  if (there !== undefined && unlessThere) return empty;
  if (there !== undefined && !replace) throw exists(work, table);
  if (there !== undefined) {
    await work.duck.run(`DROP ${there.toUpperCase()} ${qualified(table)}`);
    forgetShapes(work);
  }
  await forgetTable(work, table);
  await create(definition, work);
  return empty;
}

/** Here no catalog keeps the commits of a table, and no transaction spans several. */
function refuseFeatures(properties: ReadonlyMap<string, string>): void {
  const feature = 'delta.feature.catalogManaged';
  if (!properties.has(feature)) return;
  throw new SqlError({
    errorClass: 'DELTA_UNSUPPORTED_FEATURES_IN_CONFIG',
    sqlState: '56038',
    text: `Unsupported Delta table feature in table properties: ${feature}`,
  });
}

export const exists = (work: Work, {schema, table}: TableName): SqlError =>
  tableExists(`Cannot create table or view ${written([work.catalog, schema, table])} because it already exists`);

async function create(definition: Definition, work: Work): Promise<void> {
  const {table, query} = definition;
  if (query) await createAs(table, query, work);
  else {
    const required = new Set(definition.keys.flatMap(key => (key.kind === 'PRIMARY KEY' ? key.columns : [])));
    const columns = definition.columns.map(({name, type, required: stated}) => {
      return `${quoted(name)} ${type.engine}${stated || required.has(name.toLowerCase()) ? ' NOT NULL' : ''}`;
    });
    await work.duck.run(`CREATE TABLE ${qualified(table)} (${columns.join(', ')})`);
  }
  await writeNotes(work, table, notesOf(definition));
  work.known.kinds?.set(qualified(table), 'table');
  const named = [...definition.cluster, ...definition.keys.flatMap(key => key.columns)];
  if (named.length === 0) return;
  const columns = await columnsOf(work, table);
  for (const name of named) requireColumn(columns, name);
}

function notesOf({cluster, properties, keys, columns, comment}: Definition): readonly Note[] {
  const clustering = cluster.length > 0 ? [JSON.stringify(cluster)] : [];
  const comments = [{name: '', comment}, ...columns];
  return [
    ...clustering.map(value => ({kind: 'cluster' as const, key: 'columns', value})),
    ...[...properties].map(([key, value]) => ({kind: 'property' as const, key, value})),
    ...keys.map(({name, kind}) => ({kind: 'constraint' as const, key: name, value: kind})),
    ...comments.flatMap(({name, comment: text}) =>
      text === undefined ? [] : [{kind: 'comment' as const, key: name, value: text}],
    ),
  ];
}

async function createAs(table: TableName, query: readonly Token[], work: Work): Promise<void> {
  const scope = scopeOf(work);
  const sql = translate(query, scope);
  await checkTables(work, scope.tables);
  const columns = await columnsOfQuery(work, sql);
  for (const {name} of columns) checkName(name);
  const names = columns.map((_, index) => quoted(`v${index}`));
  const values = columns.map(({name, type}, index) => `${castTo(names[index] ?? '', type)} AS ${quoted(name)}`);
  await work.duck.run(`CREATE TABLE ${qualified(table)} AS
    SELECT ${values.join(', ')} FROM (${sql}) AS given(${names.join(', ')})`);
}

function readDefinition(cursor: Cursor, table: TableName): Definition {
  const items = cursor.isSymbol('(') ? cursor.list() : [];
  const isKey = (item: readonly Token[]): boolean => /^(?:CONSTRAINT|PRIMARY|FOREIGN|CHECK)$/i.test(wordOf(item));
  const columns = items.filter(item => !isKey(item)).map(item => readColumn(new Cursor(item)));
  refuseTwins(columns);
  const keys = items.filter(isKey).map(item => readKey(new Cursor(item), table));
  let comment: string | undefined;
  let cluster: readonly string[] = [];
  let properties: ReadonlyMap<string, string> = new Map();
  let query: readonly Token[] | undefined;
  while (!cursor.done) {
    if (cursor.takeWord('USING')) cursor.expectWord('DELTA');
    else if (cursor.takeWord('COMMENT')) comment = cursor.text();
    else if (cursor.isWord('CLUSTER', 'BY')) cluster = readCluster(cursor);
    else if (cursor.takeWord('TBLPROPERTIES')) properties = readProperties(cursor.list());
    else if (cursor.takeWord('AS')) query = cursor.rest();
    else if (/^(?:PARTITIONED|LOCATION|OPTIONS|WITH|DEFAULT)$/i.test(cursor.peek()?.text ?? '')) {
      throw unsupported(`${cursor.peek()?.text} of CREATE TABLE is not run by the local workspace`);
    } else cursor.fail();
  }
  if (query === undefined ? columns.length === 0 : columns.length > 0) {
    throw syntaxError('A table takes either columns or a query');
  }
  return {table, columns, keys, comment, cluster, properties, query};
}

const wordOf = (item: readonly Token[]): string => (item[0]?.kind === 'word' ? item[0].text : '');

/** CLUSTER BY (a, b) | AUTO | NONE. Liquid clustering takes four columns at most. */
export function readCluster(cursor: Cursor): readonly string[] {
  cursor.expectWord('CLUSTER', 'BY');
  if (cursor.takeWord('AUTO') || cursor.takeWord('NONE')) return [];
  const columns = cursor.list().map(item => new Cursor(item).parts().join('.'));
  if (columns.length <= 4) return columns;
  throw new SqlError({
    errorClass: 'DELTA_CLUSTER_BY_INVALID_NUM_COLUMNS',
    sqlState: '54000',
    text: `CLUSTER BY supports up to 4 clustering columns, but the table has ${columns.length}`,
  });
}

/** `name TYPE [NOT NULL] [COMMENT '…']`. */
export function readColumn(cursor: Cursor): ColumnDefinition {
  const name = cursor.name();
  checkName(name);
  const type = readType(cursor);
  let required = false;
  let comment: string | undefined;
  while (!cursor.done) {
    if (cursor.takeWord('NOT', 'NULL')) required = true;
    else if (cursor.takeWord('COMMENT')) comment = cursor.text();
    else if (/^(?:DEFAULT|GENERATED|COLLATE|MASK|FIRST|AFTER|PRIMARY|CONSTRAINT)$/i.test(cursor.peek()?.text ?? '')) {
      throw unsupported(`${cursor.peek()?.text} of a column is not run by the local workspace`);
    } else cursor.fail();
  }
  return {name, type, required, comment};
}

/** Delta without column mapping takes no such characters in a name. */
export function checkName(name: string): void {
  if (!/[ ,;{}()\n\t=]/.test(name)) return;
  throw new SqlError({
    errorClass: 'DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES',
    sqlState: '42K05',
    text: `Found invalid character(s) among ' ,;{}()\\n\\t=' in the column name \`${name}\``,
  });
}

export function refuseTwins(columns: readonly {readonly name: string}[]): void {
  const seen = new Set<string>();
  for (const {name} of columns) {
    if (seen.has(name.toLowerCase())) throw columnExists(`The column \`${name}\` already exists`);
    seen.add(name.toLowerCase());
  }
}

/** `[CONSTRAINT name] PRIMARY KEY (a, b) [RELY] | FOREIGN KEY (a) REFERENCES t (b)`. */
export function readKey(cursor: Cursor, {table}: TableName): KeyDefinition {
  const given = cursor.takeWord('CONSTRAINT') ? cursor.name() : undefined;
  const primary = cursor.takeWord('PRIMARY', 'KEY');
  if (!primary && cursor.isWord('CHECK')) throw unsupported('CHECK constraints are not run by the local workspace');
  if (!primary) cursor.expectWord('FOREIGN', 'KEY');
  const columns = cursor.list().map(item => new Cursor(item).name().toLowerCase());
  if (!primary) {
    cursor.expectWord('REFERENCES');
    cursor.parts();
    if (cursor.isSymbol('(')) cursor.list();
  }
  while (!cursor.done) {
    const known = ['RELY', 'NORELY', 'DEFERRABLE'].some(word => cursor.takeWord(word));
    if (!known && !cursor.takeWord('NOT', 'ENFORCED') && !cursor.takeWord('INITIALLY', 'DEFERRED')) cursor.fail();
  }
  return {name: given ?? `${table}_${primary ? 'pk' : 'fk'}`, kind: primary ? 'PRIMARY KEY' : 'FOREIGN KEY', columns};
}
