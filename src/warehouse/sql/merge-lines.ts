import type {Field} from 'apache-arrow';
import {quoteIdentifier, quoteLiteral} from '../../base/quoting.ts';
import {lines} from '../../base/sql-layout.ts';
import {whileHeld} from '../../model/lease.ts';
import {absentName} from '../../model/table.ts';
import {compared, mergeRows, sourceOf} from './merge-rows.ts';
import {
  everFirst,
  lastRead,
  loadsMember,
  type Mark,
  marksMember,
  missingMember,
  readOrder,
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
  /** The array by its path, if some of these loads' records came without it or with a part of it. */
  readonly absent?: string | undefined;
}

/**
 * Replaces each parent's lines as a set: those of the parent's last-read occurrence, none included, and none where the
 * parent is gone. If the array did not arrive, the lines that are held stay. It is decided from staging and from what
 * the parents' raw rows say of themselves, and never from whether such a row changed or is marked, so that it is right
 * wherever an earlier run died. Parameters :owner, :fence.
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
      ...parentMembers(merge, renames),
      ...(away.length > 0 ? [servedMember(parent.staging)] : []),
      ...(marks.length > 0 ? [marksMember(marks), missingMember(which)] : []),
      ...(renames ? [renamedMember(renames, which)] : []),
      lineMember(merge),
      ...presentMembers(merge),
      touchedMember(merge, away),
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

/**
 * Of each company the live lines, and how many records that stay would have less of than before. Lines that others
 * replace are not lost, and lines go with a record that goes.
 */
export function countLostLines(
  merge: Pick<MergeLines, 'raw' | 'staging' | 'parent' | 'content' | 'loads' | 'absent'>,
): string {
  const {raw, loads, parent, absent} = merge;
  const content = merge.content.filter(({name}) => ['company_id', 'record_id', 'parent_record_id'].includes(name));
  const counted: MergeLines = {...merge, content, lease: '', marks: [], lacking: new Set()};
  const renames = parent.internalId && {...parent, internalId: parent.internalId};
  const members = [
    loadsMember(loads),
    ...(renames ? [bearerMember(renames)] : []),
    ...parentMembers(counted, renames),
    lineMember(counted),
    ...presentMembers(counted),
    servedLines,
    `held AS (
  SELECT r.\`company_id\`, r.\`parent_record_id\` AS \`record_id\`, COUNT(*) AS lines
  FROM ${raw} AS r
  WHERE r.\`_deleted_at\` IS NULL
  GROUP BY r.\`company_id\`, r.\`parent_record_id\`
)`,
  ];
  const lost = 'SUM(CASE WHEN p.`record_id` IS NULL THEN 0 ELSE GREATEST(h.lines - COALESCE(c.lines, 0), 0) END)';
  return `WITH ${members.join(',\n')}
SELECT h.\`company_id\` AS company_id, SUM(h.lines) AS live, ${lost} AS gone
FROM held AS h
LEFT JOIN parent AS p
  ON h.\`company_id\` = p.\`company_id\` AND h.\`record_id\` = p.\`record_id\`
    AND p.is_taken AND NOT p.\`_gone\`${absent === undefined ? '' : ' AND p.known IS NOT NULL'}
LEFT JOIN served_lines AS c ON h.\`company_id\` = c.\`company_id\` AND h.\`record_id\` = c.\`record_id\`
GROUP BY h.\`company_id\`
HAVING ${lost} > 0`;
}

const servedLines = `served_lines AS (
  SELECT \`company_id\`, \`parent_record_id\` AS \`record_id\`, COUNT(*) AS lines
  FROM present
  GROUP BY \`company_id\`, \`parent_record_id\`
)`;

/** Of each parent the occurrence that was read last. */
function parentMembers(merge: MergeLines, renames: Renames | undefined): readonly string[] {
  const {parent, absent} = merge;
  if (absent !== undefined) return parentsThatLack(absent, merge, renames);
  return [
    `parent AS (
  SELECT s.\`company_id\`, s.\`record_id\`, s.\`_load_id\`, s.\`_place\`, l.is_taken, ${isGone(renames)} AS \`_gone\`
  FROM ${parent.staging} AS s
  JOIN loads AS l ON s.\`_load_id\` = l.load_id${renames ? `\n  ${bearerJoin(renames)}` : ''}
  QUALIFY ${lastRead.replaceAll('\n', '\n  ')}
)`,
  ];
}

/** The same, with what is known of the array: `known` is the age of the newest occurrence that came with all of it. */
const parentsThatLack = (absent: string, {parent}: MergeLines, renames: Renames | undefined): readonly string[] => [
  `occurrence AS (
  SELECT s.\`company_id\`, s.\`record_id\`, s.\`_load_id\`, s.\`_place\`, l.is_taken,
    ${isGone(renames)} AS \`_gone\`,
    COALESCE(instr(s.${quoteIdentifier(absentName)}, ${quoteLiteral(`,${absent},`)}), 0) = 0 AS is_known,
    ${readOrder} AS age
  FROM ${parent.staging} AS s
  JOIN loads AS l ON s.\`_load_id\` = l.load_id${renames ? `\n  ${bearerJoin(renames)}` : ''}
)`,
  `known AS (
  SELECT \`company_id\`, \`record_id\`, MIN(age) AS age
  FROM occurrence
  WHERE is_known AND is_taken
  GROUP BY \`company_id\`, \`record_id\`
)`,
  `parent AS (
  SELECT o.*, k.age AS known
  FROM occurrence AS o
  LEFT JOIN known AS k ON o.\`company_id\` = k.\`company_id\` AND o.\`record_id\` = k.\`record_id\`
  WHERE o.age = 1
)`,
];

const lineMember = ({staging, content, lacking}: MergeLines): string => `line AS (
  SELECT
${lines([...content.map(field => stagedColumn(field, lacking)), 's.`_load_id`', 's.`_place`', everFirst], 4)}
  FROM ${staging} AS s
  JOIN loads AS l ON s.\`_load_id\` = l.load_id
)`;

/** The occurrence's own lines: a load and a place in it name an occurrence. */
function presentMembers({absent}: MergeLines): readonly string[] {
  if (absent !== undefined) return presentOfParts;
  return [
    `present AS (
  SELECT n.*, false AS \`_gone\`
  FROM line AS n
  JOIN parent AS p ON n.\`_load_id\` = p.\`_load_id\` AND n.\`_place\` = p.\`_place\`
  WHERE p.is_taken AND NOT p.\`_gone\`
)`,
  ];
}

/** The same, where lines that came of an array that did not arrive whole are written over what is known of it. */
const presentOfParts: readonly string[] = [
  `offered AS (
  SELECT n.\`company_id\`, n.\`record_id\`, o.\`_load_id\`, o.\`_place\`, o.age
  FROM line AS n
  JOIN occurrence AS o ON n.\`_load_id\` = o.\`_load_id\` AND n.\`_place\` = o.\`_place\`
  JOIN parent AS p ON o.\`company_id\` = p.\`company_id\` AND o.\`record_id\` = p.\`record_id\`
  WHERE p.is_taken AND NOT p.\`_gone\` AND o.is_taken AND (p.known IS NULL OR o.age <= p.known)
)`,
  `newest AS (
  SELECT \`company_id\`, \`record_id\`, MIN(age) AS age
  FROM offered
  GROUP BY \`company_id\`, \`record_id\`
)`,
  `present AS (
  SELECT n.*, false AS \`_gone\`
  FROM line AS n
  JOIN offered AS o
    ON n.\`company_id\` = o.\`company_id\` AND n.\`record_id\` = o.\`record_id\`
      AND n.\`_load_id\` = o.\`_load_id\` AND n.\`_place\` = o.\`_place\`
  JOIN newest AS w ON o.\`company_id\` = w.\`company_id\` AND o.\`record_id\` = w.\`record_id\` AND o.age = w.age
)`,
];

/** The parents whose set of lines is known now. */
function touchedMember({absent}: MergeLines, away: readonly string[]): string {
  const known = absent === undefined ? '' : ' AND (`_gone` OR known IS NOT NULL)';
  const others = away.map(member => `\n  UNION ALL\n  SELECT * FROM ${member}`).join('');
  return `touched AS (
  SELECT \`company_id\`, \`record_id\`, \`_load_id\` FROM parent WHERE is_taken${known}${others}
)`;
}

/** Live lines of these parents which are not among the set. */
const goneMember = (raw: string): string => `gone AS (
  SELECT r.\`company_id\`, r.\`record_id\`, p.\`_load_id\`
  FROM ${raw} AS r
  JOIN touched AS p ON r.\`company_id\` = p.\`company_id\` AND r.\`parent_record_id\` = p.\`record_id\`
  LEFT JOIN present AS n ON r.\`company_id\` = n.\`company_id\` AND r.\`record_id\` = n.\`record_id\`
  WHERE r.\`_deleted_at\` IS NULL AND n.\`record_id\` IS NULL
)`;
