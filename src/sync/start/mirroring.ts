import type {TableState} from '../../model/key-register.ts';
import type {Lease} from '../../model/lease.ts';
import type {LedgerStanding} from '../../model/ledger.ts';
import type {Manifest} from '../../model/load.ts';
import type {BoundCompany, Mirror} from '../../model/mirror.ts';
import type {Doors} from '../doors.ts';
import {lostChains, stillLost} from './lost-rows.ts';
import {formerMirror, type Start} from './start.ts';

export interface Mirroring {
  readonly start: Start;
  /** The mirror is written under the lease alone: what it takes over from the former one can't change meanwhile. */
  readonly lease: Lease;
  /** What has been settled under this lease. */
  readonly settled: readonly Manifest[];
  /** How far the ledger has come with the tables. */
  readonly consumed: Mirror['consumed'];
  /** What is wrong with the ledger now; absent if it could not be asked. */
  readonly standing?: LedgerStanding;
}

/** Writes down what the tables say now. Failing to is no failure of the run: the next one reads the tables. */
export async function mirrorTables(mirroring: Mirroring, doors: Doors, signal?: AbortSignal): Promise<void> {
  try {
    await doors.warehouse.renew(mirroring.lease, signal);
    await doors.mirror.write(await mirrorOf(mirroring, doors, signal), signal);
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    doors.events({event: 'note', message: 'the mirror of the tables could not be written; the next run reads them'});
  }
}

async function mirrorOf(
  {start, lease, settled, consumed, standing}: Mirroring,
  doors: Doors,
  signal?: AbortSignal,
): Promise<Omit<Mirror, 'writtenAt'>> {
  const {warehouse, ledger} = doors;
  const {scope, runId} = start.run;
  const former = await formerMirror(doors, signal);
  const checkpoints = await warehouse.readCheckpoints(signal);
  const finished = await warehouse.readFinishedLoads(signal);
  const read = new Set(checkpoints.map(({resource}) => resource));
  const resources = scope.resources.filter(({name}) => read.has(name));
  const states = resources.length > 0 ? await warehouse.readTableStates(resources, signal) : [];
  // Lost since this run began, or found by a run before it: until it is read again, the mirror says so.
  const lost = [...start.lost, ...lostChains({resources, states, checkpoints, former})];
  return {
    writtenBy: runId,
    fence: lease.fence,
    companies: boundCompanies(start, former),
    checkpoints,
    finished: [...finished].map(([loadId, at]) => ({
      loadId: loadId as Manifest['loadId'],
      finishedAt: at.toISOString(),
    })),
    tables: {...former?.tables, ...commitsIn(states)},
    consumed,
    ...(ledger && {mapping: ledger.fingerprint}),
    ...standingIn(standing ?? former?.standing, ledger !== undefined),
    privacy: await warehouse.readPrivacy(signal),
    again: stillLost(lost, settled),
  };
}

/** What is known no better stays as it was said last. */
const standingIn = (standing: LedgerStanding | undefined, isBuilt: boolean): Pick<Mirror, 'standing'> =>
  standing && isBuilt ? {standing} : {};

/** Whose identity need not be looked up by the next run: those of other runs stay, those of this one were checked. */
function boundCompanies({run}: Start, former: Mirror | undefined): readonly BoundCompany[] {
  const bound = new Map(former?.companies.map(({companyId, tenantId}) => [companyId, tenantId]));
  for (const {id, tenantId} of run.scope.companies) bound.set(id, tenantId);
  return [...bound].map(([companyId, tenantId]) => ({companyId, tenantId}));
}

const commitsIn = (states: readonly TableState[]): Mirror['tables'] =>
  Object.fromEntries(states.map(({table, newestCommit = 0}) => [table, newestCommit]));
