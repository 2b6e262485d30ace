import assert from 'node:assert/strict';
import test from 'node:test';
import {resources} from '../../../src/catalogue/catalogue.ts';
import {World} from '../world.ts';

const defaults = resources.filter(resource => resource.groups.includes('default'));

test('I13 unchanged content rewrites nothing: the rows keep their commit', async t => {
  const world = await World.loaded(t);
  world.visma.clock.advance(3_600_000);
  for (const {id} of world.visma.companies) {
    for (const collection of ['supplier', 'customer', 'supplierInvoice', 'customerinvoice', 'journaltransaction']) {
      world.visma.restamp({company: id, collection});
    }
  }
  const report = await world.run('sync');
  assert.equal(report.exitCode, 0);
  const tables = defaults.flatMap(({table, children}) => [table, ...children.map(child => child.table)]);
  for (const {name} of tables) {
    const [row] = await world.query(`SELECT COUNT(DISTINCT _commit) AS commits FROM main.visma.${name}`);
    assert.ok(Number(row?.['commits']) <= 1, name);
  }
});
