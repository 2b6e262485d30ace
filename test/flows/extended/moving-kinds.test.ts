import assert from 'node:assert/strict';
import test from 'node:test';
import type {Report} from '../../../src/model/report.ts';
import {
  changeAll,
  during,
  type Move,
  type MovingList,
  movingDeltas,
  movingSnapshots,
  stir,
  swap,
} from '../moving-lists.ts';
import {World} from '../world.ts';

/*
 * Records come, go and change between the pages of a pass, for every kind of reading that comes in pages. In se the
 * count tells; in no as many come as go, so that one record is passed over and only a sweep can tell.
 */
const companies = ['se', 'no'];

for (const list of movingDeltas) {
  test(`${list.resource}: what moves between pages is there in the end, and what no count tells is proved`, async t => {
    const world = await openMoving(t, list);
    const {resource: resources} = list;
    const moved = [
      during(world, {list, company: 'se', move: stir(list, '9100')}),
      during(world, {list, company: 'no', move: swap(list, '92001')}),
    ];
    await settleMoves(world, list);

    world.visma.clock.advance(5 * 3_600_000);
    for (const company of companies) changeAll(world, company, list);
    world.visma.clock.advance(5 * 3_600_000);
    moved.push(during(world, {list, company: 'se', move: swap(list, '93001')}));
    moved.push(during(world, {list, company: 'no', move: stir(list, '9400')}));
    await settleMoves(world, list);
    assert.deepEqual(
      moved.map(({struck}) => struck),
      [1, 1, 1, 1],
    );
    await world.run('sync', {resources});
    await world.assertTruth({resources: [resources], marked: true});
  });
}

/** A run while the list moves, one behind it, and two sweeps: then all is there and proven. */
async function settleMoves(world: World, list: MovingList): Promise<void> {
  const {resource: resources} = list;
  for (let run = 0; run < 2; run++) {
    const report = await world.run('sync', {resources});
    assert.deepEqual([report.exitCode, report.problems], [0, []]);
  }
  const before = await standingOf(world, list);
  const first = await world.run('sweep', {resources});
  for (const {company, slice, lacking, differing} of first.details ?? []) {
    const passedOver = Number(lacking) + Number(differing);
    if (passedOver > 0) assert.equal(before.get(`${company} ${slice}`), 'provisional');
  }
  const second = await world.run('sweep', {resources});
  assert.deepEqual(
    [first, second].flatMap(({problems}) => problems),
    [],
  );
  assert.deepEqual([first, second].map(codeOf), [0, 0]);
  await world.assertTruth({resources: [resources], marked: true});
  const after = await standingOf(world, list);
  assert.deepEqual(new Set(after.values()), new Set(['proven']));
}

test('I12 a whole list that moves between its pages marks what is gone, and nothing else', async t => {
  for (const list of movingSnapshots) {
    await t.test(list.resource, async each => {
      const world = await openMoving(each, list);
      await moveWhole(world, list, [stir(list, '91'), swap(list, '921')]);
      await moveWhole(world, list, [swap(list, '931'), stir(list, '94')]);
    });
  }
});

/** A run while each company's list moves, and one behind it: what the first one marked is gone. */
async function moveWhole(world: World, list: MovingList, moves: readonly [Move, Move]): Promise<void> {
  const {resource: resources} = list;
  const moved = moves.map((move, index) => during(world, {list, company: companies[index] ?? '', move}));
  assert.equal((await world.run('sync', {resources})).exitCode, 0);
  assert.deepEqual(
    moved.map(({struck}) => struck),
    [1, 1],
  );
  const marked = await markedIn(world, list);
  assert.equal((await world.run('sync', {resources})).exitCode, 0);
  await world.assertTruth({resources: [resources]});
  const revived = marked.difference(await markedIn(world, list));
  assert.deepEqual([...revived], [], 'none of them was there all the time');
}

async function markedIn(world: World, {resource}: MovingList): Promise<ReadonlySet<string>> {
  const rows = await world.query(
    `SELECT company_id || ' ' || record_id AS id FROM main.visma.${resource} WHERE _deleted_at IS NOT NULL`,
  );
  return new Set(rows.map(({id}) => String(id)));
}

const codeOf = ({exitCode}: Report): number => exitCode;

async function standingOf(world: World, {resource}: MovingList): Promise<ReadonlyMap<string, unknown>> {
  const {details = []} = await world.run('status', {resources: resource});
  return new Map(details.map(({company, slice, state}) => [`${company} ${slice}`, state]));
}

function openMoving(t: test.TestContext, {path, pageSize}: MovingList): Promise<World> {
  return World.open(t, {
    visma: {
      companies,
      size: {invoices: 8, journalLines: 60, suppliers: 18, customers: 4},
      nasty: false,
      behaviour: {maxPageSize: {[path]: pageSize}},
    },
    sync: {resources: 'all'},
  });
}
