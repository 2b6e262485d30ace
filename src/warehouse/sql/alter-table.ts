import type {Field} from 'apache-arrow';
import {quoteIdentifier, quoteLiteral} from '../../base/quoting.ts';
import {lines} from '../../base/sql-layout.ts';
import {columnSpec, commentOf, sqlType} from '../../model/column.ts';

export const addColumns = (name: string, fields: readonly Field[]): string =>
  `ALTER TABLE ${name} ADD COLUMNS (\n${lines(
    fields.map(field => columnSpec(field)),
    2,
  )}\n)`;

/** Delta widens a column's type only where this is on; it is turned on by the first widening and not before. */
export const allowWidening = (name: string): string =>
  `ALTER TABLE ${name} SET TBLPROPERTIES ('delta.enableTypeWidening' = 'true')`;

/** Comments on a column that stands there already. */
export const commentColumn = (name: string, field: Field): string =>
  `ALTER TABLE ${name} ALTER COLUMN ${quoteIdentifier(field.name)} COMMENT ${quoteLiteral(commentOf(field))}`;

export const widenColumn = (name: string, field: Field): string =>
  `ALTER TABLE ${name} ALTER COLUMN ${quoteIdentifier(field.name)} TYPE ${sqlType(field.type)}`;
