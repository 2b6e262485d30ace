import type {Batch} from '../model/batch.ts';
import {gonePlace} from '../model/load.ts';
import {stagingSchema} from '../model/table.ts';
import type {RowContext} from './reject.ts';

/** Records that are gone, as rows of their table: the key, the load, and the place that says so; all else is null. */
export function goneBatch(recordIds: readonly string[], {resource, companyId, loadId}: RowContext): Batch {
  const {table} = resource;
  const columns = stagingSchema(table).fields.map(field => field.name);
  const said = new Map<string, (recordId: string) => string>([
    ['company_id', () => companyId],
    ['record_id', recordId => recordId],
    ['_load_id', () => loadId],
    ['_place', () => String(gonePlace)],
  ]);
  const values = columns.map(name => recordIds.map(recordId => said.get(name)?.(recordId) ?? null));
  return {table: table.name, columns, values, rows: recordIds.length};
}
