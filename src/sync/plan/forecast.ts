import type {PassKind} from '../../model/load.ts';
import type {ListCount, Pass} from '../../model/pass.ts';
import type {RateWindow} from '../../model/ports.ts';

/** What a pass will take, as far as its list's count tells. */
export interface PassForecast {
  /** Records, or lines where pages count lines; absent where nothing counts them. */
  readonly rows?: number;
  readonly calls: number;
  readonly seconds: number;
  readonly basis: Basis;
}

/**
 * What a forecast rests on. *counted*: the list's own count. *as last time*: how many were held. *estimated*: counted,
 * and how the rows lie over periods or slices is not known. *at least*: the list counts nothing. *not offered*: the
 * tenant has no such list. *not counted*: the rate window was nearly spent, or the count failed.
 */
export type Basis = 'counted' | 'as last time' | 'estimated' | 'at least' | 'not offered' | 'not counted';

/** What is known beside the list's count. */
export interface Known {
  /** What a page is asked for. */
  readonly pageSizeMax: number;
  /** Pages after which a first load is sealed in stretches, or goes by period. */
  readonly stretchPages: number;
  /** How many financial periods the company has, where the list can be read by them. */
  readonly periods: number;
}

/** For a page that is full, where no earlier pass of the list was timed; a smaller one in proportion. */
export const assumedPageSeconds = 8;
/** For a call, however little it brings. */
export const assumedCallSeconds = 1;
/** Visma itself gives up after four minutes. */
const longestCallSeconds = 240;

/** Whether a list is known without asking: whole lists that were held come in one call, or one for each record. */
export const isKnownUnasked = ({resource: {reading}, previous}: Pass): boolean =>
  reading.kind === 'snapshot' && reading.paging === 'unpaged' && previous?.cursor.rowsHeld !== undefined;

/** A whole list as it was held, without asking for it. */
export function forecastAsHeld(pass: Pass, known: Known): PassForecast {
  const rows = pass.previous?.cursor.rowsHeld ?? 0;
  return {...forecast(pass, {came: rows, ms: 0}, known), basis: 'as last time'};
}

/** What a pass will take, by its list's count. */
export function forecast(pass: Pass, count: ListCount, known: Known): PassForecast {
  const size = pageSizeOf(pass, count, known);
  const {rows, calls, basis} = extentOf(pass, count, {known, size});
  const seconds = secondsOf({pass, rows: rows ?? 0, calls, size});
  return {calls, seconds, basis, ...(rows !== undefined && {rows})};
}

type Extent = Omit<PassForecast, 'seconds'>;

interface Paged {
  readonly known: Known;
  readonly size: number;
}

function extentOf(pass: Pass, count: ListCount, paged: Paged): Extent {
  const {reading} = pass.resource;
  if (reading.kind === 'snapshot' && reading.each !== undefined) {
    return {rows: count.came, calls: 1 + count.came, basis: 'counted'};
  }
  const {total = count.came === 0 ? 0 : undefined} = count;
  if (reading.paging === 'unpaged') return {rows: count.came, calls: 1 + emptied(pass, count.came), basis: 'counted'};
  if (total === undefined) return uncounted(pass, paged);
  const pages = Math.max(1, Math.ceil(total / paged.size));
  if (isFirstOfDelta(pass)) return {rows: total, ...firstLoad(pass, count, paged)};
  const walks = reading.kind === 'snapshot' && pages > 1 ? 2 : 1;
  return {rows: total, calls: walks * pages + emptied(pass, total), basis: 'counted'};
}

/** A delta that comes back empty where its tail held rows is checked by one call without its filter. */
const emptied = ({kind, since, previous}: Pass, rows: number): number =>
  rows === 0 && kind === 'delta' && since !== undefined && (previous?.cursor.tailRows ?? 0) > 0 ? 1 : 0;

/** Pages without a count go on to an empty one, and several of them are walked twice. */
function uncounted({kind, previous}: Pass, {size}: Paged): Extent {
  const {rowsHeld, tailRows = 0} = previous?.cursor ?? {};
  const expected = kind === 'delta' ? tailRows : (rowsHeld ?? 0);
  const pages = Math.max(1, Math.ceil(expected / size));
  return {calls: pages === 1 ? 2 : 2 * (pages + 1), basis: 'at least'};
}

const isFirstOfDelta = ({kind, resource}: Pass): boolean => kind === 'first' && resource.reading.kind === 'delta';

/**
 * A long first load goes by period where the list knows the filter, and by page where not, a stretch at a time; what
 * is left of it where it goes on. What changed meanwhile is read at its end.
 */
function firstLoad(pass: Pass, count: ListCount, {known, size}: Paged): Omit<Extent, 'rows'> {
  const {resource, previous} = pass;
  const {total = 0} = count;
  const pages = Math.max(1, Math.ceil(total / size));
  const next = previous?.cursor.resume?.next;
  if (next && 'page' in next) {
    const left = Math.max(1, Math.ceil(total / next.size) - next.page + 1);
    return {calls: left + 1, basis: 'counted'};
  }
  const isLong = pages > known.stretchPages;
  const {periods} = resource;
  if (periods && goesByPeriod(pass, count, known)) {
    const done = next === undefined ? 0 : next.periods.length;
    const part = known.periods === 0 ? 1 : Math.max(0, known.periods - done) / known.periods;
    const tried = next === undefined && periods.required !== true ? 2 : 0;
    const byPeriod = byPeriods({pages: pages * part, periods: known.periods * part});
    const without = periods.without ? 1 : 0;
    // At the end what changed is read, and the whole list is counted.
    const proof = 2 + (isLong ? 1 : 0);
    return {calls: tried + byPeriod + without + proof, basis: 'estimated'};
  }
  const inStretches = isLong && resource.reading.paging !== 'lines';
  return {calls: pages + (inStretches ? 1 : 0), basis: 'counted'};
}

/** Whether a first load will be read by financial period: how many there are is then worth a call. */
export function goesByPeriod(pass: Pass, count: ListCount, known: Known): boolean {
  const {periods} = pass.resource;
  const next = pass.previous?.cursor.resume?.next;
  if (!periods || !isFirstOfDelta(pass) || (next && 'page' in next)) return false;
  if (next !== undefined || periods.required === true) return true;
  return (count.total ?? 0) > known.stretchPages * pageSizeOf(pass, count, known);
}

/**
 * One call at least for each period, and a page that is not full at the end of each: between the greater of the two
 * and their sum, by how unevenly the rows lie. The middle is taken.
 */
const byPeriods = ({pages, periods}: {readonly pages: number; readonly periods: number}): number =>
  Math.ceil(Math.max(pages, periods) + Math.min(pages, periods) / 2);

/** An envelope repeats the size that was asked for, which says nothing of the greatest. */
function pageSizeOf({resource}: Pass, {pageSizeMax}: ListCount, {pageSizeMax: asked}: Known): number {
  if (resource.reading.paging === 'envelope' || pageSizeMax === undefined) return asked;
  return Math.min(asked, pageSizeMax);
}

/** By what the last pass took for each of its calls where it was timed, else by what is assumed. */
function secondsOf({pass, rows, calls, size}: {pass: Pass; rows: number; calls: number; size: number}): number {
  const cursor = pass.previous?.cursor;
  if (!cursor) return Math.max(calls * assumedCallSeconds, (rows / size) * assumedPageSeconds);
  const {passSeconds, rowsHeld, tailRows} = cursor;
  const {reading} = pass.resource;
  const then = rowsHeld ?? tailRows;
  const each = reading.kind === 'snapshot' && reading.each !== undefined;
  const callsThen = each ? 1 + then : reading.paging === 'unpaged' ? 1 : Math.max(1, Math.ceil(then / size));
  return calls * Math.min(longestCallSeconds, passSeconds / callsThen);
}

export const kindName = ({kind, previous}: Pass): PassKind | 'going on' =>
  kind === 'first' && previous?.cursor.resume ? 'going on' : kind;

/** Slices that were counted, and how many there are, as one. */
export function scaled(counted: readonly PassForecast[], slices: number): PassForecast {
  const factor = counted.length === 0 ? 0 : slices / counted.length;
  const sum = (of: (each: PassForecast) => number): number => counted.reduce((total, each) => total + of(each), 0);
  const knowsRows = counted.some(({rows}) => rows !== undefined);
  return {
    ...(knowsRows && {rows: Math.round(sum(({rows = 0}) => rows) * factor)}),
    calls: Math.ceil(sum(({calls}) => calls) * factor),
    seconds: sum(({seconds}) => seconds) * factor,
    basis: slices > counted.length ? 'estimated' : weakest(counted.map(({basis}) => basis)),
  };
}

const byWeakness: readonly Basis[] = ['not counted', 'at least', 'estimated', 'as last time', 'counted', 'not offered'];

const weakest = (bases: readonly Basis[]): Basis => byWeakness.find(basis => bases.includes(basis)) ?? 'counted';

/** How many windows so many calls take, and how long that is with the waits between them. */
export interface Windows {
  readonly windows: number;
  readonly seconds: number;
}

const windowSeconds = 3600;

/**
 * Windows of an hour: what is left of the present one is taken first.
 * @param window our share of it; undefined before Visma has told of any
 */
export function windowsFor(
  {calls, seconds}: {readonly calls: number; readonly seconds: number},
  window: RateWindow | undefined,
): Windows | undefined {
  if (!window || window.limit < 1) return undefined;
  const {limit, remaining, resetMs} = window;
  if (calls <= remaining) return {windows: 1, seconds};
  const later = Math.ceil((calls - remaining) / limit);
  const inLast = calls - remaining - (later - 1) * limit;
  const untilLast = resetMs / 1000 + (later - 1) * windowSeconds;
  return {
    windows: later + (remaining > 0 ? 1 : 0),
    seconds: Math.max(seconds, untilLast + (seconds * inLast) / calls),
  };
}
