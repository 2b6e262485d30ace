import type {Field} from 'apache-arrow';
import {columnRows} from '../model/column.ts';
import type {TableName} from '../model/names.ts';
import type {StatementRow} from '../model/ports.ts';
import {isAbsent, type Sender} from './sender.ts';
import {addColumns as addSql} from './sql/alter-table.ts';
import {describeTable} from './sql/describe-table.ts';

/** A column as it stands in the workspace. */
export interface HeldColumn {
  /** In lower case. */
  readonly type: string;
  readonly comment: string;
}

/** Columns by their lower-case name. */
export type Held = ReadonlyMap<string, HeldColumn>;

/** A table by its quoted name, and the resource's table that it is a form of. */
export interface HeldTable {
  readonly name: string;
  readonly table?: TableName;
}

/** The columns of a table; undefined where there is no such table. */
export async function readColumns(
  sender: Sender,
  {name, ...facts}: HeldTable,
  signal?: AbortSignal,
): Promise<Held | undefined> {
  try {
    const rows = await sender.send({sql: describeTable(name), label: 'describe', ...facts}, signal);
    return new Map(columnRows(rows).map(row => [String(row['col_name']).toLowerCase(), heldColumnOf(row)]));
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined;
    throw thrown;
  }
}

/** Adds columns; safe to repeat. */
export async function addColumns(
  sender: Sender,
  {name, fields, ...facts}: HeldTable & {readonly fields: readonly Field[]},
  signal?: AbortSignal,
): Promise<void> {
  try {
    await sender.send({sql: addSql(name, fields), label: 'alter', ...facts}, signal);
  } catch (thrown) {
    // Columns that are there already are refused: so it is when the answer to the first attempt was lost.
    const held = await readColumns(sender, {name, ...facts}, signal);
    if (!fields.every(field => held?.has(field.name.toLowerCase()))) throw thrown;
  }
}

const heldColumnOf = ({data_type: type, comment}: StatementRow): HeldColumn => ({
  type: normalType(String(type)),
  comment: String(comment ?? ''),
});

export const normalType = (type: string): string => type.toLowerCase().replaceAll(' ', '');
