import assert from 'node:assert/strict';
import test from 'node:test';
import {World} from '../world.ts';

const hour = 3_600_000;

test('a load that waits of another tenant is not committed under the company of that id', async t => {
  const world = await World.open(t, {visma: {companies: ['se', 'no']}});
  const resources = 'supplier';
  const [se, no] = world.visma.companies;
  assert.ok(se && no);
  await world.run('land', {resources, companies: 'se'});
  // The id was tried with another tenant; then the tables were dropped and the volume was not.
  await world.query("DELETE FROM main.visma_control.company WHERE company_id = 'se'");
  const companies = [{id: 'se', name: 'se', tenant_id: no.tenantId, currency: 'NOK'}];
  const configPath = await world.writeConfig({visma: {companies}});
  await world.run('sync', {resources, configPath});
  const held = await world.query("SELECT DISTINCT name FROM main.visma.supplier WHERE company_id = 'se' ORDER BY 1");
  const wanted = (world.visma.truth('no')['supplier'] ?? []).map(({name}) => String(name)).sort();
  assert.deepEqual(held.map(({name}) => String(name)).sort(), wanted);
});

test('a stamp some hours ahead of the ERP does not hide what changes in these hours', async t => {
  const world = await World.open(t, {visma: {companies: ['se']}});
  const resources = 'supplier';
  const keys = (world.visma.truth('se')['supplier'] ?? []).map(({number}) => String(number));
  const which = (at: number) => ({company: 'se', collection: 'supplier', key: keys[at] ?? ''});
  await world.run('sync', {resources});
  world.visma.clock.advance(11 * hour);
  world.visma.change({...which(0), fields: {name: 'written by a clock that is ahead'}});
  world.visma.clock.advance(-11 * hour);
  await world.run('sync', {resources});
  world.visma.clock.advance(2 * hour);
  world.visma.change({...which(1), fields: {name: 'written in time'}});
  for (let run = 0; run < 3; run++) {
    await world.run('sync', {resources});
    world.visma.clock.advance(24 * hour);
  }
  await world.assertTruth({resources: [resources]});
});

test('a list with a refused record costs nothing when nothing is new', async t => {
  const world = await World.open(t, {visma: {companies: ['se']}});
  world.visma.insert({company: 'se', collection: 'currency', record: {description: 'without an id'}});
  await world.run('sync', {resources: 'currency'});
  const quiet = await world.run('sync', {resources: 'currency'});
  const [rejects] = await world.query('SELECT COUNT(*) AS n FROM main.visma_control.reject');
  assert.deepEqual([quiet.uploads, quiet.passes[0]?.outcome, Number(rejects?.['n'])], [0, 'quiet', 1]);
});

test('a delta with a refused record, and one with a refused line, costs nothing when nothing is new', async t => {
  const world = await World.open(t, {visma: {companies: ['se']}});
  world.visma.clock.advance(24 * hour);
  world.visma.insert({company: 'se', collection: 'supplier', record: {name: 'without a number'}});
  const record = {number: '90001', name: 'with an attribute that is none', attributes: [null]};
  world.visma.insert({company: 'se', collection: 'supplier', record});
  await world.run('sync', {resources: 'supplier'});
  for (let run = 0; run < 2; run++) await world.run('sync', {resources: 'supplier'});
  const [rejects] = await world.query('SELECT COUNT(*) AS n FROM main.visma_control.reject');
  const quiet = await world.run('sync', {resources: 'supplier'});
  const [after] = await world.query('SELECT COUNT(*) AS n FROM main.visma_control.reject');
  assert.deepEqual(
    [quiet.uploads, quiet.passes[0]?.outcome, Number(after?.['n'])],
    [0, 'quiet', Number(rejects?.['n'])],
  );
});
