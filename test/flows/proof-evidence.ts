import assert from 'node:assert/strict';
import type {Entity} from '../sim/visma/exact.ts';
import type {World} from './world.ts';

/*
 * What a proof is drawn from, when it is written, and how long it is reported. The simulator serves the accounts that
 * the ERP keeps by itself, and here ignores the parameter that leaves one of them out.
 */

export const keyOf = (batch: Entity): [string, string] => [String(batch['module']), String(batch['batchNumber'])];

export function postedIn({visma}: World, module: string, period?: string): Entity {
  const batches = visma.truth('se')['journaltransaction'] ?? [];
  const found = batches.findLast(
    batch =>
      batch['status'] === 'Posted' &&
      batch['module'] === module &&
      (period === undefined || batch['financialPeriod'] === period),
  );
  return found ?? assert.fail(`no batch of ${module}`);
}

/** Deletes a batch silently and posts another one like it: the ERP has one, the tables have two. */
export function replace(world: World, batch: Entity, batchNumber: string): void {
  const {lastModifiedDateTime: _, timeStamp: __, ...content} = batch;
  world.visma.clock.advance(3_600_000);
  world.visma.insert({company: 'se', collection: 'journaltransaction', record: {...content, batchNumber}});
  world.visma.delete({company: 'se', collection: 'journaltransaction', key: keyOf(batch)});
}
