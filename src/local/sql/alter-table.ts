import {quoted} from './cast.ts';
import {checkIsTable, requireColumn} from './change.ts';
import {type ColumnDefinition, checkName, readCluster, readColumn, readKey, refuseTwins} from './create-table.ts';
import {Cursor} from './cursor.ts';
import {forgetShapes, readNotes, removeNotes, writeComment, writeNotes} from './notes.ts';
import {readProperties} from './properties.ts';
import {SqlError, unsupported} from './sql-error.ts';
import {mayWiden, readType} from './sql-type.ts';
import {columnNamed, columnsOf, qualified} from './table-columns.ts';
import {type Answer, empty, type TableName, tableNamed, type Work} from './work.ts';

/** ALTER TABLE. Columns are added, widened and commented; nothing is dropped or renamed without column mapping. */
export async function alterTable(cursor: Cursor, work: Work): Promise<Answer> {
  cursor.expectWord('ALTER', 'TABLE');
  const table = tableNamed(cursor.parts(), work);
  await checkIsTable(work, table);
  if (cursor.takeWord('ADD', 'COLUMNS') || cursor.takeWord('ADD', 'COLUMN')) await addColumns(cursor, {work, table});
  else if (cursor.takeWord('ALTER', 'COLUMN') || cursor.takeWord('CHANGE', 'COLUMN')) {
    await alterColumn(cursor, {work, table});
  } else if (cursor.takeWord('ADD')) await addKey(cursor, {work, table});
  else if (cursor.takeWord('DROP', 'CONSTRAINT')) await dropKey(cursor, {work, table});
  else if (cursor.takeWord('SET', 'TBLPROPERTIES')) {
    for (const [key, value] of readProperties(cursor.list()))
      await writeNotes(work, table, [{kind: 'property', key, value}]);
  } else if (cursor.takeWord('UNSET', 'TBLPROPERTIES')) {
    cursor.takeWord('IF', 'EXISTS');
    for (const item of cursor.list()) await removeNotes(work, table, 'property', new Cursor(item).text());
  } else if (cursor.isWord('CLUSTER', 'BY')) await cluster(cursor, {work, table});
  else throw unsupported(`ALTER TABLE … ${cursor.peek()?.text} is not run by the local workspace`);
  cursor.end();
  forgetShapes(work);
  return empty;
}

interface Altered {
  readonly work: Work;
  readonly table: TableName;
}

async function addColumns(cursor: Cursor, {work, table}: Altered): Promise<void> {
  if (cursor.isWord('IF', 'NOT', 'EXISTS')) cursor.fail();
  const items = cursor.isSymbol('(') ? cursor.list() : [cursor.rest()];
  const added = items.map(item => readColumn(new Cursor(item)));
  const columns = await columnsOf(work, table);
  refuseTwins([...columns, ...added]);
  for (const column of added) await addColumn(column, {work, table});
}

async function addColumn({name, type, required, comment}: ColumnDefinition, {work, table}: Altered): Promise<void> {
  checkName(name);
  if (required) {
    throw new SqlError({
      errorClass: 'DELTA_ADD_COLUMN_NOT_NULL',
      sqlState: '42K0F',
      text: `A column that is added can't be NOT NULL: \`${name}\``,
    });
  }
  await work.duck.run(`ALTER TABLE ${qualified(table)} ADD COLUMN ${quoted(name)} ${type.engine}`);
  if (comment === undefined) return;
  await writeComment(work, table, {key: name, text: comment});
}

async function alterColumn(cursor: Cursor, {work, table}: Altered): Promise<void> {
  const column = requireColumn(await columnsOf(work, table), cursor.name());
  const place = `${qualified(table)} ALTER COLUMN ${quoted(column.name)}`;
  if (cursor.takeWord('COMMENT')) {
    await writeComment(work, table, {key: column.name, text: cursor.text()});
  } else if (cursor.takeWord('SET', 'NOT', 'NULL')) await work.duck.run(`ALTER TABLE ${place} SET NOT NULL`);
  else if (cursor.takeWord('DROP', 'NOT', 'NULL')) await work.duck.run(`ALTER TABLE ${place} DROP NOT NULL`);
  else if (cursor.takeWord('TYPE')) {
    const type = readType(cursor);
    if (type.spark === column.type.spark) return;
    const widening = (await readNotes(work, table, 'property')).get('delta.enableTypeWidening') === 'true';
    if (!widening || !mayWiden(column.type, type)) {
      throw new SqlError({
        errorClass: 'DELTA_UNSUPPORTED_ALTER_TABLE_CHANGE_COL_OP',
        sqlState: '0AKDC',
        text: `ALTER COLUMN can't make \`${column.name}\`, a ${column.type.spark}, a ${type.spark}`,
      });
    }
    await work.duck.run(`ALTER TABLE ${place} TYPE ${type.engine}`);
  } else throw unsupported(`ALTER COLUMN … ${cursor.peek()?.text} is not run by the local workspace`);
}

/** A key is noted and not enforced; as on Databricks its columns must be NOT NULL before. */
async function addKey(cursor: Cursor, {work, table}: Altered): Promise<void> {
  const key = readKey(new Cursor(cursor.rest()), table);
  const columns = await columnsOf(work, table);
  const nullable = key.columns.filter(name => requireColumn(columns, name).nullable);
  if (key.kind === 'PRIMARY KEY' && nullable.length > 0) {
    throw new SqlError({
      errorClass: 'DELTA_PRIMARY_KEY_COLUMN_NULLABLE',
      sqlState: '42831',
      text: `Cannot create the primary key because its child column(s) \`${nullable.join('`, `')}\` is nullable`,
    });
  }
  const notes = await readNotes(work, table, 'constraint');
  if (notes.has(key.name) || (key.kind === 'PRIMARY KEY' && [...notes.values()].includes(key.kind))) {
    throw new SqlError({
      errorClass: 'CONSTRAINT_ALREADY_EXISTS',
      sqlState: '42710',
      text: `The constraint \`${key.name}\` already exists`,
    });
  }
  await writeNotes(work, table, [{kind: 'constraint', key: key.name, value: key.kind}]);
}

async function dropKey(cursor: Cursor, {work, table}: Altered): Promise<void> {
  const ifThere = cursor.takeWord('IF', 'EXISTS');
  const name = cursor.name();
  if (!ifThere && !(await readNotes(work, table, 'constraint')).has(name)) {
    throw new SqlError({
      errorClass: 'CONSTRAINT_DOES_NOT_EXIST',
      sqlState: '42704',
      text: `Cannot drop nonexistent constraint \`${name}\``,
    });
  }
  await removeNotes(work, table, 'constraint', name);
}

async function cluster(cursor: Cursor, {work, table}: Altered): Promise<void> {
  const names = readCluster(cursor);
  const columns = await columnsOf(work, table);
  const known = names.map(name => columnNamed(columns, name)?.name ?? requireColumn(columns, name).name);
  await removeNotes(work, table, 'cluster');
  if (known.length > 0)
    await writeNotes(work, table, [{kind: 'cluster', key: 'columns', value: JSON.stringify(known)}]);
}
