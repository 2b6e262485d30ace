import {SyncError} from '../base/errors.ts';
import type {Lease} from '../model/lease.ts';
import type {Followed, LedgerStanding, StandingGap} from '../model/ledger.ts';
import {heldByStretches} from '../model/load.ts';
import {tablesOf} from '../model/resource.ts';
import {type CommitEnd, commit} from './commit/commit.ts';
import type {Acceptance} from './commit/guard.ts';
import type {Doors, Scope} from './doors.ts';
import {awaitLease} from './lease.ts';
import {behind, followTables, gapsWithin, shownWhole} from './ledger.ts';
import {mirrorTables} from './start/mirroring.ts';
import {formerMirror, type Run, type Start} from './start/start.ts';

/** What a commit came to, whether the lease was ours at all, and what was wrong with the ledger at its end. */
export type OwnEnd = CommitEnd & {readonly ours: boolean; readonly standing?: LedgerStanding};

export interface Holding {
  readonly accepts: Acceptance;
  readonly doors: Doors;
  /** What is concluded from the tables as they are now, and written under the same lease. */
  readonly conclude?: (lease: Lease, met: readonly SyncError[]) => Promise<void>;
  /** True if all lines of the ledger are compared with the tables, whatever has changed. */
  readonly comparesLedger?: boolean;
}

export const nothingCommitted: OwnEnd = {errors: [], settled: [], ours: false};

/** Commits under the lease; where another run holds it, what landed is left to that run and said. */
export async function commitIfOurs(start: Start, {doors, ...holding}: Holding, signal?: AbortSignal): Promise<OwnEnd> {
  const lease = await awaitLease(start.run.runId, doors, signal);
  if (lease) return hold(lease, start, {doors, ...holding}, signal);
  doors.events({event: 'note', message: 'another run holds the lease: it, or the next run, commits what has landed'});
  return nothingCommitted;
}

/**
 * Writes the mirror anew where nobody holds the lease, so that the next run need not read the tables; and takes along
 * what another run may have landed, which found the lease with us. Whoever holds it writes the mirror itself.
 */
export async function mirrorIfFree(start: Start, {doors, ...holding}: Holding, signal?: AbortSignal): Promise<OwnEnd> {
  const lease = await doors.warehouse.acquire(start.run.runId, signal);
  return lease ? hold(lease, start, {doors, ...holding}, signal) : nothingCommitted;
}

/** Takes the lease for a conclusion alone: nothing is committed. False if another run holds it. */
export async function concludeIfOurs(
  start: Start,
  {doors, ...concluding}: Pick<Holding, 'doors' | 'comparesLedger'> & {conclude: (lease: Lease) => Promise<void>},
  signal?: AbortSignal,
): Promise<OwnEnd> {
  const lease = await awaitLease(start.run.runId, doors, signal);
  if (!lease) return nothingCommitted;
  try {
    // If this run dies before it has mirrored what it concludes, the next one asks the tables.
    await mirrorTables({start, lease, settled: [], consumed: behind}, doors, signal);
    // It read no list that could tell what the figures lack: that is left to the runs which do.
    const end = {errors: [], settled: []};
    const {gaps: _, ...own} = await settled({lease, start, end, read: undefined}, {doors, ...concluding}, signal);
    return own;
  } finally {
    await giveBack(lease, doors);
  }
}

/** Commit, settle, follow with the ledger, conclude, mirror, prune; and mirror once more what pruning changed. */
async function hold(
  lease: Lease,
  start: Start,
  {accepts, doors, ...concluding}: Holding,
  signal?: AbortSignal,
): Promise<OwnEnd> {
  try {
    const end = await commit({...start.run, lease, accepts}, doors, signal);
    const read = start.run.scope;
    const {gaps, ...own} = await settled({lease, start, end, read}, {doors, ...concluding}, signal);
    return {...own, errors: [...own.errors, ...gapsWithin(gaps, read)]};
  } finally {
    await giveBack(lease, doors);
  }
}

interface Ending {
  readonly lease: Lease;
  readonly start: Start;
  readonly end: CommitEnd;
  /** What was read; undefined for a run that read no list that could tell what the figures lack. */
  readonly read: Scope | undefined;
}

async function settled(
  {lease, start, end, read}: Ending,
  {doors, conclude, comparesLedger = false}: Omit<Holding, 'accepts'>,
  signal?: AbortSignal,
): Promise<OwnEnd & Pick<Followed, 'gaps'>> {
  const whole = shownWhole(end.settled, start.held.checkpoints);
  const following = {lease, run: start.run, whole, comparesAll: comparesLedger};
  const followed = await followTables(following, doors, signal);
  const errors = [...end.errors, ...followed.errors];
  if (conclude && followed.errors.length === 0) await conclude(lease, errors);
  const gaps = await judged(followed.gaps, read, doors, signal);
  const standing = await standingNow(gaps, doors, signal);
  const known = standing && {standing};
  const mirroring = {start, lease, settled: end.settled, consumed: followed.consumed, ...known};
  const mirror = (): Promise<void> => mirrorTables(mirroring, doors, signal);
  await mirror();
  if (end.settled.length > 0 && (await prune(start.run, lease, doors, signal))) await mirror();
  return {...end, errors, gaps: followed.gaps, ours: true, ...known};
}

/**
 * What stands from now on of what the figures lack: what this run could judge, and what stood before and is still so.
 * Of the rest a run that reads the lists knows better.
 */
async function judged(
  gaps: readonly SyncError[],
  read: Scope | undefined,
  doors: Doors,
  signal?: AbortSignal,
): Promise<readonly SyncError[]> {
  const own = new Set(read && gapsWithin(gaps, read));
  if (own.size === gaps.length) return gaps;
  const before = (await formerMirror(doors, signal))?.standing?.gaps ?? [];
  const stood = (gap: SyncError): boolean =>
    before.some(({facts}) => ['company', 'lacking'].every(name => facts[name] === gap.facts[name]));
  return gaps.filter(gap => own.has(gap) || stood(gap));
}

/** Undefined if no ledger is configured, or if it can't be asked: then what was said last stays. */
async function standingNow(
  gaps: readonly SyncError[],
  {ledger}: Doors,
  signal?: AbortSignal,
): Promise<LedgerStanding | undefined> {
  try {
    const standing = await ledger?.standing(signal);
    return standing && {...standing, gaps: gaps.map(gapIn)};
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    return undefined;
  }
}

const gapIn = ({message, hint, facts}: SyncError): StandingGap => ({
  message,
  ...(hint !== undefined && {hint}),
  facts,
});

const releaseMs = 3000;

/** The lease runs out by itself: giving it back is not worth a long wait. */
async function giveBack(lease: Lease, {warehouse, clock}: Doors): Promise<void> {
  const [late, done] = [new AbortController(), new AbortController()];
  clock.sleep(releaseMs, done.signal).then(
    () => late.abort(new SyncError('cancelled', 'giving the lease back took too long')),
    () => undefined,
  );
  await warehouse.release(lease, late.signal).catch(() => undefined);
  done.abort();
}

/** Removes what is finished and old. Failing to is no failure of the run: the next one prunes again. */
async function prune({scope}: Run, lease: Lease, doors: Doors, signal?: AbortSignal): Promise<boolean> {
  try {
    await doors.warehouse.renew(lease, signal);
    const kept = heldByStretches(await doors.warehouse.readCheckpoints(signal));
    const finished = [...(await doors.warehouse.readFinishedLoads(signal))].filter(([load]) => !kept.has(load));
    const removed = await doors.landing.prune(scope.resources, new Map(finished), signal);
    if (removed.length > 0) await doors.warehouse.pruneStaging(scope.resources.flatMap(tablesOf), removed, signal);
    return removed.length > 0;
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    doors.events({event: 'note', message: 'old loads could not be removed; the next run tries again'});
    return false;
  }
}
