import {leaseHeld} from '../../model/lease.ts';

/** The one lease there is. */
const leaseName = 'commit';

const term = (seconds: number): string => `current_timestamp() + INTERVAL ${Math.ceil(seconds)} SECONDS`;

/**
 * Takes the lease where it is free or expired, with the next fence; ours stays as it is, with a new term, so that
 * the statement is safe to repeat. Parameter :owner.
 */
export const takeLease = (lease: string, {leaseSeconds}: {leaseSeconds: number}): string =>
  `MERGE INTO ${lease} AS t
USING (SELECT '${leaseName}' AS name) AS s
ON t.name = s.name
WHEN MATCHED AND t.owner = :owner AND t.expires_at > current_timestamp() THEN UPDATE SET
  expires_at = ${term(leaseSeconds)}
WHEN MATCHED AND t.expires_at <= current_timestamp() THEN UPDATE SET
  owner = :owner,
  fence = t.fence + 1,
  expires_at = ${term(leaseSeconds)}
WHEN NOT MATCHED THEN INSERT (name, owner, fence, expires_at)
VALUES (s.name, :owner, 1, ${term(leaseSeconds)})`;

/** Parameters :owner, :fence. */
export const renewLease = (lease: string, {leaseSeconds}: {leaseSeconds: number}): string =>
  `UPDATE ${lease} SET expires_at = ${term(leaseSeconds)} WHERE ${leaseHeld}`;

/** Who holds the lease now; no row where nobody does. */
export const readLease = (lease: string): string =>
  `SELECT owner, fence FROM ${lease} WHERE expires_at > current_timestamp()`;

/** Parameters :owner, :fence. */
export const releaseLease = (lease: string): string =>
  `UPDATE ${lease} SET expires_at = current_timestamp() WHERE ${leaseHeld}`;
