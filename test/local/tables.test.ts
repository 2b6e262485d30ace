import assert from 'node:assert/strict';
import test from 'node:test';
import {openLocal} from './opened.ts';

test('a table is described as Spark describes it, its clustering behind its columns', async t => {
  const {workspace} = await openLocal(t);
  await workspace.query("CREATE SCHEMA IF NOT EXISTS `main`.`visma` COMMENT 'What people query'");
  const create = `CREATE TABLE IF NOT EXISTS \`main\`.\`visma\`.\`Supplier\` (
      \`company_id\` STRING NOT NULL COMMENT 'The company\\'s id', amount DECIMAL(38,10), rate DECIMAL(38, 18),
      n BIGINT, i INT, yes BOOLEAN, day DATE, at TIMESTAMP, here TIMESTAMP_NTZ COMMENT 'no zone',
      CONSTRAINT key PRIMARY KEY (company_id) RELY, FOREIGN KEY (n) REFERENCES main.visma.other (n)
    ) USING DELTA COMMENT 'One row each' CLUSTER BY (company_id) TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true')`;
  await workspace.query(create);
  await workspace.query(create);
  assert.deepEqual(
    (await workspace.query('DESCRIBE TABLE main.visma.supplier')).map(row => Object.values(row).join('|')),
    [
      "company_id|string|The company's id",
      'amount|decimal(38,10)|',
      'rate|decimal(38,18)|',
      'n|bigint|',
      'i|int|',
      'yes|boolean|',
      'day|date|',
      'at|timestamp|',
      'here|timestamp_ntz|no zone',
      '# Clustering Information||',
      '# col_name|data_type|comment',
      "company_id|string|The company's id",
    ],
  );
  assert.deepEqual(await workspace.query('SHOW TABLES IN main.visma'), [
    {database: 'visma', tableName: 'supplier', isTemporary: false},
  ]);
});

test('keys are informational: twice the same is kept, but NULL in a key is not', async t => {
  const {workspace} = await openLocal(t);
  await workspace.query('CREATE TABLE main.default.t (id STRING, n INT, PRIMARY KEY (id))');
  await workspace.query("INSERT INTO main.default.t VALUES ('a', 1), ('a', 2)");
  await assert.rejects(
    workspace.query('INSERT INTO main.default.t VALUES (NULL, 1)'),
    /DELTA_NOT_NULL_CONSTRAINT_VIOLATED.* SQLSTATE: 23502/,
  );
  await workspace.query('CREATE TABLE main.default.u (id STRING, n INT NOT NULL)');
  const add = (column: string) =>
    workspace.query(`ALTER TABLE main.default.u ADD CONSTRAINT k PRIMARY KEY (${column})`);
  await assert.rejects(add('id'), /nullable/);
  await add('n');
  await assert.rejects(add('n'), /CONSTRAINT_ALREADY_EXISTS/);
  await workspace.query('ALTER TABLE main.default.u DROP CONSTRAINT k');
  await add('n');
});

test('columns are added, widened and commented, and their rows stay', async t => {
  const {workspace} = await openLocal(t);
  await workspace.query('CREATE TABLE main.default.t (id STRING, n INT, d DECIMAL(18,2))');
  await workspace.query("INSERT INTO main.default.t VALUES ('a', 1, 1.25)");
  await workspace.query("ALTER TABLE main.default.t ADD COLUMNS (x DECIMAL(38,10) COMMENT 'new', y STRING)");
  await assert.rejects(workspace.query('ALTER TABLE main.default.t ADD COLUMNS (Y STRING)'), /FIELD_ALREADY_EXISTS/);
  await assert.rejects(workspace.query('ALTER TABLE main.default.t ADD COLUMN IF NOT EXISTS z INT'), /PARSE_SYNTAX/);
  const widen = (column: string, type: string) =>
    workspace.query(`ALTER TABLE main.default.t ALTER COLUMN ${column} TYPE ${type}`);
  await assert.rejects(widen('n', 'BIGINT'), /DELTA_UNSUPPORTED_ALTER_TABLE_CHANGE_COL_OP/);
  await workspace.query("ALTER TABLE main.default.t SET TBLPROPERTIES ('delta.enableTypeWidening' = 'true')");
  await widen('n', 'BIGINT');
  await widen('d', 'DECIMAL(38,10)');
  await assert.rejects(widen('n', 'INT'), /DELTA_UNSUPPORTED_ALTER_TABLE_CHANGE_COL_OP/);
  await assert.rejects(widen('d', 'DECIMAL(38,18)'), /DELTA_UNSUPPORTED_ALTER_TABLE_CHANGE_COL_OP/);
  await workspace.query("COMMENT ON COLUMN main.default.t.y IS 'why'");
  await workspace.query("COMMENT ON TABLE main.default.t IS 'a table'");
  assert.deepEqual(await workspace.query('SELECT * FROM main.default.t'), [
    {id: 'a', n: 1n, d: '1.2500000000', x: null, y: null},
  ]);
  const comments = (await workspace.query('DESCRIBE main.default.t')).map(({comment}) => comment);
  assert.deepEqual(comments, [null, null, null, 'new', 'why']);
});

test('columns that were added are filled from JSON, digits exact', async t => {
  const {workspace} = await openLocal(t);
  await workspace.query('CREATE TABLE main.default.t (_record STRING, amount DECIMAL(38,10), name STRING, n BIGINT)');
  await workspace.query(
    `INSERT INTO main.default.t (_record)
      VALUES ('{"amount":90071992547409931.25,"of":{"name":"æ"},"n":5.0}'), ('no JSON')`,
  );
  const field = (schema: string, path: string): string => `from_json(_record, '${schema}').${path}`;
  await workspace.query(`UPDATE main.default.t SET amount = ${field('amount DECIMAL(38,10)', 'amount')},
    name = ${field('of STRUCT<name: STRING>', 'of.name')}, n = ${field('n BIGINT', 'n')}`);
  assert.deepEqual(await workspace.query('SELECT amount, name, n FROM main.default.t ORDER BY name'), [
    {amount: null, name: null, n: null},
    {amount: '90071992547409931.2500000000', name: 'æ', n: null},
  ]);
  const path = `SELECT get_json_object(_record, '$.amount') AS amount FROM main.default.t ORDER BY amount`;
  assert.deepEqual(await workspace.query(path), [{amount: null}, {amount: '9.007199254740994E16'}]);
});

test('what is there and what is not is told by its class', async t => {
  const {workspace} = await openLocal(t);
  const fails = (sql: string, form: RegExp): Promise<void> => assert.rejects(workspace.query(sql), form, sql);
  await workspace.query('CREATE TABLE main.default.t (a INT)');
  await fails('CREATE TABLE main.default.t (a INT)', /\[TABLE_OR_VIEW_ALREADY_EXISTS\].* SQLSTATE: 42P07/);
  await fails('CREATE TABLE main.nothing.t (a INT)', /\[SCHEMA_NOT_FOUND\].* SQLSTATE: 42704/);
  await fails('CREATE SCHEMA main.default', /\[SCHEMA_ALREADY_EXISTS\].* SQLSTATE: 42P06/);
  await fails('CREATE SCHEMA other.s', /\[CATALOG_NOT_FOUND\]/);
  await fails('CREATE SCHEMA main.main', /\[UNSUPPORTED_FEATURE/);
  await fails('SELECT b FROM main.default.t', /\[UNRESOLVED_COLUMN.WITH_SUGGESTION\].* SQLSTATE: 42703/);
  await fails('DROP TABLE main.default.u', /\[TABLE_OR_VIEW_NOT_FOUND\]/);
  await fails('INSERT INTO main.default.t VALUES (1, 2)', /\[INSERT_COLUMN_ARITY_MISMATCH/);
  await fails('CREATE TABLE main.default.u (`a b` INT)', /\[DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES\]/);
  await fails('CREATE TABLE main.default.u (a INT, A INT)', /\[FIELD_ALREADY_EXISTS\]/);
  await fails('CREATE TABLE main.default.u (a INT) CLUSTER BY (b)', /\[UNRESOLVED_COLUMN/);
  await fails('CREATE TABLE main.default.u (a ARRAY<INT>)', /\[UNSUPPORTED_FEATURE/);
  await fails('CREATE TABLE main.default.u (a WORD)', /\[PARSE_SYNTAX_ERROR\]/);
  await fails('DROP SCHEMA main.default', /\[SCHEMA_NOT_EMPTY\]/);
  await workspace.query('DROP TABLE IF EXISTS main.default.u');
  await workspace.query('DROP SCHEMA main.default CASCADE');
  await fails('SHOW TABLES IN main.default', /\[SCHEMA_NOT_FOUND\]/);
});

test('a view keeps its query, its names and its comments', async t => {
  const {workspace} = await openLocal(t);
  await workspace.query('CREATE TABLE main.default.t (id STRING, v DECIMAL(38,10))');
  await workspace.query("INSERT INTO main.default.t VALUES ('5', 1)");
  await workspace.query(`CREATE VIEW main.default.v (n COMMENT 'a number', v) COMMENT 'a view'
    AS SELECT CAST(id AS BIGINT), v FROM main.default.t WHERE id IS NOT NULL`);
  assert.deepEqual(await workspace.query('SELECT * FROM main.default.v'), [{n: 5n, v: '1.0000000000'}]);
  assert.deepEqual((await workspace.query('DESCRIBE main.default.v'))[0], {
    col_name: 'n',
    data_type: 'bigint',
    comment: 'a number',
  });
  await workspace.query('CREATE OR REPLACE VIEW main.default.v AS SELECT v FROM main.default.t');
  assert.deepEqual(await workspace.query('SELECT * FROM main.default.v'), [{v: '1.0000000000'}]);
  await assert.rejects(workspace.query('UPDATE main.default.v SET v = 1'), /EXPECT_TABLE_NOT_VIEW/);
  await assert.rejects(workspace.query('DROP TABLE main.default.v'), /TABLE_OR_VIEW_NOT_FOUND/);
  await workspace.query('DROP VIEW main.default.v');
});
