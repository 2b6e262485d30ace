import assert from 'node:assert/strict';
import test from 'node:test';
import {entitiesIn} from '../../sim/visma/exact.ts';
import type {Entity} from '../../sim/visma/visma.ts';
import {World} from '../world.ts';

test('I5 a record deleted while pages are read hides no other: the pass is walked again', async t => {
  const world = await World.open(t, {
    visma: {companies: ['se'], behaviour: {maxPageSize: {'/v1/supplier': 5}}},
  });
  const [first] = world.visma.truth('se')['supplier'] ?? [];
  const key = String(first?.['number']);
  const remove = (): void => void world.visma.delete({company: 'se', collection: 'supplier', key});
  world.visma.fault({path: '/v1/supplier', kind: 'run', nth: 2, action: remove});
  await world.run('sync', {resources: 'supplier'});
  await world.assertTruth({resources: ['supplier']});
});

test('I15 a batch deleted while pages of lines are read leaves no other batch torn', async t => {
  const world = await openJournals(t);
  const {key} = batchBeforeTheCut(world);
  const remove = (): void => void world.visma.delete({company: 'se', collection: 'journaltransaction', key});
  world.visma.fault({path: '/v2/journaltransaction', kind: 'run', nth: 2, action: remove});
  await world.run('sync', {resources: 'journal_transaction'});
  await world.assertTruth({resources: ['journal_transaction']});
});

test('I15 nor does a batch deleted while another of as many lines is inserted: only the count looks whole', async t => {
  const world = await openJournals(t);
  const {key, batch} = batchBeforeTheCut(world);
  const which = {company: 'se', collection: 'journaltransaction'};
  const swap = (): void => {
    world.visma.delete({...which, key});
    world.visma.insert({...which, record: {...batch, batchNumber: '909090'}});
  };
  world.visma.fault({path: '/v2/journaltransaction', kind: 'run', nth: 2, action: swap});
  await world.run('sync', {resources: 'journal_transaction'});
  await world.assertTruth({resources: ['journal_transaction']});
});

const pageLines = 60;

const openJournals = (t: test.TestContext): Promise<World> =>
  World.open(t, {
    visma: {companies: ['se'], behaviour: {maxPageSize: {'/v2/journaltransaction': pageLines}}},
  });

/** A batch of the first page, with as many lines as the batch that this page cuts has on the next one. */
function batchBeforeTheCut({visma}: World): {readonly key: string[]; readonly batch: Entity} {
  const batches = visma.truth('se')['journaltransaction'] ?? [];
  const linesOf = (batch: Entity | undefined): number => entitiesIn(batch?.['journalTransactionLines']).length;
  let [lines, cut] = [0, 0];
  while (lines + linesOf(batches[cut]) <= pageLines) lines += linesOf(batches[cut++]);
  const rest = lines + linesOf(batches[cut]) - pageLines;
  const batch = batches.slice(0, cut).find(each => linesOf(each) === rest);
  assert.ok(batch && rest > 0);
  return {key: [String(batch['module']), String(batch['batchNumber'])], batch};
}
