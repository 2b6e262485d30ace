import {leaseHeld} from '../../model/lease.ts';

/** The one lease there is. */
const leaseName = 'commit';

const term = (seconds: number): string => `current_timestamp() + INTERVAL ${Math.ceil(seconds)} SECONDS`;

/** The fence of a lease whose row was just made. Nobody commits under it: it has to be set above every commit first. */
export const unsetFence = 0;

/**
 * Takes the lease if it is free or expired, with the next fence above every commit that was seen; ours stays as it is,
 * with a new term, so that the statement is safe to repeat. Parameters :owner, :above.
 */
export const takeLease = (lease: string, {leaseSeconds}: {leaseSeconds: number}): string =>
  `MERGE INTO ${lease} AS t
USING (SELECT '${leaseName}' AS name) AS s
ON t.name = s.name
WHEN MATCHED AND t.owner = :owner AND t.expires_at > current_timestamp() THEN UPDATE SET
  expires_at = ${term(leaseSeconds)}
WHEN MATCHED AND t.expires_at <= current_timestamp() THEN UPDATE SET
  owner = :owner,
  fence = CASE WHEN t.fence = ${unsetFence} THEN ${unsetFence} ELSE GREATEST(t.fence, :above) + 1 END,
  expires_at = ${term(leaseSeconds)}
WHEN NOT MATCHED THEN INSERT (name, owner, fence, expires_at)
VALUES (s.name, :owner, ${unsetFence}, ${term(leaseSeconds)})`;

/** Sets the fence of a new row above every commit there is. Parameters :owner, :above. */
export const setFence = (lease: string): string =>
  `UPDATE ${lease} SET fence = :above + 1
WHERE owner = :owner AND fence = ${unsetFence} AND expires_at > current_timestamp()`;

/** The tables of a schema. */
export const showTables = (schema: string): string => `SHOW TABLES IN ${schema}`;

/** The newest commit that each of these columns names. */
export const newestCommits = (places: ReadonlyArray<{readonly table: string; readonly column: string}>): string =>
  places.map(({table, column}) => `SELECT MAX(${column}) AS newest_commit FROM ${table}`).join('\nUNION ALL\n');

/** Parameters :owner, :fence. */
export const renewLease = (lease: string, {leaseSeconds}: {leaseSeconds: number}): string =>
  `UPDATE ${lease} SET expires_at = ${term(leaseSeconds)} WHERE ${leaseHeld}`;

/** Who holds the lease now; no row where nobody does. */
export const readLease = (lease: string): string =>
  `SELECT owner, fence FROM ${lease} WHERE expires_at > current_timestamp()`;

/** Parameters :owner, :fence. */
export const releaseLease = (lease: string): string =>
  `UPDATE ${lease} SET expires_at = current_timestamp() WHERE ${leaseHeld}`;
