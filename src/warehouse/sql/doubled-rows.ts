import {quoteIdentifier, quoteLiteral} from '../../base/quoting.ts';
import {indented, nameList} from '../../base/sql-layout.ts';
import {whileHeld} from '../../model/lease.ts';

const doubled = (raw: string): string =>
  `SELECT company_id, record_id
FROM ${raw}
GROUP BY company_id, record_id
HAVING COUNT(*) > 1`;

/** Of each of these tables how many keys stand there more than once: only somebody else can have written them twice. */
export const countDoubled = (tables: ReadonlyArray<{readonly table: string; readonly raw: string}>): string =>
  tables
    .map(
      ({table, raw}) => `SELECT ${quoteLiteral(table)} AS table_name, COUNT(*) AS doubled
FROM (
${indented(doubled(raw), 2)}
) AS d`,
    )
    .join('\nUNION ALL\n');

export interface KeepOne {
  readonly raw: string;
  readonly lease: string;
  /** The columns that the table has in the workspace. */
  readonly columns: readonly string[];
}

const stamped: Readonly<Record<string, string>> = {_commit: ':fence', _ingested_at: 'current_timestamp()'};

/**
 * Leaves one row of each key that stands there more than once, a live one if there is any, in one statement: every row
 * of the key goes, and one comes back. Parameters :owner, :fence.
 */
export const keepOne = ({raw, lease, columns}: KeepOne): string =>
  `MERGE INTO ${raw} AS t
USING (
  WITH ranked AS (
    SELECT r.*, ROW_NUMBER() OVER (
      PARTITION BY r.company_id, r.record_id
      ORDER BY CASE WHEN r._deleted_at IS NULL THEN 0 ELSE 1 END, r._commit DESC, r._hash
    ) AS place_among
    FROM ${raw} AS r
    JOIN (
${indented(doubled(raw), 6)}
    ) AS d ON d.company_id = r.company_id AND d.record_id = r.record_id
    WHERE ${whileHeld(lease)}
  )
  SELECT k.*, false AS goes FROM ranked AS k WHERE k.place_among = 1
  UNION ALL
  SELECT k.*, true AS goes FROM ranked AS k WHERE k.place_among = 1
) AS s
ON t.company_id = s.company_id AND t.record_id = s.record_id AND s.goes
WHEN MATCHED THEN DELETE
WHEN NOT MATCHED AND NOT s.goes THEN INSERT (
  ${nameList(columns)}
) VALUES (
  ${columns.map(name => stamped[name] ?? `s.${quoteIdentifier(name)}`).join(', ')}
)`;
