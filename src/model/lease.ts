/** A number that grows with each holder of the lease: what was begun under an older one merges nothing more. */
export type Fence = number;

/** The right to commit, held by one run at a time. Its expiry is by the warehouse's clock. */
export interface Lease {
  readonly owner: string;
  readonly fence: Fence;
}

/** Parameters :owner and :fence. True while the lease is ours; once false, it never is again for this fence. */
export const leaseHeld = 'owner = :owner AND fence = :fence AND expires_at > current_timestamp()';

/**
 * The condition of what changes data, in whichever room: nothing happens once the lease is another's.
 * Parameters :owner, :fence.
 * @param lease the quoted name of its table
 */
export const whileHeld = (lease: string): string => `(SELECT COUNT(*) FROM ${lease} WHERE ${leaseHeld}) = 1`;
