import assert from 'node:assert/strict';
import test from 'node:test';
import type {ListOddity} from '../../sim/visma/behaviour.ts';
import {openOdd, path, resources} from '../odd-lists.ts';
import type {World} from '../world.ts';

for (const [oddity, {note, lacking}] of [
  ['a record twice', {note: /it counts \d+ records.*came more than once/, lacking: 0}],
  ['a record twice, counted once', {note: /came more than once/, lacking: 1}],
  ['a record less', {note: /it counts \d+ records, and \d+ came/, lacking: 1}],
  ['count off by one', {note: /it counts \d+ records, and \d+ came/, lacking: 0}],
  ['no metadata', {note: /it does not say how many records it has/, lacking: 0}],
] as ReadonlyArray<readonly [ListOddity, {readonly note: RegExp; readonly lacking: number}]>) {
  test(`I28 ${oddity}: the list lands in one run as provisional, and a sweep treats it like any other`, async t => {
    const world = await openOdd(t, {[path]: oddity});
    const first = await world.run('sync', {resources});
    assert.deepEqual([first.exitCode, first.problems, first.passes.map(({outcome}) => outcome)], [0, [], ['landed']]);
    assert.ok(
      first.notes.some(each => /supplier of se is odd/.test(each) && note.test(each)),
      first.notes.join('\n'),
    );
    assert.equal(await stateOf(world), 'provisional');
    const all = (world.visma.truth('se')['supplier'] ?? []).length;
    assert.ok((await liveIn(world, 'supplier')) >= all - lacking);
    // As many rows as the list brings, on every further run and sweep.
    for (const command of ['sync', 'sweep', 'sweep'] as const) {
      const report = await world.run(command, {resources});
      assert.deepEqual([report.exitCode, report.problems], [0, []]);
    }
    assert.ok((await liveIn(world, 'supplier')) >= all - lacking);
    assert.equal(await stateOf(world), 'proven');
    // Once the list is well, the next sweep brings what it lacked.
    world.visma.behaviour.oddLists = {};
    await world.run('sweep', {resources});
    await world.assertTruth({resources: [resources]});
  });
}

test('I23 I28 a whole list that is odd marks nothing before it is odd no longer, and then what is gone', async t => {
  const world = await openOdd(t, {});
  const sync = (): ReturnType<World['run']> => world.run('sync', {resources: 'account credit_term'});
  assert.equal((await sync()).exitCode, 0);
  const before = await liveIn(world, 'account');
  const keys = (world.visma.truth('se')['account'] ?? []).slice(0, 3).map(({accountCD}) => String(accountCD));
  world.visma.behaviour.oddLists = {'/v1/account': 'a record less', '/v1/creditTerm': 'a record less'};
  for (const key of keys) world.visma.delete({company: 'se', collection: 'account', key});
  for (let run = 0; run < 2; run++) {
    const report = await sync();
    assert.deepEqual([report.exitCode, report.problems], [0, []]);
    assert.match(report.notes.join('\n'), /the list of account of se is odd/);
    assert.match(report.notes.join('\n'), /the list of credit_term of se is odd/);
    assert.equal(await liveIn(world, 'account'), before, 'nothing is marked');
  }
  world.visma.behaviour.oddLists = {};
  const well = await sync();
  assert.deepEqual([well.exitCode, well.notes.filter(note => /odd/.test(note))], [0, []]);
  assert.equal(await liveIn(world, 'account'), before - keys.length);
  await world.assertTruth({resources: ['account', 'credit_term']});
});

test('I23 a list without pages that was cut off once is read again and marks nothing', async t => {
  const world = await openOdd(t, {});
  const names = ['account', 'currency', 'ledger'];
  const sync = (): ReturnType<World['run']> => world.run('sync', {resources: names.join(' ')});
  assert.equal((await sync()).exitCode, 0);
  const {visma} = world;
  for (const list of ['/v1/account', '/v1/currency', '/v1/ledger']) {
    const all = visma.listed('se', list);
    // Accounts say how many they are; currencies and ledgers do not.
    const metadata = list === '/v1/account' ? {metadata: {totalCount: all.length, maxPageSize: 1000}} : {};
    const body = JSON.stringify(all.slice(0, -1).map(record => ({...record, ...metadata})));
    const headers = {'content-type': 'application/json'};
    visma.fault({kind: 'answer', status: 200, headers, body, path: list, company: 'se'});
  }
  const report = await sync();
  assert.deepEqual([report.exitCode, report.problems], [0, []]);
  await world.assertTruth({resources: names});
});

test('I28 an id that finds no record leaves the others of its list alone, and marks nothing', async t => {
  const world = await openOdd(t, {});
  const sync = (): ReturnType<World['run']> => world.run('sync', {resources: 'dimension'});
  await sync();
  const before = await liveIn(world, 'dimension');
  const [dimension] = world.visma.truth('se')['dimension'] ?? [];
  const gone = `/v1/dimension/${String(dimension?.['id'])}`;
  world.visma.fault({kind: 'answer', status: 404, path: gone, times: Number.POSITIVE_INFINITY});
  const report = await sync();
  assert.deepEqual([report.exitCode, report.problems], [0, []]);
  assert.match(report.notes.join('\n'), /1 of the ids that it names find no record/);
  assert.equal(await liveIn(world, 'dimension'), before);
  world.visma.liftFaults();
  assert.equal((await sync()).exitCode, 0);
  await world.assertTruth({resources: ['dimension']});
});

test('I26 a record that stays unreadable is reported by its id: the others land, and nothing is marked', async t => {
  const world = await openOdd(t, {});
  const sync = (): ReturnType<World['run']> => world.run('sync', {resources: 'dimension'});
  const [dimension] = world.visma.truth('se')['dimension'] ?? [];
  const id = String(dimension?.['id']);
  const failing = `/v1/dimension/${id}`;
  world.visma.fault({
    kind: 'answer',
    status: 200,
    headers: {},
    body: '[]',
    path: failing,
    times: Number.POSITIVE_INFINITY,
  });
  const report = await sync();
  assert.deepEqual([report.exitCode, report.problems], [0, []]);
  assert.match(report.notes.join('\n'), new RegExp(`the records of these ids cannot be read: ${id}`));
  const all = (world.visma.truth('se')['dimension'] ?? []).length;
  assert.equal(await liveIn(world, 'dimension'), all - 1);
  world.visma.liftFaults();
  assert.deepEqual([(await sync()).exitCode, await liveIn(world, 'dimension')], [0, all]);
  world.visma.fault({
    kind: 'answer',
    status: 200,
    headers: {},
    body: '[]',
    path: failing,
    times: Number.POSITIVE_INFINITY,
  });
  await sync();
  assert.equal(await liveIn(world, 'dimension'), all, 'what cannot be read is not deleted');
  world.visma.liftFaults();
  await sync();
  await world.assertTruth({resources: ['dimension']});
});

async function liveIn(world: World, table: string): Promise<number> {
  const [row] = await world.query(`SELECT COUNT(*) AS n FROM main.visma.${table} WHERE _deleted_at IS NULL`);
  return Number(row?.['n']);
}

async function stateOf(world: World): Promise<unknown> {
  return (await world.run('status', {resources})).details?.[0]?.['state'];
}
