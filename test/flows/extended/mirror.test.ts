import assert from 'node:assert/strict';
import {mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import type {Report} from '../../../src/model/report.ts';
import {
  age,
  change,
  countOf,
  mirrorOf,
  notesIn,
  only,
  openLoaded,
  recordedRuns,
  resources,
  stateFolder,
} from '../quiet-run.ts';
import type {World} from '../world.ts';

test('I17 passes that began at a mirror older than the tables are read again before anything is committed', async t => {
  const {world} = await openLoaded(t);
  const old = await readFile(mirrorOf(world));
  change(world, 'supplier');
  change(world, 'customer');
  await world.run('sync', {resources});
  await world.run('commit', {resources});
  await forgetLoads(world);
  await writeFile(mirrorOf(world), old);
  change(world, 'supplier');
  const report = await world.run('sync', {resources});
  assert.deepEqual([report.exitCode, report.problems], [0, []]);
  assert.equal(walksOf(report, 'supplier'), 2);
  await world.assertTruth(only);
  assert.equal(await countOf(world, "visma_control.load WHERE state = 'set aside'"), 0);
  assert.equal((await world.run('sync', {resources})).statements, 0);
});

test('I17 so are passes that were quiet because the mirror was ahead of the tables', async t => {
  const {world} = await openLoaded(t);
  await world.query('CREATE TABLE main.visma_control.checkpoint_before AS SELECT * FROM main.visma_control.checkpoint');
  await world.query('CREATE TABLE main.visma.supplier_before AS SELECT * FROM main.visma.supplier');
  change(world, 'supplier');
  await world.run('sync', {resources});
  await forgetLoads(world);
  for (const [table, before] of [
    ['visma.supplier', 'visma.supplier_before'],
    ['visma_control.checkpoint', 'visma_control.checkpoint_before'],
  ]) {
    await world.query(`DELETE FROM main.${table}`);
    await world.query(`INSERT INTO main.${table} SELECT * FROM main.${before}`);
  }
  // The table itself looks new: the checkpoints alone tell.
  await world.query('UPDATE main.visma.supplier SET _commit = 1000');
  assert.equal((await world.run('sync', {resources})).statements, 0, 'a mirror is believed for a day');
  change(world, 'customer');
  const report = await world.run('sync', {resources});
  assert.deepEqual([report.exitCode, report.problems], [0, []]);
  assert.equal(walksOf(report, 'supplier'), 2);
  await world.assertTruth(only);
});

test('I17 a table that was dropped or put back is read again whole: in a day, or before a commit hides it', async t => {
  const {world} = await openLoaded(t, {resources: 'supplier supplier_invoice customer'});
  const all = {resources: 'supplier supplier_invoice customer'};
  const losses: Readonly<Record<string, readonly string[]>> = {
    dropped: ['DROP TABLE main.visma.supplier'],
    'put back': [
      'DELETE FROM main.visma.supplier_invoice_line WHERE _commit > 1',
      'DELETE FROM main.visma.supplier_invoice WHERE _commit > 1',
    ],
  };
  for (const [what, statements] of Object.entries(losses)) {
    for (const when of ['a day later', 'when something else has changed'] as const) {
      await t.test(`${what}, found ${when}`, async () => {
        world.visma.clock.advance(3 * 3_600_000);
        world.visma.trade({company: 'se', invoices: 3, payments: 1});
        assert.equal((await world.run('sync', all)).exitCode, 0);
        for (const statement of statements) await world.query(statement);
        assert.equal((await world.run('sync', all)).statements, 0);
        if (when === 'a day later') await age(mirrorOf(world));
        else change(world, 'customer');
        const report = await world.run('sync', all);
        assert.deepEqual([report.exitCode, report.problems], [0, []]);
        assert.match(report.notes.join('\n'), /rows of supplier\w* are lost: .* it is read again whole/);
        await world.assertTruth({resources: all.resources.split(' ')});
        assert.equal((await world.run('sync', all)).statements, 0);
      });
    }
  }
});

test('what a narrowed run, or a commit, finds lost is not forgotten before it is read again', async t => {
  const {world} = await openLoaded(t);
  await world.query('DROP TABLE main.visma.supplier');
  await age(mirrorOf(world));
  await world.run('commit', {resources});
  await world.run('sync', {resources, companies: 'se'});
  await world.run('sync', {resources, companies: 'se'});
  assert.equal(await countOf(world, "visma.supplier WHERE company_id = 'no'"), 0);
  assert.equal((await world.run('sync', {resources})).exitCode, 0);
  await world.assertTruth(only);
  assert.equal((await world.run('sync', {resources})).statements, 0);
});

test('a mirror that another holder writes after ours was read does no harm', async t => {
  for (const [where, request] of [
    ['before anything is read', {method: 'GET', path: 'mirror.json'}],
    ['when something has landed', {method: 'PUT', path: 'load.json'}],
  ] as const) {
    await t.test(where, async st => {
      const {world, proxy} = await openLoaded(st);
      change(world, 'supplier');
      let other: Report | undefined;
      const lift = proxy.add({
        ...request,
        nth: 1,
        does: 'pass',
        after: async () => {
          other = await world.run('sync', {resources});
          change(world, 'customer');
        },
      });
      const report = await world.run('sync', {resources, host: proxy.host});
      lift();
      assert.deepEqual([report.exitCode, report.problems, other?.exitCode], [0, [], 0]);
      assert.equal(
        (await world.run('sync', {resources})).exitCode,
        0,
        'what changed behind a pass is read by the next',
      );
      await world.assertTruth(only);
      assert.equal((await world.run('sync', {resources})).statements, 0);
    });
  }
});

test('I10 a run killed after it settled, before it wrote the mirror, is found by the next one', async t => {
  const {world, proxy} = await openLoaded(t);
  change(world, 'supplier');
  const stop = new AbortController();
  const lifts: Array<() => void> = [];
  const die = (): void => {
    lifts.push(proxy.add({does: 'refuse'}));
    stop.abort();
  };
  lifts.push(proxy.add({method: 'PUT', path: 'mirror.json', nth: 1, does: 'refuse', before: die}));
  await world.run('sync', {resources, host: proxy.host, signal: stop.signal});
  for (const lift of lifts) lift();
  assert.equal(await countOf(world, 'visma_control.checkpoint WHERE sequence = 2'), 2, 'it settled');
  await world.query('UPDATE main.visma_control.lease SET expires_at = current_timestamp()');
  assert.equal((await world.run('sync', {resources})).exitCode, 0);
  await world.assertTruth(only);
  assert.equal((await world.run('sync', {resources})).statements, 0);
});

test('a waiting record is written once, however often it is met; a spoilt one is named and left', async t => {
  const {world, proxy} = await openLoaded(t);
  const before = (await recordedRuns(world)).length;
  await world.run('sync', {resources});
  const spoilt = path.join(path.dirname(mirrorOf(world)), 'run-spoilt.json');
  await writeFile(spoilt, '{"version":1,');
  const lift = proxy.add({method: 'DELETE', path: 'run-state', does: {status: 403}});
  for (let round = 1; round <= 2; round++) {
    change(world, 'supplier');
    const report = await world.run('sync', {resources, host: proxy.host});
    assert.equal(report.exitCode, 0);
    assert.match(report.notes.join('\n'), /run-spoilt\.json/);
    assert.equal((await recordedRuns(world)).length, before + 1 + round);
  }
  lift();
  change(world, 'supplier');
  await world.run('sync', {resources});
  assert.deepEqual(await notesIn(world), ['run-spoilt.json']);
  assert.equal(await countOf(world, 'visma_control.run'), before + 4);
});

/** Removes the folders of all loads, as pruning does in the end: nothing waits by an older mirror's account. */
async function forgetLoads(world: World): Promise<void> {
  for (const resource of only.resources) {
    const folder = path.join(path.dirname(stateFolder(world)), resource);
    await rm(folder, {recursive: true});
    await mkdir(folder);
  }
}

const walksOf = ({passes}: Report, resource: string): number =>
  passes.filter(pass => pass.resource === resource && pass.company === 'se').length;
