import {asSyncError, SyncError} from '../../base/errors.ts';
import type {Manifest} from '../../model/load.ts';
import type {Pass, Portion} from '../../model/pass.ts';
import type {CompanyResource} from '../../model/ports.ts';
import type {Doors} from '../doors.ts';
import type {Suspects} from '../land/contradictions.ts';
import {Load, type Sealing} from '../land/load.ts';
import {SecondLook} from '../land/second-look.ts';
import {lostRight, movedKinds, tellPage, walkAgain} from '../land/walking.ts';
import {periodsWithin, type ResyncPart} from './order.ts';

export interface ReadAgain {
  readonly read: number;
  /** Absent where nothing was there to be read. */
  readonly manifest?: Manifest;
}

interface Wanted {
  readonly part: ResyncPart;
  readonly portions: ReadonlyArray<Portion | undefined>;
}

/**
 * The portions that an order asks for, of one company's resource; one that is none where the list is read in one. What
 * only its periods give whole goes by them.
 * @throws SyncError `usage` where the company has no such periods
 */
export async function portionsAgain(
  {company, resource}: CompanyResource,
  part: ResyncPart,
  doors: Doors,
  signal?: AbortSignal,
): Promise<ReadonlyArray<Portion | undefined>> {
  if (part.kind === 'all' && resource.periods?.required === true) {
    return (await doors.source.periods(company, signal)).map(({period}) => ({kind: 'period', period}));
  }
  if (part.kind !== 'periods') return [undefined];
  const periods = periodsWithin(part, await doors.source.periods(company, signal));
  if (periods.length > 0) return periods.map(period => ({kind: 'period', period}));
  throw new SyncError('usage', `${company.id} has no financial period from ${part.from} to ${part.to}`, {
    facts: {company: company.id, from: part.from, to: part.to},
  });
}

/** Reads one pass again and lands it, however little is new in it; from its beginning where the data moved. */
export async function readAgain(
  pass: Pass,
  {part, portions}: Wanted,
  doors: Doors,
  signal?: AbortSignal,
): Promise<ReadAgain> {
  const place = {company: pass.company.id, resource: pass.resource.name, slice: pass.slice};
  const begunMs = doors.clock.monotonicMs();
  const seconds = (): number => (doors.clock.monotonicMs() - begunMs) / 1000;
  const ended = {event: 'pass ended', ...place} as const;
  try {
    const suspects: Suspects = new Set();
    const what = `resync ${place.company} ${place.resource}`;
    return await walkAgain({what, moved: movedKinds, doors, signal}, async walk => {
      doors.events({event: 'pass started', ...place, walk, ...(pass.since && {since: pass.since})});
      const load = Load.begin(pass, doors, suspects);
      try {
        const manifest = await walkOnce(load, {pass, part, portions}, doors, signal);
        const {counts} = load;
        const outcome = manifest ? 'landed' : 'empty';
        doors.events({...ended, outcome, counts, seconds: seconds(), load: load.id});
        load.odd.report({...place, isNews: true}, doors);
        return {read: counts.read, ...(manifest && {manifest})};
      } catch (thrown) {
        await load.discard();
        throw thrown;
      }
    });
  } catch (thrown) {
    const error = asSyncError(thrown);
    const outcome = error.exitCode === 3 ? 'partial' : 'failed';
    const counts = {read: 0, landed: 0, refused: 0, repeated: 0};
    doors.events({...ended, outcome, counts, seconds: seconds(), reason: error.message});
    throw error;
  }
}

/** A part of a list hands the window on as it was; a whole one leaves a window of its own. */
async function walkOnce(
  load: Load,
  {pass, part, portions}: Wanted & {readonly pass: Pass},
  doors: Doors,
  signal?: AbortSignal,
): Promise<Manifest | undefined> {
  const secondLook = new SecondLook(pass);
  for (const portion of portions) {
    for await (const page of doors.source.read({...pass, ...(portion && {portion})}, signal)) {
      secondLook.see(page);
      await load.add(page, signal);
      tellPage(pass, {page, seen: load.counts.read}, doors);
    }
  }
  const {previous} = pass;
  const isPart = part.kind !== 'all';
  if (load.isEmpty && (isPart || !previous)) return undefined;
  const held = previous?.cursor.rowsHeld ?? previous?.cursor.tailRows ?? 0;
  if (load.isEmpty && held > 0) throw lostRight(pass, held);
  const sealing: Sealing = isPart && previous ? {after: previous.loadId, cursorOf: () => previous.cursor} : {};
  if (!isPart) await secondLook.confirm(doors, signal);
  return load.seal(sealing, signal);
}
