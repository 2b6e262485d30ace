import type {Events} from '../../model/events.ts';
import type {Checkpoint} from '../../model/load.ts';
import type {CompanyResource} from '../../model/ports.ts';
import type {Doors} from '../doors.ts';
import {fromTables, type Run, readHeld, type Start, tipsIn} from '../start/start.ts';
import {commitIfOurs} from '../under-lease.ts';
import type {RunEnd} from '../verdict.ts';
import type {ResyncOrder} from './order.ts';
import {type Recommitted, resyncAll} from './resync.ts';

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
  const commit = (of: CompanyResource): Promise<Recommitted> => commitCounted(start, of, doors, signal);
  const {errors, commitErrors, done} = await resyncAll({...start.run, order, tips, commit}, doors, signal);
  return {
    errors: [...start.errors, ...errors],
    commitErrors: [...recovered.errors, ...commitErrors],
    anythingDone: done + recovered.settled.length > 0,
  };
}

/** Commits what waits of one company's resource, and counts the rows that were written. */
async function commitCounted(
  start: Start,
  {company, resource}: CompanyResource,
  doors: Doors,
  signal?: AbortSignal,
): Promise<Recommitted> {
  let rows = 0;
  const events: Events = event => {
    if (event.event === 'table committed') rows += event.inserted + event.updated;
    doors.events(event);
  };
  const run = {...start.run, scope: {companies: [company], resources: [resource], narrowed: true}};
  const {ours, errors} = await commitIfOurs({...start, run}, {accepts: () => false, doors: {...doors, events}}, signal);
  return {ours, errors, rows};
}
