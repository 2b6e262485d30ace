import type {Field} from 'apache-arrow';
import {columnOf} from '../../base/sql-layout.ts';
import {gonePlace} from '../../model/load.ts';
import {isMarked, type Mark, saysGone, stagedValue, type Which, whichRows} from './occurrence.ts';

/** What tells that a record has got another key: the id that stays, and where it is staged. */
export interface Renames {
  /** The column with the internal id. */
  readonly internalId: Field;
  /** The staging table of the records. */
  readonly staging: string;
  /** Columns that a part of these loads lacks. */
  readonly lacking: ReadonlySet<string>;
}

/** WITH member `bearer`: of each internal id that is served, the place in the chain of the last load that serves it. */
export function bearerMember({internalId, staging, lacking}: Renames): string {
  const id = stagedValue(internalId, lacking);
  return `bearer AS (
  SELECT s.\`company_id\`, ${id} AS internal_id, MAX(l.sequence) AS sequence, MAX(s.\`_load_id\`) AS \`_load_id\`
  FROM ${staging} AS s
  JOIN loads AS l ON s.\`_load_id\` = l.load_id
  WHERE l.is_taken AND s.\`_place\` <> ${gonePlace} AND ${id} IS NOT NULL
  GROUP BY s.\`company_id\`, ${id}
)`;
}

/** Joins to a staged row what is known of its internal id. */
export const bearerJoin = ({internalId, lacking}: Renames): string => {
  const ownId = stagedValue(internalId, lacking);
  return `LEFT JOIN bearer AS b ON s.\`company_id\` = b.\`company_id\` AND ${ownId} = b.internal_id`;
};

/**
 * Whether a staged row's key is gone: it says so itself, or a load behind it serves its internal id, which can only be
 * under another key. Two keys that one load serves are both there.
 */
export const isGone = (renames: Renames | undefined): string =>
  renames === undefined ? saysGone : `(${saysGone} OR COALESCE(b.sequence > l.sequence, false))`;

/** WITH member `renamed`: rows of the raw table whose internal id is served under another key, and their own is not. */
export function renamedMember(
  {internalId}: Renames,
  {raw, marks, which}: {readonly raw: string; readonly marks: readonly Mark[]; readonly which: Which},
): string {
  // What a mark is about is missing already.
  const [join, condition] =
    marks.length > 0 ? [`\n  LEFT JOIN marks AS m ON ${isMarked(marks)}`, ' AND m.company_id IS NULL'] : ['', ''];
  return `renamed AS (
  SELECT r.\`company_id\`, r.\`record_id\`, b.\`_load_id\`
  FROM ${raw} AS r
  JOIN bearer AS b ON r.\`company_id\` = b.\`company_id\` AND ${columnOf('r', internalId.name)} = b.internal_id
  LEFT JOIN served AS p ON r.\`company_id\` = p.\`company_id\` AND r.\`record_id\` = p.\`record_id\`${join}
  WHERE p.\`record_id\` IS NULL${condition}${whichRows[which]}
)`;
}
