import assert from 'node:assert/strict';
import test, {type TestContext} from 'node:test';
import {type Command, perform} from '../../../src/app/app.ts';
import {systemClock} from '../../../src/base/clock.ts';
import {systemRandom} from '../../../src/base/random.ts';
import type {Report} from '../../../src/model/report.ts';
import {World} from '../world.ts';

/*
 * Lists that Visma can't answer in its four minutes: one without pages, one whose records come one by one, and one
 * whose smallest pages are still too slow.
 */

const everyTime = {times: Number.POSITIVE_INFINITY} as const;

/** Waits pass at once, here and over there. */
async function run(world: World, command: Command, resources: string): Promise<Report> {
  const clock = {...systemClock, sleep: async (ms: number): Promise<void> => world.visma.clock.advance(ms)};
  return perform(
    {command, resources, configPath: await world.writeConfig(), wait: false, acceptDeletions: false, offline: false},
    {events: () => undefined, environment: {}, signal: new AbortController().signal, clock, random: systemRandom},
  );
}

/** A world in which these lists are always too slow for a direct answer. */
async function openSlow(t: TestContext, paths: readonly string[]): Promise<World> {
  const behaviour = {background: {polls: 2, seconds: 30, fails: false}};
  const world = await World.open(t, {visma: {companies: ['se'], behaviour}});
  for (const path of paths) world.visma.fault({path, kind: 'answer', status: 504, background: false, ...everyTime});
  return world;
}

const accepted = (world: World, path: string): number => world.visma.requestCount({path, background: true});

test('lists that are too slow for a direct answer are read in the background, row by row and cent by cent', async t => {
  const world = await openSlow(t, ['/v1/account', '/v1/supplier']);
  const resources = 'account supplier';
  const report = await run(world, 'land', resources);
  assert.deepEqual(report.problems, []);
  assert.equal(report.notes.filter(note => /read in the background/.test(note)).length, 2);
  assert.equal((await world.run('commit', {resources})).exitCode, 0);
  await world.assertTruth({resources: ['account', 'supplier'], stampsToo: true});
  assert.equal(accepted(world, '/v1/account'), 1);
  assert.ok(accepted(world, '/v1/supplier') >= 2, 'as many as there are pages of ten');
});

test('what changes while an operation runs is not lost', async t => {
  const world = await openSlow(t, ['/v1/supplier']);
  const resources = 'supplier';
  await run(world, 'land', resources);
  const keys = (world.visma.truth('se')['supplier'] ?? []).map(({number}) => String(number));
  const change = (place: number, name: string): void => {
    world.visma.change({company: 'se', collection: 'supplier', key: keys[place] ?? '', fields: {name}});
  };
  world.visma.clock.advance(24 * 3_600_000);
  change(0, 'changed before');
  const action = (): void => {
    world.visma.clock.advance(60_000);
    change(1, 'changed meanwhile');
  };
  world.visma.fault({path: '/v1/supplier', background: true, kind: 'run', when: 'after', action});
  assert.equal((await run(world, 'land', resources)).passes[0]?.outcome, 'landed');
  await run(world, 'land', resources);
  assert.equal((await world.run('commit', {resources})).exitCode, 0);
  await world.assertTruth({resources: [resources]});
});

test('an operation that fails ends its pass and no other, and the run is partial', async t => {
  const world = await openSlow(t, ['/v1/account']);
  world.visma.behaviour.background = {polls: 0, seconds: 0, fails: true};
  const report = await run(world, 'land', 'account currency');
  assert.equal(report.exitCode, 3);
  assert.deepEqual(
    report.problems.map(({kind, facts}) => [kind, facts['resource']]),
    [['transient', 'account']],
  );
  assert.deepEqual(
    report.passes.map(({resource, outcome}) => [resource, outcome]),
    [
      ['account', 'failed'],
      ['currency', 'landed'],
    ],
  );
  assert.equal(accepted(world, '/v1/account'), 2);
});

test('content that is fetched a day too late is asked for anew', async t => {
  const world = await openSlow(t, ['/v1/currency']);
  world.visma.behaviour.background = {polls: 0, seconds: 0, fails: false};
  // The list, the list in the background, its state, and then its content.
  const content = world.visma.fault({method: 'GET', company: 'se', kind: 'answer', status: 410, nth: 4});
  assert.equal((await run(world, 'land', 'currency')).exitCode, 0);
  assert.equal(content.struck, 1);
  assert.equal(accepted(world, '/v1/currency'), 2);
  assert.equal((await world.run('commit', {resources: 'currency'})).exitCode, 0);
  await world.assertTruth({resources: ['currency']});
});
