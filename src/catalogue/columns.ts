import type {DataType, Field} from 'apache-arrow';
import * as types from '../model/column.ts';
import {reservedNames} from '../model/table.ts';

/**
 * Builders of columns: each takes the path of the value in the record (dots between objects) and what it means; the
 * column's name follows from the path.
 */
type ColumnBuilder = (path: string, comment: string) => Field;

/**
 * The column's name for a path: snake_case, objects joined by underscores, a run of capitals one word
 * (`glAccounts.expenseEUAccount` → `gl_accounts_expense_eu_account`). A name that the tables use themselves takes a
 * trailing underscore.
 */
export function columnName(path: string): string {
  const name = path
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toLowerCase();
  return reservedNames.has(name) ? `${name}_` : name;
}

const builder =
  (type: DataType): ColumnBuilder =>
  (path, comment) =>
    types.column(columnName(path), type, {path, comment});

/** The same column under a name that does not follow from its path. */
export const renamed = (field: Field, name: string): Field => types.column(name, field.type, optionsOf(field));

/**
 * A column that yields its name, with a trailing underscore: another path of the same record gives the same name
 * (`salesPersonID` beside `salesPerson.id`).
 */
export const yielding = (field: Field): Field => renamed(field, `${field.name}_`);

/**
 * A column that says something of a person, or names a bank account: it is protected unless the configuration says
 * otherwise. Only texts are: an id of the database says nothing outside of it.
 */
export const personal = (field: Field): Field =>
  types.column(field.name, field.type, {...optionsOf(field), personal: true});

const optionsOf = (field: Field): types.ColumnOptions => ({
  path: types.pathOf(field).join('.'),
  comment: types.commentOf(field),
  personal: types.isPersonal(field),
});

/** Money, quantities, prices and percentages. */
export const amount = builder(types.amount);
/** Exchange rates and tax rates. */
export const rate = builder(types.rate);
/** Names, codes, enums, ids that are texts, row versions. */
export const text = builder(types.text);
/** Whole numbers, ids among them. */
export const whole = builder(types.whole);
export const flag = builder(types.flag);
/** A date without a time: Visma sends it as midnight. */
export const day = builder(types.day);
/** A date with a time, without zone. */
export const time = builder(types.localTime);

/** What the list was asked for, where its records do not say it themselves: see Slicing. */
export const asked: ColumnBuilder = (parameter, comment) => text(`asked.${parameter}`, comment);
