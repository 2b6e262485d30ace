/** A number that grows with each holder of the lease: what was begun under an older one merges nothing more. */
export type Fence = number;

/** The right to commit, held by one run at a time. Its expiry is by the warehouse's clock. */
export interface Lease {
  readonly owner: string;
  readonly fence: Fence;
}
