import assert from 'node:assert/strict';
import test from 'node:test';
import type {Entity, Fault} from '../../sim/visma/visma.ts';
import {World} from '../world.ts';

const resources = 'supplier journal_transaction';
const only = {resources: resources.split(' ')};
const supplier = {path: '/v1/supplier', company: 'se'};
const journal = {path: '/v2/journaltransaction', company: 'se'};

/** What goes wrong over there during a pass of several pages, and is over when the request is made again. */
const faults: ReadonlyArray<readonly [what: string, fault: Fault]> = [
  ['a page cut off inside its JSON', {...supplier, kind: 'truncate', nth: 2}],
  ['a connection that ends inside a page', {...journal, kind: 'cut', nth: 2}],
  ['a connection that is reset', {...supplier, kind: 'reset', nth: 2}],
  ['502 with a page of HTML', {...journal, kind: 'answer', status: 502, nth: 2}],
  ['503', {...supplier, kind: 'answer', status: 503, nth: 1}],
  ['429 with Retry-After', {...supplier, kind: 'answer', status: 429, headers: {'retry-after': '1'}, nth: 2}],
  ['429 without Retry-After', {...journal, kind: 'answer', status: 429, headers: {}, nth: 2}],
  ['a page that is served twice', {...supplier, kind: 'same page', nth: 2}],
  ['a token that has expired between pages', {...supplier, kind: 'answer', status: 401, nth: 2}],
];

test('what Visma does wrong for a moment costs requests and loses nothing', async t => {
  const world = await openPaged(t);
  for (const [what, fault] of faults) {
    await t.test(what, async () => {
      touchAll(world);
      const set = world.visma.fault(fault);
      const report = await world.run('sync', {resources});
      assert.equal(set.struck, 1);
      assert.deepEqual(report.problems, []);
      assert.equal(report.exitCode, 0);
      await world.assertTruth(only);
    });
  }
});

test('every token of a company withdrawn in mid-page is renewed', async t => {
  const world = await openPaged(t);
  touchAll(world);
  world.visma.fault({...supplier, kind: 'run', nth: 2, action: () => world.visma.revokeTokens()});
  const report = await world.run('sync', {resources});
  assert.equal(report.exitCode, 0);
  await world.assertTruth(only);
});

test('I5 records that come and go while pages are read are read in the end', async t => {
  const world = await openPaged(t);
  const [first] = world.visma.truth('se')['supplier'] ?? [];
  assert.ok(first);
  const insert = (number: string, place: 'first' | 'last'): void => {
    const record = {...unstamped(first), number, internalId: Number(number)};
    world.visma.insert({company: 'se', collection: 'supplier', record, place});
  };
  touchAll(world);
  world.visma.fault({...supplier, kind: 'run', nth: 2, action: () => insert('90001', 'first')});
  world.visma.fault({...supplier, kind: 'run', nth: 3, action: () => insert('90002', 'last')});
  const inserted = await world.run('sync', {resources});
  assert.equal(inserted.exitCode, 0);
  await world.assertTruth(only);

  touchAll(world);
  const remove = (): void => {
    world.visma.delete({company: 'se', collection: 'supplier', key: '90001'});
  };
  world.visma.fault({...supplier, kind: 'run', nth: 2, action: remove});
  const removed = await world.run('sync', {resources});
  assert.equal(removed.exitCode, 0);
  await world.assertTruth(only);
});

test('I5 a pass that would not hold still three times moves nothing, and the run is partial', async t => {
  const world = await openPaged(t);
  touchAll(world);
  const before = await checkpointOf(world, 'supplier');
  const [first] = world.visma.truth('se')['supplier'] ?? [];
  let number = 91_000;
  world.visma.fault({
    ...supplier,
    kind: 'run',
    nth: 1,
    times: Number.POSITIVE_INFINITY,
    when: 'after',
    action: () => {
      world.visma.insert({
        company: 'se',
        collection: 'supplier',
        record: {...unstamped(first ?? {}), number: String(number++), internalId: number},
        place: 'first',
      });
    },
  });
  const report = await world.run('sync', {resources});
  assert.equal(report.exitCode, 3);
  assert.deepEqual(
    report.problems.map(({kind}) => kind),
    ['incomplete'],
  );
  assert.equal(await checkpointOf(world, 'supplier'), before, 'its checkpoint has not moved');
  assert.equal(report.passes.filter(({outcome}) => outcome === 'landed').length, 5, 'the others landed');

  world.visma.liftFaults();
  assert.equal((await world.run('sync', {resources})).exitCode, 0);
  await world.assertTruth(only);
});

test('a delta that is empty for a lost right is partial, and marks nothing', async t => {
  const world = await openPaged(t);
  world.visma.fault({...supplier, kind: 'empty', times: Number.POSITIVE_INFINITY});
  const report = await world.run('sync', {resources});
  assert.equal(report.exitCode, 3);
  assert.match(report.problems[0]?.hint ?? '', /right/);
  await world.assertTruth(only);
});

test('I14 one company that is refused stops no other, and the run is partial', async t => {
  const world = await openPaged(t);
  touchAll(world);
  world.visma.fault({company: 'no', path: '/v*', kind: 'answer', status: 500, times: Number.POSITIVE_INFINITY});
  const report = await world.run('sync', {resources: 'supplier'});
  assert.equal(report.exitCode, 3);
  const outcomes = Object.fromEntries(report.passes.map(({company, outcome}) => [company, outcome]));
  assert.deepEqual(outcomes, {se: 'landed', no: 'failed', dk: 'landed'});
});

test('a spent rate window ends the run as partial and says when to come again', async t => {
  const world = await openPaged(t);
  touchAll(world);
  world.visma.spend('se', world.visma.remaining('se') - 1);
  const report = await world.run('sync', {resources});
  assert.equal(report.exitCode, 3);
  const limited = report.problems.find(({kind}) => kind === 'limited');
  assert.match(String(limited?.facts['comeAgainAt']), /^\d{4}-/);
  const landed = report.passes.filter(({outcome}) => outcome === 'landed').map(({company}) => company);
  assert.deepEqual(new Set(landed), new Set(['no', 'dk']));
});

/** A record that is stamped when it is inserted. */
const unstamped = ({lastModifiedDateTime: _stamp, timeStamp: _version, ...content}: Entity): Entity => content;

/** Small pages, so that a pass has several, and a first load behind it. */
async function openPaged(t: test.TestContext): Promise<World> {
  const world = await World.open(t, {
    visma: {behaviour: {maxPageSize: {'/v1/supplier': 5, '/v2/journaltransaction': 60}}},
  });
  const first = await world.run('sync', {resources});
  assert.equal(first.exitCode, 0);
  return world;
}

/** Moves every stamp, so that the next delta has several pages. */
function touchAll({visma}: World): void {
  visma.clock.advance(3 * 3_600_000);
  for (const {id} of visma.companies) {
    visma.restamp({company: id, collection: 'supplier'});
    visma.restamp({company: id, collection: 'journaltransaction'});
    visma.trade({company: id, invoices: 2, payments: 1});
  }
}

async function checkpointOf(world: World, resource: string): Promise<unknown> {
  const [row] = await world.query(
    `SELECT sequence FROM main.visma_control.checkpoint WHERE company_id = 'se' AND resource = '${resource}'`,
  );
  return row?.['sequence'];
}
