import assert from 'node:assert/strict';
import test, {type TestContext} from 'node:test';
import type {LocalWorkspace} from '../../src/local/local.ts';
import {openLocal} from './opened.ts';

async function openTable(t: TestContext): Promise<LocalWorkspace> {
  const {workspace} = await openLocal(t);
  await workspace.query('CREATE TABLE main.default.t (id STRING, v DECIMAL(38,10), mark STRING)');
  await workspace.query("INSERT INTO main.default.t VALUES ('a', 1, null), ('b', 2, null)");
  return workspace;
}

const counts = (updated: number, deleted: number, inserted: number) => [
  {
    num_affected_rows: BigInt(updated + deleted + inserted),
    num_updated_rows: BigInt(updated),
    num_deleted_rows: BigInt(deleted),
    num_inserted_rows: BigInt(inserted),
  },
];

const source = (rows: string): string => `(SELECT * FROM (VALUES ${rows}) AS v(id, v)) AS s`;
const upsert =
  'WHEN MATCHED AND NOT (t.v <=> s.v) THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, s.v)';
const ambiguous = /\[DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE\] .* SQLSTATE: 21506/;

const held = async (workspace: LocalWorkspace): Promise<unknown[]> =>
  (await workspace.query('SELECT id, v, mark FROM main.default.t ORDER BY id')).map(({id, v, mark}) => [id, v, mark]);

test('a merge changes, inserts and counts, and the second time it does nothing', async t => {
  const workspace = await openTable(t);
  const sql = `MERGE INTO main.default.t AS t USING ${source("('a', 5), ('b', 2), ('c', 3)")} ON t.id = s.id ${upsert}`;
  assert.deepEqual(await workspace.query(sql), counts(1, 0, 1));
  assert.deepEqual(await workspace.query(sql), counts(0, 0, 0));
  assert.deepEqual(await held(workspace), [
    ['a', '5.0000000000', null],
    ['b', '2.0000000000', null],
    ['c', '3.0000000000', null],
  ]);
});

test('the first clause that fits decides, and rows the source lacks may be marked or deleted', async t => {
  const workspace = await openTable(t);
  const sql = `WITH s AS (SELECT 'a' AS id) MERGE INTO main.default.t USING s ON t.id = s.id
    WHEN MATCHED AND t.v > 5 THEN DELETE WHEN MATCHED THEN UPDATE SET t.mark = 'seen', t.v = t.v + 1
    WHEN NOT MATCHED BY SOURCE AND t.v = 2 THEN UPDATE SET mark = 'gone' WHEN NOT MATCHED BY SOURCE THEN DELETE`;
  assert.deepEqual(await workspace.query(sql), counts(2, 0, 0));
  assert.deepEqual(await held(workspace), [
    ['a', '2.0000000000', 'seen'],
    ['b', '2.0000000000', 'gone'],
  ]);
});

test('several source rows for one target row are refused, and nothing is written', async t => {
  const workspace = await openTable(t);
  const merge = (rows: string, clauses: string) =>
    workspace.query(`MERGE INTO main.default.t AS t USING ${source(rows)} ON t.id = s.id ${clauses}`);
  await assert.rejects(merge("('a', 5), ('a', 6), ('z', 1)", upsert), ambiguous);
  // As soon as there is an INSERT, Delta counts what the ON condition matches, whether or not it would change.
  await assert.rejects(merge("('a', 5), ('a', 1)", upsert), ambiguous);
  const updateOnly = 'WHEN MATCHED AND NOT (t.v <=> s.v) THEN UPDATE SET v = s.v';
  await assert.rejects(merge("('a', 5), ('a', 6)", updateOnly), ambiguous);
  assert.deepEqual(await held(workspace), [
    ['a', '1.0000000000', null],
    ['b', '2.0000000000', null],
  ]);
  assert.deepEqual(await merge("('a', 5), ('a', 1)", updateOnly), counts(1, 0, 0));
});

test('several source rows are no conflict where nothing is matched or all is deleted', async t => {
  const workspace = await openTable(t);
  const merge = (rows: string, clauses: string) =>
    workspace.query(`MERGE INTO main.default.t AS t USING ${source(rows)} ON t.id = s.id ${clauses}`);
  const insertOnly = 'WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, s.v)';
  assert.deepEqual(await merge("('a', 5), ('a', 6), ('z', 1), ('z', 2)", insertOnly), counts(0, 0, 2));
  await merge("('a', 5), ('a', 6)", 'WHEN MATCHED THEN DELETE');
  assert.deepEqual(
    (await held(workspace)).map(row => (row as unknown[])[0]),
    ['b', 'z', 'z'],
  );
});

test('a source may read the target', async t => {
  const workspace = await openTable(t);
  const sql = `MERGE INTO main.default.t AS t USING (
      SELECT id, v, false AS gone FROM (VALUES ('a', 9)) AS v(id, v)
      UNION ALL
      SELECT id, v, true AS gone FROM main.default.t AS o LEFT ANTI JOIN (VALUES ('a')) AS k(id) ON o.id = k.id
    ) AS s ON t.id = s.id
    WHEN MATCHED AND s.gone THEN UPDATE SET mark = 'gone' WHEN MATCHED THEN UPDATE SET v = s.v`;
  assert.deepEqual(await workspace.query(sql), counts(2, 0, 0));
  assert.deepEqual(await held(workspace), [
    ['a', '9.0000000000', null],
    ['b', '2.0000000000', 'gone'],
  ]);
});

test('stars stand for all columns of the table', async t => {
  const workspace = await openTable(t);
  const sql = `MERGE INTO main.default.t AS t USING (VALUES ('a', 7, 'm'), ('c', 8, 'n')) AS s(id, v, mark)
    ON t.id = s.id
    WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *`;
  assert.deepEqual(await workspace.query(sql), counts(1, 0, 1));
  assert.deepEqual((await held(workspace))[2], ['c', '8.0000000000', 'n']);
});

test('what is written is cast as Delta casts', async t => {
  const workspace = await openTable(t);
  const set = (value: string): Promise<unknown> =>
    workspace.query(`MERGE INTO main.default.t AS t USING (SELECT 'a' AS id, ${value} AS v) AS s ON t.id = s.id
      WHEN MATCHED THEN UPDATE SET v = s.v`);
  await set("'0.00000000005'");
  assert.deepEqual((await held(workspace))[0], ['a', '0.0000000001', null]);
  await assert.rejects(set("'1,5'"), /CAST_INVALID_INPUT/);
});

test('unknown columns, tables and clauses are refused by their classes', async t => {
  const workspace = await openTable(t);
  const merge = (rest: string) => workspace.query(`MERGE INTO main.default.t AS t USING ${rest}`);
  const one = "(SELECT 'a' AS id) AS s ON t.id = s.id";
  await assert.rejects(merge(`${one} WHEN MATCHED THEN UPDATE SET nothing = 1`), /UNRESOLVED_COLUMN.* SQLSTATE: 42703/);
  await assert.rejects(merge(`${one} WHEN MATCHED THEN UPDATE SET v = s.nothing`), /UNRESOLVED_COLUMN/);
  await assert.rejects(
    merge('main.default.nothing AS s ON t.id = s.id WHEN MATCHED THEN DELETE'),
    /TABLE_OR_VIEW_NOT_FOUND/,
  );
  await assert.rejects(merge(`${one} WHEN MATCHED THEN INSERT (id) VALUES (1)`), /PARSE_SYNTAX_ERROR/);
  await assert.rejects(merge(one), /PARSE_SYNTAX_ERROR/);
  await assert.rejects(
    workspace.query(`MERGE WITH SCHEMA EVOLUTION INTO main.default.t AS t USING ${one} WHEN MATCHED THEN DELETE`),
    /UNSUPPORTED_FEATURE/,
  );
});
