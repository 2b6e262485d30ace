import {asSyncError, type SyncError} from '../../base/errors.ts';
import type {JsonObject} from '../../base/exact-json.ts';
import type {MissingKey, SweepRecord} from '../../model/key-register.ts';
import type {Checkpoint, Manifest} from '../../model/load.ts';
import type {RunId} from '../../model/names.ts';
import type {Company} from '../../model/pass.ts';
import {chainKey, tipsOf} from '../chains.ts';
import type {Doors, Scope} from '../doors.ts';
import {CompanySweeper} from './company.ts';
import {dueByHand, dueBySchedule, firstLoads} from './due.ts';
import {detailOf, tellChain} from './events.ts';
import {
  historyOf,
  isByPeriod,
  isSwept,
  portionsOf,
  type SweepHistory,
  type SweepPortion,
  type SweptChain,
} from './portions.ts';
import {retiredPortion, slicedChains} from './retired.ts';
import {warehouseClock} from './warehouse-clock.ts';

/** What a sweep is given: whose lists, from which checkpoints on, and how what it seals is committed. */
export interface Sweeping {
  readonly runId: RunId;
  readonly scope: Scope;
  /** The newest load or checkpoint of each chain. */
  readonly tips: ReadonlyMap<string, Checkpoint>;
  /** *by hand*: everything, or what the last sweep by hand left. *by schedule*: what has grown old. */
  readonly due: 'by hand' | 'by schedule';
  readonly commit: (signal?: AbortSignal) => Promise<void>;
}

export interface SweepEnd {
  readonly errors: readonly SyncError[];
  /** Portions that were walked whole. */
  readonly completed: number;
  /** What each chain showed, a row for each. */
  readonly details: readonly JsonObject[];
}

/**
 * Compares whole lists with the keys that the tables hold, some portions of each company at a time: what each time
 * showed is committed and remembered before the next, so that a sweep that is cut short goes on from there.
 */
export async function sweepAll(sweeping: Sweeping, given: Doors, signal?: AbortSignal): Promise<SweepEnd> {
  const {sweeps, readAt} = await given.warehouse.readSweeps(signal);
  const history = historyOf(sweeps);
  const doors = {...given, clock: warehouseClock(given.clock, readAt)};
  // A scheduled run seldom finds anything due: then this is no statement.
  let known: Promise<readonly MissingKey[]> | undefined;
  const missing = (): Promise<readonly MissingKey[]> => (known ??= doors.warehouse.readMissing(signal));
  const sweepers: CompanySweeper[] = [];
  const met: SweepRecord[] = [];
  const errors: SyncError[] = [];
  for (const company of sweeping.scope.companies) {
    const chains = chainsSwept(company, sweeping);
    if (sweeping.due === 'by schedule') {
      met.push(...firstLoads(chains, {history, now: doors.clock.now(), runId: sweeping.runId}));
    }
    try {
      const sweeper = await sweeperOf(company, {chains, history, missing, sweeping}, doors, signal);
      if (sweeper) sweepers.push(sweeper);
    } catch (thrown) {
      if (signal?.aborted) throw thrown;
      errors.push(asSyncError(thrown));
    }
  }
  if (met.length > 0) await doors.warehouse.recordSweeps({sweeps: met, missing: [], cleared: []}, signal);
  while (sweepers.some(({isDone}) => !isDone)) await sweepRound(sweepers, sweeping, doors, signal);
  errors.push(...sweepers.flatMap(({errors: own, guardErrors}) => [...own, ...guardErrors]));
  const chains = sweepers.flatMap(sweeper => sweeper.chains);
  for (const chain of chains) tellChain(chain, doors);
  return {
    errors,
    completed: chains.reduce((sum, {completed}) => sum + completed, 0),
    details: chains.map(detailOf),
  };
}

/** The chains of one company that have been read whole and settled, in the order of work. */
function chainsSwept(company: Company, {scope, tips}: Sweeping): readonly SweptChain[] {
  const own = [...tips.values()].filter(tip => tip.companyId === company.id);
  const chains = scope.resources.flatMap(resource =>
    own.filter(tip => tip.resource === resource.name).map(tip => ({company, resource, tip})),
  );
  return chains.filter(isSwept);
}

interface Given {
  readonly chains: readonly SweptChain[];
  readonly history: SweepHistory;
  readonly missing: () => Promise<readonly MissingKey[]>;
  readonly sweeping: Sweeping;
}

/** Undefined where nothing of the company is due. */
async function sweeperOf(
  company: Company,
  {chains, history, missing, sweeping}: Given,
  doors: Doors,
  signal?: AbortSignal,
): Promise<CompanySweeper | undefined> {
  const {sweepWholeMax: wholeMax, sweepEveryMs: everyMs = Number.POSITIVE_INFINITY} = doors.settings;
  const {retired, beside} = await slicedChains({company, ...sweeping}, doors, signal);
  const isRetired = new Set(retired.map(({tip}) => chainKey(tip)));
  const listed = chains.filter(({tip}) => !isRetired.has(chainKey(tip)));
  const wanted = listed.some(chain => isByPeriod(chain, history, wholeMax));
  const periods = wanted ? await doors.source.periods(company, signal) : [];
  const portionsFor = (chain: SweptChain): readonly SweepPortion[] => portionsOf(chain, {history, periods, wholeMax});
  const portions = listed.flatMap(portionsFor);
  const now = doors.clock.now();
  const swept =
    sweeping.due === 'by hand' ? dueByHand(portions, history, now) : dueBySchedule(portions, {history, now, everyMs});
  const looks = retired.map(chain => retiredPortion(chain, {history, now, everyMs}));
  const isDue = looks.filter(look => look.due || sweeping.due === 'by hand').map(({portion}) => portion);
  const due = {...swept, portions: [...swept.portions, ...isDue]};
  if (due.portions.length === 0) return undefined;
  // Of lists that mark what they lack by themselves the other slices count for the guard.
  const others = beside.filter(chain => !isSwept(chain)).flatMap(portionsFor);
  const all = [...portions, ...looks.map(({portion}) => portion), ...others];
  return new CompanySweeper(company, {runId: sweeping.runId, due, portions: all, missing: await missing(), doors});
}

async function sweepRound(
  sweepers: readonly CompanySweeper[],
  sweeping: Sweeping,
  doors: Doors,
  signal?: AbortSignal,
): Promise<void> {
  const waiting = sweepers.filter(({isDone}) => !isDone);
  const sealed = new Map<CompanySweeper, readonly Manifest[]>();
  const rest = [...waiting];
  const worker = async (): Promise<void> => {
    for (let sweeper = rest.shift(); sweeper; sweeper = rest.shift()) {
      sealed.set(sweeper, await sweeper.sweepSome(signal));
    }
  };
  await Promise.all(Array.from({length: doors.settings.companiesAtOnce}, worker));
  if ([...sealed.values()].some(loads => loads.length > 0)) await sweeping.commit(signal);
  const tips = tipsOf(await doors.warehouse.readCheckpoints(signal), []);
  const notes = waiting.map(sweeper => sweeper.settle(sealed.get(sweeper) ?? [], tips));
  await doors.warehouse.recordSweeps(
    {
      sweeps: notes.flatMap(note => note.sweeps),
      missing: notes.flatMap(note => note.missing),
      cleared: notes.flatMap(note => note.cleared),
    },
    signal,
  );
}
