/**
 * The run itself, as policy over ports: recover what a dead run left, read every company and resource, commit what
 * landed, settle the checkpoints, prune. A run that finds nothing new sends no statement. The room promises the order
 * of these and what follows from a failure; it knows no HTTP and no SQL.
 */
import type {SyncError} from '../base/errors.ts';
import {companyId, resourceName, wholeResource} from '../model/names.ts';
import {chainKey} from './chains.ts';
import type {Acceptance} from './commit/guard.ts';
import type {Doors} from './doors.ts';
import type {ReadEnd} from './land/passes.ts';
import {makeSure, type Read, readFrom} from './proof/assurance.ts';
import {type FirstLook, firstLook, withProof} from './proof/proof.ts';
import {showLineage} from './showing.ts';
import {stillLost} from './start/lost-rows.ts';
import {begin, fromTables, isWaiting, type Run, readHeld, type Start} from './start/start.ts';
import {sweepDue} from './sweep/run.ts';
import {commitIfOurs, mirrorIfFree, nothingCommitted, type OwnEnd} from './under-lease.ts';
import type {RunEnd} from './verdict.ts';

export type {Doors, Scope, Settings} from './doors.ts';
export {type CompanyPlan, type PlanEnd, plan} from './plan/plan.ts';
export {certify, type Witnessed} from './proof/certifying.ts';
export {reconcile, reconcilePart} from './proof/reconcile.ts';
export {withStanding} from './proof/standing.ts';
export {leaveRecord} from './recording.ts';
export {resyncOrder} from './resync/order.ts';
export {resync} from './resync/run.ts';
export {withTables} from './showing.ts';
export {lastSwept, standingOf} from './standing.ts';
export type {Run} from './start/start.ts';
export {sweep} from './sweep/run.ts';
export {Tally} from './tally.ts';
export {exitCodeOf, type RunEnd} from './verdict.ts';

/**
 * The whole job: begin, recover, read, make sure, commit, settle, follow with the ledger, mirror, prune; then prove
 * what was touched, and sweep what has grown old.
 */
export async function sync(run: Run, doors: Doors, signal?: AbortSignal): Promise<RunEnd> {
  const {start, recovered} = await recover(await begin(run, doors, signal), doors, signal);
  const read = await readFrom(start, doors, signal);
  const accepts = acceptedBy(read, doors);
  const again = read.landed.length > 0 || recovered.errors.some(error => isAccepted(error, accepts));
  if (!again) {
    // Nobody was woken where the mirror was believed; where it was not, the next run shall have one.
    if (start.from === 'mirror') return endOf({start, read, recovered, committed: nothingCommitted});
    const look = firstLook({start, read}, doors, signal);
    const holding = {accepts, doors, ...concluding(look)};
    const committed = recovered.ours ? nothingCommitted : await mirrorIfFree(start, holding, signal);
    const end = endOf({start, read, recovered, committed});
    return recovered.ours || committed.ours ? withRest(end, {start, read, look}, doors, signal) : end;
  }
  const sure = await makeSure({start, read}, doors, signal);
  const look = firstLook(sure, doors, signal);
  const holding = {accepts: acceptedBy(sure.read, doors), doors, ...concluding(look)};
  const committed = await commitIfOurs(sure.start, holding, signal);
  const end = endOf({...sure, recovered, committed});
  return committed.ours ? withRest(end, {...sure, look}, doors, signal) : end;
}

type Looked = Read & {readonly look: FirstLook | undefined};

const concluding = (look: FirstLook | undefined): Partial<Pick<FirstLook, 'conclude'>> =>
  look ? {conclude: look.conclude} : {};

/** Proves what was touched, then sweeps what has grown old. */
async function withRest(own: RunEnd, read: Looked, doors: Doors, signal?: AbortSignal): Promise<RunEnd> {
  const end = await withProof(own, read, doors, signal);
  const swept = await sweepDue(read.start, doors, signal);
  await showLineage(read.start.run, doors, signal);
  return {
    ...end,
    errors: [...end.errors, ...swept.errors],
    commitErrors: [...end.commitErrors, ...(swept.commitErrors ?? [])],
    anythingDone: end.anythingDone || swept.completed > 0,
  };
}

/** Reads and lands only: needs no lease and recovers nothing, so that many may read at once. */
export async function land(run: Run, doors: Doors, signal?: AbortSignal): Promise<RunEnd> {
  const start = await begin(run, doors, signal);
  const read = await readFrom(start, doors, signal);
  const sure = read.landed.length > 0 ? await makeSure({start, read}, doors, signal) : {start, read};
  return endOf({...sure, recovered: nothingCommitted, committed: nothingCommitted});
}

/** Commits what waits in the volume, without calling Visma. */
export async function commit(run: Run, doors: Doors, signal?: AbortSignal): Promise<RunEnd> {
  const start = await fromTables(run, doors, signal);
  const accepts: Acceptance = () => doors.settings.acceptDeletions;
  const committed = await commitIfOurs(start, {accepts, doors}, signal);
  if (committed.ours) await showLineage(start.run, doors, signal);
  const {errors, settled, standing} = committed;
  return {
    errors: start.errors,
    commitErrors: errors,
    anythingDone: settled.length > 0,
    ...(standing && {standing}),
  };
}

interface Recovered {
  readonly start: Start;
  readonly recovered: OwnEnd;
}

/** Commits what an earlier run has landed, before anything is read on top of it. */
async function recover(start: Start, doors: Doors, signal?: AbortSignal): Promise<Recovered> {
  if (!isWaiting(start)) return {start, recovered: nothingCommitted};
  const recovered = await commitIfOurs(start, {accepts: nobody, doors}, signal);
  const lost = stillLost(start.lost, recovered.settled);
  return {start: {...start, held: await readHeld(start.run, doors, signal), lost}, recovered};
}

/** What an earlier run held back may have come back since: nobody consents before the list has been read again. */
const nobody: Acceptance = () => false;

interface Ends extends Recovered {
  readonly read: ReadEnd;
  readonly committed: OwnEnd;
}

function endOf({start, read, recovered, committed}: Ends): RunEnd {
  const standing = committed.standing ?? recovered.standing ?? start.standing;
  return {
    errors: [...start.errors, ...read.errors],
    // What recovery met is met again by the commit that follows it.
    commitErrors: committed.ours ? committed.errors : recovered.errors,
    anythingDone: read.done.length + recovered.settled.length + committed.settled.length > 0,
    ...(standing && {standing}),
  };
}

/** With --accept-deletions, the lists that this run has read whole. */
function acceptedBy({done}: ReadEnd, {settings}: Doors): Acceptance {
  const keyOf = (list: Parameters<Acceptance>[0]): string => chainKey({...list, slice: wholeResource});
  const lists = new Set(done.map(keyOf));
  return list => settings.acceptDeletions && lists.has(keyOf(list));
}

function isAccepted({kind, facts}: SyncError, accepts: Acceptance): boolean {
  const {company, resource} = facts;
  if (kind !== 'guard' || typeof company !== 'string' || typeof resource !== 'string') return false;
  return accepts({companyId: companyId(company), resource: resourceName(resource)});
}
