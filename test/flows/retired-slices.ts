import type {TestContext} from 'node:test';
import type {Entity} from '../sim/visma/visma.ts';
import {World} from './world.ts';

export const resources = 'budget';

export const openLoaded = (t: TestContext): Promise<World> =>
  World.loaded(t, {visma: {companies: ['se']}, sync: {resources: [resources]}}, {resources});

export const budgetLedgers = (world: World): readonly Entity[] =>
  world.visma.listed('se', '/v1/ledger').filter(({balanceType}) => balanceType === 'Budget');

export function keyOf(article: Entity, ledger: string): string[] {
  const {branchNumber, financialYear, account, subaccount} = article as Record<string, Record<string, string>>;
  return [ledger, branchNumber?.['number'], financialYear, account?.['number'], subaccount?.['id']].map(String);
}

export async function liveRows(world: World): Promise<number> {
  return (await world.query('SELECT record_id FROM main.visma.budget WHERE _deleted_at IS NULL')).length;
}
