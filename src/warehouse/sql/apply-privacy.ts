import {quoteIdentifier, quoteLiteral} from '../../base/quoting.ts';
import {columnOf, lines, literalList, valuesTable} from '../../base/sql-layout.ts';
import {whileHeld} from '../../model/lease.ts';

/** One row while the lease is ours, and none once it is lost: what is joined to it then changes nothing. */
const holder = (lease: string): string => `(SELECT 1 AS held WHERE ${whileHeld(lease)}) AS s`;

export interface BlankRows {
  /** The raw table, quoted, as is the lease's. */
  readonly raw: string;
  readonly lease: string;
  /** The columns that are protected from now on. */
  readonly columns: readonly string[];
  /** Where given, only rows whose record has one of these properties in it. */
  readonly holding?: readonly string[];
}

/**
 * Takes the former text out of the rows that are held, marked ones included. JSON can't be edited in SQL that Spark and
 * Delta share, so that `_record` is emptied whole, and `_hash` with it: whatever is read again is written again.
 * Repeated, it finds nothing to do. Parameters :owner, :fence.
 */
export function blankRows({raw, lease, columns, holding}: BlankRows): string {
  const record = columnOf('t', '_record');
  const due =
    holding === undefined
      ? [...['_hash', ...columns].map(name => `${columnOf('t', name)} IS NOT NULL`), `${record} <> '{}'`]
      : holding.map(name => `${record} LIKE ${quoteLiteral(`%"${name}"%`)}`);
  const sets = [
    ...columns.map(name => `${quoteIdentifier(name)} = NULL`),
    "`_record` = '{}'",
    '`_hash` = NULL',
    '`_ingested_at` = current_timestamp()',
    '`_commit` = :fence',
  ];
  return `MERGE INTO ${raw} AS t
USING ${holder(lease)}
ON s.held = 1 AND (${due.join(' OR ')})
WHEN MATCHED THEN UPDATE SET
${lines(sets, 2)}`;
}

/** Takes every row out of a staging table: what waits is set aside and read again. Parameters :owner, :fence. */
export const clearStaging = (staging: string, lease: string): string =>
  `MERGE INTO ${staging} AS t
USING ${holder(lease)}
ON s.held = 1
WHEN MATCHED THEN DELETE`;

/**
 * Makes the next pass of these resources read everything: their windows begin nowhere, and no tail has an empty digest
 * and rows. Sequences stay, so that a checkpoint keeps its place in its chain. Parameters :owner, :fence, :run_id.
 */
export const forgetWindows = (checkpoint: string, lease: string, resources: readonly string[]): string =>
  `MERGE INTO ${checkpoint} AS t
USING ${holder(lease)}
ON s.held = 1 AND t.resource IN (${literalList(resources)})
  AND (t.next_since IS NOT NULL OR t.tail_digest <> '' OR t.resume IS NOT NULL)
WHEN MATCHED THEN UPDATE SET
${lines(
  [
    'next_since = NULL',
    'resume = NULL',
    "tail_digest = ''",
    'tail_rows = GREATEST(t.tail_rows, COALESCE(t.rows_held, 0))',
    'run_id = :run_id',
    'settled_at = current_timestamp()',
  ],
  2,
)}`;

export interface RuledRow {
  readonly resource: string;
  readonly fingerprint: string;
  readonly rules: string;
}

/** Notes the rules under which resources are held from now on. Parameters :owner, :fence, :run_id. */
export const noteRules = (privacy: string, lease: string, rows: readonly RuledRow[]): string =>
  `MERGE INTO ${privacy} AS t
USING (
  SELECT resource, fingerprint, rules
  FROM ${valuesTable(
    rows.map(({resource, fingerprint, rules}) => [resource, fingerprint, rules]),
    {indent: 2, columns: ['resource', 'fingerprint', 'rules']},
  )}
  WHERE ${whileHeld(lease)}
) AS s
ON t.resource = s.resource
WHEN MATCHED AND t.fingerprint <> s.fingerprint THEN UPDATE SET
  fingerprint = s.fingerprint,
  rules = s.rules,
  applied_at = current_timestamp(),
  run_id = :run_id
WHEN NOT MATCHED THEN INSERT (resource, fingerprint, rules, applied_at, run_id)
VALUES (s.resource, s.fingerprint, s.rules, current_timestamp(), :run_id)`;
