import assert from 'node:assert/strict';
import test from 'node:test';
import {resources} from '../../src/catalogue/catalogue.ts';
import {openLanding} from '../../src/landing/landing.ts';
import {type LoadId, loadId} from '../../src/model/names.ts';
import type {FileEntry, Files} from '../../src/model/ports.ts';
import {pruningOf} from '../../src/warehouse/pruning.ts';

const folder = '/Volumes/main/visma_staging/landing';
const [account, supplier] = ['account', 'supplier'];

test('two loads that finished together go together, though a second passes between their listings', async () => {
  const finishedAt = new Date('2026-03-20T12:00:00.500Z');
  const loads = {[account]: loadId('load-of-accounts'), [supplier]: loadId('load-of-suppliers')};
  const landing = openLanding({files: volumeOf(loads), volumeFolder: folder, retentionMs: 3_600_000});
  const finished = new Map(Object.values(loads).map(load => [load as string, finishedAt]));
  const removed = await landing.prune(resources, finished);
  const tables = resources.filter(({name}) => [account, supplier].includes(name)).map(({table}) => table);
  const rows = Object.entries(loads).map(([resource, load]) => ({resource, loadId: load, finishedAt}));
  const {pruned} = pruningOf({tables, loads: removed}, rows);
  assert.deepEqual(pruned.toSorted(), removed.toSorted(), 'a load that is noted as pruned has no folder any more');
});

test('a run prunes the loads of its own resources: of others it does not remove the rows in staging', async () => {
  const finishedAt = new Date('2026-03-20T12:00:00.500Z');
  const loads = {[account]: loadId('load-of-accounts'), [supplier]: loadId('load-of-suppliers')};
  const landing = openLanding({files: volumeOf(loads), volumeFolder: folder, retentionMs: 1000});
  const finished = new Map(Object.values(loads).map(load => [load as string, finishedAt]));
  const own = resources.filter(({name}) => name === account);
  assert.deepEqual(await landing.prune(own, finished), ['load-of-accounts']);
});

test('an empty folder, left by a run that died while it removed one, goes when it is older than a day', async () => {
  const loads = {[account]: loadId('emptied')};
  const [young, old] = [23, 25].map(hours => new Date(Date.parse('2026-03-20T13:00:00Z') - hours * 3_600_000));
  for (const [modifiedAt, removed] of [
    [young, []],
    [old, ['emptied']],
  ] as const) {
    const landing = openLanding({files: volumeOf(loads, modifiedAt), volumeFolder: folder, retentionMs: 1000});
    assert.deepEqual(await landing.prune(resources, new Map()), removed);
  }
});

/** The answers' Date has whole seconds: the one resource is listed in one second, the other in the next. */
function volumeOf(loads: Readonly<Record<string, LoadId>>, modifiedAt?: Date): Files {
  const secondOf = (path: string): Date =>
    new Date(path.endsWith(supplier) ? '2026-03-20T13:00:01Z' : '2026-03-20T13:00:00Z');
  const entry = (path: string, name: string): FileEntry => ({
    name,
    path: `${path}/${name}`,
    folder: true,
    bytes: 0,
    modifiedAt: modifiedAt ?? secondOf(path),
    listedAt: secondOf(path),
  });
  return {
    put: async () => undefined,
    size: async () => undefined,
    read: async () => undefined,
    remove: async () => undefined,
    list: async path => {
      if (path === folder) return Object.keys(loads).map(name => entry(path, name));
      const load = loads[path.slice(folder.length + 1)];
      return load === undefined ? [] : [entry(path, load)];
    },
  };
}
