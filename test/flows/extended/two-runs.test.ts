import assert from 'node:assert/strict';
import test from 'node:test';
import {advance, countOf, only, openLoaded, resources} from '../two-runs.ts';

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
