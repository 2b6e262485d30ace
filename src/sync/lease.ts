import type {Lease} from '../model/lease.ts';
import type {RunId} from '../model/names.ts';
import type {Doors} from './doors.ts';

/** Between two looks at a lease that another run holds. */
const lookEveryMs = 10_000;

/** Takes the lease; where another run holds it, waits for it if that was asked for, and else gives up at once. */
export async function awaitLease(owner: RunId, doors: Doors, signal?: AbortSignal): Promise<Lease | undefined> {
  for (;;) {
    const lease = await doors.warehouse.acquire(owner, signal);
    if (lease || !doors.settings.wait) return lease;
    doors.events({event: 'wait', why: 'another run holds the lease', ms: lookEveryMs});
    await doors.clock.sleep(lookEveryMs, signal);
  }
}
