import {quoteLiteral} from '../../base/quoting.ts';
import {columnOf, indented, literalList} from '../../base/sql-layout.ts';
import {isMarked, loadsMember, type Mark, marksMember, type StagedLoad} from './occurrence.ts';
import {bearerMember, type Renames} from './renames.ts';

/** Of each company's live rows that its whole lists are about, how many there are, and how many the lists lack. */
export const countGone = (
  {raw, staging}: {readonly raw: string; readonly staging: string},
  marks: readonly Mark[],
): string => `WITH ${marksMember(marks)},
present AS (
  SELECT DISTINCT s.\`company_id\`, s.\`record_id\`
  FROM ${staging} AS s
  WHERE s.\`_load_id\` IN (${literalList(marks.map(mark => mark.loadId))})
)
SELECT r.\`company_id\` AS company_id, COUNT(*) AS live, COUNT(*) - COUNT(p.\`record_id\`) AS gone
FROM ${raw} AS r
JOIN marks AS m ON ${isMarked(marks)}
LEFT JOIN present AS p ON r.\`company_id\` = p.\`company_id\` AND r.\`record_id\` = p.\`record_id\`
WHERE r.\`_deleted_at\` IS NULL
GROUP BY r.\`company_id\``;

/**
 * Of each company the live rows, and how many of them are held under a key that their internal id no longer has: the
 * last load that serves the id serves it under another one.
 */
export const countRenamed = (renames: Renames, loads: readonly StagedLoad[]): string => `WITH ${loadsMember(loads)},
${bearerMember(renames)},
bearing AS (
  SELECT DISTINCT s.\`company_id\`, s.\`record_id\`, s.\`_load_id\`
  FROM ${renames.staging} AS s
  JOIN loads AS l ON s.\`_load_id\` = l.load_id
  WHERE l.is_taken
)
SELECT r.\`company_id\` AS company_id, COUNT(*) AS live, COUNT(b.internal_id) - COUNT(p.\`record_id\`) AS gone
FROM ${renames.raw} AS r
LEFT JOIN bearer AS b
  ON r.\`company_id\` = b.\`company_id\` AND ${columnOf('r', renames.internalId.name)} = b.internal_id
LEFT JOIN bearing AS p
  ON r.\`company_id\` = p.\`company_id\` AND r.\`record_id\` = p.\`record_id\` AND b.\`_load_id\` = p.\`_load_id\`
WHERE r.\`_deleted_at\` IS NULL
GROUP BY r.\`company_id\`
HAVING COUNT(b.internal_id) > COUNT(p.\`record_id\`)`;

/** These counts as one query, each row with its table and the kind of loss. */
export const unionOfLosses = (
  counts: ReadonlyArray<{readonly table: string; readonly loss: string; readonly sql: string}>,
): string =>
  counts
    .map(
      ({table, loss, sql}, index) => `SELECT
  c${index}.company_id, ${quoteLiteral(table)} AS table_name, ${quoteLiteral(loss)} AS loss,
  c${index}.live, c${index}.gone
FROM (
${indented(sql, 2)}
) AS c${index}`,
    )
    .join('\nUNION ALL\n');
