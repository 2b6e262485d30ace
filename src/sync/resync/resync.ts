import {asSyncError, SyncError} from '../../base/errors.ts';
import type {ResyncRecord} from '../../model/key-register.ts';
import type {Checkpoint} from '../../model/load.ts';
import {type RunId, type Slice, wholeResource} from '../../model/names.ts';
import type {Pass} from '../../model/pass.ts';
import type {CompanyResource} from '../../model/ports.ts';
import {chainKey} from '../chains.ts';
import type {Doors, Scope} from '../doors.ts';
import {portionsAgain, readAgain} from './load.ts';
import {type ResyncOrder, scopeText} from './order.ts';

/** What a resync is given: whose lists, and how what it seals is committed. */
export interface Resyncing {
  readonly runId: RunId;
  readonly scope: Scope;
  readonly order: ResyncOrder;
  /** The newest load or checkpoint of each chain, as it stands when it is asked for. */
  readonly tips: () => Promise<ReadonlyMap<string, Checkpoint>>;
  /** Commits what waits of one company and resource, and records under the same lease what it wrote. */
  readonly commit: (of: CompanyResource, recordOf: (rows: number) => ResyncRecord) => Promise<Recommitted>;
}

/** What a commit wrote: rows of all tables of the resource that were new, changed, marked or revived. */
export interface Recommitted {
  /** False where another run holds the lease. */
  readonly ours: boolean;
  readonly rows: number;
  readonly errors: readonly SyncError[];
}

export interface ResyncEnd {
  readonly errors: readonly SyncError[];
  readonly commitErrors: readonly SyncError[];
  /** Lists that were read again, committed and recorded. */
  readonly done: number;
}

/** What ends a company's resync altogether: every further request would meet it again. */
const endsCompany: ReadonlySet<string> = new Set(['credentials', 'limited', 'identity']);

/**
 * Reads lists again on purpose, one after the other: each is committed by itself, so that what differed is known of
 * it, and recorded with who asked for it and why.
 * @throws SyncError `usage` where the order asks for what has never been read
 */
export async function resyncAll(resyncing: Resyncing, doors: Doors, signal?: AbortSignal): Promise<ResyncEnd> {
  const {companies, resources} = resyncing.scope;
  judgeOrder(resyncing, await resyncing.tips());
  const errors: SyncError[] = [];
  const commitErrors: SyncError[] = [];
  let done = 0;
  for (const company of companies) {
    for (const resource of resources) {
      try {
        const failed = await resyncOne({company, resource}, resyncing, doors, signal);
        commitErrors.push(...failed);
        if (failed.length === 0) done++;
      } catch (thrown) {
        const error = asSyncError(thrown);
        if (error.kind === 'cancelled' || signal?.aborted) throw error;
        errors.push(error);
        if (endsCompany.has(error.kind)) break;
      }
    }
  }
  return {errors, commitErrors, done};
}

/** A part is read again behind what has been read: where nothing was, or not so far, the order makes no sense. */
function judgeOrder({scope, order: {part}}: Resyncing, tips: ReadonlyMap<string, Checkpoint>): void {
  if (part.kind === 'all') return;
  const problems = scope.companies.flatMap(({id}) =>
    scope.resources.flatMap(({name}) => {
      const own = [...tips.values()].filter(tip => tip.companyId === id && tip.resource === name);
      if (own.length === 0) return [`${name} of ${id} has not been read yet: a sync reads it`];
      if (part.kind !== 'since') return [];
      const reached = own.map(({cursor}) => cursor.nextSince ?? '').toSorted()[0] ?? '';
      return part.since > reached
        ? [`--since lies behind what has been read of ${name} of ${id}: a sync reads it`]
        : [];
    }),
  );
  if (problems.length > 0) throw new SyncError('usage', problems.join('; '));
}

/** One company's resource, all of its slices. Gives what kept it from being committed. */
async function resyncOne(
  of: CompanyResource,
  {runId, order, tips, commit}: Resyncing,
  doors: Doors,
  signal?: AbortSignal,
): Promise<readonly SyncError[]> {
  const {company, resource} = of;
  const held = await tips();
  const slices = resource.slicing === undefined ? [wholeResource] : await doors.source.slices(of, signal);
  const portions = await portionsAgain(of, order.part, doors, signal);
  let read = 0;
  for (const slice of slices) {
    const pass = passOf({...of, slice}, {runId, order, tips: held});
    const again = await readAgain(pass, {part: order.part, portions}, doors, signal);
    read += again.read;
  }
  const [only] = slices;
  const recordOf = (rows: number): ResyncRecord => ({
    runId,
    companyId: company.id,
    resource: resource.name,
    // Tables are merged for all slices at once, and so they are recorded as one.
    slice: slices.length === 1 && only !== undefined ? only : wholeResource,
    scope: scopeText(order.part),
    requestedBy: order.requestedBy,
    reason: order.reason,
    read,
    differing: rows,
  });
  const {ours, rows, errors} = await commit(of, recordOf);
  if (!ours) return [leaseHeld(of)];
  if (errors.length > 0) return errors;
  const message = `${resource.name} of ${company.id} was read again: ${rows} rows of its tables differed`;
  doors.events({event: 'note', message, facts: {company: company.id, resource: resource.name, read, differing: rows}});
  return [];
}

/** Snapshots are read as snapshots: their whole list is what they always read. */
function passOf(
  {company, resource, slice}: CompanyResource & {readonly slice: Slice},
  {runId, order, tips}: Pick<Resyncing, 'runId' | 'order'> & {readonly tips: ReadonlyMap<string, Checkpoint>},
): Pass {
  const previous = tips.get(chainKey({companyId: company.id, resource: resource.name, slice}));
  const kind = resource.reading.kind === 'snapshot' ? 'snapshot' : 'resync';
  return {
    ...{runId, company, resource, slice},
    kind: previous ? kind : 'first',
    reread: true,
    sequence: (previous?.sequence ?? 0) + 1,
    ...(previous && {previous}),
    ...(order.part.kind === 'since' && {since: order.part.since}),
  };
}

const leaseHeld = ({company, resource}: CompanyResource): SyncError =>
  new SyncError('lease', `another run holds the lease: ${resource.name} of ${company.id} was read, and not recorded`, {
    hint: 'What was read has landed, and the other run or the next one commits it. Resync again with --wait.',
    facts: {company: company.id, resource: resource.name},
  });
