import assert from 'node:assert/strict';
import test from 'node:test';
import type {Event} from '../../src/model/events.ts';
import {runId} from '../../src/model/names.ts';
import type {Resource} from '../../src/model/resource.ts';
import type {Doors} from '../../src/sync/doors.ts';
import {showLineage} from '../../src/sync/showing.ts';
import {resourceOf} from '../warehouse/resources.ts';

const resources = ['bill', 'order'].map(name => resourceOf({name, reading: {kind: 'snapshot', paging: 'unpaged'}}));
const run = {runId: runId('r1'), scope: {companies: [], resources, narrowed: false}};

function doorsWith(refresh: (shown: readonly Resource[]) => Promise<void>): {doors: Doors; notes: string[]} {
  const notes: string[] = [];
  const doors = {
    warehouse: {readCheckpoints: async () => [{resource: 'order'}]},
    lineage: {refresh},
    events: (event: Event) => event.event === 'note' && notes.push(event.message),
  } as unknown as Doors;
  return {doors, notes};
}

test('only what has been committed is shown: the rest has no tables', async () => {
  const shown: string[] = [];
  const {doors, notes} = doorsWith(async given => void shown.push(...given.map(({name}) => name)));
  await showLineage(run, doors);
  assert.deepEqual([shown, notes], [['order'], []]);
});

test('that nothing can be shown is a note, and that the run was stopped is not', async () => {
  const {doors, notes} = doorsWith(async () => Promise.reject(new Error('no')));
  await showLineage(run, doors);
  assert.match(notes.join(), /is not shown/);
  const stopped = AbortSignal.abort(new Error('stopped'));
  await assert.rejects(showLineage(run, doors, stopped));
  assert.equal(notes.length, 1);
});
