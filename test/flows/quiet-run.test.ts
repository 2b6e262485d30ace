import assert from 'node:assert/strict';
import test from 'node:test';
import {change, notesIn, observed, openLoaded, recordedRuns} from './quiet-run.ts';

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
