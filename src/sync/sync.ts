/**
 * The run itself, as policy over ports: recover what a dead run left, read every company and resource, commit what
 * landed, settle the checkpoints, prune. The room promises the order of these and what follows from a failure; it
 * knows no HTTP and no SQL.
 */
import {SyncError} from '../base/errors.ts';
import type {Lease} from '../model/lease.ts';
import type {Checkpoint} from '../model/load.ts';
import {companyId, type RunId, resourceName, wholeResource} from '../model/names.ts';
import type {Company} from '../model/pass.ts';
import type {Pending} from '../model/ports.ts';
import {tablesOf} from '../model/resource.ts';
import {chainKey, chainsOf, tipsOf} from './chains.ts';
import {type CommitEnd, commit as commitWaiting} from './commit.ts';
import type {Doors, Scope} from './doors.ts';
import type {Acceptance} from './guard.ts';
import {awaitLease} from './lease.ts';
import {type ReadEnd, readAll} from './passes.ts';
import type {Ending} from './verdict.ts';

export type {Doors, Scope, Settings} from './doors.ts';
export {type CompanyPlan, type PlanEnd, plan} from './plan.ts';
export {Tally} from './tally.ts';
export {exitCodeOf} from './verdict.ts';

export type RunEnd = Ending;

export interface Run {
  readonly runId: RunId;
  readonly scope: Scope;
}

/** The whole job: recover, read, commit, settle, prune. */
export async function sync(run: Run, doors: Doors, signal?: AbortSignal): Promise<RunEnd> {
  const opened = await open(run, doors, signal);
  let held = await readHeld(doors, signal);
  const waiting = held.pending.loads.length > 0;
  const recovered = waiting ? await commitIfOurs(opened.run, {accepts: nobody, doors}, signal) : nothingCommitted;
  if (waiting) held = await readHeld(doors, signal);
  const read = await readAll({...opened.run, tips: tipsIn(held)}, doors, signal);
  const accepts = acceptedBy(read, doors);
  const again = read.landed.length > 0 || recovered.errors.some(error => isAccepted(error, accepts));
  const committed = again ? await commitIfOurs(opened.run, {accepts, doors}, signal) : nothingCommitted;
  const supersedes = again && committed.ours;
  return {
    errors: [...opened.errors, ...read.errors],
    // What recovery met is met again by the commit that follows it.
    commitErrors: supersedes ? committed.errors : recovered.errors,
    anythingDone: read.done.length + recovered.settled + committed.settled > 0,
  };
}

/** Reads and lands only: needs no lease and recovers nothing, so that many may read at once. */
export async function land(run: Run, doors: Doors, signal?: AbortSignal): Promise<RunEnd> {
  const opened = await open(run, doors, signal);
  const tips = tipsIn(await readHeld(doors, signal));
  const read = await readAll({...opened.run, tips}, doors, signal);
  return {errors: [...opened.errors, ...read.errors], commitErrors: [], anythingDone: read.done.length > 0};
}

/** Commits what waits in the volume, without calling Visma. */
export async function commit(run: Run, doors: Doors, signal?: AbortSignal): Promise<RunEnd> {
  const opened = await open(run, doors, signal);
  const accepts: Acceptance = () => doors.settings.acceptDeletions;
  const committed = await commitIfOurs(opened.run, {accepts, doors}, signal);
  return {errors: opened.errors, commitErrors: committed.errors, anythingDone: committed.settled > 0};
}

/** What a commit came to, and whether the lease was ours at all. */
type OwnEnd = CommitEnd & {readonly ours: boolean};

const nothingCommitted: OwnEnd = {errors: [], settled: 0, ours: false};

/** What an earlier run held back may have come back since: nobody consents before the list has been read again. */
const nobody: Acceptance = () => false;

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

/** Sees to the schemas, the control tables and the companies' identity; a company that changed its tenant stays out. */
async function open(run: Run, doors: Doors, signal?: AbortSignal): Promise<{run: Run; errors: SyncError[]}> {
  await doors.warehouse.open(signal);
  await doors.ensureVolume(signal);
  const {companies} = run.scope;
  const strangers = new Set(await doors.warehouse.bindCompanies(companies, signal));
  const scope = {...run.scope, companies: companies.filter(company => !strangers.has(company))};
  return {run: {...run, scope}, errors: [...strangers].map(otherTenant)};
}

const otherTenant = ({id, tenantId}: Company): SyncError =>
  new SyncError('identity', `the company ${id} was loaded with another tenant, or its tenant under another id`, {
    facts: {company: id, tenant: tenantId},
  });

/** What earlier runs left: the checkpoints, and the loads that wait in the volume. */
interface Held {
  readonly checkpoints: readonly Checkpoint[];
  readonly pending: Pending;
}

async function readHeld(doors: Doors, signal?: AbortSignal): Promise<Held> {
  const checkpoints = await doors.warehouse.readCheckpoints(signal);
  const finished = await doors.warehouse.readFinishedLoads(signal);
  const pending = await doors.landing.pending(finished, signal);
  for (const {resource, loadId, reason} of pending.unusable) {
    doors.events({event: 'note', message: `a load of ${resource} can't be used: ${reason}`, facts: {load: loadId}});
  }
  return {checkpoints, pending};
}

const tipsIn = ({checkpoints, pending}: Held): ReadonlyMap<string, Checkpoint> =>
  tipsOf(checkpoints, chainsOf(pending.loads, checkpoints).chains);

/** Commits under the lease; where another run holds it, what landed is left to that run and said. */
async function commitIfOurs(
  run: Run,
  {accepts, doors}: {accepts: Acceptance; doors: Doors},
  signal?: AbortSignal,
): Promise<OwnEnd> {
  const lease = await awaitLease(run.runId, doors, signal);
  if (!lease) {
    doors.events({event: 'note', message: 'another run holds the lease: it, or the next run, commits what has landed'});
    return nothingCommitted;
  }
  try {
    const end = await commitWaiting({...run, lease, accepts}, doors, signal);
    if (end.settled > 0) await prune(run, lease, doors, signal);
    return {...end, ours: true};
  } finally {
    await giveBack(lease, doors);
  }
}

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
async function prune({scope}: Run, lease: Lease, doors: Doors, signal?: AbortSignal): Promise<void> {
  try {
    await doors.warehouse.renew(lease, signal);
    const removed = await doors.landing.prune(await doors.warehouse.readFinishedLoads(signal), signal);
    if (removed.length > 0) await doors.warehouse.pruneStaging(scope.resources.flatMap(tablesOf), removed, signal);
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    doors.events({event: 'note', message: 'old loads could not be removed; the next run tries again'});
  }
}
