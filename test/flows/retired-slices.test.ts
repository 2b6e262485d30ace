import assert from 'node:assert/strict';
import test, {type TestContext} from 'node:test';
import type {Entity} from '../sim/visma/visma.ts';
import {World} from './world.ts';

const resources = 'budget';

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

test('I12 a slice that is listed no longer and is still served keeps its rows', async t => {
  const world = await openLoaded(t);
  const before = await liveRows(world);
  const [ledger] = budgetLedgers(world);
  assert.ok(ledger);
  world.visma.insert({company: 'se', collection: 'ledger', record: {...ledger, number: 'OTHER'}});
  world.visma.delete({company: 'se', collection: 'ledger', key: 'BUDGET'});
  for (let look = 0; look < 3; look++) {
    const report = await world.run('sweep', {resources});
    assert.deepEqual(report.problems, []);
    assert.ok(
      report.notes.some(note => /listed no longer, and still has \d+ records/.test(note)),
      report.notes.join(),
    );
  }
  assert.equal(await liveRows(world), before);
});

test('I12 an article that vanishes from the list of its slice is marked, and no other', async t => {
  const world = await openLoaded(t);
  const before = await liveRows(world);
  const [article] = world.visma.truth('se')['budget'] ?? [];
  assert.ok(article);
  world.visma.delete({company: 'se', collection: 'budget', key: keyOf(article, 'BUDGET')});
  const report = await world.run('sync', {resources});
  assert.deepEqual(report.problems, []);
  assert.equal(await liveRows(world), before - 1);
  await world.assertTruth({resources: [resources]});
});

test('I12 a list of slices that is empty or fails retires nothing', async t => {
  const world = await openLoaded(t);
  const before = await liveRows(world);
  const times = Number.POSITIVE_INFINITY;
  for (const fault of [{kind: 'empty', times} as const, {kind: 'answer', status: 403, times} as const]) {
    world.visma.fault({path: '/v1/ledger', ...fault});
    for (let look = 0; look < 2; look++) await world.run('sweep', {resources});
    assert.equal(await liveRows(world), before);
  }
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

const openLoaded = (t: TestContext): Promise<World> =>
  World.loaded(t, {visma: {companies: ['se']}, sync: {resources: [resources]}}, {resources});

const budgetLedgers = (world: World): readonly Entity[] =>
  world.visma.listed('se', '/v1/ledger').filter(({balanceType}) => balanceType === 'Budget');

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

function keyOf(article: Entity, ledger: string): string[] {
  const {branchNumber, financialYear, account, subaccount} = article as Record<string, Record<string, string>>;
  return [ledger, branchNumber?.['number'], financialYear, account?.['number'], subaccount?.['id']].map(String);
}

async function liveRows(world: World): Promise<number> {
  return (await world.query('SELECT record_id FROM main.visma.budget WHERE _deleted_at IS NULL')).length;
}
