import type {TableState} from '../model/key-register.ts';
import type {TableName} from '../model/names.ts';
import type {StatementRow} from '../model/ports.ts';
import {type Resource, tablesOf} from '../model/resource.ts';
import type {SeenCommits} from './fences.ts';
import type {Places} from './places.ts';
import {isAbsent, type Sender} from './sender.ts';
import {tableStates} from './sql/table-states.ts';

interface Doors {
  readonly sender: Sender;
  readonly places: Places;
  readonly seen: SeenCommits;
}

/**
 * Of each of these resources' tables, those of lines included: whether it is there, and its newest `_commit`. One
 * statement while all are there; where one is not, it does not say which, and each is asked for by itself.
 */
export async function readTableStates(
  resources: readonly Resource[],
  doors: Doors,
  signal?: AbortSignal,
): Promise<readonly TableState[]> {
  const names = resources.flatMap(tablesOf).map(table => table.name);
  if (names.length === 0) return [];
  try {
    return await statesOf(names, doors, signal);
  } catch (thrown) {
    if (!isAbsent(thrown)) throw thrown;
  }
  const states: TableState[] = [];
  for (const name of names) states.push(await stateOf(name, doors, signal));
  return states;
}

async function stateOf(table: TableName, doors: Doors, signal?: AbortSignal): Promise<TableState> {
  try {
    const [state] = await statesOf([table], doors, signal);
    return state ?? {table, exists: false};
  } catch (thrown) {
    if (!isAbsent(thrown)) throw thrown;
    return {table, exists: false};
  }
}

async function statesOf(
  names: readonly TableName[],
  {sender, places, seen}: Doors,
  signal?: AbortSignal,
): Promise<readonly TableState[]> {
  const sql = tableStates(names.map(label => ({label, name: places.raw(label)})));
  const rows = await sender.send({sql, label: 'compare'}, signal);
  const commits = new Map(rows.map(row => [row['table_name'], commitIn(row)]));
  seen.note([...commits.values()]);
  return names.map(table => {
    const newestCommit = commits.get(table);
    return {table, exists: true, ...(newestCommit !== undefined && {newestCommit})};
  });
}

function commitIn({newest_commit: commit}: StatementRow): number | undefined {
  return typeof commit === 'bigint' || typeof commit === 'number' ? Number(commit) : undefined;
}
