import {quoteLiteral} from '../../base/quoting.ts';
import {literalList} from '../../base/sql-layout.ts';

interface Counted {
  readonly table: string;
  /** Quoted. */
  readonly raw: string;
}

/**
 * Of each table the rows that it holds, those that were last written under this fence with these loads, and those of
 * them that are marked. Asked before a commit and behind it, it tells what the commit did.
 */
export const tally = (
  tables: readonly Counted[],
  {fence, loads}: {readonly fence: number; readonly loads: readonly string[]},
): string =>
  tables
    .map(
      ({table, raw}) => `SELECT
  ${quoteLiteral(table)} AS table_name,
  (SELECT COUNT(*) FROM ${raw}) AS held,
  COUNT(*) AS written,
  COUNT(_deleted_at) AS marked
FROM ${raw}
WHERE _commit = ${fence} AND _load_id IN (${literalList(loads)})`,
    )
    .join('\nUNION ALL\n');
