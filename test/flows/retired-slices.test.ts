import assert from 'node:assert/strict';
import test from 'node:test';
import type {Entity} from '../sim/visma/visma.ts';
import {budgetLedgers, keyOf, liveRows, openLoaded, resources} from './retired-slices.ts';
import {World} from './world.ts';

test('I12 the rows of a slice that is listed no longer are marked after two looks, and come back with it', async t => {
  const world = await openLoaded(t);
  const before = await liveRows(world);
  const [old, ...others] = budgetLedgers(world);
  assert.ok(old && others.length === 0);
  rename(world, {from: 'BUDGET', to: 'NEXT'});
  const first = await world.run('sync', {resources});
  assert.deepEqual(first.problems, []);
  assert.equal(await liveRows(world), 2 * before, 'seen missing once');
  const second = await world.run('sweep', {resources});
  assert.deepEqual(second.problems, []);
  assert.equal(await liveRows(world), before);
  await world.assertTruth({resources: [resources]});
  const third = await world.run('sweep', {resources});
  assert.deepEqual([third.problems, third.uploads], [[], 0], 'nothing is left to do');

  rename(world, {from: 'NEXT', to: 'BUDGET'});
  for (const command of ['sync', 'sweep'] as const) await world.run(command, {resources});
  assert.equal(await liveRows(world), before, 'what is listed again lives again');
  await world.assertTruth({resources: [resources]});
});

test('I26 a slice that is refused leaves the others to be read, from the first run on', async t => {
  const world = await World.open(t, {visma: {companies: ['se']}, sync: {resources: ['ledger', resources]}});
  const refuse = (kind: object) =>
    world.visma.fault({path: '/v1/budget', query: {branch: '1'}, times: Number.POSITIVE_INFINITY, ...kind} as never);
  refuse({kind: 'answer', status: 403});
  const report = await world.run('sync');
  assert.deepEqual(report.problems, []);
  assert.ok(
    report.notes.some(note => /budget \(branch=1&.*is not offered to se/.test(note)),
    report.notes.join(),
  );
  const served = (world.visma.truth('se')['budget'] ?? []).filter(({branchNumber}) => {
    return (branchNumber as Entity)['number'] === '2';
  });
  assert.ok(served.length > 0);
  assert.equal(await liveRows(world), served.length);
});

/** A ledger with all that is budgeted in it under another number. */
function rename(world: World, {from, to}: {from: string; to: string}): void {
  const [ledger] = budgetLedgers(world);
  world.visma.delete({company: 'se', collection: 'ledger', key: from});
  world.visma.insert({company: 'se', collection: 'ledger', record: {...ledger, number: to}});
  for (const article of world.visma.truth('se')['budget'] ?? []) {
    world.visma.delete({company: 'se', collection: 'budget', key: keyOf(article, from)});
    world.visma.insert({company: 'se', collection: 'budget', record: {...article, ledger: to}});
  }
}
