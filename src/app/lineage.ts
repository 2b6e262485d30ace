import type {JsonObject} from '../base/exact-json.ts';
import {type Run, type RunEnd, withTables} from '../sync/sync.ts';
import type {Opened} from './opened.ts';

/**
 * Shows now where the tables come from, or takes that away. Gives a row for each resource or object, and what could
 * not be done: a person who asks for it wants to know.
 */
export async function lineage(
  {scope}: Run,
  {opened: {lineage, doors}, remove}: {readonly opened: Opened; readonly remove: boolean},
  signal?: AbortSignal,
): Promise<RunEnd> {
  if (remove) {
    const {errors, rows} = await lineage.remove(signal);
    return {errors, commitErrors: [], anythingDone: rows.some(row => row['removed'] !== 'failed'), details: rows};
  }
  const {errors, rows} = await lineage.bringUpToDate(await withTables(scope.resources, doors, signal), signal);
  const shown = new Map(rows.map(row => [row['resource'], row]));
  const details = scope.resources.map(({name}) => shown.get(name) ?? {resource: name, lineage: 'not read yet'});
  return {errors, commitErrors: [], anythingDone: rows.some(isShown), details};
}

const notShown: readonly unknown[] = ['off', 'no table', 'refused', 'failed'];

const isShown = ({lineage, tags}: JsonObject): boolean => !notShown.includes(lineage) || !notShown.includes(tags);
