import {open, readdir, stat} from 'node:fs/promises';
import path from 'node:path';
import {literal, quoted} from './cast.ts';
import {checkIsTable, counted} from './change.ts';
import {Cursor} from './cursor.ts';
import {scopeOf, translate} from './query.ts';
import {SqlError, syntaxError, unsupported, volumeAbsent} from './sql-error.ts';
import {checkTables, columnNamed, columnsOf, columnsOfQuery, qualified, type TableColumn} from './table-columns.ts';
import type {Token} from './token.ts';
import {type Answer, ownSchema, type TableName, tableNamed, type Work} from './work.ts';

const filesMax = 1000;

interface Copy {
  readonly table: TableName;
  /** The select list, and what stands behind the path; undefined where the files are copied as they are. */
  readonly select: {readonly list: readonly Token[]; readonly behind: readonly Token[]} | undefined;
  /** The path in the volume: `/Volumes/catalog/schema/volume/…`. */
  readonly from: string;
  readonly files: readonly string[] | undefined;
  readonly force: boolean;
}

/** A file that is there: its path in the volume and on this machine. */
interface FoundFile {
  readonly volumePath: string;
  readonly localPath: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/**
 * COPY INTO from Parquet files of a volume. A path that was copied into the table before is passed over, whatever it
 * holds now; a name that is not there is no error. Rows and the note of their paths are one transaction.
 */
export async function copyInto(cursor: Cursor, work: Work): Promise<Answer> {
  const copy = readCopy(cursor, work);
  await checkIsTable(work, copy.table);
  const found = await findFiles(copy, work);
  const known = copy.force ? new Set<string>() : await copiedPaths(copy.table, work);
  const fresh = found.filter(file => !known.has(file.volumePath));
  const inserted = fresh.length === 0 ? 0 : await insertFiles(copy, fresh, work);
  return counted({num_affected_rows: inserted, num_inserted_rows: inserted, num_skipped_corrupt_files: 0});
}

async function insertFiles(copy: Copy, files: readonly FoundFile[], work: Work): Promise<number> {
  await checkParquet(files);
  const query = await queryOf(copy, files, work);
  const columns = await columnsOf(work, copy.table);
  const given = await columnsOfQuery(work, query);
  const targets = given.map(({name, type}) => matching(columns, {name, type: type.spark}));
  const inserted = await work.duck.change(`INSERT INTO ${qualified(copy.table)}
    (${targets.map(column => quoted(column.name)).join(', ')}) ${query}`);
  const rows = files.map(file => `(${[copy.table.schema, copy.table.table, file.volumePath].map(literal).join(', ')})`);
  await work.duck.run(`INSERT INTO ${ownSchema}.copied_file VALUES ${rows.join(', ')}`);
  return inserted;
}

/** The table's column for a column of the files. Delta converts nothing here: `int` into `bigint` is refused too. */
function matching(columns: readonly TableColumn[], {name, type}: {name: string; type: string}): TableColumn {
  const column = columnNamed(columns, name);
  if (!column) {
    throw new SqlError({
      errorClass: 'DELTA_METADATA_MISMATCH',
      sqlState: '42KDG',
      text: `A schema mismatch detected when writing to the Delta table: it has no column \`${name}\``,
    });
  }
  if (column.type.spark === type || type === 'void') return column;
  throw new SqlError({
    errorClass: 'DELTA_FAILED_TO_MERGE_FIELDS',
    sqlState: '22005',
    text: `Failed to merge fields '${column.name}' and '${name}': ${column.type.spark} and ${type}`,
  });
}

async function queryOf({select}: Copy, files: readonly FoundFile[], work: Work): Promise<string> {
  const reading = `read_parquet([${files.map(file => literal(file.localPath)).join(', ')}]`;
  if (!select) return `SELECT * FROM ${reading})`;
  const scope = scopeOf(work);
  const usesMetadata = [...select.list, ...select.behind].some(token => token.text.toLowerCase() === '_metadata');
  const source = usesMetadata ? withMetadata(reading, files) : `${reading})`;
  const behind = select.behind.length === 0 ? '' : translate(select.behind, scope);
  const query = `SELECT ${translate(select.list, scope)} FROM ${source} ${behind}`;
  await checkTables(work, scope.tables);
  return query;
}

/** The files' rows with Spark's hidden `_metadata` beside them. */
function withMetadata(reading: string, files: readonly FoundFile[]): string {
  const rows = files.map(({localPath, volumePath, bytes, modifiedMs}) => {
    const url = `dbfs:${volumePath.split('/').map(encodeURIComponent).join('/')}`;
    return `(${[localPath, url, path.posix.basename(volumePath)].map(literal).join(', ')}, ${bytes}, ${modifiedMs})`;
  });
  return `(SELECT rows.* EXCLUDE (__file), struct_pack(file_path := files.url, file_name := files.file,
      file_size := CAST(files.bytes AS BIGINT),
      file_modification_time := make_timestamptz(CAST(files.ms AS BIGINT) * 1000)) AS _metadata
    FROM ${reading}, filename = '__file') AS rows
    JOIN (VALUES ${rows.join(', ')}) AS files(path, url, file, bytes, ms) ON rows.__file = files.path)`;
}

async function copiedPaths({schema, table}: TableName, {duck}: Work): Promise<ReadonlySet<string>> {
  const rows = await duck.rows(`SELECT file_path FROM ${ownSchema}.copied_file
    WHERE schema_name = ${literal(schema)} AND table_name = ${literal(table)}`);
  return new Set(rows.map(([file]) => String(file)));
}

/** The files that a COPY names and that are there. Spark passes over hidden ones: `_name` and `.name`. */
async function findFiles({from, files}: Copy, {volumes, catalog}: Work): Promise<readonly FoundFile[]> {
  const [, root, inCatalog = '', schema = '', name = '', ...folders] = from.split('/');
  const isVolume = root === 'Volumes' && inCatalog.toLowerCase() === catalog.toLowerCase() && name !== '';
  const volume = {schema: schema.toLowerCase(), name: name.toLowerCase()};
  if (!isVolume || !(await volumes.exists(volume))) throw volumeAbsent(`Volume '${from}' does not exist`);
  const base = volumes.folderOf(volume);
  const folder = path.join(base, ...folders.filter(part => part !== ''));
  const wanted = files ?? (await filesBelow(folder));
  const found: FoundFile[] = [];
  for (const file of new Set(wanted)) {
    const localPath = path.join(folder, ...file.split('/'));
    if (localPath !== base && !localPath.startsWith(base + path.sep))
      throw syntaxError(`A path leaves its volume: ${file}`);
    if (file.split('/').some(part => /^[_.]/.test(part))) continue;
    const facts = await stat(localPath).catch(() => undefined);
    if (!facts?.isFile()) continue;
    const inVolume = path.relative(base, localPath).split(path.sep).join('/');
    const volumePath = `/Volumes/${catalog}/${volume.schema}/${volume.name}/${inVolume}`;
    found.push({volumePath, localPath, bytes: facts.size, modifiedMs: Math.trunc(facts.mtimeMs)});
  }
  return found;
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const facts = await stat(folder).catch(() => undefined);
  if (!facts) {
    throw new SqlError({errorClass: 'PATH_NOT_FOUND', sqlState: '42K03', text: 'The path of COPY INTO does not exist'});
  }
  if (facts.isFile()) return ['.'];
  const entries = await readdir(folder, {recursive: true, withFileTypes: true});
  return entries
    .filter(entry => entry.isFile())
    .map(entry => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .toSorted();
}

/** A Parquet file begins and ends with `PAR1`; one that was cut short fails the whole statement. */
async function checkParquet(files: readonly FoundFile[]): Promise<void> {
  for (const {localPath, volumePath, bytes} of files) {
    const handle = await open(localPath);
    try {
      const ends = Buffer.alloc(8);
      if (bytes >= 12) {
        await handle.read(ends, 0, 4, 0);
        await handle.read(ends, 4, 4, bytes - 4);
      }
      if (ends.toString('latin1') !== 'PAR1PAR1') throw unreadable(volumePath);
    } finally {
      await handle.close();
    }
  }
}

const unreadable = (file: string): SqlError =>
  new SqlError({
    errorClass: 'FAILED_READ_FILE.PARQUET_CORRUPT_FOOTER',
    sqlState: 'KD001',
    text: `Error while reading file dbfs:${file}: it is not a Parquet file`,
  });

function readCopy(cursor: Cursor, work: Work): Copy {
  cursor.expectWord('COPY', 'INTO');
  const table = tableNamed(cursor.parts(), work);
  if (cursor.isSymbol('(') || cursor.isWord('BY', 'POSITION')) {
    // Facts of Databricks: columns by position are for CSV without a header only.
    throw syntaxError('COPY INTO takes a list of columns or BY POSITION with FILEFORMAT = CSV only');
  }
  cursor.expectWord('FROM');
  const source = cursor.isSymbol('(') ? readSelect(cursor.group()) : {from: cursor.text(), select: undefined};
  cursor.expectWord('FILEFORMAT');
  cursor.expectSymbol('=');
  if (!cursor.takeWord('PARQUET')) throw unsupported('COPY INTO reads PARQUET only in the local workspace');
  if (cursor.isWord('VALIDATE') || cursor.isWord('PATTERN')) {
    throw unsupported('VALIDATE and PATTERN of COPY INTO are not run by the local workspace');
  }
  const files = cursor.isWord('FILES') ? readFiles(cursor) : undefined;
  if (cursor.isWord('FORMAT_OPTIONS')) readOptions(cursor, 'FORMAT_OPTIONS', /^mergeSchema$/i);
  const options = cursor.isWord('COPY_OPTIONS') ? readOptions(cursor, 'COPY_OPTIONS', /^force$/i) : new Map();
  cursor.end();
  return {table, ...source, files, force: options.get('force') === 'true'};
}

function readSelect(tokens: readonly Token[]): {from: string; select: NonNullable<Copy['select']>} {
  const cursor = new Cursor(tokens);
  cursor.expectWord('SELECT');
  const list = cursor.until('FROM');
  cursor.expectWord('FROM');
  const from = cursor.text();
  const behind = cursor.rest();
  if (behind.some(({kind, text}) => kind === 'word' && /^(?:GROUP|JOIN|UNION|ORDER)$/i.test(text))) {
    throw syntaxError('The SELECT of COPY INTO takes expressions, an alias and a condition');
  }
  return {from, select: {list, behind}};
}

function readFiles(cursor: Cursor): readonly string[] {
  cursor.expectWord('FILES');
  cursor.expectSymbol('=');
  const files = cursor.list().map(item => new Cursor(item).text());
  if (files.length <= filesMax) return files;
  throw syntaxError(`COPY INTO takes ${filesMax} FILES at most, and was given ${files.length}`);
}

/** `('name' = 'value', …)`, of which only such names are known here. */
function readOptions(cursor: Cursor, word: string, known: RegExp): ReadonlyMap<string, string> {
  cursor.expectWord(word);
  return new Map(
    cursor.list().map(item => {
      const option = new Cursor(item);
      const name = option.text();
      if (!known.test(name)) throw unsupported(`The option ${name} of COPY INTO is not run by the local workspace`);
      option.expectSymbol('=');
      return [name.toLowerCase(), option.text().toLowerCase()];
    }),
  );
}
