import assert from 'node:assert/strict';
import {readdir} from 'node:fs/promises';
import path from 'node:path';
import type {TestContext} from 'node:test';
import {World, type WorldOptions} from '../flows/world.ts';
import {type FaultyProxy, startFaultyProxy} from '../sim/faulty-proxy.ts';

/** What hostile flows read: a list, a list by its changes, and nothing else, so that a run takes a second. */
export const resources = 'currency supplier';
export const only = {resources: resources.split(' ')};

const size = {invoices: 0, journalLines: 0, suppliers: 6, customers: 3};

/** A world of one small company. */
export const openSmall = (t: TestContext, options: WorldOptions = {}): Promise<World> =>
  World.open(t, smallBooks(options));

/** The same, synced once. */
export const openLoaded = (t: TestContext, options: WorldOptions = {}): Promise<World> =>
  World.loaded(t, smallBooks(options), {resources});

const smallBooks = ({visma, ...options}: WorldOptions): WorldOptions => ({
  visma: {companies: ['se'], size, ...visma},
  ...options,
});

/** A proxy before the world's workspace. */
export async function proxyOf(t: TestContext, {workspace}: World): Promise<FaultyProxy> {
  const proxy = await startFaultyProxy({host: workspace.host});
  t.after(() => proxy.close());
  return proxy;
}

let changes = 0;

/** Three hours later each supplier has another name. */
export function changeAll({visma}: World): void {
  visma.clock.advance(3 * 3_600_000);
  changes += 1;
  for (const {id} of visma.companies) {
    for (const {number} of visma.truth(id)['supplier'] ?? []) {
      const which = {company: id, collection: 'supplier', key: String(number)};
      visma.change({...which, fields: {name: `name ${changes} of ${String(number)}`}});
    }
  }
}

/** As many as there are keys, marked ones included, and no key twice. */
export async function assertNothingDoubled(world: World): Promise<void> {
  for (const table of only.resources) {
    const [row] = await world.query(
      `SELECT COUNT(*) AS n, COUNT(DISTINCT company_id || '/' || record_id) AS k FROM main.visma.${table}`,
    );
    assert.equal(Number(row?.['n']), Number(row?.['k']), table);
  }
}

/** Another run takes the lease, as it may once ours has run out. */
export async function takeLease(world: World, owner = 'another run'): Promise<void> {
  await world.query(
    `UPDATE main.visma_control.lease
     SET owner = '${owner}', fence = fence + 1, expires_at = current_timestamp() + INTERVAL 1 HOURS`,
  );
}

export async function expireLease(world: World): Promise<void> {
  await world.query('UPDATE main.visma_control.lease SET expires_at = current_timestamp()');
}

export const volumeOf = ({folder}: World): string =>
  path.join(folder, 'workspace', 'volumes', 'visma_staging', 'landing');

/** The files of the volume, by their paths in it. */
export async function filesOf(world: World): Promise<readonly string[]> {
  const entries = await readdir(volumeOf(world), {recursive: true, withFileTypes: true});
  return entries.filter(entry => entry.isFile()).map(entry => path.join(entry.parentPath, entry.name));
}

/** Runs once more in peace: all is as it is in Visma, and nothing waits. */
export async function assertMended(world: World, options: Parameters<World['run']>[1] = {}): Promise<void> {
  const report = await world.run('sync', {resources, ...options});
  assert.deepEqual([report.exitCode, report.problems], [0, []]);
  await world.assertTruth(only);
  await assertNothingDoubled(world);
  const [held] = await world.query(
    'SELECT COUNT(*) AS n FROM main.visma_control.lease WHERE expires_at > current_timestamp()',
  );
  assert.equal(Number(held?.['n']), 0, 'the lease is given back');
}
