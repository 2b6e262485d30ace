import {asSyncError, type SyncError} from '../base/errors.ts';
import type {Lease} from '../model/lease.ts';
import type {Manifest, SetAside} from '../model/load.ts';
import type {ResourceName, RunId} from '../model/names.ts';
import type {Resource} from '../model/resource.ts';
import {chainsOf} from './chains.ts';
import type {Doors, Scope} from './doors.ts';
import {commitFamily, type FamilyEnd} from './family.ts';

export interface Committing {
  readonly runId: RunId;
  readonly lease: Lease;
  readonly scope: Scope;
}

export interface CommitEnd {
  readonly errors: readonly SyncError[];
  /** Loads whose checkpoint has moved. */
  readonly settled: number;
}

/**
 * Commits what waits in the volume: per resource over all companies, then all checkpoints at once. A resource that
 * fails keeps its loads waiting and stops no other; a lost lease stops everything.
 */
export async function commit(committing: Committing, doors: Doors, signal?: AbortSignal): Promise<CommitEnd> {
  const {scope, lease, runId} = committing;
  const {landing, warehouse} = doors;
  const pending = await landing.pending(await warehouse.readFinishedLoads(signal), signal);
  const inScope = withinScope(pending.loads, scope);
  if (inScope.length === 0) return {errors: [], settled: 0};

  const {chains, setAside} = chainsOf(inScope, await warehouse.readCheckpoints(signal));
  const settled: Manifest[] = [];
  const errors: SyncError[] = [];
  const aside: SetAside[] = [...setAside];
  for (const resource of scope.resources) {
    const loads = chains.flatMap(chain => chain.loads).filter(load => load.resource === resource.name);
    if (loads.length === 0) continue;
    const end = await tryFamily({resource, loads, lease}, doors, signal);
    settled.push(...end.settled);
    aside.push(...end.setAside);
    errors.push(...end.errors);
  }
  for (const {manifest, reason} of aside) doors.events({event: 'load set aside', load: manifest.loadId, reason});
  if (settled.length + aside.length > 0) {
    await warehouse.renew(lease, signal);
    await warehouse.settle({lease, runId, settled, setAside: aside}, signal);
  }
  return {errors, settled: settled.length};
}

/** Loads of other companies wait for their own run where the command line named companies. */
function withinScope(loads: readonly Manifest[], {companies, resources, narrowed}: Scope): readonly Manifest[] {
  const names = new Set<ResourceName>(resources.map(resource => resource.name));
  const ids = new Set(companies.map(company => company.id));
  return loads.filter(load => names.has(load.resource) && (!narrowed || ids.has(load.companyId)));
}

interface FamilyLoads {
  readonly resource: Resource;
  readonly loads: readonly Manifest[];
  readonly lease: Lease;
}

async function tryFamily(family: FamilyLoads, doors: Doors, signal?: AbortSignal): Promise<FamilyEnd> {
  try {
    return await commitFamily(family, doors, signal);
  } catch (thrown) {
    const error = asSyncError(thrown);
    if (error.kind === 'lease' || error.kind === 'cancelled' || signal?.aborted) throw error;
    return {settled: [], setAside: [], errors: [error]};
  }
}
