import {asSyncError} from '../../base/errors.ts';
import type {Checkpoint} from '../../model/load.ts';
import type {Company} from '../../model/pass.ts';
import type {Resource} from '../../model/resource.ts';
import type {Doors, Scope} from '../doors.ts';
import type {ChainSweep} from './chain.ts';
import type {SweepGuard} from './guard.ts';
import type {MissingKeys} from './missing-keys.ts';
import {placeOf, type SweepHistory, type SweepPortion, type SweptChain, sweepPeriods} from './portions.ts';

/** The chains of a company that are read slice by slice. */
export interface SlicedChains {
  /** Slices that the company lists no longer: nothing reads them any more. */
  readonly retired: readonly SweptChain[];
  /** Slices beside them: their rows count for the guard. */
  readonly beside: readonly SweptChain[];
}

interface Place {
  readonly company: Company;
  readonly scope: Scope;
  readonly tips: ReadonlyMap<string, Checkpoint>;
}

/**
 * Finds slices that a company lists no longer. A resource whose slices cannot be listed, or has none at all, retires
 * nothing: an absent list says nothing about its slices. Its own reading reports why.
 */
export async function slicedChains(
  {company, scope, tips}: Place,
  doors: Doors,
  signal?: AbortSignal,
): Promise<SlicedChains> {
  const found = {retired: [] as SweptChain[], beside: [] as SweptChain[]};
  for (const resource of scope.resources.filter(({slicing}) => slicing !== undefined)) {
    const own = [...tips.values()].filter(tip => tip.companyId === company.id && tip.resource === resource.name);
    if (own.length === 0) continue;
    const listed = await listedSlices({company, resource}, doors, signal);
    if (listed.size === 0) continue;
    for (const tip of own) (listed.has(tip.slice) ? found.beside : found.retired).push({company, resource, tip});
  }
  return found;
}

async function listedSlices(
  of: {company: Company; resource: Resource},
  doors: Doors,
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  try {
    return new Set(await doors.source.slices(of, signal));
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    return new Set();
  }
}

/** A retired slice is looked at as a whole. Undefined as long as its last look left nothing to do. */
export function retiredPortion(
  chain: SweptChain,
  {history, now, everyMs}: {history: SweepHistory; now: Date; everyMs: number},
): {readonly portion: SweepPortion; readonly due: boolean} {
  const period = sweepPeriods.retired;
  const last = history.get(placeOf({...chain.tip, period}));
  const isDone = last !== undefined && last.missing === last.marked;
  const keys = chain.tip.cursor.rowsHeld ?? 0;
  const portion = {chain, period, open: true, keys, ...(last && {last})};
  return {portion, due: !isDone || now.getTime() - last.sweptAt.getTime() >= everyMs};
}

interface Looking {
  readonly sweep: ChainSweep;
  readonly portion: SweepPortion;
  readonly missing: MissingKeys;
  readonly guard: SweepGuard;
}

/**
 * Looks at a retired slice. Its rows are gone if a list of slices lacked it in two runs, if its own list is empty or
 * does not exist, and if the guard allows it.
 */
export async function sweepRetired(
  {sweep, portion, missing, guard}: Looking,
  doors: Doors,
  signal?: AbortSignal,
): Promise<void> {
  const {resource, tip} = sweep.chain;
  const begunAt = doors.clock.now();
  const keys = await doors.warehouse.readKeys({resource, companyId: tip.companyId, slice: tip.slice}, signal);
  const live = keys.filter(({isDeleted}) => !isDeleted).map(({recordId}) => recordId);
  const served = live.length === 0 ? 0 : await countServed(sweep, doors, signal);
  const counts = {keys: served, lacking: 0, differing: 0, unexpected: 0};
  if (served > 0) {
    for (const recordId of live) missing.clear(resource.name, recordId);
    const message = `the slice ${tip.slice} of ${resource.name} is listed no longer, and still has ${served} records`;
    const facts = {company: tip.companyId, resource: resource.name, slice: tip.slice, records: served};
    doors.events({event: 'note', message: `${message}: its rows stay as they are`, facts});
    return sweep.complete(portion, {...counts, missing: 0}, begunAt);
  }
  const candidates = live.filter(recordId => missing.miss(resource.name, recordId));
  guard.count(portion, {live: live.length, candidates: candidates.length});
  sweep.prove(candidates.map(recordId => ({recordId, period: portion.period, byItself: true})));
  sweep.complete(portion, {...counts, missing: live.length}, begunAt);
}

/** How many records the slice's own list still has. A list that does not exist any more has none. */
async function countServed({pass}: ChainSweep, doors: Doors, signal?: AbortSignal): Promise<number> {
  try {
    const {total, came} = await doors.source.count(pass, signal);
    return total ?? came;
  } catch (thrown) {
    const error = asSyncError(thrown);
    const isUnknown = error.kind === 'absent' || error.facts['status'] === 400;
    if (!isUnknown) throw error;
    return 0;
  }
}
