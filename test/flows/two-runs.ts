import type test from 'node:test';
import {exact} from '../sim/visma/visma.ts';
import {World} from './world.ts';

export const resources = 'supplier supplier_invoice';

export const only = {resources: resources.split(' ')};

export async function openLoaded(t: test.TestContext): Promise<World> {
  const world = await World.loaded(t, {visma: {companies: ['se']}}, {resources});
  return world;
}

export function advance({visma}: World): void {
  visma.clock.advance(3 * 3_600_000);
  visma.trade({company: 'se', invoices: 2, payments: 1});
  const [supplier] = visma.truth('se')['supplier'] ?? [];
  const creditLimit = exact(`${visma.clock.now().getTime()}.25`);
  visma.change({
    company: 'se',
    collection: 'supplier',
    key: String(supplier?.['number']),
    fields: {retainagePct: creditLimit},
  });
}

export async function countOf(world: World, from: string): Promise<number> {
  const [row] = await world.query(`SELECT COUNT(*) AS n FROM main.${from}`);
  return Number(row?.['n']);
}
