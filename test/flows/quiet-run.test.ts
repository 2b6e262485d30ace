import assert from 'node:assert/strict';
import {readFile, rm, writeFile} from 'node:fs/promises';
import test from 'node:test';
import type {Event} from '../../src/model/events.ts';
import type {FaultyProxy} from '../sim/faulty-proxy.ts';
import {age, change, countOf, mirrorOf, notesIn, only, openLoaded, recordedRuns, resources} from './mirror-worlds.ts';
import type {World} from './world.ts';

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

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const text = await readFile(file, 'utf8');
  assert.notEqual(change(text), text);
  await writeFile(file, change(text));
}
