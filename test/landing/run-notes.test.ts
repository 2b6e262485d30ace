import assert from 'node:assert/strict';
import test from 'node:test';
import {SyncError} from '../../src/base/errors.ts';
import {openRunNotes} from '../../src/landing/landing.ts';
import {companyId, resourceName, runId, tableName} from '../../src/model/names.ts';
import type {RunRecord} from '../../src/model/ports.ts';
import {MemoryFiles} from './memory-files.ts';

const volumeFolder = '/Volumes/main/visma_staging/landing';
const pathOf = (run: string): string => `${volumeFolder}/run-state/run-${run}.json`;
const recordOf = (run: string): RunRecord => ({
  runId: runId(run),
  command: 'sync',
  version: '0.2.0',
  startedAt: new Date('2026-03-01T06:00:00.000Z'),
  endedAt: new Date('2026-03-01T06:01:00.250Z'),
  exitCode: 0,
  report: {passes: [{company: "x'; DROP", seconds: 0.25}]},
  tables: [{table: tableName('supplier'), staged: 5, inserted: 3, updated: 1, gone: 0}],
  calls: [
    {company: companyId('se'), status: 200, calls: 1, bytes: 900},
    {company: companyId('se'), resource: resourceName('supplier'), status: 200, calls: 2, bytes: 5_000_000_000},
  ],
});

test('what runs left is read again as it was, and removed when it was taken', async () => {
  const files = new MemoryFiles();
  const notes = openRunNotes({files, volumeFolder});
  await files.put(`${volumeFolder}/run-state/mirror.json`, new Uint8Array(1));
  for (const run of ['20260301t060000-a', '20260301t070000-b']) await notes.leave(recordOf(run));
  await notes.leave(recordOf('20260301t070000-b'));
  const {records, unreadable} = await notes.waiting();
  const left = ['20260301t060000-a', '20260301t070000-b'].map(run => ({...recordOf(run), secondsAgo: 0}));
  assert.deepEqual(records, left);
  assert.deepEqual(unreadable, []);
  await notes.remove(records.map(record => record.runId));
  await notes.remove(records.map(record => record.runId));
  assert.deepEqual(await notes.waiting(), {records: [], unreadable: []});
  assert.equal(await files.size(`${volumeFolder}/run-state/mirror.json`), 1);
});

test('I27 how long ago a run ended is by the clock of the volume, however wrong its own was', async () => {
  const files = new MemoryFiles();
  const notes = openRunNotes({files, volumeFolder});
  await notes.leave({...recordOf('a'), endedAt: new Date('2099-01-01T00:00:00.000Z')});
  files.now = new Date(files.now.getTime() + 90_400);
  await notes.leave(recordOf('b'));
  const {records} = await notes.waiting();
  assert.deepEqual(
    records.map(({secondsAgo}) => secondsAgo),
    [90, 0],
  );
});

test('a record that can not be read is named and left, and holds up no other', async () => {
  const files = new MemoryFiles();
  const notes = openRunNotes({files, volumeFolder});
  for (const run of ['a', 'b', 'c', 'd', 'e']) await notes.leave(recordOf(run));
  const spoil = (run: string, from: string, to: string) =>
    files.put(pathOf(run), new TextEncoder().encode(files.text(pathOf(run)).replace(from, to)));
  files.truncate(pathOf('a'), 40);
  await spoil('b', '"version":1', '"version":2');
  await spoil('c', '"staged":5', '"staged":"five"');
  await spoil('d', '"runId":"d"', '"runId":"e"');
  const {records, unreadable} = await notes.waiting();
  assert.deepEqual(records, [{...recordOf('e'), secondsAgo: 0}]);
  assert.deepEqual(
    unreadable.map(({name}) => name),
    ['run-a.json', 'run-b.json', 'run-c.json', 'run-d.json'],
  );
  assert.match(unreadable[0]?.reason ?? '', /no JSON/);
});

test('a record that arrived cut off is told', async () => {
  const files = new MemoryFiles();
  files.size = async () => 3;
  const left = openRunNotes({files, volumeFolder}).leave(recordOf('a'));
  await assert.rejects(left, (error: unknown) => error instanceof SyncError && error.kind === 'transient');
});
