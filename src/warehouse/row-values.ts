import {SyncError} from '../base/errors.ts';
import type {StatementRow} from '../model/ports.ts';

export const has = (row: StatementRow, name: string): boolean => row[name] !== null && row[name] !== undefined;

/** A text; throws `data` for anything else, as its neighbours do: somebody else has written there. */
export function textOf(row: StatementRow, name: string): string {
  const value = row[name];
  if (typeof value === 'string') return value;
  throw spoilt(name);
}

export function numberOf(row: StatementRow, name: string): number {
  const value = row[name];
  const number = value === null || value === undefined || value instanceof Date ? Number.NaN : Number(value);
  if (Number.isFinite(number)) return number;
  throw spoilt(name);
}

export function instantOf(row: StatementRow, name: string): Date {
  const value = row[name];
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value;
  throw spoilt(name);
}

const spoilt = (column: string): SyncError =>
  new SyncError('data', `a row of the control tables has no usable ${column}`, {facts: {column}});
