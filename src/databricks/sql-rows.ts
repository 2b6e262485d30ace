import {SyncError} from '../base/errors.ts';
import type {StatementRow} from '../model/ports.ts';

type Value = StatementRow[string];

/** The driver's rows as plain ones: BIGINT as bigint, DECIMAL as text. Throws `protocol` for values of other types. */
export function toRows(rows: readonly object[], label: string): readonly StatementRow[] {
  return rows.map(row =>
    Object.fromEntries(Object.entries(row).map(([column, value]) => [column, toValue(value, {label, column})])),
  );
}

function toValue(value: unknown, {label, column}: {label: string; column: string}): Value {
  if (value === null || value === undefined) return null;
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return value;
    default:
      break;
  }
  if (value instanceof Date) return value;
  if (isInt64(value)) return BigInt.asIntN(64, BigInt(`0x${value.toOctetString()}`));
  throw new SyncError('protocol', `${label}: the column ${column} is of a type that no statement asks for`, {
    facts: {statement: label, column},
  });
}

/** Thrift's 64-bit integer, known by its shape: its package is the driver's and not ours. */
interface Int64 {
  /** Its eight bytes in hexadecimal digits. */
  toOctetString(): string;
}

const isInt64 = (value: unknown): value is Int64 =>
  typeof value === 'object' && value !== null && 'toOctetString' in value && typeof value.toOctetString === 'function';
