import assert from 'node:assert/strict';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import {DuckDBInstance} from '@duckdb/node-api';
import type {LocalRow, LocalWorkspace} from '../../src/local/local.ts';
import {openLocal} from './opened.ts';

const root = '/Volumes/main/s/v';
const none = {num_affected_rows: 0n, num_inserted_rows: 0n, num_skipped_corrupt_files: 0n};
const rows = (count: bigint) => ({num_affected_rows: count, num_inserted_rows: count, num_skipped_corrupt_files: 0n});

interface Landing {
  readonly workspace: LocalWorkspace;
  /** Where the volume lies on this machine. */
  readonly local: string;
  /** Writes a Parquet file of what a query of DuckDB gives. */
  write(name: string, query: string): Promise<void>;
  copy(files: readonly string[], select?: string, more?: string): Promise<readonly LocalRow[]>;
}

async function openLanding(t: TestContext): Promise<Landing> {
  const {workspace, folder} = await openLocal(t);
  await workspace.query('CREATE SCHEMA main.s');
  await workspace.query('CREATE VOLUME main.s.v');
  await workspace.query('CREATE TABLE main.s.t (id STRING, amount DECIMAL(38,10), n BIGINT, file STRING)');
  const local = path.join(folder, 'volumes', 's', 'v');
  const select = 'CAST(id AS STRING) AS id, CAST(amount AS DECIMAL(38,10)) AS amount';
  return {
    workspace,
    local,
    write: async (name, query) => {
      await mkdir(path.dirname(path.join(local, name)), {recursive: true});
      const instance = await DuckDBInstance.create();
      const connection = await instance.connect();
      await connection.run(`COPY (${query}) TO '${path.join(local, name).replaceAll("'", "''")}' (FORMAT parquet)`);
      connection.closeSync();
      instance.closeSync();
    },
    copy: (files, chosen = select, more = '') => {
      const list = files.map(file => `'${file.replaceAll("'", "\\'")}'`).join(', ');
      return workspace.query(`COPY INTO main.s.t FROM (SELECT ${chosen} FROM '${root}') FILEFORMAT = PARQUET
        FILES = (${list}) ${more}`);
    },
  };
}

const one = "SELECT 'a' AS id, '90071992547409931.25' AS amount";

const idsOf = async (workspace: LocalWorkspace): Promise<unknown[]> =>
  (await workspace.query('SELECT id FROM main.s.t ORDER BY id')).map(({id}) => id);

test('a file is copied once, with its digits, whatever it holds later', async t => {
  const {workspace, write, copy} = await openLanding(t);
  await write('l1/a.parquet', one);
  assert.deepEqual(await copy(['l1/a.parquet']), [rows(1n)]);
  assert.deepEqual(await workspace.query('SELECT amount FROM main.s.t'), [{amount: '90071992547409931.2500000000'}]);
  await write('l1/a.parquet', "SELECT 'other' AS id, '1' AS amount");
  assert.deepEqual(await copy(['l1/a.parquet']), [none]);
  assert.deepEqual(await idsOf(workspace), ['a']);
});

test('what was copied is known by its path from wherever it is named, also after a deletion of the rows', async t => {
  const {workspace, write, copy} = await openLanding(t);
  await write('l1/a.parquet', one);
  await copy(['l1/a.parquet']);
  await workspace.query('TRUNCATE TABLE main.s.t');
  const select = 'SELECT id, CAST(amount AS DECIMAL(38,10)) AS amount';
  const other = `COPY INTO main.s.t FROM (${select} FROM '${root}/l1/') FILEFORMAT = PARQUET FILES = ('a.parquet')`;
  assert.deepEqual(await workspace.query(other), [none]);
  assert.deepEqual(await copy(['l1/a.parquet'], undefined, "COPY_OPTIONS ('force' = 'true')"), [rows(1n)]);
});

test('another table takes the same file, and so does a table that was dropped and made again', async t => {
  const {workspace, write, copy} = await openLanding(t);
  await write('a.parquet', one);
  await copy(['a.parquet']);
  await workspace.query('CREATE TABLE main.s.u (id STRING, amount STRING)');
  const whole = `COPY INTO main.s.u FROM '${root}' FILEFORMAT = PARQUET`;
  assert.deepEqual(await workspace.query(whole), [rows(1n)]);
  await workspace.query('DROP TABLE main.s.u');
  await workspace.query('CREATE TABLE main.s.u (id STRING, amount STRING)');
  assert.deepEqual(await workspace.query(whole), [rows(1n)]);
});

test('a name that is not there is no error, and a hidden file is passed over', async t => {
  const {write, copy} = await openLanding(t);
  await write('_a.parquet', one);
  await write('.b.parquet', one);
  assert.deepEqual(await copy(['_a.parquet', '.b.parquet', 'nothing.parquet']), [none]);
});

test('a file named twice in one statement is copied once, and so it is by two statements at once', async t => {
  const {workspace, write, copy} = await openLanding(t);
  await write('a.parquet', one);
  await write('b.parquet', one.replace("'a'", "'b'"));
  assert.deepEqual(await copy(['a.parquet', 'a.parquet']), [rows(1n)]);
  await Promise.all([copy(['b.parquet', 'a.parquet']), copy(['a.parquet', 'b.parquet'])]);
  assert.deepEqual(await idsOf(workspace), ['a', 'b']);
});

test('columns go by their names: a missing one is NULL, an unknown one and another type are refused', async t => {
  const {workspace, write, copy} = await openLanding(t);
  await write('a.parquet', `${one}, 7::INTEGER AS n`);
  await assert.rejects(copy(['a.parquet'], 'n'), /\[DELTA_FAILED_TO_MERGE_FIELDS\] .*bigint and int.* SQLSTATE: 22005/);
  await assert.rejects(copy(['a.parquet'], 'amount'), /DELTA_FAILED_TO_MERGE_FIELDS/);
  await assert.rejects(copy(['a.parquet'], 'id AS other'), /DELTA_METADATA_MISMATCH/);
  assert.deepEqual(await copy(['a.parquet'], 'CAST(n AS BIGINT) AS n, id'), [rows(1n)]);
  assert.deepEqual(await workspace.query('SELECT * FROM main.s.t'), [{id: 'a', amount: null, n: 7n, file: null}]);
});

test('a bad cast fails the whole statement, and its files stay uncopied', async t => {
  const {workspace, write, copy} = await openLanding(t);
  await write('a.parquet', one);
  await write('b.parquet', "SELECT 'b' AS id, '1,5' AS amount");
  await assert.rejects(copy(['a.parquet', 'b.parquet']), /\[CAST_INVALID_INPUT\] .* SQLSTATE: 22018/);
  assert.deepEqual(await idsOf(workspace), []);
  assert.deepEqual(await copy(['a.parquet']), [rows(1n)]);
});

test('a file that was cut short, and one that is no Parquet file, fail the whole statement', async t => {
  const {workspace, local, write, copy} = await openLanding(t);
  await write('a.parquet', one);
  await write('whole.parquet', one);
  const bytes = await readFile(path.join(local, 'whole.parquet'));
  await writeFile(path.join(local, 'cut.parquet'), bytes.subarray(0, bytes.length - 20));
  await writeFile(path.join(local, 'empty.parquet'), '');
  const middle = Buffer.from(bytes).fill(7, 4, bytes.length - 8);
  await writeFile(path.join(local, 'broken.parquet'), middle);
  for (const bad of ['cut.parquet', 'empty.parquet', 'broken.parquet']) {
    await assert.rejects(copy(['a.parquet', bad]), /\[FAILED_READ_FILE[.A-Z_]*\] [\s\S]*SQLSTATE: KD001/, bad);
  }
  assert.deepEqual(await idsOf(workspace), []);
});

test('every row can tell its file, its path escaped', async t => {
  const {workspace, write, copy} = await openLanding(t);
  await write('l 1/a%.parquet', one);
  await copy(['l 1/a%.parquet'], "id, concat(_metadata.file_name, ' ', _metadata.file_path) AS file");
  assert.deepEqual(await workspace.query('SELECT file FROM main.s.t'), [
    {file: 'a%.parquet dbfs:/Volumes/main/s/v/l%201/a%25.parquet'},
  ]);
});

test('too many files, a list of columns, a path out of the volume and an absent volume are refused', async t => {
  const {workspace, copy} = await openLanding(t);
  const many = Array.from({length: 1001}, (_, index) => `${index}.parquet`);
  await assert.rejects(copy(many), /1000 FILES at most/);
  assert.deepEqual(await copy(many.slice(1)), [none]);
  const files = "FILEFORMAT = PARQUET FILES = ('a.parquet')";
  await assert.rejects(workspace.query(`COPY INTO main.s.t (id) FROM (SELECT id FROM '${root}') ${files}`), /CSV only/);
  await assert.rejects(copy(['../../../main.duckdb']), /leaves its volume/);
  const elsewhere = `COPY INTO main.s.t FROM (SELECT id FROM '/Volumes/main/s/other') ${files}`;
  await assert.rejects(workspace.query(elsewhere), /VOLUME_DOES_NOT_EXIST/);
  await assert.rejects(workspace.query(elsewhere.replace('main.s.t', 'main.s.nothing')), /TABLE_OR_VIEW_NOT_FOUND/);
});
