export interface ContentTables {
  /** Quoted, as are the lines' tables. */
  readonly raw: string;
  readonly lines: readonly string[];
}

/**
 * What each live record of a company holds, as one text: its own hash, and for each table of lines one digest over the
 * hashes of its lines by position. Parameter :company.
 */
export function readContents({raw, lines}: ContentTables): string {
  const digests = lines.map((_, index) => `COALESCE(l${index}.digest, '')`);
  const joins = lines.map(
    (table, index) => `LEFT JOIN (
  SELECT n.\`parent_record_id\`, MD5(ARRAY_JOIN(SORT_ARRAY(COLLECT_LIST(
    CONCAT(LPAD(CAST(n.\`position\` AS STRING), 10, '0'), n.\`_hash\`)
  )), '')) AS digest
  FROM ${table} AS n
  WHERE n.\`company_id\` = :company AND n.\`_deleted_at\` IS NULL
  GROUP BY n.\`parent_record_id\`
) AS l${index} ON l${index}.\`parent_record_id\` = r.\`record_id\``,
  );
  return [
    `SELECT r.\`record_id\` AS record_id, CONCAT_WS('|', ${['r.`_hash`', ...digests].join(', ')}) AS content`,
    `FROM ${raw} AS r`,
    ...joins,
    'WHERE r.`company_id` = :company AND r.`_deleted_at` IS NULL',
  ].join('\n');
}
