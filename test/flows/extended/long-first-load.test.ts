import assert from 'node:assert/strict';
import test from 'node:test';
import {World} from '../world.ts';

const resources = 'supplier';
const only = {resources: [resources]};
/** 97 suppliers of one company, the nasty ones included, in 20 pages, sealed after every third. */
const visma = {size: {invoices: 6, journalLines: 12, suppliers: 80, customers: 3}, nasty: true, companies: ['se']};
const sync = {page_size: 5, stretch_pages: 3};

const pagesAsked = (world: World): number[] =>
  world.visma
    .requests({path: '/v1/supplier'})
    .filter(({query}) => query['lastModifiedDateTime'] === undefined)
    .map(({query}) => Number(query['pageNumber']));

test('a long first load is sealed stretch by stretch, and ends as if it had been one', async t => {
  const world = await World.open(t, {visma, sync});
  const first = await world.run('sync', {resources});
  assert.equal(first.exitCode, 0);
  await world.assertTruth(only);
  const [{loads} = {loads: 0}] = await world.query('SELECT COUNT(*) AS loads FROM main.visma_control.load');
  assert.ok(Number(loads) >= 5, `${loads} loads`);
  const [{late} = {late: 0}] = await world.query(
    'SELECT COUNT(*) AS late FROM main.visma.supplier WHERE _first_seen_at IS NOT NULL',
  );
  assert.equal(Number(late), 0, 'rows of every stretch were there from the start');

  world.visma.clearLog();
  const quiet = await world.run('sync', {resources});
  assert.deepEqual(
    quiet.passes.map(pass => pass.outcome),
    ['quiet'],
  );
  assert.equal(world.visma.requestCount({path: '/v1/supplier'}), 1);
});

test('killed after nine tenths, the next run reads the last tenth', async t => {
  const world = await World.open(t, {visma, sync});
  const stop = new AbortController();
  let pages = 0;
  const listen = ({event}: {readonly event: string}): void => {
    if (event === 'page read' && ++pages === 19) stop.abort(new Error('killed'));
  };
  assert.notEqual((await world.run('sync', {resources, signal: stop.signal, listen})).exitCode, 0);
  world.visma.clearLog();
  assert.equal((await world.run('sync', {resources})).exitCode, 0);
  assert.deepEqual(pagesAsked(world), [18, 19, 20], 'begun with the page that was sealed last');
  await world.assertTruth(only);
});

test('a window that is spent keeps what came and the place to go on from', async t => {
  const world = await World.open(t, {visma: {...visma, behaviour: {rateLimit: 10}}, sync});
  const first = await world.run('sync', {resources});
  assert.equal(first.exitCode, 3);
  const [pass] = first.passes;
  assert.equal(pass?.outcome, 'partial');
  assert.ok((pass?.landed ?? 0) >= 35, `${pass?.landed} landed`);
  assert.match(first.problems[0]?.hint ?? '', /Run again after/);
  for (let runs = 0; runs < 4; runs++) {
    world.visma.clock.advance(3_600_000);
    const report = await world.run('sync', {resources});
    if (report.exitCode === 0) break;
  }
  await world.assertTruth(only);
});

test('what is inserted, changed and deleted between the stretches of a long load is there in the end', async t => {
  const world = await World.open(t, {visma: {...visma, behaviour: {rateLimit: 10}}, sync});
  assert.equal((await world.run('sync', {resources})).exitCode, 3);
  const rows = world.visma.truth('se')['supplier'] ?? [];
  const [early, late] = [rows[2], rows.at(-2)];
  assert.ok(early && late);
  world.visma.clock.advance(3_600_000);
  // A record that was read already goes: what follows it moves up by one place.
  world.visma.delete({company: 'se', collection: 'supplier', key: String(rows[4]?.['number'])});
  world.visma.change({
    company: 'se',
    collection: 'supplier',
    key: String(early['number']),
    fields: {name: 'Changed AB'},
  });
  world.visma.insert({company: 'se', collection: 'supplier', record: {...late, number: '99999', internalId: 99_999}});
  let exitCode = 3;
  for (let runs = 0; runs < 6 && exitCode === 3; runs++) {
    exitCode = (await world.run('sync', {resources})).exitCode;
    world.visma.clock.advance(3_600_000);
  }
  assert.equal(exitCode, 0);
  await world.assertTruth(only);
});
