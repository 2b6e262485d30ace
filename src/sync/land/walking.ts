import {asSyncError, type ErrorKind, SyncError} from '../../base/errors.ts';
import type {Page, Pass} from '../../model/pass.ts';
import type {Doors} from '../doors.ts';

/** How often a list is walked before it is left to the next run. */
const walksMax = 3;

/** What tells that the data moved while a list was walked: rows are lacking, or a key came twice with two contents. */
export const movedKinds: readonly ErrorKind[] = ['incomplete', 'key'];

interface Again {
  /** For the event of a retry. */
  readonly what: string;
  /** The kinds of error that say that the data moved. */
  readonly moved: readonly ErrorKind[];
  readonly doors: Doors;
  readonly signal: AbortSignal | undefined;
}

/**
 * Walks a list, from its beginning again where the data moved meanwhile; each walk is told its number, from 1. What
 * would not hold still three times, and every other error, is handed up.
 */
export async function walkAgain<T>(
  {what, moved, doors, signal}: Again,
  walkOnce: (walk: number) => Promise<T>,
): Promise<T> {
  for (let walk = 1; ; walk++) {
    try {
      return await walkOnce(walk);
    } catch (thrown) {
      const error = asSyncError(thrown);
      if (!moved.includes(error.kind) || walk === walksMax || signal?.aborted) throw error;
      doors.events({event: 'retry', what, kind: error.kind, attempt: walk, delayMs: 0});
    }
  }
}

/** Tells of a page: its number in the walk, by default the one it bears, and how many records the walk has seen. */
export function tellPage(
  {company, resource, slice}: Pass,
  {page, pages = page.number, seen}: {readonly page: Page; readonly pages?: number; readonly seen: number},
  doors: Doors,
): void {
  const {records, total, oddities} = page;
  if (oddities) return;
  doors.events({
    event: 'page read',
    company: company.id,
    resource: resource.name,
    slice,
    page: pages,
    records: records.length,
    seen,
    ...(total !== undefined && {total}),
  });
}

/** `200 []` may be a lost right: where rows are held, an empty list proves nothing. */
export const lostRight = ({company, resource, slice}: Pass, rows: number): SyncError =>
  new SyncError('incomplete', `the list of ${resource.name} came back empty where rows are held, at ${company.id}`, {
    hint: 'An empty list may mean that a right or a licence was lost. Nothing was marked; check the integration.',
    facts: {company: company.id, resource: resource.name, ...(slice !== '' && {slice}), rows},
  });
