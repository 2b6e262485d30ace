import assert from 'node:assert/strict';
import test from 'node:test';
import {startFaultyProxy} from '../sim/faulty-proxy.ts';
import {exact} from '../sim/visma/visma.ts';
import {World} from './world.ts';

const resources = 'supplier supplier_invoice';
const only = {resources: resources.split(' ')};

test('I7 two lands and one commit: of two loads with one place one is taken, and its window is not lost', async t => {
  const world = await openLoaded(t);
  advance(world);
  const [one, other] = await Promise.all([world.run('land', {resources}), world.run('land', {resources})]);
  assert.deepEqual([one.exitCode, other.exitCode], [0, 0]);
  assert.equal(await countOf(world, "visma_control.load WHERE state = 'set aside'"), 0);
  const committed = await world.run('commit', {resources});
  assert.equal(committed.exitCode, 0);
  assert.equal(await countOf(world, "visma_control.load WHERE state = 'set aside'"), 2);
  await world.assertTruth(only);
});

test('lands one after the other make a chain, and one commit takes it whole', async t => {
  const world = await openLoaded(t);
  for (let round = 0; round < 3; round++) {
    advance(world);
    assert.equal((await world.run('land', {resources})).exitCode, 0);
  }
  const before = await countOf(world, 'visma_control.checkpoint WHERE sequence = 4');
  assert.equal(before, 0, 'landing moves no checkpoint');
  assert.equal((await world.run('commit', {resources})).exitCode, 0);
  assert.equal(await countOf(world, 'visma_control.checkpoint WHERE sequence = 4'), 2);
  await world.assertTruth(only);
});

test('a row that changes and changes back between two loads of one commit is not rewritten', async t => {
  const world = await openLoaded(t);
  const [supplier] = world.visma.truth('se')['supplier'] ?? [];
  assert.ok(supplier);
  const which = {company: 'se', collection: 'supplier', key: String(supplier['number'])};
  for (const name of ['for a while', supplier['name'] ?? null]) {
    world.visma.clock.advance(3 * 3_600_000);
    world.visma.change({...which, fields: {name}});
    await world.run('land', {resources: 'supplier'});
  }
  await world.run('commit', {resources: 'supplier'});
  await world.assertTruth(only);
  assert.equal(
    await countOf(world, 'visma.supplier WHERE _commit > (SELECT MIN(_commit) FROM main.visma.supplier)'),
    0,
  );
});

test('of one key the last read wins, also when its stamp went back in autumn', async t => {
  const world = await openLoaded(t);
  const [supplier] = world.visma.truth('se')['supplier'] ?? [];
  const which = {company: 'se', collection: 'supplier', key: String(supplier?.['number'])};
  world.visma.clock.set('2026-10-25T00:59:00Z');
  world.visma.change({...which, fields: {name: 'before the clock went back'}});
  await world.run('land', {resources: 'supplier'});
  world.visma.clock.set('2026-10-25T01:01:00Z');
  world.visma.change({...which, fields: {name: 'after it'}});
  await world.run('land', {resources: 'supplier'});
  await world.run('commit', {resources: 'supplier'});
  await world.assertTruth(only);
});

test('a sync that finds the lease held lands, leaves the commit to its holder, ends with 0 and says so', async t => {
  const world = await openLoaded(t);
  advance(world);
  await takeLease(world);
  const report = await world.run('sync', {resources});
  assert.equal(report.exitCode, 0);
  assert.match(report.notes.join('\n'), /another run holds the lease/);
  assert.ok(report.passes.every(({outcome}) => outcome === 'landed'));
  assert.deepEqual(report.tables, []);
  await expireLease(world);
  assert.equal((await world.run('sync', {resources})).exitCode, 0);
  await world.assertTruth(only);
});

test('a run that wakes after its lease was taken merges nothing more and settles nothing', async t => {
  const world = await openLoaded(t);
  const proxy = await startFaultyProxy({host: world.workspace.host});
  t.after(() => proxy.close());
  advance(world);
  // It sleeps before the header's MERGE; meanwhile its lease runs out and another run commits everything.
  let other = 0;
  proxy.add({
    statement: 'MERGE INTO `main`.`visma`.`supplier_invoice` ',
    nth: 1,
    does: 'pass',
    before: async () => {
      await expireLease(world);
      other = (await world.run('sync', {resources})).exitCode;
      advance(world);
      await world.run('sync', {resources});
    },
  });
  const woken = await world.run('sync', {resources, host: proxy.host});
  assert.equal(other, 0);
  assert.equal(woken.exitCode, 3);
  assert.deepEqual(
    woken.problems.map(({kind}) => kind),
    ['lease'],
  );
  await world.assertTruth(only);
});

test('I1 a checkpoint never moves backward, whatever is committed late', async t => {
  const world = await openLoaded(t);
  const sequences = async (): Promise<unknown> =>
    world.query('SELECT company_id, resource, sequence FROM main.visma_control.checkpoint ORDER BY 1, 2');
  advance(world);
  await world.run('land', {resources});
  await world.run('sync', {resources});
  const before = await sequences();
  await world.query("DELETE FROM main.visma_control.load WHERE state = 'settled'");
  assert.equal((await world.run('commit', {resources})).exitCode, 0, 'loads whose note was lost are met again');
  assert.deepEqual(await sequences(), before);
  await world.assertTruth(only);
});

async function openLoaded(t: test.TestContext): Promise<World> {
  const world = await World.loaded(t, {visma: {companies: ['se']}}, {resources});
  return world;
}

function advance({visma}: World): void {
  visma.clock.advance(3 * 3_600_000);
  visma.trade({company: 'se', invoices: 2, payments: 1});
  const [supplier] = visma.truth('se')['supplier'] ?? [];
  const creditLimit = exact(`${visma.clock.now().getTime()}.25`);
  visma.change({
    company: 'se',
    collection: 'supplier',
    key: String(supplier?.['number']),
    fields: {retainagePct: creditLimit},
  });
}

async function takeLease(world: World): Promise<void> {
  await world.query(
    `UPDATE main.visma_control.lease
     SET owner = 'another run', fence = fence + 1, expires_at = current_timestamp() + INTERVAL 1 HOURS`,
  );
}

async function expireLease(world: World): Promise<void> {
  await world.query('UPDATE main.visma_control.lease SET expires_at = current_timestamp()');
}

async function countOf(world: World, from: string): Promise<number> {
  const [row] = await world.query(`SELECT COUNT(*) AS n FROM main.${from}`);
  return Number(row?.['n']);
}
