import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import type {Command} from '../../src/app/app.ts';
import type {RunOptions, World} from '../flows/world.ts';
import {MovedClock} from './moved-clock.ts';
import {
  assertMended,
  assertNothingDoubled,
  changeAll,
  expireLease,
  only,
  openLoaded,
  openSmall,
  proxyOf,
  resources,
  takeLease,
  volumeOf,
} from './stage.ts';

const hourMs = 3_600_000;

/** What may run beside what: the first of them changes, the other comes from any other job or a laptop. */
const pairs: ReadonlyArray<readonly [Command, Command]> = [
  ['sync', 'sync'],
  ['sync', 'sweep'],
  ['sync', 'resync'],
  ['sweep', 'sweep'],
  ['sweep', 'resync'],
  ['resync', 'resync'],
  ['sync', 'land'],
  ['sync', 'commit'],
  ['land', 'land'],
  ['land', 'commit'],
  ['commit', 'commit'],
];

const askedAs = (command: Command): RunOptions => (command === 'resync' ? {resources, reason: 'beside'} : {resources});

test('I3 I7 any two commands at once lose nothing and double nothing, whoever holds the lease', async t => {
  const world = await openLoaded(t);
  for (const [one, other] of pairs) {
    await t.test(`${one} beside ${other}`, async () => {
      changeAll(world);
      await world.run('land', {resources});
      changeAll(world);
      const ends = await Promise.all([world.run(one, askedAs(one)), world.run(other, askedAs(other))]);
      for (const {exitCode, problems} of ends) assert.ok(exitCode === 0 || exitCode === 3, JSON.stringify(problems));
      await assertNothingDoubled(world);
      await assertMended(world);
    });
  }
});

test('two first runs at once, of a workspace where nothing is yet, end as one', async t => {
  const world = await openSmall(t);
  const ends = await Promise.all([world.run('sync', {resources}), world.run('sync', {resources})]);
  for (const {exitCode, problems} of ends) assert.ok(exitCode === 0 || exitCode === 3, JSON.stringify(problems));
  await assertMended(world);
});

test('a run with --wait waits for the lease, says so, and commits what it landed', async t => {
  const world = await openLoaded(t);
  changeAll(world);
  await takeLease(world);
  const clock = new MovedClock();
  clock.onSleep = async () => {
    if (clock.slept.length === 3) await expireLease(world);
  };
  const waits: string[] = [];
  const report = await world.run('sync', {
    resources,
    wait: true,
    clock,
    listen: event => event.event === 'wait' && waits.push(event.why),
  });
  assert.equal(report.exitCode, 0);
  assert.deepEqual(waits, new Array(3).fill('another run holds the lease'));
  await world.assertTruth(only);
});

test('I4 a run whose lease is taken before any of its statements changes nothing more, mirror included', async t => {
  const world = await openLoaded(t);
  const places = [
    {statement: 'COPY INTO'},
    {statement: 'MERGE INTO `main`.`visma`.`currency`'},
    {statement: 'MERGE INTO `main`.`visma`.`supplier`'},
    {statement: 'MERGE INTO `main`.`visma_control`.`checkpoint`'},
    // All is settled by then: what is not noted is met again, and found settled.
    {statement: 'MERGE INTO `main`.`visma_control`.`load`', settled: true},
  ];
  for (const {settled = false, ...place} of places) {
    await t.test(place.statement, async () => {
      changeAll(world);
      world.visma.change({
        company: 'se',
        collection: 'currency',
        key: String(world.visma.truth('se')['currency']?.[0]?.['id']),
        fields: {description: `as of ${world.visma.clock.now().toISOString()}`},
      });
      const proxy = await proxyOf(t, world);
      const clock = new MovedClock();
      let then = '';
      proxy.add({
        ...place,
        nth: 1,
        does: 'pass',
        before: async () => {
          await takeLease(world);
          clock.advance(2 * hourMs);
          then = await stateOf(world);
        },
      });
      const report = await world.run('sync', {resources, host: proxy.host, clock});
      const kinds = report.problems.map(({kind}) => kind);
      assert.deepEqual([report.exitCode, kinds], settled ? [0, []] : [3, ['lease']]);
      assert.notEqual(then, '');
      assert.equal(await stateOf(world), then);
      await expireLease(world);
      await assertMended(world);
    });
  }
});

test('a land that is cut in two by another run, which prunes, keeps its parts and is committed', async t => {
  const world = await openLoaded(t, {sync: {retention: '1s'}});
  const proxy = await proxyOf(t, world);
  changeAll(world);
  let between = -1;
  proxy.add({
    method: 'PUT',
    path: 'load.json',
    nth: 1,
    does: 'pass',
    before: async () => {
      // Two rounds, so that the first one's loads are finished and old enough for the second to prune.
      for (let round = 0; round < 2; round++) {
        changeAll(world);
        between = (await world.run('sync', {resources: 'currency supplier'})).exitCode;
      }
    },
  });
  const landed = await world.run('land', {resources, host: proxy.host});
  assert.deepEqual([between, landed.exitCode], [0, 0]);
  await world.run('commit', {resources});
  await assertMended(world);
});

/** What a run without the lease must leave alone. */
async function stateOf(world: World): Promise<string> {
  const tables = ['visma.supplier', 'visma.currency', 'visma_control.checkpoint', 'visma_control.load'];
  const rows = await Promise.all(tables.map(table => world.query(`SELECT * FROM main.${table} ORDER BY ALL`)));
  const mirror = await readFile(path.join(volumeOf(world), 'run-state', 'mirror.json'), 'utf8').catch(() => '');
  return JSON.stringify([rows, mirror], (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}
