import {asSyncError, type SyncError} from '../../base/errors.ts';
import type {Manifest, PassCounts} from '../../model/load.ts';
import type {Page, Pass} from '../../model/pass.ts';
import type {Doors} from '../doors.ts';
import type {Suspects} from './contradictions.ts';
import {beginFirst, readFirst, startOver} from './first-load.ts';
import {Load} from './load.ts';
import type {Oddities} from './oddities.ts';
import {sieveOf} from './restamps.ts';
import {SecondLook} from './second-look.ts';
import {lostRight, movedKinds, tellPage, walkAgain} from './walking.ts';

export interface Landed {
  /**
   * *landed*: sealed in the volume. *quiet*: nothing new, nothing put. *empty*: there is nothing, and was nothing.
   * *partial*: a first load that was stopped; its stretches are sealed, and the error says why.
   */
  readonly outcome: 'landed' | 'quiet' | 'empty' | 'partial';
  readonly counts: PassCounts;
  /** In order; several where a long first load was sealed in stretches. */
  readonly manifests: readonly Manifest[];
  readonly odd: Oddities;
  /** Beside *landed* and *quiet*: what is wrong with records that were refused. */
  readonly error?: SyncError;
}

/**
 * Reads one pass and lands it. A walk during which the data moved is thrown away and walked again; what would not
 * hold still three times, or is truly no key, is handed up.
 */
export async function land(pass: Pass, doors: Doors, signal?: AbortSignal): Promise<Landed> {
  if (readsAll(pass)) return landFirst(pass, doors, signal);
  const suspects: Suspects = new Set();
  return persist(pass, doors, signal, async () => {
    const load = Load.begin(pass, doors, suspects);
    try {
      return await walkOnce(pass, load, doors, signal);
    } catch (thrown) {
      await load.discard();
      throw thrown;
    }
  });
}

/** Everything of a list that is otherwise read by its changes: it may be long. */
const readsAll = ({kind, resource, since}: Pass): boolean =>
  resource.reading.kind === 'delta' && (kind === 'first' || (kind === 'resync' && since === undefined));

function persist(
  pass: Pass,
  doors: Doors,
  signal: AbortSignal | undefined,
  walkOnce: () => Promise<Landed>,
): Promise<Landed> {
  const what = `pass ${pass.company.id} ${pass.resource.name}`;
  return walkAgain({what, moved: movedKinds, doors, signal}, walk => {
    tellStart(pass, walk, doors);
    return walkOnce();
  });
}

/** A first load may be sealed in stretches: what is sealed stays, whatever ends it. */
async function landFirst(pass: Pass, doors: Doors, signal?: AbortSignal): Promise<Landed> {
  const stretches = await beginFirst(pass, doors, signal);
  let pages = 0;
  const onPage = (page: Page): void => tellPage(pass, {page, pages: ++pages, seen: stretches.counts.read}, doors);
  const first = {stretches, doors, onPage};
  const told = (): Omit<Landed, 'outcome'> => {
    const {manifests, counts, odd, keyProblem: error} = stretches;
    return {manifests, counts, odd, ...(error && {error})};
  };
  try {
    return await persist(pass, doors, signal, async () => {
      try {
        await readFirst(first, signal);
      } catch (thrown) {
        await startOver(first);
        throw thrown;
      }
      if (stretches.manifests.length === 0) doubtEmpty(pass);
      return {...told(), outcome: stretches.manifests.length > 0 ? 'landed' : 'empty'};
    });
  } catch (thrown) {
    if (stretches.manifests.length === 0) throw thrown;
    return {...told(), outcome: 'partial', error: asSyncError(thrown)};
  }
}

async function walkOnce(pass: Pass, load: Load, doors: Doors, signal?: AbortSignal): Promise<Landed> {
  let pages = 0;
  const secondLook = new SecondLook(pass);
  for await (const page of doors.source.read(pass, signal)) {
    secondLook.see(page);
    if (++pages === 1) load.siftBy(await sieveOf(pass, page, doors, signal));
    await load.add(page, signal);
    tellPage(pass, {page, pages, seen: load.counts.read}, doors);
  }
  load.endReading();
  const {counts, odd, keyProblem: error} = load;
  const told = {counts, odd, manifests: [], ...(error && {error})};
  if (load.isEmpty) doubtEmpty(pass);
  if (load.isEmpty && !pass.previous) return {...told, outcome: 'empty'};
  if (load.endedAsLastTime) {
    await load.discard();
    return {...told, outcome: 'quiet'};
  }
  await secondLook.confirm(doors, signal);
  return {...told, outcome: 'landed', manifests: [await load.seal({}, signal)]};
}

/** Where a whole list was held, an empty one proves nothing; of an empty delta the source has judged already. */
function doubtEmpty(pass: Pass): void {
  const isWhole = pass.resource.reading.kind === 'snapshot' || pass.since === undefined;
  const rows = pass.previous?.cursor.tailRows ?? 0;
  if (isWhole && rows > 0) throw lostRight(pass, rows);
}

function tellStart({company, resource, slice, since}: Pass, walk: number, doors: Doors): void {
  doors.events({
    event: 'pass started',
    company: company.id,
    resource: resource.name,
    slice,
    walk,
    ...(since && {since}),
  });
}
