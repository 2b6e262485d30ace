import {literalList} from '../../base/sql-layout.ts';

/** Removes what loads left in a staging table. */
export const pruneStaging = (staging: string, loads: readonly string[]): string =>
  `DELETE FROM ${staging} WHERE _load_id IN (${literalList(loads)})`;

/** Notes that nothing of these loads is left but their row. */
export const notePruned = (load: string, loads: readonly string[]): string =>
  `UPDATE ${load} SET pruned_at = current_timestamp() WHERE pruned_at IS NULL AND load_id IN (${literalList(loads)})`;
