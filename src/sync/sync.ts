/**
 * The run itself, as policy over ports: recover what a dead run left, read every company and resource, commit what
 * landed, settle the checkpoints, prune. The room promises the order of these and what follows from a failure; it
 * knows no HTTP and no SQL.
 */
import {SyncError} from '../base/errors.ts';
import type {JsonObject} from '../base/exact-json.ts';
import type {Events} from '../model/events.ts';
import type {Lease} from '../model/lease.ts';
import {type Checkpoint, heldByStretches} from '../model/load.ts';
import {companyId, type RunId, resourceName, wholeResource} from '../model/names.ts';
import type {Company} from '../model/pass.ts';
import type {CompanyResource, Pending, PrivacyChange} from '../model/ports.ts';
import {tablesOf} from '../model/resource.ts';
import {chainKey, chainsOf, tipsOf} from './chains.ts';
import {type CommitEnd, commit as commitWaiting} from './commit.ts';
import type {Doors, Scope} from './doors.ts';
import type {Acceptance} from './guard.ts';
import {awaitLease} from './lease.ts';
import {type ReadEnd, readAll} from './passes.ts';
import {changedRules, tellUnsalted, withRows} from './privacy.ts';
import {type Recommitted, resyncAll} from './resync.ts';
import type {ResyncOrder} from './resync-order.ts';
import {underRules, withoutWindows} from './rules.ts';
import {type SweepEnd, type Sweeping, sweepAll} from './sweep.ts';
import type {Ending} from './verdict.ts';

export type {Doors, Scope, Settings} from './doors.ts';
export {resyncOrder} from './resync-order.ts';
export {lastSwept, standingOf} from './standing.ts';
export {Tally} from './tally.ts';
export {exitCodeOf} from './verdict.ts';

export interface RunEnd extends Ending {
  /** What a command that looks has found, as rows of one table. */
  readonly details?: readonly JsonObject[];
}

export interface Run {
  readonly runId: RunId;
  readonly scope: Scope;
}

/** The whole job: recover, read, commit, settle, prune. */
export async function sync(run: Run, doors: Doors, signal?: AbortSignal): Promise<RunEnd> {
  const opened = await open(run, doors, signal);
  let held = await readHeld(opened.run, doors, signal);
  const waiting = held.pending.loads.length > 0 || withRows(held.changes, held.checkpoints).length > 0;
  const recovered = waiting ? await commitIfOurs(opened.run, {accepts: nobody, doors}, signal) : nothingCommitted;
  if (waiting) held = await readHeld(opened.run, doors, signal);
  const read = await readAll({...opened.run, tips: tipsIn(held, opened.run, doors)}, doors, signal);
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
  const tips = tipsIn(await readHeld(opened.run, doors, signal), opened.run, doors);
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

/** Compares whole lists with the tables, reads what they lack, marks what is proved gone, and commits by itself. */
export async function sweep(run: Run, doors: Doors, signal?: AbortSignal): Promise<RunEnd> {
  const opened = await open(run, doors, signal);
  const recovered = await commitIfOurs(opened.run, {accepts: nobody, doors}, signal);
  const swept = await sweepWhatIsDue(opened.run, {due: 'by hand', doors}, signal);
  return {
    errors: [...opened.errors, ...swept.errors],
    // What recovery met is met again by a commit that follows it.
    commitErrors: swept.commitErrors ?? recovered.errors,
    anythingDone: swept.completed + recovered.settled > 0,
    details: swept.details,
  };
}

/** A step of a scheduled run, after its commit: sweeps what was last read whole longer ago than the interval. */
export function sweepDue(run: Run, doors: Doors, signal?: AbortSignal): Promise<DueSwept> {
  return sweepWhatIsDue(run, {due: 'by schedule', doors}, signal);
}

/** Reads lists again on purpose, commits them one by one, and records who asked for it, why, and what differed. */
export async function resync(
  {order, ...run}: Run & {readonly order: ResyncOrder},
  doors: Doors,
  signal?: AbortSignal,
): Promise<RunEnd> {
  const opened = await open(run, doors, signal);
  const recovered = await commitIfOurs(opened.run, {accepts: nobody, doors}, signal);
  const tips = async (): Promise<ReadonlyMap<string, Checkpoint>> =>
    tipsIn(await readHeld(opened.run, doors, signal), opened.run, doors);
  const commit = (of: CompanyResource): Promise<Recommitted> => commitCounted(opened.run, of, doors, signal);
  const {errors, commitErrors, done} = await resyncAll({...opened.run, order, tips, commit}, doors, signal);
  return {
    errors: [...opened.errors, ...errors],
    commitErrors: [...recovered.errors, ...commitErrors],
    anythingDone: done + recovered.settled > 0,
  };
}

/** Commits what waits of one company's resource, and counts the rows that were written. */
async function commitCounted(
  run: Run,
  {company, resource}: CompanyResource,
  doors: Doors,
  signal?: AbortSignal,
): Promise<Recommitted> {
  let rows = 0;
  const events: Events = event => {
    if (event.event === 'table committed') rows += event.inserted + event.updated;
    doors.events(event);
  };
  const scope = {companies: [company], resources: [resource], narrowed: true};
  const {ours, errors} = await commitIfOurs({...run, scope}, {accepts: nobody, doors: {...doors, events}}, signal);
  return {ours, errors, rows};
}

/** What a sweep came to, and its last commit where there was one. */
type DueSwept = SweepEnd & {readonly commitErrors?: readonly SyncError[]};

async function sweepWhatIsDue(
  run: Run,
  {due, doors}: {due: Sweeping['due']; doors: Doors},
  signal?: AbortSignal,
): Promise<DueSwept> {
  const held = await readHeld(run, doors, signal);
  const newest = tipsIn(held, run, doors);
  // What has never been settled, or is held under other privacy rules, is not in the tables as it would be read.
  const changed = new Set(held.changes.map(({resource}) => resource.name));
  const known = held.checkpoints.filter(({cursor, resource}) => !cursor.resume && !changed.has(resource));
  const settled = new Set(known.map(chainKey));
  const tips = new Map([...newest].filter(([key]) => settled.has(key)));
  let last: OwnEnd | undefined;
  const commit = async (): Promise<void> => {
    last = await commitIfOurs(run, {accepts: nobody, doors}, signal);
  };
  const swept = await sweepAll({...run, tips, due, commit}, doors, signal);
  return {...swept, ...(last && {commitErrors: last.errors})};
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
  tellUnsalted(scope.resources, doors);
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
  /** Privacy rules that are other ones than the rows are held under. */
  readonly changes: readonly PrivacyChange[];
}

async function readHeld({scope}: Run, doors: Doors, signal?: AbortSignal): Promise<Held> {
  const checkpoints = await doors.warehouse.readCheckpoints(signal);
  const finished = await doors.warehouse.readFinishedLoads(signal);
  const pending = await doors.landing.pending(finished, signal);
  for (const {resource, loadId, reason} of pending.unusable) {
    doors.events({event: 'note', message: `a load of ${resource} can't be used: ${reason}`, facts: {load: loadId}});
  }
  return {checkpoints, pending, changes: await changedRules(scope.resources, doors, signal)};
}

/** Where rules changed everything is read, and what was landed under other ones is built on by nobody. */
function tipsIn(held: Held, {scope}: Run, {privacy}: Doors): ReadonlyMap<string, Checkpoint> {
  const checkpoints = withoutWindows(held.checkpoints, held.changes);
  const {own} = underRules(held.pending.loads, {resources: scope.resources, privacy});
  return tipsOf(checkpoints, chainsOf(own, checkpoints).chains);
}

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
    const held = heldByStretches(await doors.warehouse.readCheckpoints(signal));
    const finished = [...(await doors.warehouse.readFinishedLoads(signal))].filter(([load]) => !held.has(load));
    const removed = await doors.landing.prune(new Map(finished), signal);
    if (removed.length > 0) await doors.warehouse.pruneStaging(scope.resources.flatMap(tablesOf), removed, signal);
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    doors.events({event: 'note', message: 'old loads could not be removed; the next run tries again'});
  }
}
