import assert from 'node:assert/strict';
import test from 'node:test';
import {budgetLedgers, keyOf, liveRows, openLoaded, resources} from '../retired-slices.ts';

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
