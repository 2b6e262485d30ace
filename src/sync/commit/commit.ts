import {asSyncError, SyncError} from '../../base/errors.ts';
import type {Lease} from '../../model/lease.ts';
import type {Manifest, SetAside} from '../../model/load.ts';
import type {ResourceName, RunId} from '../../model/names.ts';
import {isSameTenant, tenantOf} from '../../model/tenant.ts';
import {chainsOf, movedAmong} from '../chains.ts';
import type {Doors, Scope} from '../doors.ts';
import {applyRules} from '../privacy.ts';
import {underRules} from '../rules.ts';
import {commitFamily, type Family, type FamilyEnd} from './family.ts';
import type {Acceptance} from './guard.ts';

export interface Committing {
  readonly runId: RunId;
  readonly lease: Lease;
  readonly scope: Scope;
  readonly accepts: Acceptance;
}

export interface CommitEnd {
  readonly errors: readonly SyncError[];
  /** Loads whose checkpoint this commit has moved. */
  readonly settled: readonly Manifest[];
}

/**
 * Commits what waits in the volume: per resource over all companies, then all checkpoints at once that did not move
 * with their rows. A resource that fails keeps its loads waiting and stops no other; a lost lease stops everything.
 */
export async function commit(committing: Committing, doors: Doors, signal?: AbortSignal): Promise<CommitEnd> {
  const {scope, lease, runId, accepts} = committing;
  const {landing, warehouse} = doors;
  const pending = await landing.pending(await warehouse.readFinishedLoads(signal), signal);
  const unruled = await applyRules({resources: scope.resources, pending, lease, runId}, doors, signal);
  const waits = new Set(unruled.map(({resource}) => resource));
  const errors: SyncError[] = unruled.map(({error}) => error);
  const inScope = withinScope(pending.loads, scope).filter(({resource}) => !waits.has(resource));
  if (inScope.length === 0) return {errors, settled: []};

  const checkpoints = await warehouse.readCheckpoints(signal);
  const {moved: unnoted, waiting} = movedAmong(inScope, checkpoints);
  const {own, foreign} = await byTenant({loads: waiting, scope, lease}, doors, signal);
  const ruled = underRules(own, {resources: scope.resources, privacy: doors.privacy});
  const {chains, setAside} = chainsOf(ruled.own, checkpoints);
  const settled: Manifest[] = [];
  const moved = new Set<Manifest>(unnoted);
  const aside: SetAside[] = [...setAside, ...foreign, ...ruled.others.map(underOthers)];
  for (const resource of scope.resources) {
    const loads = chains.flatMap(chain => chain.loads).filter(load => load.resource === resource.name);
    if (loads.length === 0) continue;
    const end = await tryFamily({resource, loads, lease, runId, accepts}, doors, signal);
    settled.push(...end.settled);
    if (end.moved) for (const load of end.settled) moved.add(load);
    aside.push(...end.setAside);
    errors.push(...end.errors, ...end.setAside.map(notTaken));
  }
  for (const {manifest, reason} of aside) doors.events({event: 'load set aside', load: manifest.loadId, reason});
  if (settled.length + unnoted.length + aside.length > 0) {
    await warehouse.renew(lease, signal);
    await warehouse.settle({lease, runId, settled: [...settled, ...unnoted], setAside: aside, moved}, signal);
    for (const load of settled) tellSettled(load, doors);
  }
  return {errors, settled};
}

function tellSettled(load: Manifest, {landing, events}: Pick<Doors, 'landing' | 'events'>): void {
  const {loadId, companyId: company, resource, slice, files} = load;
  const rows: Record<string, number> = {};
  for (const file of files) rows[file.table] = (rows[file.table] ?? 0) + file.rows;
  events({event: 'load settled', load: loadId, company, resource, slice, sha256: landing.digestOf(load), rows});
}

/** What landed could not be taken as it is: its rows are not in the tables before they have been read again. */
const notTaken = ({manifest, reason}: SetAside): SyncError =>
  new SyncError('incomplete', `a load of ${manifest.resource} of ${manifest.companyId} was set aside: ${reason}`, {
    hint: 'Nothing is lost: the next run reads its window again. Where it comes back, look at the volume.',
    facts: {company: manifest.companyId, resource: manifest.resource, load: manifest.loadId},
  });

const underOthers = (manifest: Manifest): SetAside => ({
  manifest,
  reason: 'it was landed under other privacy rules',
});

interface Delivering {
  readonly loads: readonly Manifest[];
  readonly scope: Scope;
  readonly lease: Lease;
}

/**
 * A company's id belongs to the tenant that delivers its first rows: here it is bound. Rows of another tenant are not
 * its books.
 */
async function byTenant(
  {loads, scope, lease}: Delivering,
  {warehouse}: Doors,
  signal?: AbortSignal,
): Promise<{readonly own: readonly Manifest[]; readonly foreign: readonly SetAside[]}> {
  const tenants = new Map(scope.companies.map(({id, tenantId}) => [id, tenantId]));
  const isConfigured = ({companyId, tenantId}: Manifest): boolean =>
    isSameTenant(tenants.get(companyId) ?? tenantId, tenantId);
  const configured = loads.filter(isConfigured);
  const pairs = Map.groupBy(configured, pairOf);
  const identities = [...pairs].flatMap(([key, [load]]) =>
    load ? [{key, id: load.companyId, tenantId: load.tenantId}] : [],
  );
  const refused = new Set((await warehouse.bindCompanies(identities, lease, signal)).map(({key}) => key));
  const own = configured.filter(load => !refused.has(pairOf(load)));
  const isOwn = new Set(own);
  const foreign = loads
    .filter(load => !isOwn.has(load))
    .map(manifest => ({manifest, reason: 'it was read of another tenant'}));
  return {own, foreign};
}

const pairOf = ({companyId, tenantId}: Manifest): string => JSON.stringify([companyId, tenantOf(tenantId)]);

/** Loads of other companies wait for their own run where the command line named companies. */
export function withinScope(loads: readonly Manifest[], {companies, resources, narrowed}: Scope): readonly Manifest[] {
  const names = new Set<ResourceName>(resources.map(resource => resource.name));
  const ids = new Set(companies.map(company => company.id));
  return loads.filter(load => names.has(load.resource) && (!narrowed || ids.has(load.companyId)));
}

async function tryFamily(family: Family, doors: Doors, signal?: AbortSignal): Promise<FamilyEnd> {
  try {
    return await commitFamily(family, doors, signal);
  } catch (thrown) {
    const error = asSyncError(thrown);
    if (error.kind === 'lease' || error.kind === 'cancelled' || signal?.aborted) throw error;
    return {settled: [], moved: false, setAside: [], errors: [error]};
  }
}
