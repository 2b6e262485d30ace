import {literalList} from '../../base/sql-layout.ts';
import {isMarked, type Mark, marksMember} from './occurrence.ts';

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
