import assert from 'node:assert/strict';
import test from 'node:test';
import {World} from '../world.ts';

const hour = 3_600_000;

test('I7 a load built on the one that lost its place is not merged behind the one that took it', async t => {
  const resources = 'supplier';
  const world = await World.loaded(t, {visma: {companies: ['se']}}, {resources});
  const keys = (world.visma.truth('se')['supplier'] ?? []).map(supplier => String(supplier['number']));
  const rename = (at: number, name: string): void => {
    world.visma.clock.advance(hour);
    world.visma.change({company: 'se', collection: 'supplier', key: keys[at] ?? '', fields: {name}});
  };
  rename(0, 'read by the slow land');
  // While one land is on its way two others come and go: the first of them sees what the slow one does not.
  const meanwhile = async (): Promise<void> => {
    rename(1, 'read by the second land alone');
    world.visma.clock.advance(12 * hour);
    rename(2, 'read by the second land too');
    await world.run('land', {resources});
    world.visma.clock.advance(12 * hour);
    rename(3, 'read by the third land');
    await world.run('land', {resources});
  };
  let begun: Promise<void> | undefined;
  world.visma.fault({
    path: '/v1/supplier',
    kind: 'run',
    nth: 1,
    when: 'after',
    action: () => (begun ??= meanwhile()),
  });
  await world.run('land', {resources});
  await begun;
  assert.equal((await world.run('commit', {resources})).exitCode, 0);
  assert.equal((await world.run('sync', {resources})).exitCode, 0);
  await world.assertTruth({resources: [resources]});
});
