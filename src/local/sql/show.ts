import {literal} from './cast.ts';
import type {Cursor} from './cursor.ts';
import {readNotes} from './notes.ts';
import {tablesIn} from './schema-statements.ts';
import {unsupported} from './sql-error.ts';
import {typeNamed} from './sql-type.ts';
import {checkSchema, columnNamed, columnsOf} from './table-columns.ts';
import {type Answer, answerOf, ownSchema, schemaNamed, tableNamed, type Work} from './work.ts';

const textType = typeNamed('STRING') ?? {spark: 'string', engine: 'VARCHAR'};
const flagType = typeNamed('BOOLEAN') ?? textType;

const texts = (names: readonly string[], rows: readonly (readonly (string | null)[])[]): Answer =>
  answerOf(
    names.map(name => ({name, type: textType})),
    rows,
  );

/** DESCRIBE [TABLE] t: columns, and behind them what the table is clustered by, as Spark shows it. */
export async function describe(cursor: Cursor, work: Work): Promise<Answer> {
  cursor.next();
  cursor.takeWord('TABLE');
  if (/^(?:EXTENDED|FORMATTED|DETAIL|HISTORY|SCHEMA|QUERY|FUNCTION|CATALOG|VOLUME)$/i.test(cursor.peek()?.text ?? '')) {
    throw unsupported(`DESCRIBE ${cursor.peek()?.text} is not run by the local workspace`);
  }
  const name = tableNamed(cursor.parts(), work);
  cursor.end();
  const columns = await columnsOf(work, name);
  const rows = columns.map(column => [column.name, column.type.spark, column.comment]);
  const cluster: readonly string[] = JSON.parse((await readNotes(work, name, 'cluster')).get('columns') ?? '[]');
  if (cluster.length > 0) {
    rows.push(['# Clustering Information', '', ''], ['# col_name', 'data_type', 'comment']);
    for (const key of cluster) {
      const column = columnNamed(columns, key);
      rows.push([key, column?.type.spark ?? '', column?.comment ?? null]);
    }
  }
  return texts(['col_name', 'data_type', 'comment'], rows);
}

/** SHOW TABLES | SCHEMAS | COLUMNS | TBLPROPERTIES | VOLUMES | CATALOGS. */
export async function show(cursor: Cursor, work: Work): Promise<Answer> {
  cursor.expectWord('SHOW');
  const what = cursor.name().toUpperCase();
  if (what === 'TABLES') return showTables(cursor, work);
  if (what === 'SCHEMAS' || what === 'DATABASES') return showSchemas(cursor, work);
  if (what === 'CATALOGS') {
    cursor.end();
    return texts(['catalog'], [[work.catalog]]);
  }
  if (what === 'VOLUMES') {
    const schema = await schemaAsked(cursor, work);
    cursor.end();
    return texts(
      ['database', 'volume_name'],
      (await work.volumes.list(schema)).map(volume => [schema, volume]),
    );
  }
  if (what === 'COLUMNS') {
    if (!cursor.takeWord('IN')) cursor.expectWord('FROM');
    const columns = await columnsOf(work, tableNamed(cursor.parts(), work));
    cursor.end();
    return texts(
      ['col_name'],
      columns.map(column => [column.name]),
    );
  }
  if (what === 'TBLPROPERTIES') {
    const name = tableNamed(cursor.parts(), work);
    cursor.end();
    await columnsOf(work, name);
    return texts(['key', 'value'], [...(await readNotes(work, name, 'property'))]);
  }
  throw unsupported(`SHOW ${what} is not run by the local workspace`);
}

async function schemaAsked(cursor: Cursor, work: Work): Promise<string> {
  const given = cursor.takeWord('IN') || cursor.takeWord('FROM');
  const schema = given ? schemaNamed(cursor.parts(), work) : work.session.schema;
  await checkSchema(work, schema);
  return schema;
}

async function showTables(cursor: Cursor, work: Work): Promise<Answer> {
  const schema = await schemaAsked(cursor, work);
  const fits = pattern(cursor);
  const names = (await tablesIn(work, schema)).filter(fits);
  return answerOf(
    [
      {name: 'database', type: textType},
      {name: 'tableName', type: textType},
      {name: 'isTemporary', type: flagType},
    ],
    names.map(name => [schema, name, false]),
  );
}

async function showSchemas(cursor: Cursor, work: Work): Promise<Answer> {
  if (cursor.takeWord('IN') || cursor.takeWord('FROM')) schemaNamed([cursor.name(), 'default'], work);
  const fits = pattern(cursor);
  const rows = await work.duck.rows(`SELECT schema_name FROM duckdb_schemas()
    WHERE database_name = current_database() AND NOT internal AND schema_name <> ${literal(ownSchema)} ORDER BY 1`);
  const names = rows.map(([name]) => String(name)).filter(fits);
  return texts(
    ['databaseName'],
    names.map(name => [name]),
  );
}

/** `[LIKE] 'a*|b'`: Spark's own pattern, with stars and bars. */
function pattern(cursor: Cursor): (name: string) => boolean {
  cursor.takeWord('LIKE');
  if (cursor.done) return () => true;
  const escaped = cursor
    .text()
    .replace(/[.+?^${}()[\]\\]/g, '\\$&')
    .replaceAll('*', '.*');
  cursor.end();
  const form = new RegExp(`^(?:${escaped})$`, 'i');
  return name => form.test(name);
}
