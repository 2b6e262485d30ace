import assert from 'node:assert/strict';
import test from 'node:test';
import type {Entity} from '../../sim/visma/visma.ts';
import {World} from '../world.ts';

test('what is gone from a whole list that held a record without key is marked once the list is clean', async t => {
  const resources = 'currency';
  const world = await openLoaded(t, resources);
  const which = {company: 'se', collection: 'currency'};
  const gone = String(world.visma.truth('se')['currency']?.[0]?.['id']);
  world.visma.delete({...which, key: gone});
  const body = JSON.stringify([...(world.visma.truth('se')['currency'] ?? []), {description: 'without an id'}]);
  const spoilt = world.visma.fault({path: '/v1/currency', kind: 'answer', status: 200, body, times: 2});
  const refused = await world.run('sync', {resources});
  assert.equal(spoilt.struck, 2, 'a list without a count is looked at twice before it marks anything');
  assert.equal(refused.passes[0]?.refused, 1, 'a refused record proves nothing gone');
  for (let run = 0; run < 2; run++) assert.equal((await world.run('sync', {resources})).exitCode, 0);
  await world.assertTruth({resources: [resources]});
});

test('a held-back list whose rows came back is no failure of the run that finds them again', async t => {
  const resources = 'financial_period';
  const world = await openLoaded(t, resources);
  const extra = addPeriods(world);
  assert.equal((await world.run('sync', {resources})).exitCode, 0);
  for (const key of extra.map(keyOf)) world.visma.delete({company: 'se', collection: 'financialPeriod', key});
  assert.equal((await world.run('sync', {resources})).exitCode, 1, 'beyond the guard');
  for (const record of extra) world.visma.insert({company: 'se', collection: 'financialPeriod', record});
  const back = await world.run('sync', {resources});
  await world.assertTruth({resources: [resources]});
  assert.deepEqual(back.problems, [], 'nothing is gone any more');
  assert.equal(back.exitCode, 0);
});

const keyOf = ({year, period}: Entity): string[] => [String(year), String(period)];

function addPeriods({visma}: World): readonly Entity[] {
  const held = visma.truth('se')['financialPeriod'] ?? [];
  for (let extra = 0; extra < 30; extra++) {
    const record = {...held[0], year: String(1990 + extra), financialPeriod: `${1990 + extra}01`};
    visma.insert({company: 'se', collection: 'financialPeriod', record});
  }
  return (visma.truth('se')['financialPeriod'] ?? []).slice(held.length);
}

async function openLoaded(t: test.TestContext, resources: string): Promise<World> {
  const world = await World.loaded(t, {visma: {companies: ['se']}}, {resources});
  return world;
}
