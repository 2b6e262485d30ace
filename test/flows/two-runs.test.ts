import assert from 'node:assert/strict';
import test from 'node:test';
import {startFaultyProxy} from '../sim/faulty-proxy.ts';
import {advance, countOf, only, openLoaded, resources} from './two-runs.ts';
import type {World} from './world.ts';

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

async function takeLease(world: World): Promise<void> {
  await world.query(
    `UPDATE main.visma_control.lease
     SET owner = 'another run', fence = fence + 1, expires_at = current_timestamp() + INTERVAL 1 HOURS`,
  );
}

async function expireLease(world: World): Promise<void> {
  await world.query('UPDATE main.visma_control.lease SET expires_at = current_timestamp()');
}
