import {asSyncError} from '../../base/errors.ts';
import {type JsonObject, unwrapped} from '../../base/exact-json.ts';
import {pathOf} from '../../model/column.ts';
import type {HeldKey} from '../../model/key-register.ts';
import type {Page, Pass} from '../../model/pass.ts';
import {valueAt} from '../../model/record-id.ts';
import type {Doors} from '../doors.ts';
import type {ChainSweep} from './chain.ts';
import {type Comparison, KeyComparison} from './key-comparison.ts';
import {portionAsked, type SweepPortion} from './portions.ts';

/** How often a portion is walked before it is left to the next sweep. */
const walksMax = 3;

/** What a walk that was complete showed, and when its last page was served. */
export interface Walked {
  readonly comparison: KeyComparison;
  readonly servedAt: Date;
}

export interface Walking {
  readonly sweep: ChainSweep;
  readonly portion: SweepPortion;
  /** The keys that the table holds of the portion. */
  readonly held: readonly HeldKey[];
}

/** Whether a walk reads headers only, and whether it lands what the table lacks or holds otherwise. */
export interface WalkWish {
  readonly keysOnly: boolean;
  readonly lands: boolean;
}

/** Walks one portion whole, from its beginning again where the data moved meanwhile. */
export async function walkPortion(
  walking: Walking,
  wish: WalkWish,
  doors: Doors,
  signal?: AbortSignal,
): Promise<Walked> {
  const pass = passOf(walking, wish);
  for (let walk = 1; ; walk++) {
    try {
      return await walkOnce(walking, {pass, lands: wish.lands}, doors, signal);
    } catch (thrown) {
      const error = asSyncError(thrown);
      if (error.kind !== 'incomplete' || walk === walksMax || signal?.aborted) throw error;
      const what = `sweep ${pass.company.id} ${pass.resource.name}`;
      doors.events({event: 'retry', what, kind: error.kind, attempt: walk, delayMs: 0});
    }
  }
}

async function walkOnce(
  {sweep, held}: Walking,
  {pass, lands}: {pass: Pass; lands: boolean},
  doors: Doors,
  signal?: AbortSignal,
): Promise<Walked> {
  const comparison = new KeyComparison(pass.resource, held, pass.previous?.cursor.nextSince);
  let servedAt = doors.clock.now();
  for await (const page of doors.source.read(pass, signal)) {
    servedAt = page.servedAt;
    const own = page.records.filter(record => isOwn(record, pass));
    const news = own.map(record => ({record, verdict: comparison.take(record)}));
    const of = (wanted: Comparison): JsonObject[] =>
      news.filter(({verdict}) => verdict === wanted).map(({record}) => record);
    // A list of headers does not show what there is to compare.
    const changed = lands ? await sweep.changedAmong(of('differing'), signal) : of('differing');
    for (const record of changed) comparison.confirm(record);
    const records = [...of('lacking'), ...changed];
    if (lands && records.length > 0) await sweep.land({...page, records}, signal);
    tellPage(pass, {page, seen: comparison.shown}, doors);
  }
  return {comparison, servedAt};
}

/**
 * What finds records without a period is a status, which others may bear that have one: they belong to their period.
 */
function isOwn(record: JsonObject, {resource, portion}: Pass): boolean {
  if (portion?.kind !== 'without period') return true;
  const column = resource.table.schema.fields.find(({name}) => name === resource.periods?.column);
  const period = column && unwrapped(valueAt(record, pathOf(column)));
  return period === undefined || period === null || period === '';
}

/** The list with its full query, all that there is: no window. */
function passOf({sweep, portion}: Walking, {keysOnly}: WalkWish): Pass {
  const asked = portionAsked(portion);
  return {...sweep.pass, ...(asked && {portion: asked}), ...(keysOnly && {keysOnly})};
}

function tellPage(pass: Pass, {page, seen}: {page: Page; seen: number}, doors: Doors): void {
  const {company, resource, slice} = pass;
  const {records, number, total} = page;
  const place = {company: company.id, resource: resource.name, slice};
  doors.events({
    event: 'page read',
    ...place,
    page: number,
    records: records.length,
    seen,
    ...(total !== undefined && {total}),
  });
}
