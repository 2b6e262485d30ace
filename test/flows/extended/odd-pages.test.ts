import assert from 'node:assert/strict';
import test from 'node:test';
import type {ListOddity} from '../../sim/visma/behaviour.ts';
import {World} from '../world.ts';

/*
 * Lists whose pages are odd, in the same way on every read. The loader ends each read after a few calls. It stores what
 * comes, and a list that keeps records back never marks them as deleted.
 */
const lists = [
  {resource: 'supplier', path: '/v1/supplier', size: 5},
  {resource: 'journal_transaction', path: '/v2/journaltransaction', size: 40},
] as const;
type Listed = (typeof lists)[number];

const open = (t: test.TestContext, {path, size}: Listed, odd?: ListOddity): Promise<World> =>
  World.open(t, {
    visma: {
      companies: ['se'],
      behaviour: {oddLists: odd === undefined ? {} : {[path]: odd}, maxPageSize: {[path]: size}},
    },
    sync: {stretch_pages: 1000},
  });

async function liveIn(world: World, table: string): Promise<number> {
  const [row] = await world.query(`SELECT COUNT(*) AS n FROM main.visma.${table} WHERE _deleted_at IS NULL`);
  return Number(row?.['n']);
}

for (const listed of lists) {
  const {resource, path} = listed;
  const resources = resource;

  for (const [odd, note] of [
    ['pages ignored', undefined],
    ['pages ignored, no metadata', /a page came again/],
    ['a short middle page', /a page in the middle is short/],
  ] as const) {
    test(`I28 ${resource}, ${odd}: one run brings everything`, async t => {
      const world = await open(t, listed, odd);
      for (const command of ['sync', 'sync', 'sweep', 'sweep'] as const) {
        world.visma.clearLog();
        const report = await world.run(command, {resources});
        assert.deepEqual([report.exitCode, report.problems], [0, []], command);
        if (note && command === 'sweep') assert.match(report.notes.join('\n'), note);
        if (odd === 'pages ignored') assert.ok(world.visma.requestCount({path}) <= 2, command);
        if (odd === 'pages ignored, no metadata') assert.ok(world.visma.requestCount({path}) <= 12, command);
        await world.assertTruth({resources: [resource]});
      }
    });
  }

  for (const odd of ['the first page again', 'an empty middle page'] as const) {
    test(`I28 ${resource}, ${odd}: what comes is stored, and the rest once the list is well`, async t => {
      const world = await open(t, listed, odd);
      const first = await world.run('sync', {resources});
      assert.deepEqual([first.exitCode, first.problems], [0, []]);
      assert.match(first.notes.join('\n'), /is odd: .*a page (?:came again|in the middle is empty)/);
      assert.ok((await liveIn(world, resource)) > 0);
      world.visma.behaviour.oddLists = {};
      assert.equal((await world.run('sweep', {resources})).exitCode, 0);
      await world.assertTruth({resources: [resource]});
    });

    test(`I23 I28 ${resource}, ${odd}: a list that was well before marks nothing`, async t => {
      const world = await open(t, listed);
      assert.equal((await world.run('sync', {resources})).exitCode, 0);
      world.visma.behaviour.oddLists = {[path]: odd};
      for (const command of ['sweep', 'sweep', 'resync', 'sync', 'sweep'] as const) {
        world.visma.clearLog();
        const report = await world.run(command, {resources, reason: 'the pages are odd', acceptDeletions: true});
        assert.deepEqual([report.exitCode, report.problems], [0, []], command);
        assert.ok(world.visma.requestCount({path}) < 60, `${command} ends`);
        await world.assertTruth({resources: [resource]});
      }
    });
  }
}

for (const odd of ['a record twice', 'a record twice, counted once'] as const) {
  test(`I28 journal_transaction, ${odd}: its lines count once`, async t => {
    const [, journals] = lists;
    const world = await open(t, journals, odd);
    for (const command of ['sync', 'sweep', 'sweep'] as const) {
      const report = await world.run(command, {resources: journals.resource});
      assert.deepEqual([report.exitCode, report.problems], [0, []], command);
      await world.assertTruth({resources: [journals.resource]});
    }
  });
}
