import type {SweepRecord} from '../../model/key-register.ts';
import type {Checkpoint} from '../../model/load.ts';
import type {Company, FinancialPeriod, Portion} from '../../model/pass.ts';
import type {Resource} from '../../model/resource.ts';

/** What `period` says of a row of control.sweep where it names no financial period. */
export const sweepPeriods = {
  whole: '',
  without: 'without',
  firstLoad: 'first load',
  cycle: 'cycle',
  retired: 'retired',
} as const;

/** A company's resource, or slice of it, whose first load is done: what a sweep compares and goes on from. */
export interface SweptChain {
  readonly company: Company;
  readonly resource: Resource;
  readonly tip: Checkpoint;
}

/** A part of a list that is walked by itself. */
export interface SweepPortion {
  readonly chain: SweptChain;
  /** As in SweepRecord. */
  readonly period: string;
  /** Whether it may still change by the usual work: false for a period that the general ledger has closed. */
  readonly open: boolean;
  readonly last?: SweepRecord;
  /** How many keys it is known to have; for a whole list at least what its first load brought. */
  readonly keys: number;
}

/** The newest sweep of each portion. */
export type SweepHistory = ReadonlyMap<string, SweepRecord>;

type Place = Pick<SweepRecord, 'companyId' | 'resource' | 'slice' | 'period'>;

export const placeOf = ({companyId, resource, slice, period}: Place): string =>
  JSON.stringify([companyId, resource, slice, period]);

export const historyOf = (sweeps: readonly SweepRecord[]): SweepHistory =>
  new Map(sweeps.map(sweep => [placeOf(sweep), sweep]));

/** The rows of one chain. */
export const sweepsOf = ({tip}: Pick<SweptChain, 'tip'>, history: SweepHistory): readonly SweepRecord[] =>
  [...history.values()].filter(
    sweep => sweep.companyId === tip.companyId && sweep.resource === tip.resource && sweep.slice === tip.slice,
  );

/** Snapshots mark by themselves, and a first load that is not done is no list to compare with. */
export const isSwept = ({resource, tip}: SweptChain): boolean =>
  resource.reading.kind === 'delta' && tip.cursor.resume === undefined;

/** Whether a list is walked by its periods: it is long, or only they give everything. */
export const isByPeriod = (chain: SweptChain, history: SweepHistory, wholeMax: number): boolean =>
  chain.resource.periods !== undefined &&
  (chain.resource.periods.required === true || keysKnown(chain, history) > wholeMax);

/** The portions of one chain. @param periods the company's; needed where the list is walked by them */
export function portionsOf(
  chain: SweptChain,
  {history, periods, wholeMax}: {history: SweepHistory; periods: readonly FinancialPeriod[]; wholeMax: number},
): readonly SweepPortion[] {
  const portion = (period: string, open: boolean, keys: number): SweepPortion => {
    const last = history.get(placeOf({...chain.tip, period}));
    return {chain, period, open, keys: last?.keys ?? keys, ...(last && {last})};
  };
  const byPeriod = isByPeriod(chain, history, wholeMax);
  if (!byPeriod || periods.length === 0) return [portion(sweepPeriods.whole, true, keysKnown(chain, history))];
  const each = periods.map(({period, open}) => portion(period, open, 0));
  const {without} = chain.resource.periods ?? {};
  return without ? [...each, portion(sweepPeriods.without, true, 0)] : each;
}

/**
 * The greater of what the first load brought and what sweeps have counted since; a list that was swept by periods is
 * the sum of them.
 */
export function keysKnown(chain: SweptChain, history: SweepHistory): number {
  const own = sweepsOf(chain, history);
  const isPeriod = ({period}: SweepRecord): boolean => /^\d{6}$/.test(period) || period === sweepPeriods.without;
  const byPeriod = own.filter(isPeriod).reduce((sum, {keys}) => sum + keys, 0);
  const whole = own.find(({period}) => period === sweepPeriods.whole)?.keys ?? 0;
  return Math.max(byPeriod, whole, chain.tip.cursor.rowsHeld ?? 0);
}

/**
 * The cheapest and most useful first: what was never swept; then open periods and whole lists, small ones first; then
 * closed periods, the longest unswept first and of one age the small ones.
 */
export function inOrder(portions: readonly SweepPortion[]): readonly SweepPortion[] {
  const ageOf = ({last}: SweepPortion): number => last?.sweptAt.getTime() ?? 0;
  return portions.toSorted((a, b) => {
    const rank = rankOf(a) - rankOf(b);
    if (rank !== 0) return rank;
    const [size, age] = [a.keys - b.keys, ageOf(a) - ageOf(b)];
    return (a.open ? size || age : age || size) || (a.period < b.period ? 1 : -Number(a.period > b.period));
  });
}

const rankOf = ({last, open}: SweepPortion): number => (last ? 2 : 0) + (open ? 0 : 1);

/** The portion as a pass asks for it; undefined for a whole list. */
export function portionAsked({period}: SweepPortion): Portion | undefined {
  if (period === sweepPeriods.whole) return undefined;
  return period === sweepPeriods.without ? {kind: 'without period'} : {kind: 'period', period};
}
