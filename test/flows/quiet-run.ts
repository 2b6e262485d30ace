import assert from 'node:assert/strict';
import {readdir, stat, utimes} from 'node:fs/promises';
import path from 'node:path';
import type test from 'node:test';
import type {Event} from '../../src/model/events.ts';
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

/** Runs a command through the proxy: what it says of itself, and what really went over the wire. */
export async function observed(world: World, proxy: FaultyProxy, command: 'sync' | 'land' = 'sync') {
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
export async function isNarrowed(world: World): Promise<boolean> {
  return (await countOf(world, "visma_control.checkpoint WHERE resource = 'account'")) === 0;
}
