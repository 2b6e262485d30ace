import {castTo, quoted} from './cast.ts';
import type {Cursor} from './cursor.ts';
import {cutAtCommas, Cursor as Reader} from './cursor.ts';
import {scopeOf, translate} from './query.ts';
import {columnAbsent, SqlError, unsupported} from './sql-error.ts';
import type {SqlType} from './sql-type.ts';
import {typeNamed} from './sql-type.ts';
import {
  checkTables,
  columnNamed,
  columnsOf,
  columnsOfQuery,
  kindOf,
  qualified,
  type TableColumn,
} from './table-columns.ts';
import type {Token} from './token.ts';
import {type Answer, answerOf, empty, type TableName, tableNamed, type Work} from './work.ts';

const bigint: SqlType = typeNamed('BIGINT') ?? {spark: 'bigint', engine: 'BIGINT'};

/** The one row that a change answers with: counts under these names. */
export function counted(counts: Readonly<Record<string, number>>): Answer {
  const names = Object.keys(counts);
  const row = Object.values(counts).map(BigInt);
  return answerOf(
    names.map(name => ({name, type: bigint})),
    [row],
  );
}

/** The column of this name. Throws UNRESOLVED_COLUMN. */
export function requireColumn(columns: readonly TableColumn[], name: string): TableColumn {
  const column = columnNamed(columns, name);
  if (column) return column;
  throw columnAbsent(`A column with name \`${name}\` cannot be resolved`);
}

/** Throws where the name is a view: Delta changes tables only. */
export async function checkIsTable(work: Work, name: TableName): Promise<void> {
  await checkTables(work, [name]);
  if ((await kindOf(work, name)) === 'table') return;
  throw new SqlError({
    errorClass: 'EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE',
    sqlState: '42809',
    text: `${qualified(name)} is a view`,
  });
}

/** INSERT INTO t [(columns)] query | INSERT OVERWRITE. */
export async function insert(cursor: Cursor, work: Work): Promise<Answer> {
  cursor.expectWord('INSERT');
  const overwrite = cursor.takeWord('OVERWRITE');
  if (!overwrite) cursor.expectWord('INTO');
  cursor.takeWord('TABLE');
  const table = tableNamed(cursor.parts(), work);
  if (cursor.isWord('BY') || cursor.isWord('REPLACE') || cursor.isWord('PARTITION')) {
    throw unsupported('INSERT … BY NAME, REPLACE and PARTITION are not run by the local workspace');
  }
  const listed = cursor.isSymbol('(') && !/^(?:SELECT|VALUES|WITH)$/i.test(cursor.peek(1)?.text ?? '');
  const names = listed ? cursor.list().map(item => new Reader(item).name()) : undefined;
  if (!/^(?:SELECT|VALUES|WITH|\()$/i.test(cursor.peek()?.text ?? '')) cursor.fail();
  const scope = scopeOf(work);
  const query = translate(cursor.rest(), scope);
  await checkIsTable(work, table);
  await checkTables(work, scope.tables);
  const columns = await columnsOf(work, table);
  const targets = names ? names.map(name => requireColumn(columns, name)) : columns;
  const given = await columnsOfQuery(work, query);
  if (given.length !== targets.length) throw arity(table, {targets: targets.length, given: given.length});
  const values = targets.map((column, index) => castTo(quoted(`v${index}`), column.type));
  const sources = targets.map((_, index) => quoted(`v${index}`));
  if (overwrite) await work.duck.run(`DELETE FROM ${qualified(table)}`);
  const inserted = await work.duck.change(`INSERT INTO ${qualified(table)}
    (${targets.map(column => quoted(column.name)).join(', ')})
    SELECT ${values.join(', ')} FROM (${query}) AS given(${sources.join(', ')})`);
  return counted({num_affected_rows: inserted, num_inserted_rows: inserted});
}

function arity(table: TableName, {targets, given}: {targets: number; given: number}): SqlError {
  const much = given > targets ? 'TOO_MANY_DATA_COLUMNS' : 'NOT_ENOUGH_DATA_COLUMNS';
  return new SqlError({
    errorClass: `INSERT_COLUMN_ARITY_MISMATCH.${much}`,
    sqlState: '21S01',
    text: `Cannot write to ${qualified(table)}: ${targets} columns are written and the data has ${given}`,
  });
}

/** The table that a change names, with its alias. */
export function readTarget(cursor: Cursor, work: Work): {table: TableName; alias: string} {
  const parts = cursor.parts();
  const table = tableNamed(parts, work);
  const next = cursor.peek();
  const isAlias = cursor.takeWord('AS') || next?.kind === 'name' || (next?.kind === 'word' && !ends.test(next.text));
  return {table, alias: isAlias ? cursor.name() : (parts.at(-1) ?? '')};
}

const ends = /^(?:SET|WHERE|USING|ON|WHEN)$/i;

/** `SET a = x, t.b = y` as pairs of column and the engine's expression. */
export function assignments(
  tokens: readonly Token[],
  columns: readonly TableColumn[],
  writing: Writing,
): {column: TableColumn; value: string}[] {
  return cutAtCommas(tokens).map(item => {
    const cursor = new Reader(item);
    const column = requireColumn(columns, cursor.parts().at(-1) ?? '');
    cursor.expectSymbol('=');
    return {column, value: valueFor(column, cursor.rest(), writing)};
  });
}

export interface Writing {
  readonly say: (tokens: readonly Token[]) => string;
  /** Expressions of the engine whose type is known, with it: they need no cast to that type. */
  readonly types: ReadonlyMap<string, string>;
}

/** What is written to a column, cast as Delta casts on a write. */
export function valueFor(column: TableColumn, tokens: readonly Token[], {say, types}: Writing): string {
  if (tokens.length === 0) new Reader(tokens).fail();
  const [only, ...more] = tokens;
  if (only?.kind === 'word' && /^default$/i.test(only.text) && more.length === 0) {
    throw unsupported('DEFAULT as a value is not run by the local workspace');
  }
  return castUnless(say(tokens), column, types);
}

/** A cast, left out where the value has the column's type already: wide tables have many of them. */
export const castUnless = (value: string, {type}: TableColumn, types: Writing['types']): string =>
  types.get(value.toLowerCase()) === type.spark ? value : castTo(value, type);

/** UPDATE t [AS a] SET column = expression, … [WHERE condition]. */
export async function update(cursor: Cursor, work: Work): Promise<Answer> {
  cursor.expectWord('UPDATE');
  const {table, alias} = readTarget(cursor, work);
  cursor.expectWord('SET');
  const setTokens = cursor.until('WHERE');
  const scope = scopeOf(work);
  const condition = cursor.takeWord('WHERE') ? `WHERE ${translate(cursor.rest(), scope)}` : '';
  cursor.end();
  await checkIsTable(work, table);
  const columns = await columnsOf(work, table);
  const say = (tokens: readonly Token[]): string => translate(tokens, scope);
  const sets = assignments(setTokens, columns, {say, types: new Map()});
  await checkTables(work, scope.tables);
  const updated = await work.duck.change(`UPDATE ${qualified(table)} AS ${quoted(alias)}
    SET ${sets.map(({column, value}) => `${quoted(column.name)} = ${value}`).join(', ')} ${condition}`);
  return counted({num_affected_rows: updated});
}

/** DELETE FROM t [AS a] [WHERE condition]. */
export async function remove(cursor: Cursor, work: Work): Promise<Answer> {
  cursor.expectWord('DELETE', 'FROM');
  const {table, alias} = readTarget(cursor, work);
  const scope = scopeOf(work);
  const condition = cursor.takeWord('WHERE') ? `WHERE ${translate(cursor.rest(), scope)}` : '';
  cursor.end();
  await checkIsTable(work, table);
  await checkTables(work, scope.tables);
  const removed = await work.duck.change(`DELETE FROM ${qualified(table)} AS ${quoted(alias)} ${condition}`);
  return counted({num_affected_rows: removed});
}

/** TRUNCATE TABLE t. What was copied into it stays known, as Databricks keeps it. */
export async function truncate(cursor: Cursor, work: Work): Promise<Answer> {
  cursor.expectWord('TRUNCATE', 'TABLE');
  const table = tableNamed(cursor.parts(), work);
  cursor.end();
  await checkIsTable(work, table);
  await work.duck.run(`DELETE FROM ${qualified(table)}`);
  return empty;
}
