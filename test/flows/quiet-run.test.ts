import assert from 'node:assert/strict';
import {mkdir, readdir, readFile, rm, stat, utimes, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import type {Event} from '../../src/model/events.ts';
import type {Report} from '../../src/model/report.ts';
import {type FaultyProxy, startFaultyProxy} from '../sim/faulty-proxy.ts';
import {World} from './world.ts';

const resources = 'supplier customer currency';
const only = {resources: resources.split(' ')};
const dayMs = 24 * 3_600_000;
const isOfOddList = (note: string): boolean =>
  /^the list of (?:branch|employee|cash_transaction) of \w+ is odd: /.test(note);

test('a quiet run over everything wakes nobody: no session, no statement, no upload; its record waits', async t => {
  const {world, proxy} = await openLoaded(t, {});
  const before = await recordedRuns(world);
  for (const command of ['sync', 'land'] as const) {
    const {report, statements, sent} = await observed(world, proxy, command);
    assert.equal(report.exitCode, 0);
    assert.deepEqual([...new Set(report.passes.map(({outcome}) => outcome))], ['quiet']);
    assert.deepEqual([report.statements, report.uploads, statements], [0, 0, 0]);
    assert.deepEqual(sent, [], 'nothing but files and tokens');
  }
  assert.deepEqual(await recordedRuns(world), before);
  const notes = await notesIn(world);
  assert.equal(notes.length, 2);

  change(world, 'supplier');
  const awake = await world.run('sync');
  const told = awake.notes.filter(note => !note.startsWith('personal columns') && !isOfOddList(note));
  assert.deepEqual([awake.exitCode, told], [0, []]);
  assert.equal((await recordedRuns(world)).length, before.length + 3);
  assert.deepEqual(await notesIn(world), []);
  const calls = await world.query('SELECT run_id, SUM(calls) AS n FROM main.visma_control.api_call GROUP BY run_id');
  const counted = new Map(calls.map(row => [`run-${row['run_id']}.json`, Number(row['n'])]));
  for (const note of notes)
    assert.ok((counted.get(note) ?? 0) >= awake.passes.length, 'calls of quiet runs are counted');
  await world.assertTruth();
});

test('a run that could read nothing new wakes nobody either', async t => {
  const {world, proxy} = await openLoaded(t);
  world.visma.fault({path: '/v1/customer', company: 'se', kind: 'empty', times: Number.POSITIVE_INFINITY});
  world.visma.fault({path: '/v1/currency', company: 'se', kind: 'empty', times: Number.POSITIVE_INFINITY});
  const {report, statements} = await observed(world, proxy);
  assert.deepEqual([report.exitCode, report.statements, statements], [3, 0, 0]);
  assert.equal((await notesIn(world)).length, 1);
});

test('a load that waits, or a company that the mirror does not know, is never quiet', async t => {
  const {world} = await openLoaded(t, {resources, companies: 'se'});
  change(world, 'supplier');
  await world.run('land', {resources, companies: 'se'});
  assert.ok((await world.run('sync', {resources, companies: 'se'})).statements > 0);
  assert.equal(await countOf(world, 'visma_control.checkpoint WHERE sequence = 2'), 1);
  const second = await world.run('sync', {resources});
  assert.deepEqual([second.exitCode, second.statements > 0], [0, true]);
  await world.assertTruth(only);
  assert.equal((await world.run('sync', {resources})).statements, 0);
  const configPath = await world.writeConfig({
    visma: {companies: [{id: 'se', name: 'Another', tenant_id: 'another', currency: 'SEK'}]},
  });
  const stranger = await world.run('sync', {resources, configPath});
  assert.deepEqual(
    stranger.problems.map(({kind}) => kind),
    ['identity'],
  );
});

test('I17 a mirror that is missing, damaged, of a newer version or too old is read past, and written anew', async t => {
  const {world, proxy} = await openLoaded(t);
  const file = mirrorOf(world);
  const damages: Readonly<Record<string, () => Promise<unknown>>> = {
    missing: () => rm(file),
    edited: () => edit(file, text => text.replace(/"sequence": \d+/g, '"sequence": 900')),
    'cut off': () => edit(file, text => text.slice(0, 500)),
    'of a newer version': () => edit(file, text => text.replace('"version": 1', '"version": 2')),
    'too old': () => age(file),
  };
  for (const [what, damage] of Object.entries(damages)) {
    await t.test(what, async () => {
      await damage();
      const quiet = await observed(world, proxy);
      assert.deepEqual([quiet.report.exitCode, quiet.report.tables], [0, []]);
      assert.ok(quiet.statements > 0 && quiet.report.statements > 0, 'the tables are read');
      assert.equal((await observed(world, proxy)).statements, 0, 'and the mirror is there again');
      await damage();
      change(world, 'supplier');
      assert.equal((await world.run('sync', {resources})).exitCode, 0);
      await world.assertTruth(only);
    });
  }
});

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

async function openLoaded(
  t: test.TestContext,
  request: {resources?: string; companies?: string} = {resources},
): Promise<{world: World; proxy: FaultyProxy}> {
  const world = await World.loaded(t, {visma: {companies: ['se', 'no']}}, request);
  const proxy = await startFaultyProxy({host: world.workspace.host});
  t.after(() => proxy.close());
  return {world, proxy};
}

/** Runs a command through the proxy: what it says of itself, and what really went over the wire. */
async function observed(world: World, proxy: FaultyProxy, command: 'sync' | 'land' = 'sync') {
  const [events, from]: [Event[], number] = [[], proxy.calls.length];
  const scope = (await isNarrowed(world)) ? {resources} : {};
  const listen = (event: Event): void => void events.push(event);
  const report = await world.run(command, {...scope, host: proxy.host, listen});
  const calls = proxy.calls.slice(from);
  assert.equal(events.filter(({event}) => event === 'statement').length, report.statements);
  const sent = calls.filter(({path: to}) => !/^\/(?:oidc|api\/2\.0\/fs|\.well-known)\//.test(to));
  return {
    report,
    statements: calls.filter(({thrift}) => thrift === 'ExecuteStatement').length,
    sent: sent.map(({method, path: to}) => `${method} ${to}`),
  };
}

/** Whether this world holds the resources of this file alone. */
async function isNarrowed(world: World): Promise<boolean> {
  return (await countOf(world, "visma_control.checkpoint WHERE resource = 'account'")) === 0;
}

/** A change for each company. */
function change({visma}: World, collection: 'supplier' | 'customer'): void {
  visma.clock.advance(3 * 3_600_000);
  for (const {id} of visma.companies) {
    const [record] = visma.truth(id)[collection] ?? [];
    const fields = {name: `renamed at ${visma.clock.now().toISOString()}`};
    visma.change({company: id, collection, key: String(record?.['number']), fields});
  }
}

const stateFolder = ({folder}: World): string =>
  path.join(folder, 'workspace', 'volumes', 'visma_staging', 'landing', 'run-state');
const mirrorOf = (world: World): string => path.join(stateFolder(world), 'mirror.json');

const notesIn = async (world: World): Promise<readonly string[]> =>
  (await readdir(stateFolder(world))).filter(name => name.startsWith('run-'));

/** As if it had been written more than a day ago. */
async function age(file: string): Promise<void> {
  const at = new Date((await stat(file)).mtimeMs - dayMs - 1000);
  await utimes(file, at, at);
}

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const text = await readFile(file, 'utf8');
  assert.notEqual(change(text), text);
  await writeFile(file, change(text));
}

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

async function recordedRuns(world: World): Promise<readonly string[]> {
  const rows = await world.query('SELECT run_id FROM main.visma_control.run ORDER BY run_id');
  return rows.map(row => String(row['run_id']));
}

async function countOf(world: World, from: string): Promise<number> {
  const [row] = await world.query(`SELECT COUNT(*) AS n FROM main.${from}`);
  return Number(row?.['n']);
}
