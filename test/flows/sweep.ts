import assert from 'node:assert/strict';
import type test from 'node:test';
import type {Entity} from '../sim/visma/visma.ts';
import {World, type WorldOptions} from './world.ts';

export const resources = 'supplier_invoice';

export const only = {resources: [resources]};

export const byPeriod: WorldOptions = {sync: {sweep_whole_max: 0}};

export async function openLoaded(
  t: test.TestContext,
  {resources: loaded = resources, ...options}: WorldOptions & {readonly resources?: string} = {},
): Promise<World> {
  const world = await World.loaded(t, {...options, visma: {companies: ['se'], ...options.visma}}, {resources: loaded});
  return world;
}

export const invoicesOf = ({visma}: World): readonly Entity[] => visma.truth('se')['supplierInvoice'] ?? [];

export const keyOf = (invoice: Entity): string[] => [
  String(invoice['documentType']),
  String(invoice['referenceNumber']),
];

export function remove({visma}: World, invoice: Entity | undefined): Entity {
  assert.ok(invoice);
  return visma.delete({company: 'se', collection: 'supplierInvoice', key: keyOf(invoice)});
}

export const markedIn = (world: World): Promise<number> =>
  countOf(world, 'visma.supplier_invoice WHERE _deleted_at IS NOT NULL');

export function detailOf({details}: Awaited<ReturnType<World['run']>>): Record<string, unknown> | undefined {
  const {lacking, differing, missing, marked, left} = details?.[0] ?? {};
  return {lacking, differing, missing, marked, left};
}

export async function countOf(world: World, from: string): Promise<number> {
  const [row] = await world.query(`SELECT COUNT(*) AS n FROM main.${from}`);
  return Number(row?.['n']);
}
