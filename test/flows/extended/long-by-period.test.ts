import assert from 'node:assert/strict';
import test from 'node:test';
import type {Entity} from '../../sim/visma/visma.ts';
import {World, type WorldOptions} from '../world.ts';

/*
 * A first load that goes by financial period, because the list is long and its API has that filter: a stretch is sealed
 * behind the period in which it became long enough.
 */
const byPeriod: WorldOptions = {
  visma: {companies: ['se'], size: {invoices: 60, journalLines: 150, suppliers: 6, customers: 6}, nasty: false},
  sync: {page_size: 4, stretch_pages: 2},
};

for (const {resources, path, collection} of [
  {resources: 'supplier_invoice', path: '/v1/supplierInvoice', collection: 'supplierInvoice'},
  {resources: 'customer_invoice', path: '/v1/customerinvoice', collection: 'customerinvoice'},
]) {
  test(`${resources}: what comes, goes and moves between periods meanwhile is there in the end`, async t => {
    const world = await World.open(t, byPeriod);
    const {visma} = world;
    const which = {company: 'se', collection};
    const rows = postedOf(world, collection);
    const [gone, changed, , like] = rows;
    const late = rows.at(-1);
    assert.ok(gone && changed && like && late);
    const moved = visma.fault({
      path,
      kind: 'run',
      nth: 9,
      action: () => {
        visma.delete({...which, key: keyOf(gone)});
        visma.insert({...which, place: 'first', record: {...unstamped(like), referenceNumber: '900001'}});
        visma.change({...which, key: keyOf(changed), fields: {note: 'changed'}});
        visma.movePeriod({...which, key: keyOf(late), period: String(changed['financialPeriod'])});
      },
    });
    for (let run = 0; run < 2; run++) assert.equal((await world.run('sync', {resources})).exitCode, 0);
    assert.equal(moved.struck, 1);
    await world.assertTruth({resources: [resources]});
    assert.ok((await loadsOf(world)) > 2, 'in stretches');
    assert.equal(await stateOf(world, resources), 'provisional');
    for (let sweep = 0; sweep < 2; sweep++) assert.equal((await world.run('sweep', {resources})).exitCode, 0);
    await world.assertTruth({resources: [resources], marked: true});
    assert.equal(await stateOf(world, resources), 'proven');
  });
}

for (const {resources, path, parameter} of [
  {resources: 'supplier_invoice', path: '/v1/supplierInvoice', parameter: 'financialPeriod'},
  {resources: 'journal_transaction', path: '/v2/journaltransaction', parameter: 'periodId'},
]) {
  test(`${resources}: a first load by periods that is killed goes on at the next one`, async t => {
    const world = await World.open(t, byPeriod);
    const stop = new AbortController();
    const asked = (): string[] => world.visma.requests({path}).flatMap(({query}) => query[parameter] ?? []);
    world.visma.fault({path, kind: 'run', nth: 16, action: () => stop.abort(new Error('killed'))});
    assert.notEqual((await world.run('sync', {resources, signal: stop.signal})).exitCode, 0);
    const before = asked();
    world.visma.clearLog();
    assert.equal((await world.run('sync', {resources})).exitCode, 0);
    const after = asked();
    const again = new Set(after.filter(period => before.includes(period)));
    assert.ok(before.length > 6 && after.length > 0);
    assert.ok(again.size <= 2, `${[...again]} are read again`);
    await world.assertTruth({resources: [resources]});
  });
}

test('documents on hold, without a period, are found by their status and not by a walk of all', async t => {
  const world = await openWith(t, {status: 'Hold', financialPeriod: null, postPeriod: null});
  const notes = await loadNotes(world);
  assert.ok(world.visma.requestCount({path: '/v1/supplierInvoice', query: {status: 'Hold'}}) > 0);
  assert.doesNotMatch(notes, /do not add up/);
  await world.assertTruth({resources: ['supplier_invoice']});
});

test('a document of a period that the company does not list makes the list be walked whole', async t => {
  const world = await openWith(t, {status: 'Open', financialPeriod: '203507', postPeriod: '072035'});
  const notes = await loadNotes(world);
  assert.match(notes, /do not add up to its list, which is walked whole/);
  await world.assertTruth({resources: ['supplier_invoice']});
});

async function openWith(t: test.TestContext, fields: Entity): Promise<World> {
  const world = await World.open(t, byPeriod);
  const [like] = postedOf(world, 'supplierInvoice');
  assert.ok(like);
  // It keeps the stamp of the other one: what changed during the load is read at its end whatever its period.
  const record = {...like, ...fields, referenceNumber: '900001'};
  world.visma.insert({company: 'se', collection: 'supplierInvoice', record});
  return world;
}

async function loadNotes(world: World): Promise<string> {
  const report = await world.run('sync', {resources: 'supplier_invoice'});
  assert.equal(report.exitCode, 0);
  return report.notes.join('\n');
}

const postedOf = ({visma}: World, collection: string): readonly Entity[] =>
  (visma.truth('se')[collection] ?? []).filter(({status}) => status !== 'Hold');

const keyOf = ({documentType, referenceNumber}: Entity): string[] => [String(documentType), String(referenceNumber)];

/** A record that is stamped when it is inserted. */
const unstamped = ({lastModifiedDateTime: _stamp, timeStamp: _version, ...content}: Entity): Entity => content;

async function loadsOf(world: World): Promise<number> {
  const [row] = await world.query('SELECT COUNT(*) AS loads FROM main.visma_control.load');
  return Number(row?.['loads']);
}

async function stateOf(world: World, resources: string): Promise<unknown> {
  return (await world.run('status', {resources})).details?.[0]?.['state'];
}
