import {Schema} from 'apache-arrow';
import type {Json} from '../base/exact-json.ts';
import type {Batch} from '../model/batch.ts';
import {column, text, whole} from '../model/column.ts';
import {type CompanyId, type LoadId, tableName} from '../model/names.ts';
import type {Resource} from '../model/resource.ts';
import type {Protector} from './protection.ts';

/** Where rows come from: the same for every row of a load. */
export interface RowContext {
  readonly resource: Resource;
  readonly companyId: CompanyId;
  readonly loadId: LoadId;
  /** Absent where nothing of the resource is protected. */
  readonly protect?: Protector;
}

/** What has no row, and why. The record goes to control.reject and nowhere else. */
export interface Refusal {
  /** The place in its pass of the record, or of the record that the item belongs to. */
  readonly place: number;
  /** Names of properties, never a value. */
  readonly reason: string;
  /** JSON. */
  readonly record: string;
}

export const refusal = (place: number, reason: string, value: Json | undefined): Refusal => ({
  place,
  reason,
  record: JSON.stringify(value ?? null),
});

/** The columns of a part of control.reject; its values are staged as text, as everywhere. */
export const rejectSchema = new Schema([
  column('company_id', text, {comment: 'The configured company, one per legal entity'}),
  column('resource', text, {comment: 'What was read'}),
  column('load_id', text, {comment: 'The load that it would have come with'}),
  column('place', whole, {comment: 'The place of the record in its pass'}),
  column('reason', text, {comment: 'Why it has no row'}),
  column('record', text, {comment: 'What was refused, as JSON'}),
]);

const rejectColumns = rejectSchema.fields.map(field => field.name);

/** Refusals as rows of control.reject. */
export function rejectBatch(refusals: readonly Refusal[], {resource, companyId, loadId}: RowContext): Batch {
  const all = (value: string): string[] => new Array<string>(refusals.length).fill(value);
  return {
    table: tableName('reject'),
    columns: rejectColumns,
    values: [
      all(companyId),
      all(resource.name),
      all(loadId),
      refusals.map(({place}) => String(place)),
      refusals.map(({reason}) => reason),
      refusals.map(({record}) => record),
    ],
    rows: refusals.length,
  };
}
