import assert from 'node:assert/strict';
import test from 'node:test';
import {World} from './world.ts';

const resources = 'supplier supplier_invoice';
const only = {resources: resources.split(' ')};

test('I12 a key that two complete sweeps miss, and that is not found by itself, is marked with its lines', async t => {
  const world = await openLoaded(t);
  const [invoice] = world.visma.truth('se')['supplierInvoice'] ?? [];
  const key = [String(invoice?.['documentType']), String(invoice?.['referenceNumber'])];
  world.visma.delete({company: 'se', collection: 'supplierInvoice', key});

  const first = await world.run('sweep', {resources});
  assert.deepEqual(first.problems, []);
  assert.equal(first.exitCode, 0);
  assert.equal(await countOf(world, 'visma.supplier_invoice WHERE _deleted_at IS NOT NULL'), 0, 'seen missing once');
  assert.equal(await countOf(world, 'visma_control.missing_key'), 1);

  const second = await world.run('sweep', {resources});
  assert.equal(second.exitCode, 0);
  assert.equal(second.tables.find(({table}) => table === 'supplier_invoice')?.gone, 1);
  await world.assertTruth(only);
  assert.equal(await countOf(world, 'visma_control.missing_key'), 0);
  const swept = second.details?.find(({resource}) => resource === 'supplier_invoice');
  assert.deepEqual([swept?.['missing'], swept?.['marked'], swept?.['left']], [1, 1, 0]);
});

async function openLoaded(t: test.TestContext): Promise<World> {
  const world = await World.open(t, {visma: {companies: ['se']}});
  assert.equal((await world.run('sync', {resources})).exitCode, 0);
  return world;
}

async function countOf(world: World, from: string): Promise<number> {
  const [row] = await world.query(`SELECT COUNT(*) AS n FROM main.${from}`);
  return Number(row?.['n']);
}
