import {asSyncError, type SyncError} from '../base/errors.ts';
import type {Lease} from '../model/lease.ts';
import type {Followed} from '../model/ledger.ts';
import {type Checkpoint, type Manifest, provesAbsence} from '../model/load.ts';
import type {Mirror} from '../model/mirror.ts';
import type {CompanyId} from '../model/names.ts';
import {chainKey} from './chains.ts';
import type {Doors, Scope} from './doors.ts';
import type {Run} from './start/start.ts';

/** Where no ledger is configured there is nothing that anybody consumes. */
const nothing: Followed = {consumed: {}, errors: [], gaps: []};

/** The list that tells what the figures lack. */
const sourceOf = ({facts}: Pick<SyncError, 'facts'>): string =>
  facts['lacking'] === 'account_type' ? 'account' : 'currency_rate';

/**
 * What the figures lack, as far as a run may report it that reads these lists: when journals alone are read again, an
 * account may be new to us and its type come with the next sync.
 */
export function gapsWithin<Gap extends Pick<SyncError, 'facts'>>(
  gaps: readonly Gap[],
  {resources}: Scope,
): readonly Gap[] {
  const read = new Set<string>(resources.map(({name}) => name));
  return gaps.filter(gap => read.has(sourceOf(gap)));
}

/** Whose lines the ledger holds. */
const journals = 'journal_transaction';

/**
 * Companies whose journals were just shown to be in the raw tables whole: by a whole list of which nothing was odd,
 * refused or cut short, or by a sweep that agreed with a list that had been provisional.
 */
export function shownWhole(settled: readonly Manifest[], before: readonly Checkpoint[]): readonly CompanyId[] {
  const doubted = new Set(before.filter(({cursor}) => cursor.provisional === true).map(chainKey));
  const shows = (load: Manifest): boolean => {
    const {kind, since, after, cursor, counts} = load;
    if (load.resource !== journals || cursor.resume !== undefined || cursor.provisional === true) return false;
    if (kind === 'sweep') return doubted.has(chainKey(load));
    return since === undefined && after === undefined && counts.refused === 0 && provesAbsence(load);
  };
  return [...new Set(settled.filter(shows).map(({companyId}) => companyId))];
}

/** As far as nothing ever is: what stands so in the mirror wakes the next run. */
export const behind: Mirror['consumed'] = {journal_transaction: -1};

/**
 * A step of whoever holds the lease, behind its commit: brings the ledger up to the tables. Failing to fails the run
 * and no table: the next run, which the mirror then wakes, does it.
 */
export async function followTables(
  {
    lease,
    run: {runId},
    whole,
    comparesAll,
  }: {readonly lease: Lease; readonly run: Run; readonly whole: readonly CompanyId[]; readonly comparesAll: boolean},
  {ledger, warehouse, settings}: Pick<Doors, 'ledger' | 'warehouse' | 'settings'>,
  signal?: AbortSignal,
): Promise<Followed> {
  if (!ledger) return nothing;
  try {
    const renew = (stop?: AbortSignal): Promise<void> => warehouse.renew(lease, stop);
    const gaps: SyncError[] = [];
    const report = (error: SyncError): void => void gaps.push(error);
    const {acceptDeletions: acceptsDeletions} = settings;
    const compared = {acceptsDeletions, whole, comparesAll};
    const consumed = await ledger.follow({lease, runId, renew, report, ...compared}, signal);
    return {consumed, errors: [], gaps};
  } catch (thrown) {
    const error = asSyncError(thrown);
    if (error.kind === 'lease' || error.kind === 'cancelled' || signal?.aborted) throw error;
    return {consumed: behind, errors: [error], gaps: []};
  }
}
