import {asSyncError} from '../base/errors.ts';
import type {Resource} from '../model/resource.ts';
import type {Doors} from './doors.ts';
import type {Run} from './start/start.ts';

/** Shows where the tables come from, once they are there. It changes no row, and fails no run. */
export async function showLineage({scope}: Run, doors: Doors, signal?: AbortSignal): Promise<void> {
  try {
    await doors.lineage.refresh(await withTables(scope.resources, doors, signal), signal);
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    doors.events({event: 'note', message: `where the tables come from is not shown: ${asSyncError(thrown).message}`});
  }
}

/** The resources that have been committed: only these have tables. */
export async function withTables(
  resources: readonly Resource[],
  {warehouse}: Pick<Doors, 'warehouse'>,
  signal?: AbortSignal,
): Promise<readonly Resource[]> {
  const committed = new Set((await warehouse.readCheckpoints(signal)).map(({resource}) => resource));
  return resources.filter(({name}) => committed.has(name));
}
