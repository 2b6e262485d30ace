import assert from 'node:assert/strict';
import test from 'node:test';
import {exact} from '../../sim/visma/visma.ts';
import {World} from '../world.ts';

const resources = 'supplier customer_invoice journal_transaction';
const names = resources.split(' ');
const visma = {size: {invoices: 60, journalLines: 400, suppliers: 40, customers: 20}, nasty: true, companies: ['se']};

test('a table that was touched as a whole lands only what is new by its content, and the run says so', async t => {
  const world = await World.loaded(t, {visma, sync: {page_size: 10}}, {resources});
  world.visma.clock.advance(3_600_000);
  for (const collection of ['supplier', 'customerinvoice', 'journaltransaction']) {
    world.visma.restamp({company: 'se', collection});
  }
  const [, supplier] = world.visma.truth('se')['supplier'] ?? [];
  const invoice = (world.visma.truth('se')['customerinvoice'] ?? []).find(each => Array.isArray(each['invoiceLines']));
  assert.ok(supplier && invoice);
  world.visma.change({
    company: 'se',
    collection: 'supplier',
    key: String(supplier['number']),
    fields: {name: 'Nytt namn AB'},
  });
  const key = [String(invoice['documentType']), String(invoice['referenceNumber'])];
  world.visma.changeLine({
    company: 'se',
    collection: 'customerinvoice',
    key,
    place: 0,
    fields: {amount: exact('1.01')},
  });

  const storm = await world.run('sync', {resources});
  assert.equal(storm.exitCode, 0);
  const landed = new Map(storm.passes.map(pass => [pass.resource as string, pass.landed]));
  assert.deepEqual(
    names.map(name => landed.get(name)),
    [1, 1, 0],
    'only what changed is landed',
  );
  for (const name of names)
    assert.ok(
      storm.notes.some(note => note.startsWith(`${name} of se was touched`)),
      name,
    );
  await world.assertTruth({resources: names});

  world.visma.clearLog();
  const quiet = await world.run('sync', {resources});
  assert.deepEqual([...new Set(quiet.passes.map(pass => pass.outcome))], ['quiet']);
});
