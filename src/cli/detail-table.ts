import {isRawNumber, type Json, type JsonObject} from '../base/exact-json.ts';
import {type Cell, textTable} from './text-table.ts';

/** Rows of whatever shape as one table: a column for each name that any row bears, in the order of first sight. */
export function detailTable(rows: readonly JsonObject[]): string {
  const names = [...new Set(rows.flatMap(row => Object.keys(row)))];
  return names.length === 0
    ? '(none)'
    : textTable(
        names,
        rows.map(row => names.map(name => toCell(row[name]))),
      );
}

function toCell(value: Json | undefined): Cell {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' || typeof value === 'string') return value;
  return isRawNumber(value) ? value.rawJSON : JSON.stringify(value);
}
