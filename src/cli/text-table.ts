import Table from 'cli-table3';

/** A table for people: a line of names, then rows; numbers stand to the right. No colours, so that it can be piped. */
export function textTable(names: readonly string[], rows: ReadonlyArray<readonly Cell[]>): string {
  const rightward = names.map((_, index) => rows.some(row => typeof row[index] === 'number'));
  const table = new Table({
    head: [...names],
    colAligns: rightward.map(isNumber => (isNumber ? 'right' : 'left')),
    chars: {mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': ''},
    style: {head: [], border: []},
  });
  table.push(...rows.map(row => row.map(cell => (typeof cell === 'number' ? String(cell) : printable(cell ?? '')))));
  return table.toString();
}

export type Cell = string | number | undefined;

/** Text from elsewhere on a terminal: control characters would move its cursor or change its colours. */
export const printable = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');
