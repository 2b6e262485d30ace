import type {SyncError} from '../../base/errors.ts';
import type {Events} from '../../model/events.ts';
import type {ResyncRecord} from '../../model/key-register.ts';
import type {Lease} from '../../model/lease.ts';
import type {Checkpoint} from '../../model/load.ts';
import type {CompanyResource} from '../../model/ports.ts';
import type {Resource} from '../../model/resource.ts';
import type {Doors} from '../doors.ts';
import {fromTables, type Run, readHeld, type Start, tipsIn} from '../start/start.ts';
import {commitIfOurs} from '../under-lease.ts';
import type {RunEnd} from '../verdict.ts';
import type {ResyncOrder} from './order.ts';
import {type Recommitted, type Resyncing, resyncAll} from './resync.ts';

/** What the lines of the ledger are made of. */
const journals = 'journal_transaction';

/** Reads lists again on purpose, commits them one by one, and records who asked for it, why, and what differed. */
export async function resync(
  {order, ...run}: Run & {readonly order: ResyncOrder},
  doors: Doors,
  signal?: AbortSignal,
): Promise<RunEnd> {
  const start = await fromTables(run, doors, signal);
  const recovered = await commitIfOurs(start, {accepts: () => false, doors}, signal);
  const tips = async (): Promise<ReadonlyMap<string, Checkpoint>> =>
    tipsIn({run: start.run, held: await readHeld(start.run, doors, signal)}, doors);
  const comparesLedger = (resource: Resource): boolean => order.comparesLedger === true && resource.name === journals;
  const commit: Resyncing['commit'] = (of, recordOf) =>
    commitCounted(start, {...of, recordOf, comparesLedger: comparesLedger(of.resource)}, doors, signal);
  const {errors, commitErrors, done} = await resyncAll({...start.run, order, tips, commit}, doors, signal);
  return {
    errors: [...start.errors, ...errors],
    commitErrors: [...recovered.errors, ...commitErrors],
    anythingDone: done + recovered.settled.length > 0,
  };
}

interface Counting {
  readonly recordOf: (rows: number) => ResyncRecord;
  readonly comparesLedger: boolean;
}

/** Commits what waits of one company's resource, counts the rows that were written, and records it under the lease. */
async function commitCounted(
  start: Start,
  {company, resource, recordOf, comparesLedger}: CompanyResource & Counting,
  doors: Doors,
  signal?: AbortSignal,
): Promise<Recommitted> {
  let rows = 0;
  const events: Events = event => {
    if (event.event === 'table committed') rows += event.inserted + event.updated;
    doors.events(event);
  };
  const run = {...start.run, scope: {companies: [company], resources: [resource], narrowed: true}};
  const conclude = async (lease: Lease, met: readonly SyncError[]): Promise<void> => {
    if (met.length === 0) await doors.warehouse.recordResync({lease, records: [recordOf(rows)]}, signal);
  };
  const holding = {accepts: () => false, doors: {...doors, events}, conclude, comparesLedger};
  const {ours, errors} = await commitIfOurs({...start, run}, holding, signal);
  return {ours, errors, rows};
}
