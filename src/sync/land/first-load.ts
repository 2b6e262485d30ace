import {SyncError} from '../../base/errors.ts';
import {KeySet} from '../../base/key-set.ts';
import type {Resume} from '../../model/load.ts';
import type {Page, Pass, Portion} from '../../model/pass.ts';
import type {Doors} from '../doors.ts';
import {type Earlier, Stretches} from './stretches.ts';

type Next = Resume['next'];

/** Told of each page that was taken. */
type OnPage = (page: Page) => void;

export interface FirstLoad {
  readonly stretches: Stretches;
  readonly doors: Doors;
  readonly onPage: OnPage;
}

/** Begins a first reading, or goes on with one that an earlier run left, where its keys are still there. */
export async function beginFirst(pass: Pass, doors: Doors, signal?: AbortSignal): Promise<Stretches> {
  const resume = pass.previous?.cursor.resume;
  if (!resume) return new Stretches(pass, doors);
  const bytes = await doors.landing.readHeld({resource: pass.resource, loadId: resume.heldIn}, signal);
  const earlier: Earlier | undefined = bytes && {resume, held: KeySet.fromBytes(bytes), lines: resume.lines};
  if (earlier) return new Stretches(pass, doors, earlier);
  const {company, resource} = pass;
  const message = `the first load of ${resource.name} of ${company.id} begins anew: its keys are gone from the volume`;
  doors.events({event: 'note', message, facts: {company: company.id, resource: resource.name}});
  return new Stretches(pass, doors);
}

/**
 * Reads a list for the first time, as far as it is not read yet. A long one goes by financial period where the API has
 * that filter, and by page where not, a stretch at a time. It is done when the keys held are as many as the unfiltered
 * list counts; where they are not, the list is walked whole. What changed since the first request of all is read last,
 * so that the first delta begins before it, however long the load took.
 */
export async function readFirst(first: FirstLoad, signal?: AbortSignal): Promise<void> {
  const {stretches} = first;
  const {periods} = stretches.pass.resource;
  const resume = resumeOf(stretches);
  const goesByPeriod = resume ? 'periods' in resume.next : periods?.required === true;
  if (goesByPeriod || (await readPages(first, signal)) === 'too long') await readPeriods(first, signal);
  await finish(first, signal);
}

/** Nothing of the stretch that is open can be trusted: the next walk begins behind the newest one, or at page 1. */
export async function startOver({stretches}: FirstLoad): Promise<void> {
  await stretches.discard();
  const resume = resumeOf(stretches);
  if (!resume || 'page' in resume.next) stretches.forgetHeld();
}

/** The window is spent in the middle of a first load: the pages that came are kept, and the place to go on from. */
export async function keepOpen({stretches}: FirstLoad, next: Next | undefined, total: number): Promise<void> {
  if (next && stretches.pages > 0) await stretches.seal({next, total});
}

const resumeOf = ({pass}: Stretches): Resume | undefined => pass.previous?.cursor.resume;

/** Where a walk by pages begins: with the page that was read last, or earlier where the list has become shorter. */
function portionOf(stretches: Stretches, page: number | undefined): Portion | undefined {
  const resume = resumeOf(stretches);
  if (!resume || !('page' in resume.next) || stretches.held.size === 0) return undefined;
  const {size} = resume.next;
  return {kind: 'pages', page: page ?? resume.next.page, size, held: stretches.held};
}

async function readPages(first: FirstLoad, signal?: AbortSignal): Promise<'whole' | 'too long'> {
  let from: number | undefined;
  for (;;) {
    const end = await walkPages(first, from, signal);
    if (typeof end === 'string') return end;
    from = end.from;
  }
}

async function walkPages(
  first: FirstLoad,
  from: number | undefined,
  signal?: AbortSignal,
): Promise<'whole' | 'too long' | {readonly from: number}> {
  const {stretches, doors} = first;
  const portion = portionOf(stretches, from);
  let total = resumeOf(stretches)?.total ?? 0;
  // Not the page itself, whose records are to go before the next one is parsed.
  let last: (Pick<Page, 'number' | 'size'> & {readonly counted: boolean}) | undefined;
  try {
    for await (const page of doors.source.read({...stretches.pass, ...(portion && {portion})}, signal)) {
      if (!last && portion?.kind === 'pages') {
        const earlier = whereItMoved(page, {total, portion, from});
        if (earlier !== undefined) return {from: earlier};
      } else if (!last && goesByPeriod(page, first)) return 'too long';
      total = page.total ?? total;
      await take(page, first, signal);
      last = {number: page.number, size: page.size, counted: page.total !== undefined};
      if (mayCut(page, first)) await stretches.seal({next: {page: page.number, size: page.size}, total}, signal);
    }
    return 'whole';
  } catch (thrown) {
    const isSpent = thrown instanceof SyncError && thrown.kind === 'limited';
    const canGoOn = last?.counted && stretches.pass.resource.reading.paging !== 'lines';
    if (isSpent && last && canGoOn) await keepOpen(first, {page: last.number, size: last.size}, total);
    throw thrown;
  }
}

async function take(page: Page, {stretches, onPage}: FirstLoad, signal?: AbortSignal): Promise<void> {
  await stretches.add(page, signal);
  onPage(page);
}

/** Records were deleted since: what followed them moved forward, by as many places at most. */
function whereItMoved(
  page: Page,
  {total, portion, from}: {total: number; portion: Extract<Portion, {kind: 'pages'}>; from: number | undefined},
): number | undefined {
  const fell = total - (page.total ?? total);
  if (fell <= 0 || from !== undefined || portion.page === 1) return undefined;
  return Math.max(1, portion.page - Math.ceil(fell / portion.size));
}

const isLong = (page: Page, {doors}: FirstLoad): boolean =>
  !page.last && page.total !== undefined && page.total > doors.settings.stretchPages * page.size;

const goesByPeriod = (page: Page, first: FirstLoad): boolean =>
  first.stretches.pass.resource.periods !== undefined && isLong(page, first);

/** Pages of lines cut records in two and can't be gone on from; without a count nothing proves the rest. */
function mayCut(page: Page, {stretches, doors}: FirstLoad): boolean {
  if (page.last || page.total === undefined || stretches.pass.resource.reading.paging === 'lines') return false;
  return stretches.pages >= doors.settings.stretchPages;
}

async function readPeriods(first: FirstLoad, signal?: AbortSignal): Promise<void> {
  const {stretches, doors} = first;
  const {company, resource} = stretches.pass;
  const resume = resumeOf(stretches);
  const done = resume && 'periods' in resume.next ? [...resume.next.periods] : [];
  const total = resume?.total ?? 0;
  const known = new Set(done);
  const portions = (await doors.source.periods(company, signal)).map(({period}) => period);
  try {
    for (const period of portions.filter(each => !known.has(each))) {
      await readPortion(first, {kind: 'period', period}, signal);
      done.push(period);
      if (stretches.pages >= doors.settings.stretchPages)
        await stretches.seal({next: {periods: [...done]}, total}, signal);
    }
    if (resource.periods?.without) await readPortion(first, {kind: 'without period'}, signal);
    await proveCount(first, signal);
  } catch (thrown) {
    if (thrown instanceof SyncError && thrown.kind === 'limited') await keepOpen(first, {periods: done}, total);
    throw thrown;
  }
}

async function readPortion(first: FirstLoad, portion: Portion, signal?: AbortSignal): Promise<void> {
  const {stretches, doors} = first;
  for await (const page of doors.source.read({...stretches.pass, portion}, signal)) await take(page, first, signal);
}

/** A record may bear no period at all, or have come and gone meanwhile: only the whole list settles that. */
async function proveCount(first: FirstLoad, signal?: AbortSignal): Promise<void> {
  const {stretches, doors} = first;
  await readChanges(first, signal);
  const {total = 0, came} = await doors.source.count(stretches.pass, signal);
  if (stretches.counted === Math.max(total, came)) return;
  const {company, resource} = stretches.pass;
  const message = `the periods of ${resource.name} of ${company.id} do not add up to its list, which is walked whole`;
  const facts = {company: company.id, resource: resource.name, held: stretches.counted, total};
  doors.events({event: 'note', message, facts});
  for await (const page of doors.source.read(stretches.pass, signal)) await take(page, first, signal);
}

/** Reads what changed since the first request left. */
async function readChanges(first: FirstLoad, signal?: AbortSignal): Promise<void> {
  const {stretches, doors} = first;
  const since = stretches.changesSince;
  if (since === undefined) return;
  for await (const page of doors.source.read({...stretches.pass, kind: 'delta', since}, signal)) {
    await take(page, first, signal);
  }
}

async function finish(first: FirstLoad, signal?: AbortSignal): Promise<void> {
  const {stretches} = first;
  if (stretches.isOne && stretches.counts.read === 0) return;
  const since = stretches.isOne ? undefined : stretches.changesSince;
  if (since !== undefined) await readChanges(first, signal);
  await stretches.finish(since, signal);
}
