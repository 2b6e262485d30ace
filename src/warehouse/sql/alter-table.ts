import type {Field} from 'apache-arrow';
import {quoteIdentifier} from '../../base/quoting.ts';
import {sqlType} from '../../model/column.ts';
import {columnSpec} from './create-table.ts';
import {lines} from './layout.ts';

export const addColumns = (name: string, fields: readonly Field[]): string =>
  `ALTER TABLE ${name} ADD COLUMNS (\n${lines(
    fields.map(field => columnSpec(field)),
    2,
  )}\n)`;

/** Delta widens a column's type only where this is on; it is turned on by the first widening and not before. */
export const allowWidening = (name: string): string =>
  `ALTER TABLE ${name} SET TBLPROPERTIES ('delta.enableTypeWidening' = 'true')`;

export const widenColumn = (name: string, field: Field): string =>
  `ALTER TABLE ${name} ALTER COLUMN ${quoteIdentifier(field.name)} TYPE ${sqlType(field.type)}`;
