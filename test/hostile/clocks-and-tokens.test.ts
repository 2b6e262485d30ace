import assert from 'node:assert/strict';
import {readdir} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import type {World} from '../flows/world.ts';
import {startFaultyProxy} from '../sim/faulty-proxy.ts';
import {MovedClock} from './moved-clock.ts';
import {
  assertMended,
  changeAll,
  expireLease,
  only,
  openLoaded,
  openSmall,
  resources,
  takeLease,
  volumeOf,
} from './stage.ts';

const dayMs = 24 * 3_600_000;

test('tokens of five seconds on both sides, which end between any two requests, change no row', async t => {
  const clock = new MovedClock();
  const world = await openSmall(t, {
    clock,
    tokenLifeSeconds: 5,
    visma: {behaviour: {tokenLifeSeconds: 5, maxPageSize: 3}},
  });
  const proxy = await startFaultyProxy({host: world.workspace.host});
  t.after(() => proxy.close());
  // Each request finds that two seconds have passed over there, by a clock that the product does not see.
  const forEver = {times: Number.POSITIVE_INFINITY} as const;
  world.visma.fault({path: '/v1/*', kind: 'run', action: () => world.visma.clock.advance(2000), ...forEver});
  proxy.add({does: 'pass', before: () => clock.advance(2000)});
  for (let round = 0; round < 2; round++) {
    const report = await world.run('sync', {resources, host: proxy.host});
    assert.deepEqual([report.exitCode, report.problems], [0, []]);
    changeAll(world);
  }
  const tokens = world.visma.requestCount({path: '/connect/token'});
  const refused = proxy.calls.filter(({outcome}) => outcome === 401).length;
  assert.ok(tokens >= 4 && refused >= 4, `${tokens} tokens of Visma, ${refused} times refused by the workspace`);
  world.visma.liftFaults();
  await assertMended(world);
});

test('a clock of ours that is wrong by a day, either way, gives the same tables and the same checkpoints', async t => {
  const right = await told(await openSmall(t), 0);
  for (const wrongMs of [dayMs, -dayMs]) {
    await t.test(wrongMs > 0 ? 'a day ahead' : 'a day behind', async child => {
      const world = await openSmall(child);
      assert.deepEqual(await told(world, wrongMs), right);
      await world.assertTruth(only);
    });
  }
});

/** A first load, a change, and what stands in the checkpoints: all but what depends on how long a pass took. */
async function told(world: World, wrongMs: number): Promise<unknown> {
  const clock = new MovedClock({wrongMs});
  const begun = '2026-03-20T07:30:00Z';
  world.visma.clock.set(begun);
  assert.equal((await world.run('sync', {resources, clock})).exitCode, 0);
  world.visma.clock.advance(3 * 3_600_000);
  const [supplier] = world.visma.truth('se')['supplier'] ?? [];
  world.visma.change({
    company: 'se',
    collection: 'supplier',
    key: String(supplier?.['number']),
    fields: {name: 'by another clock'},
  });
  assert.equal((await world.run('sync', {resources, clock})).exitCode, 0);
  return world.query(
    `SELECT company_id, resource, sequence, CAST(watermark AS STRING) AS watermark, tail_digest
     FROM main.visma_control.checkpoint ORDER BY resource`,
  );
}

test('a clock of ours that is wrong by a day prunes nothing early, and gives up no lease', async t => {
  for (const wrongMs of [dayMs, -dayMs]) {
    const clock = new MovedClock({wrongMs});
    const world = await openLoaded(t, {sync: {retention: '1h'}});
    const before = await foldersOf(world);
    for (let round = 0; round < 2; round++) {
      changeAll(world);
      assert.equal((await world.run('sync', {resources, clock})).exitCode, 0);
    }
    const after = await foldersOf(world);
    for (const folder of before) assert.ok(after.includes(folder), 'what is younger than an hour stays');
    changeAll(world);
    await takeLease(world);
    const beside = await world.run('sync', {resources, clock});
    assert.deepEqual([beside.exitCode, beside.tables], [0, []], 'a lease that is held stays held');
    await expireLease(world);
    await assertMended(world, {clock});
  }
});

test('I17 a mirror is believed for a day of the server, whatever our clock says', async t => {
  for (const wrongMs of [dayMs, -dayMs]) {
    const serverClock = new MovedClock();
    const world = await openSmall(t, {clock: serverClock});
    const clock = new MovedClock({wrongMs});
    // The first one of all is written where the server has told no time yet.
    await world.run('sync', {resources: 'expense_claim', clock});
    await world.run('sync', {resources, clock});
    assert.equal((await world.run('sync', {resources, clock})).statements, 0, 'it is believed');
    serverClock.advance(dayMs + 3_600_000);
    assert.ok((await world.run('sync', {resources, clock})).statements > 0, 'and not for ever');
    assert.equal((await world.run('sync', {resources, clock})).statements, 0);
    await assertMended(world, {clock});
  }
});

const foldersOf = async (world: World): Promise<readonly string[]> => {
  const names = await readdir(path.join(volumeOf(world), 'supplier'));
  return names;
};
