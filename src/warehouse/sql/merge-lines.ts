import type {Field} from 'apache-arrow';
import {lines} from '../../base/sql-layout.ts';
import {whileHeld} from '../../model/lease.ts';
import {compared, mergeRows, sourceOf} from './merge-rows.ts';
import {
  everFirst,
  lastRead,
  loadsMember,
  type Mark,
  marksMember,
  missingMember,
  type StagedLoad,
  servedMember,
  stagedColumn,
} from './occurrence.ts';
import {bearerJoin, bearerMember, isGone, type Renames, renamedMember} from './renames.ts';

export interface MergeLines {
  /** The lines' tables, quoted, as are the other names. */
  readonly raw: string;
  readonly staging: string;
  /** The tables of the records that the lines belong to. */
  readonly parent: {
    readonly raw: string;
    readonly staging: string;
    /** The column with the id that stays when the key is changed; absent where there is none. */
    readonly internalId?: Field | undefined;
    readonly lacking: ReadonlySet<string>;
  };
  readonly lease: string;
  readonly content: readonly Field[];
  readonly loads: readonly StagedLoad[];
  readonly marks: readonly Mark[];
  /** Columns that a part of these loads lacks. */
  readonly lacking: ReadonlySet<string>;
  /** True if the loads were read again on purpose: a row is then compared by every column. */
  readonly reread?: boolean;
}

/**
 * Replaces each parent's lines as a set: those of the parent's last-read occurrence, none included, and none where the
 * parent is gone. It is decided from staging and from what the parents' raw rows say of themselves, and never from
 * whether such a row changed or is marked, so that it is right wherever an earlier run died. Parameters :owner, :fence.
 */
export function mergeLines(merge: MergeLines): string {
  const {raw, lease, content, loads, marks, parent} = merge;
  const names = content.map(field => field.name);
  const renames = parent.internalId && {...parent, internalId: parent.internalId};
  const away = [...(marks.length > 0 ? ['missing'] : []), ...(renames ? ['renamed'] : [])];
  const which = {raw: parent.raw, marks, which: 'all'} as const;
  const source = sourceOf({
    members: [
      loadsMember(loads),
      ...(renames ? [bearerMember(renames)] : []),
      parentMember(merge, renames),
      ...(away.length > 0 ? [servedMember(parent.staging)] : []),
      ...(marks.length > 0 ? [marksMember(marks), missingMember(which)] : []),
      ...(renames ? [renamedMember(renames, which)] : []),
      lineMember(merge),
      presentMember,
      touchedMember(away),
      goneMember(raw),
    ],
    content: names,
    taken: 'present',
    gone: ['gone'],
    condition: whileHeld(lease),
  });
  return mergeRows({
    target: raw,
    source,
    content: names,
    compared: merge.reread ? compared(names) : ['_hash', 'position'],
  });
}

/** Of each parent the occurrence that was read last. */
const parentMember = ({parent}: MergeLines, renames: Renames | undefined): string => `parent AS (
  SELECT s.\`company_id\`, s.\`record_id\`, s.\`_load_id\`, s.\`_place\`, l.is_taken, ${isGone(renames)} AS \`_gone\`
  FROM ${parent.staging} AS s
  JOIN loads AS l ON s.\`_load_id\` = l.load_id${renames ? `\n  ${bearerJoin(renames)}` : ''}
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
  SELECT n.*, false AS \`_gone\`
  FROM line AS n
  JOIN parent AS p ON n.\`_load_id\` = p.\`_load_id\` AND n.\`_place\` = p.\`_place\`
  WHERE p.is_taken AND NOT p.\`_gone\`
)`;

/** The parents whose set of lines is known now. */
const touchedMember = (away: readonly string[]): string =>
  `touched AS (
  SELECT \`company_id\`, \`record_id\`, \`_load_id\` FROM parent WHERE is_taken${away
    .map(member => `\n  UNION ALL\n  SELECT * FROM ${member}`)
    .join('')}
)`;

/** Live lines of these parents which are not among the set. */
const goneMember = (raw: string): string => `gone AS (
  SELECT r.\`company_id\`, r.\`record_id\`, p.\`_load_id\`
  FROM ${raw} AS r
  JOIN touched AS p ON r.\`company_id\` = p.\`company_id\` AND r.\`parent_record_id\` = p.\`record_id\`
  LEFT JOIN present AS n ON r.\`company_id\` = n.\`company_id\` AND r.\`record_id\` = n.\`record_id\`
  WHERE r.\`_deleted_at\` IS NULL AND n.\`record_id\` IS NULL
)`;
