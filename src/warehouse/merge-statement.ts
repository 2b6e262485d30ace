import type {CommitScope, Statement} from '../model/ports.ts';
import {contentColumnsOf, type Table} from '../model/table.ts';
import {internalIdOf} from './bounds.ts';
import {holderParameters} from './holder.ts';
import {absentArray} from './loss-counts.ts';
import {hasParts, lackingColumns, planOf} from './merging.ts';
import type {Places} from './places.ts';
import {mergeLines} from './sql/merge-lines.ts';
import {mergeRecords} from './sql/merge-records.ts';

/**
 * The MERGE into one of a resource's raw tables, its own or one of lines. Undefined where these loads brought no
 * records and nothing is to be marked.
 */
export function mergeStatement(scope: CommitScope, table: Table, places: Places): Statement | undefined {
  const {resource, loads, lease} = scope;
  const own = resource.table;
  if (!hasParts(loads, own.name) && planOf(scope).marks.length === 0) return undefined;
  const sides = sidesOf(scope, {table, places});
  const internalId = internalIdOf(resource);
  const parent = {
    raw: places.raw(own.name),
    staging: places.staging(own.name),
    internalId,
    lacking: lackingColumns(loads, own),
  };
  return {
    sql:
      table === own
        ? mergeRecords({...sides, internalId})
        : mergeLines({...sides, parent, absent: absentArray(scope, table)}),
    label: 'merge',
    table: table.name,
    parameters: holderParameters(lease),
    tags: tagsOf(scope),
  };
}

/** What every MERGE into a raw table is told. */
const sidesOf = (scope: CommitScope, {table, places}: {readonly table: Table; readonly places: Places}) => ({
  ...planOf(scope),
  raw: places.raw(table.name),
  staging: places.staging(table.name),
  lease: places.control('lease'),
  content: contentColumnsOf(table),
  lacking: lackingColumns(scope.loads, table),
  reread: scope.loads.some(load => load.reread === true),
});

/** In the query history: the run, and the load where it is one. */
export function tagsOf({lease, loads}: Pick<CommitScope, 'lease' | 'loads'>): Readonly<Record<string, string>> {
  const [only] = loads;
  return {run: lease.owner, ...(only && loads.length === 1 && {load: only.loadId})};
}
