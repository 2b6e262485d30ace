import assert from 'node:assert/strict';
import test, {type TestContext} from 'node:test';
import type {Report} from '../../../src/model/report.ts';
import {World} from '../world.ts';

const resources = ['supplier', 'account', 'currency'];
const narrow = {resources};
const hour = 3_600_000;

interface Shape {
  readonly columns: readonly string[];
  readonly types: ReadonlyMap<string, string>;
}

async function openSmall(t: TestContext, names: readonly string[] = resources): Promise<World> {
  const world = await World.loaded(t, {visma: {companies: ['se']}, sync: {resources: names.join(' ')}});
  return world;
}

/** One supplier and one account change, so that both tables are committed by the next run. */
function trade({visma}: World, name: string): void {
  visma.clock.advance(hour);
  const [supplier, account] = ['supplier', 'account'].map(list => visma.truth('se')[list]?.[0] ?? {});
  visma.change({company: 'se', collection: 'supplier', key: String(supplier?.['number']), fields: {name}});
  visma.change({
    company: 'se',
    collection: 'account',
    key: String(account?.['accountCD']),
    fields: {description: name},
  });
}

async function shapeOf(world: World, table: string): Promise<Shape> {
  const rows = await world.query(`DESCRIBE TABLE main.${table}`);
  const end = rows.findIndex(row => String(row['col_name']).startsWith('#') || row['col_name'] === '');
  const columns = rows.slice(0, end < 0 ? undefined : end);
  return {
    columns: columns.map(row => String(row['col_name'])),
    types: new Map(columns.map(row => [String(row['col_name']), String(row['data_type'])])),
  };
}

/** What an ALTER TABLE by hand would leave, or an earlier version: each column as this says, or none. */
async function remake(
  world: World,
  table: string,
  select: (column: string) => string | undefined = column => column,
): Promise<void> {
  const {columns} = await shapeOf(world, table);
  const list = columns.flatMap(column => select(column) ?? []).join(', ');
  await world.query(`CREATE TABLE main.${table}_kept AS SELECT ${list} FROM main.${table}`);
  await world.query(`DROP TABLE main.${table}`);
  await world.query(`CREATE TABLE main.${table} AS SELECT * FROM main.${table}_kept`);
  await world.query(`DROP TABLE main.${table}_kept`);
}

const without = (name: string) => (column: string) => (column === name ? undefined : column);

/** The supplier's table stopped, for this reason; the others went on. */
async function assertStoppedAlone(
  world: World,
  report: Report,
  {hint, facts = {}}: {readonly hint: RegExp; readonly facts?: object},
): Promise<void> {
  assert.equal(report.exitCode, 1);
  assert.equal(report.problems.length, 1);
  const [problem] = report.problems;
  assert.equal(problem?.kind, 'data');
  assert.match(problem?.hint ?? '', hint);
  for (const [name, value] of Object.entries(facts)) assert.equal(problem?.facts[name], value, name);
  await world.assertTruth({resources: ['account', 'currency']});
}

test('a field that appears in Visma waits in the record until a version knows its column', async t => {
  const world = await openSmall(t);
  // As a version left it that did not know the column yet.
  for (const table of ['visma.supplier', 'visma_staging.supplier']) await remake(world, table, without('name'));
  const [row] = await world.query('SELECT COUNT(*) AS n FROM main.visma.supplier WHERE _record LIKE \'%"name"%\'');
  assert.ok(Number(row?.['n']) > 0, 'it waits');
  trade(world, 'The column is there');
  const [, other] = world.visma.truth('se')['supplier'] ?? [];
  const fields = {colourOfTheDay: 'blå', shade: 12};
  world.visma.change({company: 'se', collection: 'supplier', key: String(other?.['number']), fields});
  const report = await world.run('sync');
  assert.deepEqual([report.exitCode, report.problems], [0, []]);
  await world.assertTruth(narrow);
  const [unknown] = await world.query(
    'SELECT COUNT(*) AS n FROM main.visma.supplier WHERE _record LIKE \'%"colourOfTheDay":"blå"%\'',
  );
  assert.equal(Number(unknown?.['n']), 1, 'what no version knows waits as well');
});

test('a type widens, and every value stays as it was', async t => {
  const world = await openSmall(t);
  const {types} = await shapeOf(world, 'visma.supplier');
  const whole = [...types].find(([name, type]) => type === 'bigint' && !name.startsWith('_'))?.[0] ?? '';
  assert.notEqual(whole, '');
  for (const table of ['visma.supplier', 'visma_staging.supplier']) {
    await remake(world, table, column => (column === whole ? `CAST(${whole} AS INT) AS ${whole}` : column));
  }
  trade(world, 'Wider');
  const report = await world.run('sync');
  assert.deepEqual([report.exitCode, report.problems], [0, []]);
  assert.equal((await shapeOf(world, 'visma.supplier')).types.get(whole), 'bigint');
  await world.assertTruth(narrow);
});

test('a key that is renamed marks the old one with its lines and brings the new one', async t => {
  const world = await openSmall(t);
  world.visma.clock.advance(hour);
  const [supplier, account] = ['supplier', 'account'].map(list => world.visma.truth('se')[list]?.[0] ?? {});
  const [number, code] = [String(supplier?.['number']), String(account?.['accountCD'])];
  world.visma.rename({company: 'se', collection: 'supplier', key: number, to: 'NEW NAME/1'});
  world.visma.rename({company: 'se', collection: 'account', key: code, to: '1%99'});
  const report = await world.run('sync');
  assert.deepEqual([report.exitCode, report.problems], [0, []]);
  const liveOf = async (table: string, column: string, key: string) =>
    Number(
      (
        await world.query(
          `SELECT COUNT(*) AS n FROM main.visma.${table} WHERE ${column} = '${key}' AND _deleted_at IS NULL`,
        )
      )[0]?.['n'],
    );
  assert.deepEqual([await liveOf('supplier', 'record_id', number), await liveOf('account', 'record_id', code)], [0, 0]);
  assert.equal(await liveOf('supplier', 'record_id', 'NEW NAME%2F1'), 1);
  assert.equal(await liveOf('account', 'record_id', '1%2599'), 1);
  const tables = (await world.query('SHOW TABLES IN main.visma')).map(row => String(row['tableName']));
  for (const table of tables.filter(name => name.startsWith('supplier_'))) {
    assert.equal(await liveOf(table, 'parent_record_id', number), 0, table);
  }
});

test('a column that was dropped by hand is put back and filled, one that was renamed too', async t => {
  const world = await openSmall(t);
  const select = (column: string) => (column === 'name' ? 'name AS what_we_call_it' : without('status')(column));
  await remake(world, 'visma.supplier', select);
  trade(world, 'Not the only one that is filled');
  const report = await world.run('sync');
  assert.deepEqual([report.exitCode, report.problems], [0, []]);
  await world.assertTruth(narrow);
  assert.ok((await shapeOf(world, 'visma.supplier')).columns.includes('what_we_call_it'), 'what is not ours stays');
});

test('another order of columns, a column more and another clustering change nothing', async t => {
  const world = await openSmall(t);
  await world.query("ALTER TABLE main.visma.supplier ADD COLUMNS (our_own STRING COMMENT 'by hand')");
  await world.query('ALTER TABLE main.visma.supplier CLUSTER BY (name)');
  await world.query('UPDATE main.visma.supplier SET our_own = record_id');
  trade(world, 'As ever');
  const report = await world.run('sync');
  assert.deepEqual([report.exitCode, report.problems], [0, []]);
  await world.assertTruth(narrow);
  const [lost] = await world.query('SELECT COUNT(*) AS n FROM main.visma.supplier WHERE our_own IS NULL');
  assert.equal(Number(lost?.['n']), 0, 'what somebody wrote beside our columns stays');
});

test('a column of another type stops its table alone, and goes on once it is restored', async t => {
  const world = await openSmall(t);
  await remake(world, 'visma.supplier', column => (column === 'name' ? 'CAST(NULL AS BOOLEAN) AS name' : column));
  trade(world, 'Waits');
  const facts = {table: 'supplier', column: 'name', held: 'boolean', wanted: 'string'};
  await assertStoppedAlone(world, await world.run('sync'), {hint: /Restore the column/, facts});
  await remake(world, 'visma.supplier', without('name'));
  assert.equal((await world.run('sync')).exitCode, 0);
  await world.assertTruth(narrow);
});

test('a column of our own that is gone stops its table alone: nothing could put it back', async t => {
  const world = await openSmall(t);
  for (const [index, column] of ['record_id', '_deleted_at', '_record'].entries()) {
    const kept = `visma.kept_${index}`;
    await world.query(`CREATE TABLE main.${kept} AS SELECT * FROM main.visma.supplier`);
    await remake(world, 'visma.supplier', without(column));
    trade(world, `Without ${column}`);
    await assertStoppedAlone(world, await world.run('sync'), {
      hint: /Restore the table/,
      facts: {table: 'supplier', column},
    });
    await world.query('DROP TABLE main.visma.supplier');
    await world.query(`CREATE TABLE main.visma.supplier AS SELECT * FROM main.${kept}`);
  }
  assert.equal((await world.run('sync')).exitCode, 0);
  await world.assertTruth(narrow);
});

test('a constraint that refuses a row stops its table alone, in raw and in staging', async t => {
  const world = await openSmall(t);
  for (const table of ['visma.supplier', 'visma_staging.supplier']) {
    await world.query(`ALTER TABLE main.${table} ADD COLUMNS (must_be_there STRING)`);
    await world.query(`UPDATE main.${table} SET must_be_there = 'x'`);
    await world.query(`ALTER TABLE main.${table} ALTER COLUMN must_be_there SET NOT NULL`);
    world.visma.insert({company: 'se', collection: 'supplier', record: newSupplier(world, table)});
    trade(world, `Refused by ${table}`);
    await assertStoppedAlone(world, await world.run('sync'), {hint: /constraint/, facts: {table: 'supplier'}});
    await world.query(`ALTER TABLE main.${table} ALTER COLUMN must_be_there DROP NOT NULL`);
    const report = await world.run('sync');
    assert.deepEqual([report.exitCode, report.problems], [0, []]);
    await world.assertTruth(narrow);
  }
});

test('a view in the place of a table stops it alone, and once it is gone all is read again', async t => {
  const world = await openSmall(t);
  await world.query('CREATE TABLE main.visma.supplier_kept AS SELECT * FROM main.visma.supplier');
  await world.query('DROP TABLE main.visma.supplier');
  await world.query('CREATE VIEW main.visma.supplier AS SELECT * FROM main.visma.supplier_kept');
  trade(world, 'Not through a view');
  await assertStoppedAlone(world, await world.run('sync'), {hint: /view/, facts: {table: 'supplier'}});
  await world.query('DROP VIEW main.visma.supplier');
  trade(world, 'Anew');
  assert.equal((await world.run('sync')).exitCode, 0);
  await world.assertTruth(narrow);
});

/** As one that is there already, under another key and stamped now. */
function newSupplier({visma}: World, name: string) {
  const [first] = visma.truth('se')['supplier'] ?? [];
  assert.ok(first);
  const {lastModifiedDateTime: _, createdDateTime: __, timeStamp: ___, ...content} = first;
  const number = `N-${name.replaceAll(/\W/g, '')}`;
  return {...content, number, internalId: 900_000 + name.length, name};
}
