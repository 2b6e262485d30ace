import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {promisify} from 'node:util';
import {DBSQLParameterType} from '@databricks/sql';
import {skipWithout} from '../runner/needs.ts';
import {openSession, parameter, rowsOf} from './driver.ts';
import {newFolder, openLocal} from './opened.ts';

test('values come back through the driver as they were written', async t => {
  const {workspace} = await openLocal(t);
  const session = await openSession(t, workspace);
  const sql = `SELECT CAST('12345678901234567890.0123456789' AS DECIMAL(38,10)) AS amount,
    CAST('-0.0000000001' AS DECIMAL(38,10)) AS small, 9007199254740993 AS whole, CAST(7 AS INT) AS count,
    true AS yes, 'æ"\\'\\\\' AS word, DATE '2026-02-28' AS day, TIMESTAMP '2026-02-28 10:11:12.123456' AS instant,
    TIMESTAMP_NTZ '2026-02-28 23:59:59.5' AS here, 1.5e0 AS float, CAST(NULL AS DECIMAL(38,10)) AS nothing`;
  assert.deepEqual(await rowsOf(session, sql), [
    {
      amount: '12345678901234567890.0123456789',
      small: '-0.0000000001',
      whole: 9007199254740993n,
      count: 7,
      yes: true,
      word: 'æ"\'\\',
      day: new Date('2026-02-28T00:00:00.000Z'),
      instant: new Date('2026-02-28T10:11:12.123Z'),
      here: new Date('2026-02-28T23:59:59.500Z'),
      float: 1.5,
      nothing: null,
    },
  ]);
});

test('a statement without a result ends, and a change gives its counts', async t => {
  const {workspace} = await openLocal(t);
  const session = await openSession(t, workspace);
  assert.deepEqual(await rowsOf(session, 'CREATE SCHEMA main.s'), []);
  assert.deepEqual(await rowsOf(session, 'CREATE TABLE main.s.t (a INT) USING DELTA'), []);
  assert.deepEqual(await rowsOf(session, 'INSERT INTO main.s.t VALUES (1), (2)'), [
    {num_affected_rows: 2n, num_inserted_rows: 2n},
  ]);
  assert.deepEqual(await rowsOf(session, 'UPDATE main.s.t SET a = a + 1 WHERE a > 1'), [{num_affected_rows: 1n}]);
  assert.deepEqual(await rowsOf(session, 'DELETE FROM main.s.t'), [{num_affected_rows: 2n}]);
  assert.deepEqual(await rowsOf(session, 'SELECT a FROM main.s.t'), []);
});

test('a long answer is fetched in parts, whole and in order', async t => {
  const {workspace} = await openLocal(t);
  const session = await openSession(t, workspace);
  const digits = '(VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9))';
  const sql = `SELECT a.d + b.d * 10 + c.d * 100 AS n FROM ${digits} AS a(d) CROSS JOIN ${digits} AS b(d)
    CROSS JOIN ${digits} AS c(d) ORDER BY n`;
  const operation = await session.executeStatement(sql, {maxRows: 300});
  const rows = (await operation.fetchAll({maxRows: 150})) as {n: number}[];
  assert.deepEqual(
    rows.map(({n}) => n),
    Array.from({length: 1000}, (_, index) => index),
  );
});

test('a long answer is fetched also where the statement is polled', async t => {
  const {workspace} = await openLocal(t);
  const session = await openSession(t, workspace);
  const operation = await session.executeStatement('VALUES (1), (2), (3)', {maxRows: null as never});
  assert.deepEqual(await operation.fetchAll({maxRows: 2}), [{col1: 1}, {col1: 2}, {col1: 3}]);
});

test('an error has its class, its SQLSTATE and its text', async t => {
  const {workspace} = await openLocal(t);
  const session = await openSession(t, workspace);
  const failure = await rowsOf(session, 'SELECT * FROM main.default.nothing').catch(error => error);
  assert.equal(failure.name, 'Error');
  assert.equal(failure.errorCode, 'ERROR');
  assert.equal(failure.response.sqlState, '42P01');
  assert.match(failure.response.displayMessage, /^\[TABLE_OR_VIEW_NOT_FOUND\] .*`nothing`.* SQLSTATE: 42P01$/);
  assert.deepEqual(await rowsOf(session, 'SELECT 1 AS one'), [{one: 1}]);
});

test('parameters are values and never SQL', async t => {
  const {workspace} = await openLocal(t);
  const session = await openSession(t, workspace);
  const namedParameters = {
    text: "x'; DROP TABLE \\ --",
    whole: 9007199254740993n,
    count: 5,
    yes: false,
    nothing: null,
    amount: parameter(DBSQLParameterType.DECIMAL, '12'),
    instant: new Date('2026-02-28T10:11:12.123Z'),
  } as NonNullable<Parameters<typeof session.executeStatement>[1]>['namedParameters'];
  const sql = `SELECT :text AS text, :whole AS whole, :count AS count, :yes AS yes, :nothing AS nothing,
    :amount AS amount, :instant AS instant, ':text' AS quoted`;
  assert.deepEqual(await rowsOf(session, sql, {namedParameters: namedParameters ?? {}}), [
    {...namedParameters, amount: '12', quoted: ':text'},
  ]);
  assert.deepEqual(await rowsOf(session, 'SELECT ? AS a, ? AS b', {ordinalParameters: ['x', 2]}), [{a: 'x', b: 2}]);
  await assert.rejects(rowsOf(session, 'SELECT :absent'), /UNBOUND_SQL_PARAMETER/);
});

test('a session begins in its namespace, and USE moves it', async t => {
  const {workspace} = await openLocal(t);
  await workspace.query('CREATE SCHEMA main.one');
  await workspace.query('CREATE SCHEMA main.two');
  const session = await openSession(t, workspace, {catalog: 'main', schema: 'one'});
  await rowsOf(session, 'CREATE TABLE t (a INT)');
  assert.equal((await workspace.query('SHOW TABLES IN main.one')).length, 1);
  await rowsOf(session, 'USE main.two');
  await assert.rejects(rowsOf(session, 'SELECT * FROM t'), /TABLE_OR_VIEW_NOT_FOUND/);
  await rowsOf(session, 'USE SCHEMA one');
  assert.deepEqual(await rowsOf(session, 'SELECT * FROM t'), []);
  const elsewhere = await openSession(t, workspace, {catalog: 'other'});
  await assert.rejects(rowsOf(elsewhere, 'SELECT * FROM default.t'), /CATALOG_NOT_FOUND/);
});

test('a statement that is cancelled fails as cancelled and leaves nothing', async t => {
  const {workspace} = await openLocal(t);
  await workspace.query('CREATE TABLE main.default.t (n BIGINT)');
  const session = await openSession(t, workspace);
  const thousand = `(SELECT a.d + b.d * 10 + c.d * 100 AS n FROM ${digitsAs('a')} CROSS JOIN ${digitsAs('b')}
    CROSS JOIN ${digitsAs('c')})`;
  const long = `INSERT INTO main.default.t SELECT x.n FROM ${thousand} AS x CROSS JOIN ${thousand} AS y
    CROSS JOIN ${thousand} AS z WHERE sha2(concat(x.n, y.n, z.n), 256) LIKE '00%'`;
  const operation = await session.executeStatement(long, {maxRows: null as never});
  await operation.cancel();
  await assert.rejects(operation.finished(), /cancel/);
  assert.deepEqual(await workspace.query('SELECT count(*) AS n FROM main.default.t'), [{n: 0n}]);
});

const digitsAs = (name: string): string => `(VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)) AS ${name}(d)`;

test('statements of several sessions wait for each other and none is lost', async t => {
  const {workspace} = await openLocal(t);
  await workspace.query('CREATE TABLE main.default.counter (n BIGINT)');
  await workspace.query('INSERT INTO main.default.counter VALUES (0)');
  const sessions = await Promise.all([1, 2, 3, 4].map(() => openSession(t, workspace)));
  const increment = 'UPDATE main.default.counter SET n = n + 1';
  await Promise.all(sessions.flatMap(session => [rowsOf(session, increment), rowsOf(session, increment)]));
  assert.deepEqual(await workspace.query('SELECT n FROM main.default.counter'), [{n: 8n}]);
});

test('over https the driver trusts the certificate it is given, and no other', {
  skip: skipWithout('openssl'),
}, async t => {
  const folder = await newFolder(t);
  const [keyFile, certFile] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  await promisify(execFile)(
    'openssl',
    `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1
      -keyout ${keyFile} -out ${certFile}`.split(/\s+/),
  );
  const tls = {key: await readFile(keyFile, 'utf8'), cert: await readFile(certFile, 'utf8')};
  const {workspace} = await openLocal(t, {tls});
  assert.match(workspace.host, /^https:\/\/127\.0\.0\.1:\d+$/);
  const session = await openSession(t, workspace, {ca: tls.cert});
  assert.deepEqual(await rowsOf(session, 'SELECT 1 AS one'), [{one: 1}]);
});
