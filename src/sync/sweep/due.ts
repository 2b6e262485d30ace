import type {SweepRecord} from '../../model/key-register.ts';
import {type ResourceName, type RunId, wholeResource} from '../../model/names.ts';
import {placeOf, type SweepHistory, type SweepPortion, type SweptChain, sweepPeriods, sweepsOf} from './portions.ts';

/** Closed periods change seldom, and so they are swept so many times as seldom as open ones. */
const closedTimes = 8;

/** What a sweep of one company has to do now. */
export interface Due {
  readonly portions: readonly SweepPortion[];
  /** When the sweep that this one belongs to began; by resource, where it is one by hand. */
  readonly begunAt: ReadonlyMap<ResourceName, Date>;
}

const nowhere = {keys: 0, lacking: 0, differing: 0, missing: 0, marked: 0} as const;

/**
 * By hand all is swept, unless the last sweep was cut short: then what it left. Where it left nothing of what is asked
 * for now, all is swept anew.
 */
export function dueByHand(portions: readonly SweepPortion[], history: SweepHistory, now: Date): Due {
  const cutShort = ({chain: {tip}}: SweepPortion): SweepRecord | undefined => {
    const cycle = history.get(placeOf({...tip, slice: wholeResource, period: sweepPeriods.cycle}));
    return cycle !== undefined && cycle.missing > 0 ? cycle : undefined;
  };
  const left = portions.filter(portion => {
    const cycle = cutShort(portion);
    return cycle === undefined || portion.last === undefined || portion.last.sweptAt < cycle.sweptAt;
  });
  const goesOn = left.length > 0;
  const begun = (portion: SweepPortion): Date => (goesOn ? cutShort(portion)?.sweptAt : undefined) ?? now;
  return {
    portions: goesOn ? left : portions,
    begunAt: new Map(portions.map(portion => [portion.chain.resource.name, begun(portion)])),
  };
}

/** By schedule what was last read whole, by a sweep or by its first load, longer ago than the interval. */
export function dueBySchedule(
  portions: readonly SweepPortion[],
  {history, now, everyMs}: {history: SweepHistory; now: Date; everyMs: number},
): Due {
  const due = portions.filter(portion => {
    const {tip} = portion.chain;
    const known = portion.last ?? history.get(placeOf({...tip, period: sweepPeriods.firstLoad}));
    // A period that is new, of a list that has been swept before.
    if (known === undefined) return isKnown(portion.chain, history);
    return now.getTime() - known.sweptAt.getTime() >= everyMs * (portion.open ? 1 : closedTimes);
  });
  return {portions: due, begunAt: new Map()};
}

/** Rows that say by when a list had been read whole, for chains that no sweep and no such row knows yet. */
export const firstLoads = (
  chains: readonly SweptChain[],
  {history, now, runId}: {history: SweepHistory; now: Date; runId: RunId},
): readonly SweepRecord[] =>
  chains
    .filter(chain => !isKnown(chain, history))
    .map(({tip: {companyId, resource, slice, cursor}}) => ({
      ...nowhere,
      ...{runId, companyId, resource, slice},
      period: sweepPeriods.firstLoad,
      keys: cursor.rowsHeld ?? 0,
      sweptAt: now,
    }));

const isKnown = (chain: SweptChain, history: SweepHistory): boolean =>
  sweepsOf(chain, history).some(({period}) => period !== sweepPeriods.cycle);

/** Rows that say how much of a sweep by hand is left, so that the next one goes on from there. */
export const cyclesOf = (
  {begunAt}: Due,
  {runId, companyId, left}: Pick<SweepRecord, 'runId' | 'companyId'> & {readonly left: number},
): readonly SweepRecord[] =>
  [...begunAt].map(([resource, sweptAt]) => ({
    ...nowhere,
    ...{runId, companyId, resource, sweptAt},
    slice: wholeResource,
    period: sweepPeriods.cycle,
    missing: left,
  }));
