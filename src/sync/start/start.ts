import {SyncError} from '../../base/errors.ts';
import type {LedgerStanding} from '../../model/ledger.ts';
import type {Checkpoint} from '../../model/load.ts';
import type {LostChain, Mirror, MirrorFound} from '../../model/mirror.ts';
import type {RunId} from '../../model/names.ts';
import type {Company} from '../../model/pass.ts';
import type {Pending, PrivacyChange} from '../../model/ports.ts';
import {isSameTenant} from '../../model/tenant.ts';
import {chainsOf, tipsOf} from '../chains.ts';
import {withinScope} from '../commit/commit.ts';
import type {Doors, Scope} from '../doors.ts';
import {changedRules, tellUnsalted, withRows} from '../privacy.ts';
import {changesOf, underRules, withoutWindows} from '../rules.ts';
import {lostChains} from './lost-rows.ts';

export interface Run {
  readonly runId: RunId;
  readonly scope: Scope;
}

/** What earlier runs left: the checkpoints, and the loads that wait in the volume. */
export interface Held {
  readonly checkpoints: readonly Checkpoint[];
  readonly pending: Pending;
  /** Privacy rules that are other ones than the rows are held under. */
  readonly changes: readonly PrivacyChange[];
}

/** From where a run reads on, and who told it. */
export interface Start {
  /** Without the companies that belong to another tenant. */
  readonly run: Run;
  readonly errors: readonly SyncError[];
  readonly from: 'mirror' | 'tables';
  readonly held: Held;
  /** Whose rows are lost: they are read again whole. */
  readonly lost: readonly LostChain[];
  /** What the mirror says is wrong with the ledger; absent if the run did not begin from it. */
  readonly standing?: LedgerStanding;
}

/**
 * Begins at the mirror where it is believed and leaves nothing to do but to read; else at the tables, which costs the
 * first statement. Another run may write a newer mirror from now on, and settle what this one still sees waiting: that
 * is no harm. What this run began from was true once, so that a pass which is quiet from there is quiet still, and
 * what lands is checked against the tables before it is committed.
 */
export async function begin(run: Run, doors: Doors, signal?: AbortSignal): Promise<Start> {
  tellUnsalted(run.scope.resources, doors);
  const found = await readMirror(doors, signal);
  if (found.state === 'unusable') {
    doors.events({event: 'note', message: `the mirror of the tables is not believed: ${found.reason}`});
  }
  if (found.state === 'believed' && sufficesFor(run, found.mirror, doors)) {
    const start = await fromMirror(run, found.mirror, doors, signal);
    if (!isWaiting(start)) return start;
  }
  return fromTables(run, doors, signal);
}

/** A mirror that can't be read is one that is missing: that costs statements and nothing else. */
export async function readMirror({mirror}: Doors, signal?: AbortSignal): Promise<MirrorFound> {
  try {
    return await mirror.read(signal);
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    return {state: 'missing'};
  }
}

/** What the mirror knew when it was written, however old it is. */
export async function formerMirror(doors: Doors, signal?: AbortSignal): Promise<Mirror | undefined> {
  const found = await readMirror(doors, signal);
  return found.state === 'believed' || found.state === 'stale' ? found.mirror : undefined;
}

/** Whether it knows every company, and nothing waits for what only an awake warehouse can do. */
function sufficesFor(
  {scope}: Run,
  {companies, again, tables, consumed, mapping, standing}: Mirror,
  {ledger, settings}: Pick<Doors, 'ledger' | 'settings'>,
): boolean {
  const tenants = new Map(companies.map(({companyId, tenantId}) => [companyId, tenantId]));
  const knows = scope.companies.every(({id, tenantId}) => isSameTenant(tenants.get(id) ?? '', tenantId));
  const isBehind = ([table, commit]: [string, number]): boolean => commit < (tables[table] ?? 0);
  const isMapped = mapping === ledger?.fingerprint;
  // Consent to the going of a ledger is taken by an awake warehouse only.
  const isAsked = (standing?.ledgers ?? []).some(({finding}) => finding === 'vanished') && settings.acceptDeletions;
  return (
    knows && isMapped && !isAsked && inScope(again, scope).length === 0 && !Object.entries(consumed).some(isBehind)
  );
}

function inScope(lost: readonly LostChain[], {companies, resources}: Scope): readonly LostChain[] {
  const [ids, names] = [new Set(companies.map(({id}) => id)), new Set(resources.map(({name}) => name))];
  return lost.filter(({companyId, resource}) => ids.has(companyId) && names.has(resource));
}

const knownFrom = ({standing}: Mirror): Pick<Start, 'standing'> => (standing ? {standing} : {});

async function fromMirror(run: Run, mirror: Mirror, doors: Doors, signal?: AbortSignal): Promise<Start> {
  const {checkpoints} = mirror;
  const finished = new Map(mirror.finished.map(({loadId, finishedAt}) => [loadId, new Date(finishedAt)]));
  const pending = await doors.landing.pending(finished, signal);
  const changes = changesOf(run.scope.resources, {privacy: doors.privacy, held: mirror.privacy});
  const start: Start = {
    run,
    errors: [],
    from: 'mirror',
    held: {checkpoints, pending, changes},
    lost: [],
    ...knownFrom(mirror),
  };
  if (!isWaiting(start)) tellUnusable(pending, doors);
  return start;
}

/** Sees to the schemas, the control tables and the companies' identity, and reads what the tables say. */
export async function fromTables(run: Run, doors: Doors, signal?: AbortSignal): Promise<Start> {
  const opened = await open(run, doors, signal);
  const held = await readHeld(opened.run, doors, signal);
  const lost = await findLost(opened.run, held.checkpoints, doors, signal);
  return {...opened, from: 'tables', held, lost};
}

export async function readHeld({scope}: Run, doors: Doors, signal?: AbortSignal): Promise<Held> {
  const checkpoints = await doors.warehouse.readCheckpoints(signal);
  reportStartsOver(checkpoints, doors);
  const pending = await doors.landing.pending(await doors.warehouse.readFinishedLoads(signal), signal);
  tellUnusable(pending, doors);
  return {checkpoints, pending, changes: await changedRules(scope.resources, doors, signal)};
}

/** One statement, and none where nothing was ever settled. */
async function findLost(
  {scope}: Run,
  checkpoints: readonly Checkpoint[],
  doors: Doors,
  signal?: AbortSignal,
): Promise<readonly LostChain[]> {
  const settled = new Set(checkpoints.map(({resource}) => resource));
  const resources = scope.resources.filter(({name}) => settled.has(name));
  if (resources.length === 0) return [];
  const former = await formerMirror(doors, signal);
  const states = await doors.warehouse.readTableStates(resources, signal);
  const lost = lostChains({resources, states, checkpoints, former});
  for (const name of new Set(inScope(lost, scope).map(({resource}) => resource))) {
    const message = `rows of ${name} are lost: a table is gone or older than it was; it is read again whole`;
    doors.events({event: 'note', message, facts: {resource: name}});
  }
  return lost;
}

/** A company that delivered rows of another tenant stays out. */
async function open(
  run: Run,
  doors: Doors,
  signal?: AbortSignal,
): Promise<{readonly run: Run; readonly errors: readonly SyncError[]}> {
  await doors.warehouse.open(signal);
  await doors.ensureVolume(signal);
  const {companies} = run.scope;
  const foreign = new Set(await doors.warehouse.foreignCompanies(companies, signal));
  const scope = {...run.scope, companies: companies.filter(company => !foreign.has(company))};
  return {run: {...run, scope}, errors: [...foreign].map(otherTenant)};
}

const otherTenant = ({id, tenantId}: Company): SyncError =>
  new SyncError('identity', `the company ${id} has delivered rows of another tenant, or its tenant under another id`, {
    facts: {company: id, tenant: tenantId},
  });

function tellUnusable({unusable}: Pending, {events}: Doors): void {
  for (const {resource, loadId, reason} of unusable) {
    events({event: 'note', message: `a load of ${resource} can't be used: ${reason}`, facts: {load: loadId}});
  }
}

function reportStartsOver(checkpoints: readonly Checkpoint[], {events}: Doors): void {
  for (const {companyId: company, resource, slice, startsOver} of checkpoints) {
    if (!startsOver) continue;
    const message = `the checkpoint of ${resource} does not say where its initial load goes on: it is read again whole`;
    events({event: 'note', message, facts: {column: 'resume', company, resource, ...(slice !== '' && {slice})}});
  }
}

/** Whether loads wait that this run would commit, or rows to be brought under other rules. */
export const isWaiting = ({held, run}: Pick<Start, 'held' | 'run'>): boolean =>
  withinScope(held.pending.loads, run.scope).length > 0 || withRows(held.changes, held.checkpoints).length > 0;

/**
 * Where the next pass of each chain begins. Where privacy rules changed everything is read, and what was landed under
 * other ones is built on by nobody.
 */
export function tipsIn(
  {held, run}: Pick<Start, 'held' | 'run'>,
  {privacy}: Pick<Doors, 'privacy'>,
): ReadonlyMap<string, Checkpoint> {
  const checkpoints = withoutWindows(held.checkpoints, held.changes);
  const {own} = underRules(held.pending.loads, {resources: run.scope.resources, privacy});
  return tipsOf(checkpoints, chainsOf(own, checkpoints).chains);
}
