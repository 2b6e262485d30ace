import assert from 'node:assert/strict';
import test from 'node:test';
import {World} from './world.ts';

type Sent = Readonly<Record<string, unknown>>;

/** So many times a list is what the simulator would list, changed. */
function serve(
  world: World,
  {path, times = Number.POSITIVE_INFINITY}: {readonly path: string; readonly times?: number},
  change: (record: Sent) => Sent | undefined,
): void {
  const records = world.visma.listed('se', path).flatMap(record => {
    const changed = change(record);
    return changed === undefined ? [] : [changed];
  });
  const metadata = {totalCount: records.length, maxPageSize: 1000};
  const body = JSON.stringify(records.map(record => ({...record, metadata})));
  world.visma.fault({kind: 'answer', status: 200, headers: {'content-type': 'application/json'}, times, path, body});
}

async function live(world: World, table: string): Promise<readonly unknown[]> {
  const rows = await world.query(
    `SELECT record_id FROM main.visma.${table} WHERE _deleted_at IS NULL ORDER BY record_id`,
  );
  return rows.map(row => row['record_id']);
}

async function openLoaded(t: test.TestContext, resources: string): Promise<World> {
  const world = await World.loaded(t, {visma: {companies: ['se']}}, {resources});
  return world;
}

test('I23 lines that did not arrive stay and are reported; emptied lines go through the guard', async t => {
  const resources = 'supplier_invoice';
  const world = await openLoaded(t, resources);
  const {visma} = world;
  const before = await live(world, 'supplier_invoice_line');
  assert.ok(before.length > 20);
  const touch = (): void => {
    visma.clock.advance(3_600_000);
    visma.restamp({company: 'se', collection: 'supplierInvoice'});
  };
  touch();
  serve(world, {path: '/v1/supplierInvoice', times: 1}, ({invoiceLines: _, ...header}) => header);
  const kept = await world.run('sync', {resources});
  assert.equal(kept.exitCode, 0);
  assert.deepEqual(await live(world, 'supplier_invoice_line'), before);
  assert.match(kept.notes.join('\n'), /^invoiceLines did not arrive in \d+ records of supplier_invoice of se/m);
  assert.ok(Number(kept.passes[0]?.absentArrays) > 0);

  touch();
  serve(world, {path: '/v1/supplierInvoice'}, header => ({...header, invoiceLines: []}));
  for (let again = 0; again < 2; again++) {
    const refused = await world.run('sync', {resources});
    assert.deepEqual([refused.exitCode, refused.problems[0]?.kind], [1, 'guard']);
    assert.equal(refused.problems[0]?.facts['gone'], before.length);
    assert.deepEqual(await live(world, 'supplier_invoice_line'), before);
  }
  assert.equal((await world.run('sync', {resources, acceptDeletions: true})).exitCode, 0);
  assert.deepEqual(await live(world, 'supplier_invoice_line'), []);
});

test('I23 values of a dimension that came without them stay', async t => {
  const world = await openLoaded(t, 'dimension');
  const before = await live(world, 'dimension_segment_value');
  const [subaccount] = world.visma.listed('se', '/v1/dimension').filter(each => each['id'] === 'SUBACCOUNT');
  assert.ok(subaccount);
  const segments = (subaccount['segments'] as readonly Sent[]).map(({segmentValues: _, ...segment}) => segment);
  world.visma.fault({
    ...{kind: 'answer', status: 200, headers: {'content-type': 'application/json'}, times: Number.POSITIVE_INFINITY},
    ...{path: '/v1/dimension/SUBACCOUNT', body: JSON.stringify({...subaccount, segments})},
  });
  const report = await world.run('sync', {resources: 'dimension'});
  assert.deepEqual(await live(world, 'dimension_segment_value'), before);
  assert.match(report.notes.join('\n'), /^segments\.segmentValues did not arrive in 1 records of dimension of se/m);
});

test('I23 an internal id that nobody has renames nobody', async t => {
  const world = await World.open(t, {visma: {companies: ['se']}});
  const {visma} = world;
  const suppliers = visma.truth('se')['supplier'] ?? [];
  for (const {number} of suppliers) {
    const fields = {internalId: 0};
    visma.changeSilently({company: 'se', collection: 'supplier', key: [String(number)], fields});
  }
  await world.run('sync', {resources: 'supplier'});
  visma.clock.advance(7 * 24 * 3_600_000);
  const key = [String(suppliers[0]?.['number'])];
  visma.change({company: 'se', collection: 'supplier', key, fields: {name: 'A new name'}});
  assert.equal((await world.run('sync', {resources: 'supplier'})).exitCode, 0);
  assert.equal((await live(world, 'supplier')).length, suppliers.length);
});

test('I23 values and keys in another shape are null, or refused, and reported; no record is there twice', async t => {
  const resources = 'supplier';
  const world = await openLoaded(t, resources);
  const before = await live(world, 'supplier');
  world.visma.clock.advance(86_400_000);
  world.visma.restamp({company: 'se', collection: 'supplier'});
  serve(world, {path: '/v1/supplier'}, supplier => ({
    ...supplier,
    supplierClass: 'a text',
    mainAddress: [supplier['mainAddress']],
    ...(supplier['number'] === before[0] && {number: {id: supplier['number']}}),
  }));
  const report = await world.run('sync', {resources});
  assert.deepEqual(await live(world, 'supplier'), before);
  const [pass] = report.passes;
  assert.equal(pass?.refused, 1);
  assert.ok(Number(pass?.unfit) >= 2 * (before.length - 1));
  assert.match(report.notes.join('\n'), /did not fit and are null.*supplier\.supplier_class_id \(\d+\)/);
  const rows = await world.query(
    `SELECT supplier_class_id, main_address_city, _errors FROM main.visma.supplier WHERE _errors IS NOT NULL`,
  );
  assert.equal(rows.length, before.length - 1);
  for (const row of rows) {
    assert.deepEqual([row['supplier_class_id'], row['main_address_city']], [null, null]);
    const errors = JSON.parse(String(row['_errors']));
    assert.equal(errors.supplier_class_id, 'supplierClass is not an object');
    assert.equal(errors.main_address_city, 'mainAddress is not an object');
  }
});

test('I23 a refused record stops no deletion but its own, and is reported by every run', async t => {
  const resources = 'currency';
  const world = await openLoaded(t, resources);
  const before = await live(world, 'currency');
  const [lost, gone] = before;
  serve(world, {path: '/v1/currency', times: 2}, ({id, ...currency}) => {
    if (id === gone) return undefined;
    return id === lost ? currency : {id, ...currency};
  });
  const report = await world.run('sync', {resources});
  assert.equal(report.exitCode, 0);
  assert.deepEqual(
    await live(world, 'currency'),
    before.filter(id => id !== gone),
  );
  assert.match(report.notes.join('\n'), /^1 rows of currency of se are missing in Visma and not deleted/m);
  const quiet = await world.run('sync', {resources});
  assert.equal(quiet.statements, 0);
  assert.match(quiet.notes.join('\n'), /^1 records or lines of currency of se were refused/m);
  assert.equal((await world.run('sync', {resources})).exitCode, 0);
  assert.deepEqual(await live(world, 'currency'), before);
});
