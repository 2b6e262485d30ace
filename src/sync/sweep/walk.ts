import {type JsonObject, unwrapped} from '../../base/exact-json.ts';
import {pathOf} from '../../model/column.ts';
import type {HeldKey} from '../../model/key-register.ts';
import type {Pass} from '../../model/pass.ts';
import {valueAt} from '../../model/record-id.ts';
import type {Doors} from '../doors.ts';
import {tellPage, walkAgain} from '../land/walking.ts';
import type {ChainSweep} from './chain.ts';
import {type Comparison, KeyComparison} from './key-comparison.ts';
import {portionAsked, type SweepPortion} from './portions.ts';

/** What a walk that was complete showed, and when its last page was served. */
export interface Walked {
  readonly comparison: KeyComparison;
  readonly servedAt: Date;
  /** The list says that there is more than it shows. */
  readonly disputed: boolean;
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
  const what = `sweep ${pass.company.id} ${pass.resource.name}`;
  return walkAgain({what, moved: ['incomplete'], doors, signal}, () =>
    walkOnce(walking, {pass, lands: wish.lands}, doors, signal),
  );
}

async function walkOnce(
  {sweep, held}: Walking,
  {pass, lands}: {pass: Pass; lands: boolean},
  doors: Doors,
  signal?: AbortSignal,
): Promise<Walked> {
  const comparison = new KeyComparison(pass.resource, held, pass.previous?.cursor.nextSince);
  let servedAt = doors.clock.now();
  let disputed = false;
  for await (const page of doors.source.read(pass, signal)) {
    servedAt = page.servedAt;
    disputed ||= page.disputed === true;
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
  return {comparison, servedAt, disputed};
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
