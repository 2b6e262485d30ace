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
  /** True if the loads were read again on purpose: a row is then compared by every column. */
  readonly reread?: boolean;
  /** The column with the id that stays when the key is changed; absent where there is none. */
  readonly internalId?: Field | undefined;
}

/**
 * Merges the records of these loads. Marked is what they say is gone, what a whole list lacks, and a key whose
 * internal id has come under another one. Parameters :owner, :fence.
 */
export function mergeRecords(merge: MergeRecords): string {
  const {raw, staging, lease, content, loads, marks, lacking, internalId} = merge;
  const names = content.map(field => field.name);
  const renames = internalId && {internalId, raw, staging, lacking};
  const gone = [...(marks.length > 0 ? ['missing'] : []), ...(renames ? ['renamed'] : [])];
  const source = sourceOf({
    members: [
      loadsMember(loads),
      ...(renames ? [bearerMember(renames)] : []),
      occurrenceMember(merge, renames),
      takenMember,
      ...(gone.length > 0 ? [servedMember(staging)] : []),
      ...(marks.length > 0 ? [marksMember(marks), missingMember({raw, marks, which: 'live'})] : []),
      ...(renames ? [renamedMember(renames, {marks, which: 'live'})] : []),
    ],
    content: names,
    taken: 'taken',
    gone,
    condition: whileHeld(lease),
  });
  return mergeRows({target: raw, source, content: names, compared: merge.reread ? compared(names) : ['_hash']});
}

/** Of each key the row that was read last. */
function occurrenceMember({staging, content, lacking}: MergeRecords, renames: Renames | undefined): string {
  const columns = [
    ...content.map(field => stagedColumn(field, lacking)),
    's.`_load_id`',
    'l.is_taken',
    everFirst,
    `${isGone(renames)} AS \`_gone\``,
  ];
  return `occurrence AS (
  SELECT
${lines(columns, 4)}
  FROM ${staging} AS s
  JOIN loads AS l ON s.\`_load_id\` = l.load_id${renames ? `\n  ${bearerJoin(renames)}` : ''}
  QUALIFY ${lastRead.replaceAll('\n', '\n  ')}
)`;
}

const takenMember = 'taken AS (\n  SELECT * FROM occurrence WHERE is_taken\n)';
