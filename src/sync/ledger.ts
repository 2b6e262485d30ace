import {asSyncError, type SyncError} from '../base/errors.ts';
import type {Lease} from '../model/lease.ts';
import type {Followed} from '../model/ledger.ts';
import type {Mirror} from '../model/mirror.ts';
import type {RunId} from '../model/names.ts';
import type {Doors} from './doors.ts';

/** Where no ledger is configured there is nothing that anybody consumes. */
const nothing: Followed = {consumed: {}, errors: []};

/** As far as nothing ever is: what stands so in the mirror wakes the next run. */
const behind: Mirror['consumed'] = {journal_transaction: -1};

/**
 * A step of whoever holds the lease, behind its commit: brings the ledger up to the tables. Failing to fails the run
 * and no table: the next run, which the mirror then wakes, does it.
 */
export async function followTables(
  {lease, runId}: {readonly lease: Lease; readonly runId: RunId},
  {ledger, warehouse}: Pick<Doors, 'ledger' | 'warehouse'>,
  signal?: AbortSignal,
): Promise<Followed> {
  if (!ledger) return nothing;
  try {
    const renew = (stop?: AbortSignal): Promise<void> => warehouse.renew(lease, stop);
    const errors: SyncError[] = [];
    const report = (error: SyncError): void => void errors.push(error);
    return {consumed: await ledger.follow({lease, runId, renew, report}, signal), errors};
  } catch (thrown) {
    const error = asSyncError(thrown);
    if (error.kind === 'lease' || error.kind === 'cancelled' || signal?.aborted) throw error;
    return {consumed: behind, errors: [error]};
  }
}
