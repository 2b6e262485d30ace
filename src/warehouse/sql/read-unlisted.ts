import {literalList} from '../../base/sql-layout.ts';
import {isMarked, type Mark, marksMember} from './occurrence.ts';

/** The live rows that whole lists lack, with their records. */
export const readUnlisted = (
  {raw, staging}: {readonly raw: string; readonly staging: string},
  marks: readonly Mark[],
): string => `WITH ${marksMember(marks)},
present AS (
  SELECT DISTINCT s.\`company_id\`, s.\`record_id\`
  FROM ${staging} AS s
  WHERE s.\`_load_id\` IN (${literalList(marks.map(mark => mark.loadId))})
)
SELECT r.\`record_id\` AS record_id, r.\`_record\` AS record
FROM ${raw} AS r
JOIN marks AS m ON ${isMarked(marks)}
LEFT JOIN present AS p ON r.\`company_id\` = p.\`company_id\` AND r.\`record_id\` = p.\`record_id\`
WHERE r.\`_deleted_at\` IS NULL AND p.\`record_id\` IS NULL`;
