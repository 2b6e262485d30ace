import assert from 'node:assert/strict';
import test from 'node:test';
import type {FaultyProxy} from '../../sim/faulty-proxy.ts';
import {
  assertNowhere,
  changeEverywhere,
  environment,
  only,
  openBehindProxy,
  openLoaded,
  resources,
  rules,
  veil,
} from '../privacy.ts';
import type {World} from '../world.ts';

test('another salt reaches every row', async t => {
  const world = await openLoaded(t, {privacy: rules, environment});
  const other = 'another salt, as long as it has to be';
  const report = await world.run('sync', {resources, privacy: rules, environment: {VISMA_PRIVACY_SALT: other}});
  assert.equal(report.exitCode, 0);
  await world.assertTruth({...only, privacy: rules, salt: other});
});

test('a load that was landed under other rules is set aside, and its window read again', async t => {
  const world = await openLoaded(t);
  await changeEverywhere(world);
  await world.run('land', {resources});
  const committed = await world.run('commit', {resources, privacy: rules, environment});
  assert.equal(committed.exitCode, 0);
  await assertNowhere(world);
  const aside = await world.query("SELECT reason FROM main.visma_control.load WHERE state = 'set aside'");
  assert.deepEqual(
    aside.map(row => row['reason']),
    ['it was landed under other privacy rules', 'it was landed under other privacy rules'],
  );
  assert.equal((await world.run('sync', {resources, privacy: rules, environment})).exitCode, 0);
  await world.assertTruth({...only, ...veil});
});

test('land reads everything under the new rules, and its loads are committed', async t => {
  const world = await openLoaded(t);
  await world.run('land', {resources, privacy: rules, environment});
  const committed = await world.run('commit', {resources, privacy: rules, environment});
  assert.equal(committed.exitCode, 0);
  assert.deepEqual(await world.query("SELECT * FROM main.visma_control.load WHERE state = 'set aside'"), []);
  await assertNowhere(world);
  await world.assertTruth({...only, ...veil});
});

/** The statements between which a run may end, each by a part of its text. */
const places: ReadonlyArray<readonly [what: string, statement: string]> = [
  ['rows are blanked', 'MERGE INTO `main`.`visma`.`supplier` AS t\nUSING (SELECT 1 AS held'],
  ['staging is cleared', 'MERGE INTO `main`.`visma_staging`.`supplier` '],
  ['the windows are forgotten', 'MERGE INTO `main`.`visma_control`.`checkpoint` AS t\nUSING (SELECT 1 AS held'],
  ['the rules are noted', 'MERGE INTO `main`.`visma_control`.`privacy` '],
  ['what was read again is merged', 'MERGE INTO `main`.`visma`.`supplier` AS t\nUSING (\n'],
];

test('I10 killed anywhere on the way to new rules, the next run ends in the same tables', async t => {
  const {world, proxy} = await openBehindProxy(t);
  const supplierOnly = {resources: 'supplier', environment};
  for (const [index, [what, statement]] of places.entries()) {
    // What is killed after one of them is killed before the next.
    for (const when of index === 0 ? (['before', 'after'] as const) : (['after'] as const)) {
      await t.test(`killed ${when} ${what}`, async () => {
        await world.run('sync', {...supplierOnly, privacy: []});
        await runUntilDeath(world, proxy, {statement, when});
        await world.query('UPDATE main.visma_control.lease SET expires_at = current_timestamp()');
        const report = await world.run('sync', {...supplierOnly, privacy: rules});
        assert.deepEqual(report.problems, []);
        await assertNowhere(world, ['supplier']);
        await world.assertTruth({resources: ['supplier'], ...veil});
      });
    }
  }
});

interface Death {
  readonly statement: string;
  readonly when: 'before' | 'after';
}

/** Runs a sync that ends without another word at that place: nothing that it would still send arrives. */
async function runUntilDeath(world: World, proxy: FaultyProxy, {statement, when}: Death): Promise<void> {
  const stop = new AbortController();
  const lifts: Array<() => void> = [];
  let died = false;
  const die = (): void => {
    died = true;
    lifts.push(proxy.add({does: 'refuse'}));
    stop.abort();
  };
  const place = {statement, nth: 1};
  lifts.push(
    proxy.add(
      when === 'before' ? {...place, does: 'refuse', before: die} : {...place, does: 'drop answer', after: die},
    ),
  );
  await world.run('sync', {resources: 'supplier', privacy: rules, environment, host: proxy.host, signal: stop.signal});
  for (const lift of lifts) lift();
  assert.ok(died, 'the place was reached');
}
