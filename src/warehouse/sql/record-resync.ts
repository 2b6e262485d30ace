import {valuesTable} from '../../base/sql-layout.ts';
import {whileHeld} from '../../model/lease.ts';

const key = ['run_id', 'company_id', 'resource', 'slice', 'scope'];
const columns = [...key, 'requested_by', 'reason', 'records_read', 'differing'];

export interface ResyncRow {
  readonly runId: string;
  readonly companyId: string;
  readonly resource: string;
  readonly slice: string;
  readonly scope: string;
  readonly requestedBy: string;
  readonly reason: string;
  readonly read: number;
  readonly differing: number;
}

/** Records what was read again on purpose, each once. Parameters :owner, :fence. */
export const recordResync = (
  {resync, lease}: {readonly resync: string; readonly lease: string},
  rows: readonly ResyncRow[],
): string =>
  `MERGE INTO ${resync} AS t
USING (SELECT * FROM ${valuesTable(
    rows.map(row => [
      row.runId,
      row.companyId,
      row.resource,
      row.slice,
      row.scope,
      row.requestedBy,
      row.reason,
      row.read,
      row.differing,
    ]),
    {indent: 0, columns},
  )} WHERE ${whileHeld(lease)}) AS s
ON ${key.map(name => `t.${name} = s.${name}`).join(' AND ')}
WHEN NOT MATCHED THEN INSERT (${columns.join(', ')}, recorded_at)
VALUES (${columns.map(name => `s.${name}`).join(', ')}, current_timestamp())`;
