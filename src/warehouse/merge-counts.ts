import type {MergeCounts, StatementRow} from '../model/ports.ts';

/** What a MERGE says it did; nothing where it says nothing. */
export function countsIn([row]: readonly StatementRow[]): MergeCounts {
  return {inserted: Number(row?.['num_inserted_rows'] ?? 0), updated: Number(row?.['num_updated_rows'] ?? 0)};
}
