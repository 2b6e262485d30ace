import {lines, valuesTable} from '../../base/sql-layout.ts';
import {whileHeld} from '../../model/lease.ts';

/** A checkpoint that a chain of loads moves, from the sequence that it started at. */
export interface Move {
  readonly companyId: string;
  readonly resource: string;
  readonly slice: string;
  readonly from: number;
  readonly sequence: number;
  readonly watermark: string | undefined;
  readonly nextSince: string | undefined;
  readonly tailDigest: string;
  readonly tailRows: number;
  readonly passSeconds: number;
  readonly rowsHeld: number | undefined;
  /** As JSON. */
  readonly resume: string | undefined;
  readonly provisional: boolean | undefined;
  readonly loadId: string;
  /** Of the whole chain, as JSON. */
  readonly loadIds: string;
}

const moved = [
  'sequence',
  'watermark',
  'next_since',
  'tail_digest',
  'tail_rows',
  'pass_seconds',
  'resume',
  'provisional',
  'load_id',
  'load_ids',
];

/**
 * Moves checkpoints, each only from where its chain started, and none once the lease is lost. Parameters :owner,
 * :fence, :run_id.
 */
export function moveCheckpoints(
  {checkpoint, lease}: {checkpoint: string; lease: string},
  moves: readonly Move[],
): string {
  const rows = moves.map(move => [
    move.companyId,
    move.resource,
    move.slice,
    move.from,
    move.sequence,
    move.watermark,
    move.nextSince,
    move.tailDigest,
    move.tailRows,
    move.passSeconds,
    move.resume,
    move.provisional,
    move.loadId,
    move.loadIds,
    move.rowsHeld,
  ]);
  const key = ['company_id', 'resource', 'slice'];
  const inserted = [...key, ...moved, 'rows_held'];
  return `MERGE INTO ${checkpoint} AS t
USING (
  SELECT
${lines(
  [
    ...key,
    'from_sequence',
    'sequence',
    'CAST(watermark AS STRING) AS watermark',
    'CAST(next_since AS STRING) AS next_since',
    'tail_digest',
    'tail_rows',
    'CAST(pass_seconds AS DECIMAL(18,3)) AS pass_seconds',
    'CAST(resume AS STRING) AS resume',
    'CAST(provisional AS BOOLEAN) AS provisional',
    'load_id',
    'load_ids',
    'CAST(rows_held AS BIGINT) AS rows_held',
  ],
  4,
)}
  FROM ${valuesTable(rows, {indent: 2, columns: [...key, 'from_sequence', ...moved, 'rows_held']})}
  WHERE ${whileHeld(lease)}
) AS s
ON ${key.map(name => `t.${name} = s.${name}`).join(' AND ')}
WHEN MATCHED AND t.sequence = s.from_sequence THEN UPDATE SET
${lines(
  [
    ...moved.map(name => `${name} = s.${name}`),
    'rows_held = COALESCE(s.rows_held, t.rows_held)',
    'run_id = :run_id',
    'settled_at = current_timestamp()',
  ],
  2,
)}
WHEN NOT MATCHED AND s.from_sequence = 0 THEN INSERT (${[...inserted, 'run_id', 'settled_at'].join(', ')})
VALUES (${inserted.map(name => `s.${name}`).join(', ')}, :run_id, current_timestamp())`;
}

/** What became of a load. */
export interface Fate {
  readonly loadId: string;
  readonly companyId: string;
  readonly resource: string;
  readonly slice: string;
  readonly sequence: number;
  readonly state: 'settled' | 'set aside';
  readonly reason: string | undefined;
}

const noted = ['load_id', 'company_id', 'resource', 'slice', 'sequence', 'state', 'reason'];

/** Notes the fate of loads, each once. Parameters :owner, :fence, :run_id. */
export function noteLoads({load, lease}: {load: string; lease: string}, fates: readonly Fate[]): string {
  const rows = fates.map(fate => [
    fate.loadId,
    fate.companyId,
    fate.resource,
    fate.slice,
    fate.sequence,
    fate.state,
    fate.reason,
  ]);
  return `MERGE INTO ${load} AS t
USING (
  SELECT load_id, company_id, resource, slice, sequence, state, CAST(reason AS STRING) AS reason
  FROM ${valuesTable(rows, {indent: 2, columns: noted})}
  WHERE ${whileHeld(lease)}
) AS s
ON t.load_id = s.load_id
WHEN NOT MATCHED THEN INSERT (${noted.join(', ')}, run_id, finished_at)
VALUES (${noted.map(name => `s.${name}`).join(', ')}, :run_id, current_timestamp())`;
}
