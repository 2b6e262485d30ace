import type {CommitScope, Loss} from '../model/ports.ts';
import {arrayPath, type Resource} from '../model/resource.ts';
import {contentColumnsOf, type Table} from '../model/table.ts';
import {internalIdOf} from './bounds.ts';
import {hasParts, lackingColumns, planOf} from './merging.ts';
import type {Places} from './places.ts';
import {countGone, countRenamed, unionOfLosses} from './sql/count-gone.ts';
import {countLostLines} from './sql/merge-lines.ts';

/**
 * The query that counts what a commit would delete, a row for each company and kind of loss: `company_id`,
 * `table_name`, `loss`, `live`, `gone`. Undefined if it can delete nothing.
 */
export function lossCounts(scope: CommitScope, places: Places): string | undefined {
  const {resource, loads} = scope;
  const {table} = resource;
  const {marks, loads: staged} = planOf(scope);
  const [raw, staging] = [places.raw(table.name), places.staging(table.name)];
  const internalId = internalIdOf(resource);
  const lacking = lackingColumns(loads, table);
  const counts: {readonly table: Table; readonly loss: Loss; readonly sql: string}[] = [];
  if (marks.length > 0) counts.push({table, loss: 'missing', sql: countGone({raw, staging}, marks)});
  if (hasParts(loads, table.name)) {
    const renames = internalId && {internalId, raw, staging, lacking};
    if (renames) counts.push({table, loss: 'renamed', sql: countRenamed(renames, staged)});
    for (const child of resource.children) {
      const sql = countLostLines({
        raw: places.raw(child.table.name),
        staging: places.staging(child.table.name),
        parent: {raw, staging, internalId, lacking},
        content: contentColumnsOf(child.table),
        loads: staged,
        absent: absentArray(scope, child.table),
      });
      counts.push({table: child.table, loss: 'lines', sql});
    }
  }
  if (counts.length === 0) return undefined;
  return unionOfLosses(counts.map(({table: {name}, ...count}) => ({table: name, ...count})));
}

/** The path of a table's array, if a part of these loads came with records that lack it. */
export function absentArray(
  {resource, loads}: {resource: Resource; loads: CommitScope['loads']},
  table: Table,
): string | undefined {
  const child = resource.children.find(each => each.table.name === table.name);
  const path = child && arrayPath(child);
  return path !== undefined && loads.some(({absent}) => (absent?.[path] ?? 0) > 0) ? path : undefined;
}
