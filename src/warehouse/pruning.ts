import type {LoadId} from '../model/names.ts';
import type {Table} from '../model/table.ts';
import type {FinishedLoad} from './held-state.ts';

export interface Pruning {
  /** Loads to remove from each table's staging. */
  readonly byTable: ReadonlyMap<Table, readonly LoadId[]>;
  /** Loads of which nothing is left then. */
  readonly pruned: readonly LoadId[];
}

/**
 * Which staging rows go with these loads, whose files are gone: theirs, and those of whatever finished no later. So
 * what an earlier run left, killed between the files and the rows, goes too. Lines lie in tables named after their
 * resource.
 */
export function pruningOf(
  {tables, loads}: {readonly tables: readonly Table[]; readonly loads: readonly LoadId[]},
  finished: readonly FinishedLoad[],
): Pruning {
  const removed = new Set(loads);
  const newestMs = Math.max(
    ...finished.filter(load => removed.has(load.loadId)).map(load => load.finishedAt.getTime()),
  );
  const due = finished.filter(load => load.finishedAt.getTime() <= newestMs);
  const pairs = tables.map(
    table => [table, due.filter(load => belongsTo(table, load)).map(load => load.loadId)] as const,
  );
  const own = new Set<string>(tables.map(table => table.name));
  return {
    byTable: new Map(pairs.filter(([, ids]) => ids.length > 0)),
    pruned: due.filter(load => own.has(load.resource)).map(load => load.loadId),
  };
}

const belongsTo = ({name}: Table, {resource}: FinishedLoad): boolean =>
  name === resource || name.startsWith(`${resource}_`);
