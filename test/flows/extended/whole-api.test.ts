import assert from 'node:assert/strict';
import test from 'node:test';
import {exact} from '../../sim/visma/visma.ts';
import {World} from '../world.ts';

test('every resource arrives whole, and so does what a day of business changes in each of them', async t => {
  const world = await World.open(t, {visma: {companies: ['se']}, sync: {resources: 'all'}});
  assert.equal((await world.run('sync')).exitCode, 0);
  await world.assertTruth();
  const {visma} = world;
  visma.clock.advance(86_400_000);
  visma.trade({company: 'se', invoices: 4, payments: 4});
  const [order] = visma.truth('se')['purchaseorder'] ?? [];
  const key = [String(order?.['orderType']), String(order?.['orderNbr'])];
  const which = {company: 'se', collection: 'purchaseorder', key};
  visma.changeLine({...which, place: 0, fields: {amount: exact('1234.5600'), lineDescription: 'Nye møbler'}});
  visma.change({company: 'se', collection: 'dimension', key: 'ACCOUNT', fields: {description: 'Konto'}});
  visma.change({company: 'se', collection: 'employee', key: '00003', fields: {department: '20'}});
  assert.equal((await world.run('sync')).exitCode, 0);
  await world.assertTruth();
});
