import {type Field, Type} from 'apache-arrow';
import {columnOf} from '../../base/sql-layout.ts';
import {gonePlace} from '../../model/load.ts';
import {isMarked, type Mark, saysGone, stagedValue, type Which, whichRows} from './occurrence.ts';

/** What tells that a record has got another key: the id that stays, and where it is staged. */
export interface Renames {
  /** The column with the internal id. */
  readonly internalId: Field;
  /** The raw table of the records. */
  readonly raw: string;
  /** The staging table of the records. */
  readonly staging: string;
  /** Columns that a part of these loads lacks. */
  readonly lacking: ReadonlySet<string>;
}

/**
 * WITH member `bearer`: of each internal id that is served, the place in the chain of the last load that serves it. An
 * id names a record only if it is a positive number, and neither one load nor the live rows have it under two keys:
 * 0 is what an ERP writes if it does not fill the property.
 */
export function bearerMember({internalId, raw, staging, lacking}: Renames): string {
  const id = stagedValue(internalId, lacking);
  const rawId = columnOf('r', internalId.name);
  return `bearer AS (
  SELECT u.\`company_id\`, u.internal_id, MAX(u.sequence) AS sequence, MAX(u.\`_load_id\`) AS \`_load_id\`
  FROM (
    SELECT s.\`company_id\`, ${id} AS internal_id, l.sequence, s.\`_load_id\`,
      COUNT(DISTINCT s.\`record_id\`) AS shared_by
    FROM ${staging} AS s
    JOIN loads AS l ON s.\`_load_id\` = l.load_id
    WHERE l.is_taken AND s.\`_place\` <> ${gonePlace} AND ${isPositive(internalId, id)}
    GROUP BY s.\`company_id\`, ${id}, l.sequence, s.\`_load_id\`
  ) AS u
  LEFT JOIN (
    SELECT r.\`company_id\`, ${rawId} AS internal_id
    FROM ${raw} AS r
    WHERE r.\`_deleted_at\` IS NULL AND ${rawId} IS NOT NULL
    GROUP BY r.\`company_id\`, ${rawId}
    HAVING COUNT(*) > 1
  ) AS h ON u.\`company_id\` = h.\`company_id\` AND u.internal_id = h.internal_id
  WHERE h.internal_id IS NULL
  GROUP BY u.\`company_id\`, u.internal_id
  HAVING MAX(u.shared_by) = 1
)`;
}

const isPositive = ({type}: Field, value: string): string =>
  type.typeId === Type.Utf8 ? `TRY_CAST(${value} AS BIGINT) > 0` : `${value} > 0`;

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
  {internalId, raw}: Renames,
  {marks, which}: {readonly marks: readonly Mark[]; readonly which: Which},
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
