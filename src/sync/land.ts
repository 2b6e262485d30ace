import {asSyncError, SyncError} from '../base/errors.ts';
import type {Manifest, PassCounts} from '../model/load.ts';
import type {Page, Pass} from '../model/pass.ts';
import type {Doors} from './doors.ts';
import {Load} from './load.ts';

/** How often a pass is walked before it is left to the next run. */
const walksMax = 3;

export interface Landed {
  /** *landed*: sealed in the volume. *quiet*: nothing new, nothing put. *empty*: there is nothing, and was nothing. */
  readonly outcome: 'landed' | 'quiet' | 'empty';
  readonly counts: PassCounts;
  readonly manifest?: Manifest;
  /** Records stamped in the future: kept, and the watermark did not follow them. */
  readonly stampedAhead: number;
  /** Records and items of lines that were refused: control.reject has them, with why. */
  readonly rejected: number;
}

/**
 * Reads one pass and lands it. A walk during which the data moved is thrown away and walked again; what would not
 * hold still three times, or is truly no key, is handed up.
 */
export async function land(pass: Pass, doors: Doors, signal?: AbortSignal): Promise<Landed> {
  for (let walk = 1; ; walk++) {
    const {company, resource, slice, since} = pass;
    doors.events({
      event: 'pass started',
      company: company.id,
      resource: resource.name,
      slice,
      walk,
      ...(since && {since}),
    });
    const load = Load.begin(pass, doors);
    try {
      return await walkOnce(pass, load, doors, signal);
    } catch (thrown) {
      await load.discard();
      const error = asSyncError(thrown);
      const movedOnly = error.kind === 'incomplete' || error.kind === 'key';
      if (!movedOnly || walk === walksMax || signal?.aborted) throw error;
      const what = `pass ${company.id} ${resource.name}`;
      doors.events({event: 'retry', what, kind: error.kind, attempt: walk, delayMs: 0});
    }
  }
}

async function walkOnce(pass: Pass, load: Load, doors: Doors, signal?: AbortSignal): Promise<Landed> {
  let pages = 0;
  for await (const page of doors.source.read(pass, signal)) {
    await load.add(page, signal);
    tellPage(pass, {page, pages: ++pages, seen: load.counts.read}, doors);
  }
  const {counts, stampedAhead, rejected} = load;
  const told = {counts, stampedAhead, rejected};
  if (load.isEmpty && mayBeLost(pass)) throw lostRight(pass);
  if (load.isEmpty && !pass.previous) return {outcome: 'empty', ...told};
  if (load.endedAsLastTime) {
    await load.discard();
    return {outcome: 'quiet', ...told};
  }
  return {outcome: 'landed', ...told, manifest: await load.seal(signal)};
}

/** `200 []` may be a lost right: where a whole list was held, an empty one proves nothing. */
const mayBeLost = ({previous, resource, since}: Pass): boolean =>
  (resource.reading.kind === 'snapshot' || since === undefined) && (previous?.cursor.tailRows ?? 0) > 0;

const lostRight = ({company, resource, previous}: Pass): SyncError =>
  new SyncError('incomplete', `the list of ${resource.name} came back empty where it held rows, at ${company.id}`, {
    hint: 'An empty list may mean that a right or a licence was lost. Nothing was marked; check the integration.',
    facts: {company: company.id, resource: resource.name, rows: previous?.cursor.tailRows},
  });

function tellPage(pass: Pass, read: {page: Page; pages: number; seen: number}, doors: Doors): void {
  const {company, resource, slice} = pass;
  const {records, total} = read.page;
  doors.events({
    event: 'page read',
    company: company.id,
    resource: resource.name,
    slice,
    page: read.pages,
    records: records.length,
    seen: read.seen,
    ...(total !== undefined && {total}),
  });
}
