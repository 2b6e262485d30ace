import assert from 'node:assert/strict';
import test, {type TestContext} from 'node:test';
import type {Json} from '../../sim/visma/exact.ts';
import {World} from '../world.ts';

/*
 * What stamps do in a real company: they bear no zone and lose their zeros, an hour comes twice in autumn, and what
 * was never set is the first or the last day that there is.
 */

const resources = 'supplier';
const only = {resources: [resources]};
const minute = 60_000;

const open = (t: TestContext): Promise<World> => World.open(t, {visma: {companies: ['se']}});

const keysIn = (world: World): readonly string[] =>
  (world.visma.truth('se')['supplier'] ?? []).map(({number}) => String(number));

function change(world: World, place: number, fields: Readonly<Record<string, Json>>): void {
  const key = keysIn(world)[place];
  assert.ok(key !== undefined, `there is no supplier at place ${place}`);
  world.visma.change({company: 'se', collection: 'supplier', key, fields});
}

async function land(world: World): Promise<string | undefined> {
  const report = await world.run('land', {resources});
  assert.deepEqual(report.problems, []);
  return report.passes[0]?.outcome;
}

const commit = async (world: World): Promise<void> => {
  assert.equal((await world.run('commit', {resources})).exitCode, 0);
};

const checkpointOf = async (world: World, column: string): Promise<string> => {
  const [row] = await world.query(`SELECT CAST(${column} AS STRING) AS value FROM main.visma_control.checkpoint`);
  return String(row?.['value']);
};

test('what changes in the hour that comes twice is not lost, whenever a run falls into it', async t => {
  const world = await open(t);
  world.visma.clock.set('2026-10-24T12:00:00Z');
  await land(world);
  // On the wall: 01:30, 02:20, 02:59 in summer, then 02:00, 02:20, 02:59 once more, and 03:10.
  const instants = ['T23:30', 'T00:20', 'T00:59', 'T01:00', 'T01:20', 'T01:59', 'T02:10'];
  for (const [place, time] of instants.entries()) {
    world.visma.clock.set(`2026-10-2${time === 'T23:30' ? 4 : 5}${time}:00Z`);
    change(world, place, {name: `changed at ${time}`});
    assert.equal(await land(world), 'landed', time);
  }
  await commit(world);
  await world.assertTruth(only);
});

test('one record changed in both passes of the hour ends as it was changed last', async t => {
  const world = await open(t);
  await land(world);
  world.visma.clock.set('2026-10-25T00:50:00Z');
  change(world, 0, {name: 'in the first pass'});
  await land(world);
  world.visma.clock.set('2026-10-25T01:10:00Z');
  change(world, 0, {name: 'in the second, stamped earlier'});
  assert.equal(await land(world), 'landed');
  await commit(world);
  await world.assertTruth(only);
});

test('in spring, when an hour is missing, nothing is', async t => {
  const world = await open(t);
  for (const [place, instant] of ['2026-03-29T00:59:00Z', '2026-03-29T01:00:00Z', '2026-03-29T01:30:00Z'].entries()) {
    world.visma.clock.set(instant);
    change(world, place, {name: instant});
    assert.equal(await land(world), 'landed', instant);
  }
  await commit(world);
  await world.assertTruth(only);
});

test('stamps are kept as the wall showed them, whatever zeros were trimmed and whatever zone was added', async t => {
  const world = await open(t);
  const stamps = {
    '2026-03-20T06:35:22.153': '2026-03-20T06:35:22.153',
    '2026-03-20T06:35:22.74': '2026-03-20T06:35:22.74',
    '2026-03-20T06:35:22.7': '2026-03-20T06:35:22.7',
    '2026-03-20T06:35:22': '2026-03-20T06:35:22',
    '2026-03-20T06:35:22.5+01:00': '2026-03-20T06:35:22.5',
    '2026-03-20T06:35:22Z': '2026-03-20T06:35:22',
  };
  for (const [place, sent] of Object.keys(stamps).entries()) change(world, place, {lastModifiedDateTime: sent});
  await land(world);
  await commit(world);
  await world.assertTruth({...only, stampsToo: true});
  for (const [place, kept] of Object.values(stamps).entries()) {
    const [row] = await world.query(
      'SELECT CAST(last_modified_date_time AS STRING) AS stamp FROM main.visma.supplier ' +
        `WHERE record_id = '${keysIn(world)[place]}'`,
    );
    assert.equal(String(row?.['stamp']).replace(' ', 'T'), kept);
  }
  world.visma.clearLog();
  assert.equal(await land(world), 'quiet');
  for (const {query} of world.visma.requests({path: '/v1/supplier'})) {
    assert.match(query['lastModifiedDateTime'] ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/);
  }
});

test('a stamp in the year 9999 is kept and moves no watermark: what changes later arrives', async t => {
  const world = await open(t);
  change(world, 0, {lastModifiedDateTime: '9999-12-31T23:59:59.997'});
  const first = await world.run('land', {resources});
  assert.match(first.notes.join('\n'), /stamped in the future/);
  await commit(world);
  await world.assertTruth({...only, stampsToo: true});
  const now = world.visma.clock.now().toISOString();
  assert.ok((await checkpointOf(world, 'watermark')).slice(0, 4) <= now.slice(0, 4));
  assert.ok((await checkpointOf(world, 'next_since')) < now);
  assert.equal(await land(world), 'quiet');
  world.visma.clock.advance(24 * 60 * minute);
  change(world, 1, {name: 'changed a day later'});
  assert.equal(await land(world), 'landed');
  await commit(world);
  await world.assertTruth(only);
});

test('a list in which nothing was ever stamped is asked for from where stamps begin', async t => {
  const world = await open(t);
  for (const place of keysIn(world).keys()) change(world, place, {lastModifiedDateTime: '0001-01-01T00:00:00'});
  await land(world);
  await commit(world);
  await world.assertTruth({...only, stampsToo: true});
  world.visma.clearLog();
  assert.equal(await land(world), 'quiet');
  const asked = world.visma.requests({path: '/v1/supplier'}).map(({query}) => query['lastModifiedDateTime']);
  assert.ok(asked.includes('1753-01-01T00:00:00.000'));
  change(world, 2, {name: 'stamped for the first time'});
  assert.equal(await land(world), 'landed');
  await commit(world);
  await world.assertTruth(only);
});

test('dates of the first and the last year are kept as they are', async t => {
  const world = await open(t);
  const [invoice] = world.visma.truth('se')['supplierInvoice'] ?? [];
  const key = [String(invoice?.['documentType']), String(invoice?.['referenceNumber'])];
  const fields = {date: '0001-01-01T00:00:00', dueDate: '9999-12-31T00:00:00'};
  world.visma.change({company: 'se', collection: 'supplierInvoice', key, fields});
  const report = await world.run('sync', {resources: 'supplier_invoice'});
  assert.deepEqual(report.problems, []);
  await world.assertTruth({resources: ['supplier_invoice']});
  const [row] = await world.query(
    'SELECT CAST(date AS STRING) AS date, CAST(due_date AS STRING) AS due, _errors FROM main.visma.supplier_invoice ' +
      `WHERE record_id = '${key.join('/')}'`,
  );
  assert.match(String(row?.['date']), /^0001-01-01/);
  assert.match(String(row?.['due']), /^9999-12-31/);
  assert.equal(row?.['_errors'], null);
});
