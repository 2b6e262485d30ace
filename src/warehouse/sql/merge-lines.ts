import type {Field} from 'apache-arrow';
import {lines} from './layout.ts';
import {whileHeld} from './lease.ts';
import {mergeRows, sourceOf} from './merge-rows.ts';
import {everFirst, lastRead, loadsMember, type Mark, marksMember, type StagedLoad, stagedColumn} from './occurrence.ts';

export interface MergeLines {
  /** The lines' tables, quoted, as are the other names. */
  readonly raw: string;
  readonly staging: string;
  /** The staging table of the records that the lines belong to. */
  readonly parentStaging: string;
  readonly lease: string;
  readonly content: readonly Field[];
  readonly loads: readonly StagedLoad[];
  readonly marks: readonly Mark[];
  /** Columns that a part of these loads lacks. */
  readonly lacking: ReadonlySet<string>;
}

/**
 * Replaces each parent's lines as a set: those of the parent's last-read occurrence, none included. It is decided from
 * staging alone, and never from whether the parent's own row changed, so that it is right wherever an earlier run
 * died. Lines of a parent that is marked as missing go with it. Parameters :owner, :fence.
 */
export function mergeLines(merge: MergeLines): string {
  const {raw, lease, content, loads, marks} = merge;
  const names = content.map(field => field.name);
  const source = sourceOf({
    members: [
      loadsMember(loads),
      ...(marks.length > 0 ? [marksMember(marks)] : []),
      parentMember(merge),
      lineMember(merge),
      presentMember,
      goneMember(merge),
    ],
    content: names,
    present: 'present',
    gone: 'gone',
    condition: whileHeld(lease),
  });
  return mergeRows({target: raw, source, content: names, compared: ['_hash', 'position']});
}

/** Of each parent the occurrence that was read last. */
const parentMember = ({parentStaging}: MergeLines): string => `parent AS (
  SELECT s.\`company_id\`, s.\`record_id\`, s.\`_load_id\`, s.\`_place\`, l.is_taken
  FROM ${parentStaging} AS s
  JOIN loads AS l ON s.\`_load_id\` = l.load_id
  QUALIFY ${lastRead.replaceAll('\n', '\n  ')}
)`;

const lineMember = ({staging, content, lacking}: MergeLines): string => `line AS (
  SELECT
${lines([...content.map(field => stagedColumn(field, lacking)), 's.`_load_id`', 's.`_place`', everFirst], 4)}
  FROM ${staging} AS s
  JOIN loads AS l ON s.\`_load_id\` = l.load_id
)`;

/** The occurrence's own lines: a load and a place in it name an occurrence. */
const presentMember = `present AS (
  SELECT n.*
  FROM line AS n
  JOIN parent AS p ON n.\`_load_id\` = p.\`_load_id\` AND n.\`_place\` = p.\`_place\`
  WHERE p.is_taken
)`;

/** Live lines of these parents, and of those that are missing, which are not among the set. */
function goneMember({raw, marks}: MergeLines): string {
  const marking = marks.length > 0;
  const load = marking ? 'COALESCE(p.`_load_id`, m.load_id)' : 'p.`_load_id`';
  return `gone AS (
  SELECT r.\`company_id\`, r.\`record_id\`, ${load} AS \`_load_id\`
  FROM ${raw} AS r
  ${marking ? 'LEFT JOIN' : 'JOIN'} parent AS p
    ON r.\`company_id\` = p.\`company_id\` AND r.\`parent_record_id\` = p.\`record_id\` AND p.is_taken${
      marking ? '\n  LEFT JOIN marks AS m ON r.`company_id` = m.company_id' : ''
    }
  LEFT JOIN present AS n ON r.\`company_id\` = n.\`company_id\` AND r.\`record_id\` = n.\`record_id\`
  WHERE r.\`_deleted_at\` IS NULL
    AND n.\`record_id\` IS NULL${marking ? '\n    AND (p.`record_id` IS NOT NULL OR m.company_id IS NOT NULL)' : ''}
)`;
}
