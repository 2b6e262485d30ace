import {literal, quoted} from './cast.ts';
import {requireColumn} from './change.ts';
import {exists} from './create-table.ts';
import {Cursor} from './cursor.ts';
import {forgetShapes, forgetTable, writeComment, writeNotes} from './notes.ts';
import {scopeOf, translate} from './query.ts';
import {SqlError, schemaExists, syntaxError, tableAbsent, volumeAbsent, volumeExists} from './sql-error.ts';
import {checkSchema, checkTables, columnsOf, hasSchema, kindOf, qualified} from './table-columns.ts';
import {type Answer, empty, schemaNamed, tableNamed, type Work, written} from './work.ts';

/** CREATE SCHEMA [IF NOT EXISTS] name [COMMENT '…']. */
export async function createSchema(cursor: Cursor, work: Work): Promise<Answer> {
  const unlessThere = cursor.takeWord('IF', 'NOT', 'EXISTS');
  const schema = schemaNamed(cursor.parts(), work);
  const comment = cursor.takeWord('COMMENT') ? cursor.text() : undefined;
  cursor.end();
  const there = await hasSchema(work, schema);
  if (there && unlessThere) return empty;
  if (there) throw schemaExists(`Cannot create schema ${written([work.catalog, schema])} because it already exists`);
  await work.duck.run(`CREATE SCHEMA ${quoted(schema)}`);
  await writeComment(work, {schema, table: ''}, {key: '', text: comment});
  return empty;
}

/** DROP SCHEMA [IF EXISTS] name [RESTRICT | CASCADE]: its tables, its volumes. */
export async function dropSchema(cursor: Cursor, work: Work): Promise<Answer> {
  const ifThere = cursor.takeWord('IF', 'EXISTS');
  const schema = schemaNamed(cursor.parts(), work);
  const cascade = cursor.takeWord('CASCADE');
  if (!cascade) cursor.takeWord('RESTRICT');
  cursor.end();
  if (ifThere && !(await hasSchema(work, schema))) return empty;
  await checkSchema(work, schema);
  const tables = await tablesIn(work, schema);
  const volumes = await work.volumes.list(schema);
  if (!cascade && tables.length + volumes.length > 0) {
    throw new SqlError({
      errorClass: 'SCHEMA_NOT_EMPTY',
      sqlState: '2BP01',
      text: `Cannot drop a schema ${written([work.catalog, schema])} because it contains objects`,
    });
  }
  await work.duck.run(`DROP SCHEMA ${quoted(schema)} CASCADE`);
  work.known.schemas.delete(schema);
  forgetShapes(work);
  for (const table of [...tables, '']) await forgetTable(work, {schema, table});
  for (const name of volumes) await work.volumes.remove({schema, name});
  return empty;
}

/** The names of a schema's tables and views. */
export async function tablesIn({duck}: Work, schema: string): Promise<readonly string[]> {
  const where = `WHERE database_name = current_database() AND schema_name = ${literal(schema)}`;
  const rows = await duck.rows(`SELECT table_name FROM duckdb_tables() ${where}
    UNION ALL SELECT view_name FROM duckdb_views() ${where} ORDER BY 1`);
  return rows.map(([name]) => String(name));
}

/** DROP TABLE | VIEW [IF EXISTS] name. */
export async function dropTable(cursor: Cursor, work: Work, kind: 'table' | 'view'): Promise<Answer> {
  const ifThere = cursor.takeWord('IF', 'EXISTS');
  const name = tableNamed(cursor.parts(), work);
  if (kind === 'table') cursor.takeWord('PURGE');
  cursor.end();
  const there = await kindOf(work, name);
  if (there === undefined && ifThere) return empty;
  if (there !== kind) {
    throw tableAbsent(`The ${kind} ${written([work.catalog, name.schema, name.table])} cannot be found`);
  }
  await work.duck.run(`DROP ${kind.toUpperCase()} ${qualified(name)}`);
  forgetShapes(work);
  await forgetTable(work, name);
  return empty;
}

/** CREATE [OR REPLACE] VIEW [IF NOT EXISTS] name [(column [COMMENT '…'], …)] [COMMENT '…'] AS query. */
export async function createView(cursor: Cursor, work: Work, {replace}: {replace: boolean}): Promise<Answer> {
  const unlessThere = cursor.takeWord('IF', 'NOT', 'EXISTS');
  const name = tableNamed(cursor.parts(), work);
  const columns = cursor.isSymbol('(') ? cursor.list().map(item => readViewColumn(new Cursor(item))) : [];
  const comment = cursor.takeWord('COMMENT') ? cursor.text() : undefined;
  cursor.expectWord('AS');
  const scope = scopeOf(work);
  const query = translate(cursor.rest(), scope);
  if (query === '') throw syntaxError('Syntax error at or near end of input');
  await checkSchema(work, name.schema);
  await checkTables(work, scope.tables);
  const there = await kindOf(work, name);
  if (there !== undefined && unlessThere) return empty;
  if (there === 'table' || (there === 'view' && !replace)) throw exists(work, name);
  await forgetTable(work, name);
  const list = columns.length === 0 ? '' : `(${columns.map(column => quoted(column.name)).join(', ')})`;
  await work.duck.run(`CREATE OR REPLACE VIEW ${qualified(name)}${list} AS ${query}`);
  forgetShapes(work);
  const comments = [{name: '', comment}, ...columns].flatMap(({name: key, comment: value}) =>
    value === undefined ? [] : [{kind: 'comment' as const, key, value}],
  );
  await writeNotes(work, name, comments);
  return empty;
}

function readViewColumn(cursor: Cursor): {name: string; comment: string | undefined} {
  const name = cursor.name();
  const comment = cursor.takeWord('COMMENT') ? cursor.text() : undefined;
  cursor.end();
  return {name, comment};
}

/** COMMENT ON SCHEMA | TABLE | COLUMN name IS '…' | NULL. */
export async function commentOn(cursor: Cursor, work: Work): Promise<Answer> {
  cursor.expectWord('COMMENT', 'ON');
  const kind = cursor.name().toUpperCase();
  const parts = cursor.parts();
  cursor.expectWord('IS');
  const text = cursor.takeWord('NULL') ? undefined : cursor.text();
  cursor.end();
  if (kind === 'SCHEMA' || kind === 'DATABASE') {
    const schema = schemaNamed(parts, work);
    await checkSchema(work, schema);
    await writeComment(work, {schema, table: ''}, {key: '', text});
  } else if (kind === 'TABLE') {
    const name = tableNamed(parts, work);
    await checkTables(work, [name]);
    await writeComment(work, name, {key: '', text});
  } else if (kind === 'COLUMN') {
    const name = tableNamed(parts.slice(0, -1), work);
    const column = requireColumn(await columnsOf(work, name), parts.at(-1) ?? '');
    await writeComment(work, name, {key: column.name, text});
    forgetShapes(work);
  } else throw syntaxError(`Syntax error at or near '${kind}'`);
  return empty;
}

/** CREATE VOLUME [IF NOT EXISTS] name [COMMENT '…']. */
export async function createVolume(cursor: Cursor, work: Work): Promise<Answer> {
  const unlessThere = cursor.takeWord('IF', 'NOT', 'EXISTS');
  const {schema, table: name} = tableNamed(cursor.parts(), work);
  if (cursor.takeWord('COMMENT')) cursor.text();
  cursor.end();
  await checkSchema(work, schema);
  if (!(await work.volumes.exists({schema, name}))) await work.volumes.create({schema, name});
  else if (!unlessThere) throw volumeExists(`The volume ${written([work.catalog, schema, name])} already exists`);
  return empty;
}

/** DROP VOLUME [IF EXISTS] name, with what it holds. */
export async function dropVolume(cursor: Cursor, work: Work): Promise<Answer> {
  const ifThere = cursor.takeWord('IF', 'EXISTS');
  const {schema, table: name} = tableNamed(cursor.parts(), work);
  cursor.end();
  if (await work.volumes.exists({schema, name})) await work.volumes.remove({schema, name});
  else if (!ifThere) throw volumeAbsent(`The volume ${written([work.catalog, schema, name])} does not exist`);
  return empty;
}
