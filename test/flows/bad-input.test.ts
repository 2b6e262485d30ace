import assert from 'node:assert/strict';
import test from 'node:test';
import type {Report} from '../../src/model/report.ts';
import {World} from './world.ts';

const only = {resources: 'supplier'};

/** What a person would read: nothing of it may hold a secret. */
const said = (report: Report): string => JSON.stringify(report.problems);

test('a wrong secret of Visma fails the run with one clear message a company, and lands nothing', async t => {
  const world = await open(t);
  const configPath = await world.writeConfig({visma: {client_secret: 'a-wrong-and-secret-secret'}});
  const report = await world.run('sync', {...only, configPath});
  assert.equal(report.exitCode, 1);
  assert.deepEqual(
    report.problems.map(({kind}) => kind),
    ['credentials', 'credentials', 'credentials'],
  );
  assert.match(report.problems[0]?.hint ?? '', /client_secret|secret/);
  assert.doesNotMatch(said(report), /a-wrong-and-secret-secret/);
});

test('I26 a wrong tenant of one company leaves the others alone, and the run is partial', async t => {
  const world = await open(t);
  const companies = world.visma.companies.map(({id, name, tenantId, currency}) => ({
    id,
    name,
    tenant_id: id === 'no' ? '00000000-0000-0000-0000-000000000000' : tenantId,
    currency,
  }));
  const configPath = await world.writeConfig({visma: {companies}});
  const report = await world.run('sync', {...only, configPath});
  assert.equal(report.exitCode, 3);
  assert.equal(report.problems.length, 1);
  assert.match(said(report), /tenant/);
});

const refusals = {
  'a token, and then 401 to every call': {path: '/v*', status: 401},
  'no token': {path: '/connect/token', status: 400, body: '{"error":"invalid_tenant"}'},
};

for (const [how, refusal] of Object.entries(refusals)) {
  test(`a tenant that never delivered anything (${how}) can be corrected, in another spelling too`, async t => {
    const world = await open(t);
    const [se, no] = world.visma.companies;
    assert.ok(se && no);
    const headers = {'content-type': 'application/json'};
    const times = Number.POSITIVE_INFINITY;
    world.visma.fault({company: 'se', kind: 'answer', body: '{}', headers, times, ...refusal});
    const configFor = (tenant: string) =>
      world.writeConfig({visma: {companies: [{id: 'acme', tenant_id: tenant, currency: 'SEK'}]}});
    const wrong = await world.run('sync', {...only, configPath: await configFor(se.tenantId)});
    assert.deepEqual(
      wrong.problems.map(({kind}) => kind),
      ['credentials'],
    );
    for (const spelling of [no.tenantId, `{${no.tenantId.toUpperCase()}}`, no.tenantId]) {
      const right = await world.run('sync', {...only, configPath: await configFor(spelling)});
      assert.deepEqual([right.exitCode, right.problems], [0, []], spelling);
    }
    const suppliers = await world.query('SELECT company_id FROM main.visma.supplier WHERE _deleted_at IS NULL');
    assert.equal(suppliers.length, world.visma.truth('no')['supplier']?.length);
    const back = await world.run('sync', {...only, configPath: await configFor(se.tenantId)});
    assert.deepEqual(
      back.problems.map(({kind}) => kind),
      ['identity'],
    );
  });
}

test('a company whose tenant was changed after its first load is kept out, with the remedy', async t => {
  const world = await open(t);
  await world.run('sync', only);
  const [se, no] = world.visma.companies;
  assert.ok(se && no);
  const companies = [{id: 'se', name: 'se', tenant_id: no.tenantId, currency: 'SEK'}];
  const configPath = await world.writeConfig({visma: {companies}});
  const report = await world.run('sync', {...only, configPath});
  assert.notEqual(report.exitCode, 0);
  assert.deepEqual(
    report.problems.map(({kind}) => kind),
    ['identity'],
  );
  await world.assertTruth({resources: ['supplier']});
});

test('an unknown warehouse names the key to correct', async t => {
  const world = await open(t);
  const configPath = await world.writeConfig({databricks: {warehouse_id: 'no-such-warehouse'}});
  for (const command of ['check', 'sync'] as const) {
    const report = await world.run(command, {...only, configPath});
    assert.equal(report.exitCode, 1, command);
    assert.match(said(report), /warehouse/);
  }
});

test('check tries everything and lists every problem at once', async t => {
  const world = await open(t);
  const fine = await world.run('check');
  assert.deepEqual(fine.problems, []);
  assert.equal(fine.exitCode, 0);
  const configPath = await world.writeConfig({
    visma: {client_secret: 'wrong'},
    databricks: {warehouse_id: 'no-such-warehouse', catalog: 'no_such_catalog'},
  });
  const report = await world.run('check', {configPath});
  assert.equal(report.exitCode, 1);
  assert.ok(report.problems.length >= 5, said(report));
  assert.ok(report.problems.every(({hint}) => hint.length > 10));
});

test('a configuration with several mistakes lists them all, and nothing is called', async t => {
  const world = await open(t);
  const configPath = await world.writeConfig({
    visma: {client_ids: 'x', api_url: 'http://example.com', companies: [{id: 'se', currency: 'crowns'}]},
    sync: {overlap: 'two hours', resources: ['suppliers']},
  });
  const report = await world.run('sync', {configPath});
  assert.equal(report.exitCode, 2);
  for (const wanted of ['client_ids', 'api_url', 'tenant_id', 'currency', 'overlap', 'suppliers']) {
    assert.match(said(report), new RegExp(wanted));
  }
  assert.equal(world.visma.requestCount(), 0);
});

test('a file that is not there, and names that are none, are usage errors', async t => {
  const world = await open(t);
  const absent = await world.run('sync', {configPath: `${world.folder}/none.yml`});
  assert.equal(absent.exitCode, 2);
  assert.match(said(absent), /none\.yml/);
  const names = await world.run('sync', {companies: 'fi', resources: 'suppliers,invoices'});
  assert.equal(names.exitCode, 2);
});

async function open(t: test.TestContext): Promise<World> {
  return World.open(t, {visma: {size: {invoices: 0, journalLines: 0, suppliers: 6, customers: 3}}});
}
