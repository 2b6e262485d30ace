import {type Field, Schema} from 'apache-arrow';
import {column, count, instant, localTime, text, whole} from './column.ts';
import type {TableName} from './names.ts';

/** What we keep of a resource: its own records, or the objects of one array in them. */
export interface Table {
  readonly name: TableName;
  readonly comment: string;
  /** The business columns, in order. */
  readonly schema: Schema;
  /** True for a table of lines: it has parent_record_id and position too. */
  readonly ofLines: boolean;
}

/** A table of what a room knows itself, beside what it keeps of the resources. */
export interface ControlTable {
  readonly name: string;
  readonly comment: string;
  readonly fields: readonly Field[];
}

const companyColumn = column('company_id', text, {comment: 'The configured company, one per legal entity'});
const recordIdColumn = column('record_id', text, {comment: "Visma's key as one text, parts percent-escaped"});
const parentColumns = [
  column('parent_record_id', text, {comment: 'The record that this line belongs to'}),
  column('position', count, {comment: "The place in its record's array, from 0"}),
];
const stampColumn = column('last_modified_date_time', localTime, {
  comment: "Visma's own stamp of the content that stands here, as sent; it carries no zone",
});
const contentColumns = [
  column('_record', text, {comment: 'This object as JSON as received, digits exact'}),
  column('_hash', text, {comment: 'Content hash of _record, blind to key order and re-stamps'}),
  column('_errors', text, {comment: 'Null, or JSON naming each field whose value did not fit its column'}),
];
const historyColumns = [
  column('_load_id', text, {comment: 'The load that last changed, marked or revived the row'}),
  column('_ingested_at', instant, {comment: 'When that was'}),
  column('_commit', whole, {comment: 'In which commit that was; it only grows'}),
  column('_first_seen_at', instant, {comment: 'When the key first appeared; null for rows of a first load'}),
  column('_deleted_at', instant, {comment: 'When it was found gone in Visma; null for live rows'}),
];
/** The name of the staged column that says which arrays of a record did not arrive. */
export const absentName = '_absent';
const absentColumn = column(absentName, text, {
  comment: 'Null, or the arrays of this record that did not arrive, between commas: their lines stay as they are',
});
/** Columns of ours that staging tables of earlier versions lack: they are added empty. */
export const laterNames: ReadonlySet<string> = new Set([absentName]);
const stagedColumns = [
  column('_load_id', text, {comment: 'The load that these rows came with'}),
  column('_place', whole, {comment: 'The place of the record, or of the record that a line belongs to, in its pass'}),
];

const leading = (table: Table): readonly Field[] => [
  companyColumn,
  recordIdColumn,
  ...(table.ofLines ? parentColumns : []),
  stampColumn,
  ...table.schema.fields,
  ...contentColumns,
];

/** The columns that are compared and written by MERGE: everything that comes from a part. */
export const contentColumnsOf = leading;

/** The columns of the raw table, in order. */
export const rawSchema = (table: Table): Schema => new Schema([...leading(table), ...historyColumns]);

/** The columns of the staging table and of the Parquet parts, in order. */
export const stagingSchema = (table: Table): Schema =>
  new Schema([...leading(table), ...stagedColumns, ...(table.ofLines ? [] : [absentColumn])]);

/** Names that no business column may take. */
export const reservedNames: ReadonlySet<string> = new Set(
  [
    companyColumn,
    recordIdColumn,
    ...parentColumns,
    stampColumn,
    ...contentColumns,
    ...historyColumns,
    ...stagedColumns,
    absentColumn,
  ].map(field => field.name),
);
