import assert from 'node:assert/strict';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {after, before} from 'node:test';
import {systemRandom} from '../../src/base/random.ts';
import {type LocalWorkspace, openLocalWorkspace} from '../../src/local/local.ts';
import {FakeClock} from '../fake-clock.ts';

let workspace: LocalWorkspace;
let folder: string;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'local-'));
  workspace = await openLocalWorkspace({folder, catalog: 'main', clock: new FakeClock(), random: systemRandom});
  await workspace.query('CREATE TABLE main.default.t (id STRING, n INT, amount DECIMAL(38,10))');
  await workspace.query("INSERT INTO main.default.t VALUES ('a', 2, 1.5), ('a', 1, 2.5), ('b', NULL, NULL)");
});
after(async () => {
  await workspace.close();
  await rm(folder, {recursive: true, force: true});
});

/** The one value of an expression. */
async function oneValue(expression: string): Promise<unknown> {
  const [row] = await workspace.query(`SELECT ${expression} AS v`);
  return row?.['v'];
}

async function valuesOf(query: string): Promise<unknown[][]> {
  return (await workspace.query(query)).map(row => Object.values(row));
}

const refuses = (sql: string, form: RegExp): Promise<void> => assert.rejects(workspace.query(sql), form, sql);

test('casts are those of ANSI mode', async () => {
  assert.equal(await oneValue("CAST(' 12 ' AS BIGINT)"), 12n);
  assert.equal(await oneValue('CAST(1.9 AS INT)'), 1);
  assert.equal(await oneValue('CAST(-1.9e0 AS INT)'), -1);
  assert.equal(await oneValue("CAST('0.00000000005' AS DECIMAL(38,10))"), '0.0000000001');
  assert.equal(await oneValue("CAST('-0.00000000005' AS DECIMAL(38,10))"), '-0.0000000001');
  assert.equal(await oneValue("CAST('0.00000000004999' AS DECIMAL(38,10))"), '0.0000000000');
  assert.equal(await oneValue("CAST('1e3' AS DECIMAL(10,2))"), '1000.00');
  assert.equal(await oneValue("CAST('2026-02-28T10:11:12.1234567' AS TIMESTAMP_NTZ)"), '2026-02-28 10:11:12.123456');
  assert.equal(await oneValue("CAST('2026-02-28T10:11:12+02:00' AS TIMESTAMP_NTZ)"), '2026-02-28 10:11:12');
  assert.equal(await oneValue("CAST('2026-02-28T10:11:12+02:00' AS TIMESTAMP)"), '2026-02-28 08:11:12');
  assert.equal(await oneValue("CAST('true' AS BOOLEAN)"), true);
  assert.equal(await oneValue("CAST(TIMESTAMP '2026-02-28 10:11:12.500' AS STRING)"), '2026-02-28 10:11:12.5');
  assert.equal(await oneValue('CAST(1.5e10 AS STRING)'), '1.5E10');
  assert.equal(await oneValue("CAST(CAST('0' AS DECIMAL(38,10)) AS STRING)"), '0.0000000000');
  assert.equal(await oneValue("TRY_CAST('5.0' AS BIGINT)"), null);
  assert.equal(await oneValue("TRY_CAST('1,5' AS DECIMAL(10,2))"), null);
  assert.equal(await oneValue("'7'::INT + 1"), 8);
  for (const bad of [
    "'5.0' AS BIGINT",
    "'1,5' AS DECIMAL(10,2)",
    "'' AS INT",
    "'x' AS BOOLEAN",
    "'2026-02-30' AS DATE",
  ]) {
    await refuses(`SELECT CAST(${bad})`, /\[CAST_INVALID_INPUT\] .* SQLSTATE: 22018/);
  }
  await refuses('SELECT CAST(3000000000 AS INT)', /\[NUMERIC_VALUE_OUT_OF_RANGE\] .* SQLSTATE: 22003/);
});

test('literals are read as Spark reads them', async () => {
  assert.equal(await oneValue(String.raw`'it\'s \\ \n \u00e6 \x'`), "it's \\ \n æ x");
  assert.equal(await oneValue('"a \'quoted\' text"'), "a 'quoted' text");
  assert.equal(await oneValue("r'a\\n'"), 'a\\n');
  assert.equal(await oneValue("'one' ' two'"), 'one two');
  assert.equal(await oneValue("'-- no comment' /* a comment */ -- another\n"), '-- no comment');
  assert.equal(await oneValue("'a\\0b'"), 'a\0b');
  assert.equal(await oneValue('12L'), 12n);
  assert.equal(await oneValue('1.50'), '1.50');
  await refuses("SELECT 'it''s'", /PARSE_SYNTAX_ERROR/);
  await refuses("SELECT 'open", /PARSE_SYNTAX_ERROR/);
});

test('names are found with one, two and three parts, and with backticks of any kind', async () => {
  for (const name of ['t', 'default.t', 'main.default.t', '`main`.`default`.`T`', 'MAIN.Default.t']) {
    assert.deepEqual(await valuesOf(`SELECT count(*) AS n FROM ${name}`), [[3n]], name);
  }
  assert.deepEqual(await valuesOf('SELECT max(main.default.t.n) AS n, max(t.n) AS m FROM main.default.t'), [[2, 2]]);
  assert.deepEqual(await workspace.query('SELECT 1 AS `a ``b"c`'), [{'a `b"c': 1}]);
  assert.deepEqual(await workspace.query('SELECT 1 AS first, 2 AS date, 3 AS last'), [{first: 1, date: 2, last: 3}]);
});

test('queries of every form run', async () => {
  const queries: [string, unknown[][]][] = [
    [
      'SELECT id, n FROM t QUALIFY row_number() OVER (PARTITION BY id ORDER BY n DESC) = 1 ORDER BY id',
      [
        ['a', 2],
        ['b', null],
      ],
    ],
    [
      'WITH x AS (SELECT id FROM t), y (k) AS (SELECT DISTINCT id FROM x) SELECT k FROM y ORDER BY k DESC',
      [['b'], ['a']],
    ],
    ['SELECT a, b FROM VALUES (1, 2), (3, 4) AS v(a, b) WHERE a > 1', [[3, 4]]],
    ['SELECT col1 FROM (VALUES (7))', [[7]]],
    ['SELECT n FROM t ORDER BY n', [[null], [1], [2]]],
    ['SELECT n FROM t ORDER BY n DESC LIMIT 2', [[2], [1]]],
    ['SELECT count(*) AS n FROM t AS x JOIN t AS y ON x.n <=> y.n', [[3n]]],
    ['SELECT x.n FROM t x LEFT SEMI JOIN (SELECT 1 AS n) y ON x.n = y.n', [[1]]],
    ['SELECT x.n FROM t x LEFT ANTI JOIN (SELECT 1 AS n) y ON x.n = y.n WHERE x.n IS NOT NULL', [[2]]],
    ['SELECT id, sum(amount) AS s FROM t GROUP BY ALL HAVING s IS NOT NULL', [['a', '4.0000000000']]],
    ['SELECT * EXCEPT (n, amount) FROM t WHERE n = 1', [['a']]],
    ['SELECT n FROM t MINUS SELECT 1', [[2], [null]]],
    ['SELECT count_if(n > 0) AS c, max_by(id, n) AS m, count(DISTINCT id) AS d FROM t', [[2n, 'a', 2n]]],
    ["SELECT CASE WHEN n IS NULL THEN 'none' ELSE 'some' END AS c FROM t ORDER BY c", [['none'], ['some'], ['some']]],
    [
      `SELECT last_value(n) IGNORE NULLS OVER (ORDER BY id, n ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS v
        FROM t ORDER BY id, n`,
      [[1], [2], [2]],
    ],
    ['SELECT id FROM t WHERE (id, n) IN (SELECT id, n FROM t WHERE n = 2)', [['a']]],
    ['SELECT 1 AS a UNION ALL SELECT 2 ORDER BY a DESC', [[2], [1]]],
  ];
  for (const [query, rows] of queries) {
    const found = await valuesOf(query);
    const unordered = query.includes('MINUS') ? found.toSorted().reverse() : found;
    assert.deepEqual(
      query.includes('MINUS') ? unordered.toSorted((one, other) => Number(other[0]) - Number(one[0])) : found,
      rows,
      query,
    );
  }
});

test('operators and functions give what Spark gives', async () => {
  const values: [string, unknown][] = [
    ['NULL <=> NULL', true],
    ['1 IS DISTINCT FROM NULL', true],
    ['7 DIV 2', 3],
    ['7 / 2', 3.5],
    ["'a_b' LIKE 'a\\_b'", true],
    ["'axb' LIKE 'a\\_b'", false],
    ["'xaby' RLIKE 'a.y'", true],
    ["concat('a', 1, NULL)", null],
    ["concat_ws('/', 'a', NULL, 'b')", 'a/b'],
    ["coalesce(NULL, 'x')", 'x'],
    ["sha2('a', 256)", 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'],
    ["element_at(split('a/b/c', '/'), -1)", 'c'],
    ["split('a/b', '/')[0]", 'a'],
    ["date_format(TIMESTAMP '2026-02-28 10:11:12.5', 'yyyy-MM-dd\\'T\\'HH:mm:ss.SSS')", '2026-02-28T10:11:12.500'],
    ["last_day(DATE '2026-02-03')", '2026-02-28'],
    ["date_add(DATE '2026-02-28', 1)", '2026-03-01'],
    ["datediff(DATE '2026-03-01', DATE '2026-02-28')", 1],
    ["date_trunc('MONTH', TIMESTAMP '2026-02-28 10:11:12')", '2026-02-01 00:00:00'],
    ['if(1 > 2, 3, 4)', 4],
    ["named_struct('a', 5).a", 5],
    ['round(CAST(2.345 AS DECIMAL(10,3)), 2)', '2.35'],
    ["regexp_replace('a1b2', '([0-9])', '<$1>')", 'a<1>b<2>'],
  ];
  for (const [expression, value] of values) assert.deepEqual(await oneValue(expression), value, expression);
});

test('time is that of the clock, one instant for the whole statement', async () => {
  const now = '2026-03-01 06:00:00';
  const sql = `SELECT current_timestamp() AS a, now() AS b, current_timestamp() + INTERVAL 30 MINUTES AS c,
    current_timestamp() - INTERVAL '1' DAY AS d, current_date() AS e,
    timestampadd(SECOND, 90, current_timestamp()) AS f`;
  assert.deepEqual(await workspace.query(sql), [
    {a: now, b: now, c: '2026-03-01 06:30:00', d: '2026-02-28 06:00:00', e: '2026-03-01', f: '2026-03-01 06:01:30'},
  ]);
});

test('a raised error has its text, and is raised only where its branch is taken', async () => {
  assert.equal(await oneValue("CASE WHEN 1 = 1 THEN 1 ELSE raise_error('never') END"), 1);
  await refuses(
    "SELECT CASE WHEN count(*) = 99 THEN 1 ELSE raise_error(concat('rows: ', count(*))) END FROM t",
    /^SqlError: \[USER_RAISED_EXCEPTION\] rows: 3\. SQLSTATE: P0001$/,
  );
});

test('what would silently differ from Spark is refused', async () => {
  await refuses('SELECT amount * n FROM t', /UNSUPPORTED_FEATURE/);
  await refuses('SELECT amount / 2 FROM t', /UNSUPPORTED_FEATURE/);
  await refuses('SELECT avg(amount) FROM t', /UNSUPPORTED_FEATURE/);
  await refuses('SELECT 1 / 0', /\[DIVIDE_BY_ZERO\] .* SQLSTATE: 22012/);
  assert.equal(await oneValue('CAST(1.5 AS DECIMAL(18,2)) * CAST(2 AS DECIMAL(18,6))'), '3.00000000');
});

test('what neither knows fails and never passes', async () => {
  for (const sql of [
    'SELEC 1',
    'SELECT 1,',
    'SELECT 1, FROM t',
    'SELECT (1',
    'SELECT 1)',
    'SELECT 1; SELECT 2',
    '',
    'SELECT a:b FROM t',
    'SELECT {1}',
    "SELECT x'00",
    'INSERT INTO t',
    'CREATE TABLE u',
    'UPDATE t',
    'DELETE t',
    'ALTER TABLE t ADD COLUMNS (a INT',
    'WITH x AS (SELECT 1)',
  ]) {
    await refuses(sql, /\[(?:PARSE_SYNTAX_ERROR|UNBOUND_SQL_PARAMETER)\]/);
  }
  for (const sql of [
    'GRANT SELECT ON TABLE t TO x',
    'ALTER TABLE t SET TAGS (a = b)',
    'BEGIN ATOMIC SELECT 1; END',
    'OPTIMIZE t',
    'SELECT * FROM t TABLESAMPLE (10 ROWS)',
    'SELECT * FROM t VERSION AS OF 1',
    'SELECT * FROM t LATERAL VIEW explode(array(1)) e AS x',
    'SELECT * FROM range(10)',
    'SELECT array(1)',
    "SELECT date_format(now(), 'EEEE')",
    'SET spark.x = 1',
  ]) {
    await refuses(sql, /\[UNSUPPORTED_FEATURE/);
  }
  await refuses("SELECT read_text('/etc/hostname')", /\[UNRESOLVED_ROUTINE\] .* SQLSTATE: 42883/);
  await refuses("SELECT * FROM '/etc/hostname'", /PARSE_SYNTAX_ERROR/);
  await refuses('SELECT * FROM `/etc/hostname`', /TABLE_OR_VIEW_NOT_FOUND/);
  await refuses('SELECT * FROM main.table_note', /UNSUPPORTED_FEATURE/);
});

test('a name given as a parameter is a name', async () => {
  const rows = await workspace.query('SELECT count(*) AS n FROM IDENTIFIER(:t)', [
    {name: 't', type: 'STRING', value: 'main.default.`t`'},
  ]);
  assert.deepEqual(rows, [{n: 3n}]);
});
