import type {Field} from 'apache-arrow';
import {lines} from './layout.ts';
import {whileHeld} from './lease.ts';
import {mergeRows, sourceOf} from './merge-rows.ts';
import {everFirst, lastRead, loadsMember, type Mark, marksMember, type StagedLoad, stagedColumn} from './occurrence.ts';

export interface MergeRecords {
  /** Quoted, as are the other names. */
  readonly raw: string;
  readonly staging: string;
  readonly lease: string;
  readonly content: readonly Field[];
  readonly loads: readonly StagedLoad[];
  readonly marks: readonly Mark[];
  /** Columns that a part of these loads lacks. */
  readonly lacking: ReadonlySet<string>;
}

/** Merges the records of these loads; what a whole list lacks is marked. Parameters :owner, :fence. */
export function mergeRecords({raw, staging, lease, content, loads, marks, lacking}: MergeRecords): string {
  const names = content.map(field => field.name);
  const columns = [...content.map(field => stagedColumn(field, lacking)), 's.`_load_id`', 'l.is_taken', everFirst];
  const occurrence = `occurrence AS (
  SELECT
${lines(columns, 4)}
  FROM ${staging} AS s
  JOIN loads AS l ON s.\`_load_id\` = l.load_id
  QUALIFY ${lastRead.replaceAll('\n', '\n  ')}
)`;
  const present = 'present AS (\n  SELECT * FROM occurrence WHERE is_taken\n)';
  // Read from staging once more: Spark can't resolve a WITH member that has a window beside its QUALIFY twice.
  const missing = `missing AS (
  SELECT r.\`company_id\`, r.\`record_id\`, m.load_id AS \`_load_id\`
  FROM ${raw} AS r
  JOIN marks AS m ON r.\`company_id\` = m.company_id
  LEFT JOIN ${staging} AS p
    ON p.\`_load_id\` = m.load_id AND p.\`company_id\` = r.\`company_id\` AND p.\`record_id\` = r.\`record_id\`
  WHERE r.\`_deleted_at\` IS NULL AND p.\`record_id\` IS NULL
)`;
  const marking = marks.length > 0;
  const source = sourceOf({
    members: [loadsMember(loads), occurrence, present, ...(marking ? [marksMember(marks), missing] : [])],
    content: names,
    present: 'present',
    gone: marking ? 'missing' : undefined,
    condition: whileHeld(lease),
  });
  return mergeRows({target: raw, source, content: names, compared: ['_hash']});
}
