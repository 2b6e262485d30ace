import {readdir, stat, utimes} from 'node:fs/promises';
import path from 'node:path';
import type test from 'node:test';
import {type FaultyProxy, startFaultyProxy} from '../sim/faulty-proxy.ts';
import {World} from './world.ts';

export const resources = 'supplier customer currency';

export const only = {resources: resources.split(' ')};

export const dayMs = 24 * 3_600_000;

export async function openLoaded(
  t: test.TestContext,
  request: {resources?: string; companies?: string} = {resources},
): Promise<{world: World; proxy: FaultyProxy}> {
  const world = await World.loaded(t, {visma: {companies: ['se', 'no']}}, request);
  const proxy = await startFaultyProxy({host: world.workspace.host});
  t.after(() => proxy.close());
  return {world, proxy};
}

/** A change for each company. */
export function change({visma}: World, collection: 'supplier' | 'customer'): void {
  visma.clock.advance(3 * 3_600_000);
  for (const {id} of visma.companies) {
    const [record] = visma.truth(id)[collection] ?? [];
    const fields = {name: `renamed at ${visma.clock.now().toISOString()}`};
    visma.change({company: id, collection, key: String(record?.['number']), fields});
  }
}

export const stateFolder = ({folder}: World): string =>
  path.join(folder, 'workspace', 'volumes', 'visma_staging', 'landing', 'run-state');

export const mirrorOf = (world: World): string => path.join(stateFolder(world), 'mirror.json');

export const notesIn = async (world: World): Promise<readonly string[]> =>
  (await readdir(stateFolder(world))).filter(name => name.startsWith('run-'));

/** As if it had been written more than a day ago. */
export async function age(file: string): Promise<void> {
  const at = new Date((await stat(file)).mtimeMs - dayMs - 1000);
  await utimes(file, at, at);
}

export async function recordedRuns(world: World): Promise<readonly string[]> {
  const rows = await world.query('SELECT run_id FROM main.visma_control.run ORDER BY run_id');
  return rows.map(row => String(row['run_id']));
}

export async function countOf(world: World, from: string): Promise<number> {
  const [row] = await world.query(`SELECT COUNT(*) AS n FROM main.${from}`);
  return Number(row?.['n']);
}
