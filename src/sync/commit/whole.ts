import type {Manifest} from '../../model/load.ts';
import type {MergeCounts, WholeCommit} from '../../model/ports.ts';
import {tablesOf} from '../../model/resource.ts';
import type {Doors} from '../doors.ts';

/** Commits a resource's tables and checkpoints in one transaction; false where that is to be done in order. */
export async function commitWhole(whole: WholeCommit, doors: Doors, signal?: AbortSignal): Promise<boolean> {
  const {resource, loads, lease} = whole.scope;
  await doors.warehouse.renew(lease, signal);
  const end = await doors.warehouse.commitWhole(whole, signal);
  if (!end.committed) {
    if (end.note !== undefined) doors.events({event: 'note', message: end.note, facts: {resource: resource.name}});
    return false;
  }
  for (const {name: table} of tablesOf(resource)) {
    const {inserted = 0, updated = 0, marked = 0} = end.counts.get(table) ?? {};
    // Lines go with their record: what is gone is counted in records.
    const gone = table === resource.table.name ? marked : 0;
    tellCommitted({table, loads, counts: {inserted, updated}, gone}, doors);
  }
  return true;
}

interface Committed {
  readonly table: Manifest['files'][number]['table'];
  readonly loads: readonly Manifest[];
  readonly counts: MergeCounts;
  readonly gone: number;
}

export function tellCommitted({table, loads, counts, gone}: Committed, {events}: Pick<Doors, 'events'>): void {
  const files = loads.flatMap(load => load.files).filter(file => file.table === table);
  const staged = files.reduce((sum, file) => sum + file.rows, 0);
  events({event: 'table committed', table, staged, ...counts, gone});
}
