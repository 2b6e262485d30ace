import {quoteIdentifier, quoteLiteral} from './quoting.ts';

/** Items under each other, separated by commas, each line so far from the margin. */
export const lines = (items: readonly string[], indent: number): string => {
  const margin = ' '.repeat(indent);
  return items.map(item => margin + item.replaceAll('\n', `\n${margin}`)).join(',\n');
};

/** A block of text moved from the margin. */
export const indented = (text: string, indent: number): string => {
  const margin = ' '.repeat(indent);
  return text.replaceAll(/^(?=.)/gm, margin);
};

/** `t.`name``: a column of an aliased table. */
export const columnOf = (alias: string, name: string): string => `${alias}.${quoteIdentifier(name)}`;

export const nameList = (names: readonly string[]): string => names.map(quoteIdentifier).join(', ');

export const literalList = (texts: readonly string[]): string => texts.map(quoteLiteral).join(', ');

/** A value as a literal: text quoted, the absent NULL. */
export function literalOf(value: string | number | boolean | undefined): string {
  if (value === undefined) return 'NULL';
  return typeof value === 'string' ? quoteLiteral(value) : String(value);
}

/** Rows written out as a table: `(VALUES …) AS v(names)`, begun on a line so far from the margin. */
export function valuesTable(
  rows: ReadonlyArray<ReadonlyArray<string | number | boolean | undefined>>,
  {columns, indent}: {columns: readonly string[]; indent: number},
): string {
  const written = rows.map(row => `(${row.map(literalOf).join(', ')})`);
  return `(VALUES\n${lines(written, indent + 2)}\n${' '.repeat(indent)}) AS v(${columns.join(', ')})`;
}
