import type {TableState} from '../../model/key-register.ts';
import type {Checkpoint, Manifest} from '../../model/load.ts';
import type {LostChain, Mirror} from '../../model/mirror.ts';
import {type Resource, tablesOf} from '../../model/resource.ts';
import {chainKey} from '../chains.ts';

/** What is compared with what the mirror says. */
export interface Compared {
  readonly resources: readonly Resource[];
  readonly states: readonly TableState[];
  readonly checkpoints: readonly Checkpoint[];
  /** What was seen of the tables before; absent where no mirror tells. */
  readonly former: Mirror | undefined;
}

/**
 * Whose rows are lost: somebody dropped a table, or put it back to an earlier state, and the checkpoints go on
 * promising rows that are not there. A table's newest `_commit` only grows, so that a lower one tells. Whatever the
 * mirror says is still to be read again is among them.
 */
export function lostChains({resources, states, checkpoints, former}: Compared): readonly LostChain[] {
  const stateOf = new Map(states.map(state => [state.table, state]));
  const isLost = (table: string): boolean => {
    const state = stateOf.get(table as TableState['table']);
    return state !== undefined && (!state.exists || (state.newestCommit ?? 0) < (former?.tables[table] ?? 0));
  };
  const lost = new Set(resources.filter(each => tablesOf(each).some(({name}) => isLost(name))).map(({name}) => name));
  const told = new Set(former?.again.map(chainKey));
  return checkpoints
    .filter(checkpoint => told.has(chainKey(checkpoint)) || (lost.has(checkpoint.resource) && promisesRows(checkpoint)))
    .map(({companyId, resource, slice}) => ({companyId, resource, slice}));
}

/** A list that was empty when it was read last promises nothing. */
const promisesRows = ({cursor}: Checkpoint): boolean =>
  cursor.watermark !== undefined || cursor.tailRows > 0 || (cursor.rowsHeld ?? 0) > 0;

/**
 * What is left of the lost once these loads are settled: one that was read whole, or is the first stretch of such a
 * reading, brings its chain's rows back; a sweep's or a part's does not.
 */
export function stillLost(lost: readonly LostChain[], settled: readonly Manifest[]): readonly LostChain[] {
  const back = new Set(settled.filter(load => load.since === undefined && load.after === undefined).map(chainKey));
  const open = new Map(lost.map(chain => [chainKey(chain), chain]));
  return [...open].filter(([key]) => !back.has(key)).map(([, chain]) => chain);
}
