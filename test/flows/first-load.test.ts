import assert from 'node:assert/strict';
import test from 'node:test';
import {resources} from '../../src/catalogue/catalogue.ts';
import {exact} from '../sim/visma/visma.ts';
import {World} from './world.ts';

/**
 * Lists that a run without changes calls more than once. The pages of lists without a count end with an empty one, and
 * an empty body is asked for again.
 */
const callsOf: Readonly<Record<string, number>> = {employee: 2, cash_transaction: 3};

const defaults = resources.filter(resource => resource.groups.includes('default'));

test('I8 a first load is exact to the cent, a quiet run costs a call for each pass, changes arrive', async t => {
  const world = await World.open(t);
  const first = await world.run('sync');
  assert.deepEqual(first.problems, []);
  assert.equal(first.exitCode, 0);
  assert.ok((await world.assertTruth({stampsToo: true})) > 500);
  assert.equal(first.passes.length, world.visma.companies.length * defaults.length);

  world.visma.clearLog();
  const quiet = await world.run('sync');
  assert.equal(quiet.exitCode, 0);
  // Dimensions are asked for one by one as well.
  for (const {id} of world.visma.companies) {
    for (const {name, endpoint} of defaults) {
      const calls = world.visma.requests({method: 'GET', company: id, path: endpoint}).length;
      assert.equal(calls, callsOf[name] ?? 1, `${id} ${endpoint}`);
    }
  }
  assert.equal(quiet.uploads, 0);
  assert.equal(quiet.statements, 0, 'nobody was woken');
  assert.deepEqual(quiet.tables, []);
  assert.deepEqual([...new Set(quiet.passes.map(pass => pass.outcome))], ['quiet']);

  world.visma.clock.advance(3_600_000);
  for (const {id} of world.visma.companies) world.visma.trade({company: id, invoices: 4, payments: 2});
  const [invoice] = world.visma.truth('se')['customerinvoice'] ?? [];
  assert.ok(invoice);
  const key = [String(invoice['documentType']), String(invoice['referenceNumber'])];
  const fields = {quantity: exact('0.0000000001'), amount: exact('90071992547409931.25')};
  world.visma.changeLine({company: 'se', collection: 'customerinvoice', key, place: 0, fields});
  world.visma.restamp({company: 'no', collection: 'supplier'});
  const third = await world.run('sync');
  assert.equal(third.exitCode, 0);
  await world.assertTruth();
  const suppliers = third.tables.find(({table}) => table === 'supplier');
  assert.deepEqual([suppliers?.new, suppliers?.changed, suppliers?.gone], [0, 0, 0], 'a re-stamp rewrites nothing');
});
