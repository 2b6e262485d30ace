import assert from 'node:assert/strict';
import {readdir, rm} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import type {Event} from '../../../src/model/events.ts';
import {exact} from '../../sim/visma/visma.ts';
import {World} from '../world.ts';

test('I6 what was read is landed, refused or repeated, and what is staged is what the manifest says', async t => {
  const world = await World.open(t);
  const report = await world.run('sync');
  for (const {read, landed, refused, repeated} of report.passes) assert.equal(read, landed + refused + repeated);
  for (const {table, read} of report.tables) {
    const isList = report.passes.some(({resource}) => String(resource) === String(table));
    // What an initial load by period meets again at its end is staged twice and stands once.
    const distinct = isList ? "COUNT(DISTINCT company_id || '/' || record_id)" : 'COUNT(*)';
    const [staged] = await world.query(`SELECT COUNT(*) AS n, ${distinct} AS once FROM main.visma_staging.${table}`);
    const [held] = await world.query(`SELECT COUNT(*) AS n FROM main.visma.${table}`);
    assert.deepEqual([Number(staged?.['n']), Number(held?.['n'])], [read, Number(staged?.['once'])], table);
  }
});

test('I6 I26 one key with two contents and one stamp is no key: its records are refused, the others land', async t => {
  const world = await World.open(t, {visma: {companies: ['se', 'no']}});
  const {visma} = world;
  const resources = 'supplier currency';
  const [supplier] = visma.truth('se')['supplier'] ?? [];
  const [currency] = visma.truth('se')['currency'] ?? [];
  assert.ok(supplier && currency);
  visma.insert({company: 'se', collection: 'supplier', record: {...supplier, name: 'another one'}});
  visma.insert({company: 'se', collection: 'currency', record: {...currency, description: 'another one'}});
  const live = async (table: string, key: string): Promise<readonly number[]> => {
    const rows = await world.query(
      `SELECT COUNT(*) AS n, COUNT(CASE WHEN record_id = '${key}' THEN 1 END) AS own FROM main.visma.${table}
       WHERE company_id = 'se' AND _deleted_at IS NULL`,
    );
    return [Number(rows[0]?.['n']), Number(rows[0]?.['own'])];
  };
  const others = (collection: string): number => (visma.truth('se')[collection] ?? []).length - 2;
  for (let run = 1; run <= 2; run++) {
    const report = await world.run('sync', {resources});
    assert.equal(report.exitCode, 3);
    // A whole list says so on every run; a list of changes says so as long as they are in its window.
    assert.ok(report.problems.every(({kind, facts}) => kind === 'key' && facts['records'] === 2));
    assert.ok(report.problems.some(({facts}) => facts['resource'] === 'currency'));
    assert.deepEqual(await live('supplier', String(supplier['number'])), [others('supplier'), 0]);
    assert.deepEqual(await live('currency', String(currency['id'])), [others('currency'), 0]);
  }
  const refused = await world.query(
    'SELECT resource, COUNT(DISTINCT record) AS n FROM main.visma_control.reject GROUP BY resource ORDER BY resource',
  );
  assert.deepEqual(
    refused.map(({resource, n}) => [resource, Number(n)]),
    [
      ['currency', 2],
      ['supplier', 2],
    ],
  );
});

test('I6 a load whose rows did not all arrive in staging is set aside with its reason, and read again', async t => {
  const world = await World.open(t, {visma: {companies: ['se']}});
  const resources = 'supplier_invoice currency';
  await world.run('land', {resources});
  const landing = path.join(world.folder, 'workspace', 'volumes', 'visma_staging', 'landing');
  const [load = ''] = await readdir(path.join(landing, 'supplier_invoice'));
  await rm(path.join(landing, 'supplier_invoice', load, 'supplier_invoice_line-00000.parquet'));
  await world.run('commit', {resources});
  const [aside] = await world.query("SELECT resource, reason FROM main.visma_control.load WHERE state = 'set aside'");
  assert.equal(aside?.['resource'], 'supplier_invoice');
  assert.match(String(aside?.['reason']), /supplier_invoice_line: 0 rows in staging where the manifest has \d+/);
  await world.assertTruth({resources: ['currency']});
  assert.equal((await world.run('sync', {resources})).exitCode, 0);
  await world.assertTruth({resources: resources.split(' ')});
});

test('a record without a key is refused, kept with its reason, and stops nothing', async t => {
  const world = await World.open(t, {visma: {companies: ['se']}});
  world.visma.insert({company: 'se', collection: 'currency', record: {description: 'without an id'}});
  const report = await world.run('sync', {resources: 'currency'});
  assert.equal(report.exitCode, 0);
  assert.equal(report.passes[0]?.refused, 1);
  assert.match(report.notes.join('\n'), /1 records or lines of currency of se were refused/);
  const rejects = await world.query('SELECT company_id, resource, record FROM main.visma_control.reject');
  assert.equal(rejects.length, 1);
  assert.match(String(rejects[0]?.['record']), /without an id/);
});

test('I9 no secret and no value of a row stands in an event, a report or the name of a file', async t => {
  const world = await World.open(t);
  const planted = 'Zebrafinch-4711-planted';
  for (const {id} of world.visma.companies) {
    const [supplier] = world.visma.truth(id)['supplier'] ?? [];
    const which = {company: id, collection: 'supplier', key: String(supplier?.['number'])};
    world.visma.change({...which, fields: {name: planted, retainagePct: exact('424242.4242424242424242')}});
  }
  const heard: Event[] = [];
  const listen = (event: Event): void => void heard.push(event);
  const fine = await world.run('sync', {listen, resources: 'supplier'});
  world.visma.fault({
    path: '/v1/supplier',
    kind: 'answer',
    status: 418,
    body: planted,
    times: Number.POSITIVE_INFINITY,
  });
  const broken = await world.run('sync', {listen, resources: 'supplier', companies: 'se'});
  assert.notEqual(broken.exitCode, 0);
  const names = await readdir(path.join(world.folder, 'workspace', 'volumes'), {recursive: true});
  const said = JSON.stringify([heard, fine, broken, names]);
  for (const secret of [planted, '424242.42', world.visma.clientSecret, world.workspace.clientSecret]) {
    assert.ok(!said.includes(secret), 'nothing of it is said');
  }
  const control = await world.query('SELECT report FROM main.visma_control.run');
  assert.ok(!JSON.stringify(control).includes(planted));
});
