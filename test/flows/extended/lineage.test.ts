import assert from 'node:assert/strict';
import {rm} from 'node:fs/promises';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import type {JsonObject} from '../../../src/base/exact-json.ts';
import type {Report} from '../../../src/model/report.ts';
import {type Fault, type FaultyProxy, startFaultyProxy} from '../../sim/faulty-proxy.ts';
import {Catalogued} from '../catalogued.ts';
import {type RunOptions, World, type WorldOptions} from '../world.ts';

const resources = 'supplier supplier_invoice currency';
const governed = /lineage-tracking|entity-tag-assignments/;
const metadata = '/api/2.0/lineage-tracking/external-metadata';
const personalColumn = 'main.visma.supplier_supplier_payment_method_detail.payment_method_detail_value';
const name = 'visma_main_visma_supplier_invoice';

test('after a first sync each endpoint stands in Unity Catalog, with an edge to each of its tables', async t => {
  const {world, catalogued, sync} = await openShown(t);
  const report = await sync();
  assert.deepEqual([report.exitCode, report.notes], [0, []]);
  assert.deepEqual(
    (await catalogued.objects()).map(object => object['name']),
    ['visma_main_visma_currency', 'visma_main_visma_supplier', name],
  );
  const object = await catalogued.object(name);
  assert.deepEqual(
    [object?.['system_type'], object?.['entity_type'], object?.['url'], object?.['owner']],
    ['OTHER', 'endpoint', `${world.visma.apiUrl}/v1/supplierInvoice`, world.workspace.clientId],
  );
  const edges = await catalogued.edges(name);
  assert.ok(edges.has('main.visma.supplier_invoice') && edges.has('main.visma.supplier_invoice_line'));
  const [invoice, lines] = ['', '_line'].map(end => edges.get(`main.visma.supplier_invoice${end}`) ?? []);
  assert.ok(invoice?.includes('supplier.number -> supplier_number'));
  assert.ok(invoice?.includes('documentType -> record_id') && invoice.includes('referenceNumber -> record_id'));
  assert.ok(lines?.includes('invoiceLines[].cost -> cost') && lines.includes('referenceNumber -> parent_record_id'));
  assert.deepEqual(await catalogued.tags('tables', 'main.visma.supplier_invoice_line'), {
    source: 'visma.net',
    resource: 'supplier_invoice',
  });
  assert.deepEqual(await catalogued.tags('columns', personalColumn), {pii: 'hashed'});
});

test('a quiet run asks for nothing of it, and a run that commits asks for nothing that is shown', async t => {
  const {world, proxy, sync} = await openShown(t);
  await sync();
  const before = proxy.count({path: governed});
  assert.equal((await sync()).statements, 0);
  addCurrency(world);
  assert.ok((await sync()).statements > 0);
  assert.equal(proxy.count({path: governed}), before);
});

test('a changed privacy rule changes the tags, and nothing else that is shown', async t => {
  const {proxy, catalogued, sync} = await openShown(t);
  await sync();
  const columns = ['supplier_supplier_payment_method_detail.payment_method_detail_value'];
  const before = proxy.count({method: 'POST', path: metadata});
  await sync({
    privacy: [
      {resource: 'supplier', columns, rule: 'keep'},
      {resource: 'supplier', columns: ['name'], rule: 'drop'},
    ],
  });
  assert.deepEqual(await catalogued.tags('columns', personalColumn), {pii: 'plain'});
  assert.deepEqual(await catalogued.tags('columns', 'main.visma.supplier.name'), {pii: 'dropped'});
  await sync({privacy: []});
  assert.deepEqual(await catalogued.tags('columns', personalColumn), {pii: 'hashed'});
  assert.deepEqual(await catalogued.tags('columns', 'main.visma.supplier.name'), {}, 'what is no secret bears no tag');
  assert.equal(proxy.count({method: 'POST', path: metadata}), before);
});

test('without a right a sync says once which grant is missing, and is done all the same', async t => {
  const {proxy, catalogued, sync, lineage} = await openShown(t);
  const refused = JSON.stringify({error_code: 'PERMISSION_DENIED', message: 'no'});
  const faults = [
    proxy.add({method: 'POST', path: metadata, does: {status: 403, body: refused}}),
    proxy.add({path: 'entity-tag-assignments', does: {status: 403, body: refused}}),
  ];
  const report = await sync();
  assert.equal(report.exitCode, 0);
  assert.deepEqual(report.problems, []);
  assert.equal(report.notes.length, 2);
  assert.match(report.notes[0] ?? '', /GRANT CREATE EXTERNAL METADATA ON METASTORE TO/);
  assert.match(report.notes[1] ?? '', /GRANT APPLY TAG ON SCHEMA `main`.`visma` TO/);
  assert.ok(proxy.count({path: governed}) <= 4, 'the first refusal ends it');

  const asked = await lineage();
  assert.deepEqual([asked.exitCode, asked.problems.map(({kind}) => kind)], [1, ['permission', 'permission']]);
  for (const lift of faults) lift();
  assert.deepEqual((await lineage()).problems, []);
  assert.equal((await catalogued.objects()).length, 3);
});

test('a workspace that does not know external metadata is told of once a day', async t => {
  const {world, proxy, sync} = await openShown(t);
  const body = JSON.stringify({error_code: 'ENDPOINT_NOT_FOUND', message: 'No API found'});
  proxy.add({path: governed, does: {status: 404, body}});
  const report = await sync();
  assert.deepEqual([report.exitCode, report.notes.length], [0, 2]);
  assert.match(report.notes.join(' '), /does not offer it/);
  addCurrency(world);
  const next = await sync();
  assert.deepEqual([next.exitCode, next.notes], [0, []]);
});

const losses: readonly Fault[] = [
  {method: 'POST', path: /external-metadata|external-lineage|assignments$/, does: 'drop answer'},
  {method: 'GET', path: governed, does: 'drop answer'},
];

test('answers that are lost after their effect make nothing twice', async t => {
  const {proxy, catalogued, sync, lineage} = await openShown(t);
  for (const fault of losses) for (const nth of [1, 3, 5]) proxy.add({...fault, nth});
  const report = await sync();
  assert.deepEqual([report.exitCode, report.notes], [0, []]);
  assert.equal((await catalogued.objects()).length, 3);
  const again = await lineage();
  assert.deepEqual(words(again.details), ['current', 'current', 'current']);
});

test('lineage mends what was changed or taken away, and leaves what others made', async t => {
  const {world, catalogued, sync, lineage} = await openShown(t);
  await catalogued.create('visma_main_visma_currency', {});
  assert.match((await sync()).notes.join(), /others made .* left: visma_main_visma_currency/);
  await catalogued.describe('visma_main_visma_supplier', 'something else');
  await catalogued.undraw(name, 'main.visma.supplier_invoice_line');
  await catalogued.retag('tables', 'main.visma.supplier', {source: 'our own'});
  assert.deepEqual(words((await lineage()).details), ['taken', 'updated', 'updated']);
  assert.match(String((await catalogued.object('visma_main_visma_supplier'))?.['description']), /\/v1\/supplier/);
  assert.ok((await catalogued.edges(name)).has('main.visma.supplier_invoice_line'));
  assert.equal((await catalogued.tags('tables', 'main.visma.supplier'))['source'], 'our own');
  assert.deepEqual((await catalogued.object('visma_main_visma_currency'))?.['properties'], {});
  await rm(path.join(world.folder, 'workspace/volumes/visma_staging/landing/run-state/lineage.json'));
  assert.deepEqual(words((await lineage()).details), ['taken', 'current', 'current'], 'the file is no truth');
});

test('lineage --remove takes away what this installation made, and only that, for good', async t => {
  const {world, catalogued, sync, lineage} = await openShown(t);
  await sync();
  await catalogued.create('visma_main_other_supplier', {visma_databricks: 'main.other'});
  await catalogued.draw('visma_main_other_supplier', 'main.visma.supplier');
  await catalogued.draw('visma_main_visma_currency', 'main.visma.supplier');
  const report = await lineage({remove: true});
  assert.deepEqual([report.exitCode, report.problems], [0, []]);
  assert.deepEqual(
    (await catalogued.objects()).map(object => object['name']),
    ['visma_main_other_supplier', 'visma_main_visma_currency'],
  );
  assert.deepEqual([...(await catalogued.edges('visma_main_visma_currency')).keys()], ['main.visma.supplier']);
  addCurrency(world);
  await sync();
  assert.equal((await catalogued.objects()).length, 2, 'a scheduled run makes nothing again');
  assert.deepEqual(words((await lineage()).details), ['updated', 'created', 'created']);
});

test('what is switched off is not shown', async t => {
  const {world, proxy} = await openShown(t);
  const configPath = await world.writeConfig({host: proxy.host, lineage: {external: false, tags: false}});
  const report = await world.run('sync', {resources, configPath});
  assert.deepEqual([report.exitCode, report.problems], [0, []]);
  assert.equal(proxy.count({path: governed}), 0);
});

test('every statement of a job says which job, run and task it is of', async t => {
  const job = {VISMA_JOB_ID: '620', VISMA_JOB_RUN_ID: '99', VISMA_TASK: 'sync'};
  const {proxy, sync} = await openShown(t, {environment: job, lineage: {external: false, tags: false}});
  const report = await sync();
  const sent = proxy.calls.filter(({thrift}) => thrift === 'ExecuteStatement');
  assert.ok(sent.length > 0);
  for (const {body} of sent) {
    assert.match(body.toString('latin1'), new RegExp(`job:620,job_run:99,task:sync,run:${report.run},command:sync`));
  }
});

const words = (details: readonly JsonObject[] = []): readonly unknown[] => details.map(row => row['lineage']);

const addCurrency = ({visma}: World): unknown =>
  visma.insert({company: 'se', collection: 'currency', record: {id: 'XTS', description: 'Test'}});

interface ShownWorld {
  readonly world: World;
  readonly proxy: FaultyProxy;
  readonly catalogued: Catalogued;
  sync(options?: RunOptions): Promise<Report>;
  lineage(options?: RunOptions): Promise<Report>;
}

async function openShown(t: TestContext, options: WorldOptions = {}): Promise<ShownWorld> {
  const environment = {VISMA_PRIVACY_SALT: 'a salt of the flows, long enough'};
  const world = await World.open(t, {visma: {companies: ['se']}, environment, lineage: {}, ...options});
  const proxy = await startFaultyProxy(world.workspace);
  t.after(() => proxy.close());
  const of = (more: RunOptions = {}): RunOptions => ({resources, host: proxy.host, ...more});
  return {
    world,
    proxy,
    catalogued: new Catalogued(world.workspace),
    sync: more => world.run('sync', of(more)),
    lineage: more => world.run('lineage', of(more)),
  };
}
