import assert from 'node:assert/strict';
import test from 'node:test';
import {World} from '../world.ts';

const resources = 'currency financial_period';
const only = {resources: resources.split(' ')};

test('what a whole list no longer holds is marked, and what comes back lives again whatever its content', async t => {
  const world = await openLoaded(t);
  const [currency] = world.visma.truth('se')['currency'] ?? [];
  assert.ok(currency);
  const key = String(currency['id']);
  world.visma.delete({company: 'se', collection: 'currency', key});
  const gone = await world.run('sync', {resources});
  assert.equal(gone.exitCode, 0);
  assert.deepEqual(
    gone.tables.map(({table, gone: rows, changed}) => ({table, rows, changed})),
    [{table: 'currency', rows: 1, changed: 0}],
  );
  await world.assertTruth(only);

  world.visma.insert({company: 'se', collection: 'currency', record: currency});
  assert.equal((await world.run('sync', {resources})).exitCode, 0);
  await world.assertTruth(only);
});

test('I12 an empty answer marks nothing and is partial', async t => {
  const world = await openLoaded(t);
  world.visma.fault({path: '/v1/currency', company: 'no', kind: 'empty', times: Number.POSITIVE_INFINITY});
  const report = await world.run('sync', {resources});
  assert.equal(report.exitCode, 3);
  await world.assertTruth(only);
});

test('I12 beyond the guard nothing is marked, the run says how many, and --accept-deletions marks them', async t => {
  const world = await openLoaded(t);
  const periods = world.visma.truth('se')['financialPeriod'] ?? [];
  for (let extra = 0; extra < 30; extra++) {
    world.visma.insert({
      company: 'se',
      collection: 'financialPeriod',
      record: {...periods[0], year: String(1990 + extra), financialPeriod: `${1990 + extra}01`},
    });
  }
  assert.equal((await world.run('sync', {resources})).exitCode, 0);
  const added = world.visma.truth('se')['financialPeriod'] ?? [];
  for (const {year, period} of added.slice(periods.length)) {
    world.visma.delete({company: 'se', collection: 'financialPeriod', key: [String(year), String(period)]});
  }
  for (let again = 0; again < 2; again++) {
    const refused = await world.run('sync', {resources});
    assert.equal(refused.exitCode, 1);
    const [problem] = refused.problems;
    assert.equal(problem?.kind, 'guard');
    assert.equal(problem?.facts['gone'], 30);
    assert.match(problem?.hint ?? '', /--accept-deletions/);
    const [live] = await world.query(
      "SELECT COUNT(*) AS n FROM main.visma.financial_period WHERE company_id = 'se' AND _deleted_at IS NULL",
    );
    assert.equal(Number(live?.['n']), periods.length + 30, 'nothing is marked');
  }
  const accepted = await world.run('sync', {resources, acceptDeletions: true});
  assert.equal(accepted.exitCode, 0);
  await world.assertTruth(only);
});

async function openLoaded(t: test.TestContext): Promise<World> {
  const world = await World.loaded(t, {}, {resources});
  return world;
}
