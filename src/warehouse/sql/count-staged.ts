import {quoteLiteral} from '../../base/quoting.ts';
import {literalList} from '../../base/sql-layout.ts';

/** Rows in staging for each of these loads and tables. */
export const countStaged = (
  tables: ReadonlyArray<{readonly table: string; readonly staging: string}>,
  loads: readonly string[],
): string =>
  tables
    .map(
      ({table, staging}) =>
        `SELECT ${quoteLiteral(table)} AS table_name, s._load_id AS load_id, COUNT(*) AS staged
FROM ${staging} AS s
WHERE s._load_id IN (${literalList(loads)})
GROUP BY s._load_id`,
    )
    .join('\nUNION ALL\n');
