import {quoteLiteral} from '../../base/quoting.ts';
import {valuesTable} from '../../base/sql-layout.ts';
import {generalLedger} from '../../model/general-ledger.ts';
import {whileHeld} from '../../model/lease.ts';
import {type Places, type SourceTable, sourceTables} from '../places.ts';

/** How far the raw tables are, and how far the ledger is with them; fails where a table is not there. */
export const readProgress = ({raw, control}: Places): string =>
  [
    ...[...sourceTables, generalLedger].map(
      table => `SELECT
  'held' AS kind,
  ${quoteLiteral(table)} AS table_name,
  MAX(_commit) AS newest_commit,
  CAST(NULL AS STRING) AS fingerprint
FROM ${raw(table)}`,
    ),
    `SELECT 'taken' AS kind, table_name, taken_commit AS newest_commit, fingerprint
FROM ${control('ledger_checkpoint')}`,
  ].join('\nUNION ALL\n');

/** Moves the ledger's checkpoint. Parameters :owner, :fence, :run_id, :fingerprint. */
export const moveProgress = ({control}: Places, taken: ReadonlyArray<readonly [SourceTable, number]>): string =>
  `MERGE INTO ${control('ledger_checkpoint')} AS t
USING (
  SELECT table_name, CAST(taken_commit AS BIGINT) AS taken_commit
  FROM ${valuesTable(taken, {columns: ['table_name', 'taken_commit'], indent: 2})}
  WHERE ${whileHeld(control('lease'))}
) AS s
ON t.table_name = s.table_name
WHEN MATCHED THEN UPDATE SET
  taken_commit = s.taken_commit,
  fingerprint = :fingerprint,
  run_id = :run_id,
  taken_at = current_timestamp()
WHEN NOT MATCHED THEN INSERT (table_name, taken_commit, fingerprint, run_id, taken_at)
VALUES (s.table_name, s.taken_commit, :fingerprint, :run_id, current_timestamp())`;

/** Records a mapping once. Parameters :owner, :fence, :run_id, :fingerprint, :mapping. */
export const recordMapping = ({control}: Places): string =>
  `MERGE INTO ${control('ledger_mapping')} AS t
USING (SELECT 1 AS one WHERE ${whileHeld(control('lease'))}) AS s
ON t.fingerprint = :fingerprint
WHEN NOT MATCHED THEN INSERT (fingerprint, mapping, run_id, applied_at)
VALUES (:fingerprint, :mapping, :run_id, current_timestamp())`;

/** Every mapping that was ever applied. */
export const readMappings = ({control}: Places): string => `SELECT mapping FROM ${control('ledger_mapping')}`;
