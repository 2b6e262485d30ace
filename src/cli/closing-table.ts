import type {PassReport, Report, TableReport} from '../model/report.ts';
import {type Cell, textTable} from './text-table.ts';

const counted = ['read', 'new', 'changed', 'unchanged', 'gone', 'refused'] as const;
const columns = [...counted, 'calls', 'statements', 'seconds'] as const;

type Line = Readonly<Partial<Record<(typeof columns)[number], number>>>;

/**
 * What a run did: a line for each table, over all companies. What was read from Visma, refused, called and how long
 * that took is known of a resource, so that it stands at the resource's own table. The last line counts the whole run,
 * with the calls and statements that belong to no table.
 */
export function closingTable({passes, tables, calls, statements, seconds}: Report): string {
  const byName = new Map<string, TableReport>(tables.map(table => [table.table, table]));
  const names = [...new Set<string>([...passes.map(({resource}) => resource), ...byName.keys()])].sort();
  const lines = names.map(name => {
    const ofResource = passes.filter(({resource}) => resource === name);
    return {...ofTable(byName.get(name)), ...ofPasses(ofResource)};
  });
  const total: Line = {
    ...Object.fromEntries(counted.map(name => [name, sum(lines, name)])),
    calls,
    statements,
    seconds,
  };
  const rows = [...lines, total].map((line, index): readonly Cell[] => [
    names[index] ?? 'in all',
    ...columns.map(name => line[name]),
  ]);
  return textTable(['table', ...columns], rows);
}

const ofTable = (table: TableReport | undefined): Line => {
  if (!table) return {};
  const {table: _, ...counts} = table;
  return counts;
};

const ofPasses = (passes: readonly PassReport[]): Line =>
  passes.length === 0
    ? {}
    : {
        read: sum(passes, 'read'),
        refused: sum(passes, 'refused'),
        calls: sum(passes, 'calls'),
        seconds: Math.round(sum(passes, 'seconds') * 1000) / 1000,
      };

function sum<Name extends string>(lines: ReadonlyArray<Readonly<Partial<Record<Name, number>>>>, name: Name): number {
  return lines.reduce((total, line) => total + (line[name] ?? 0), 0);
}
