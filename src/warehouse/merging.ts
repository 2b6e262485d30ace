import {standsInRecord} from '../model/column.ts';
import {type Manifest, provesAbsence} from '../model/load.ts';
import type {TableName} from '../model/names.ts';
import type {CommitScope} from '../model/ports.ts';
import type {Table} from '../model/table.ts';
import {boundsOf} from './bounds.ts';
import type {Mark, StagedLoad} from './sql/occurrence.ts';

/** A commit's scope in the words of the SQL. */
export interface MergePlan {
  readonly loads: readonly StagedLoad[];
  readonly marks: readonly Mark[];
}

/**
 * Of whole lists only the newest of each chain counts, and only it shows what is gone: in a company that may be
 * marked, within the slice that it is a list of. Of a delta every load is taken, each stretch of a first load too.
 */
export function planOf({resource, loads, marking, spared}: CommitScope): MergePlan {
  const ofWholeLists = resource.reading.kind === 'snapshot';
  const newest = newestOfChains(loads);
  return {
    loads: loads.map(load => ({
      loadId: load.loadId,
      sequence: load.sequence,
      isFirst: load.kind === 'first',
      isTaken: !ofWholeLists || newest.has(load),
    })),
    marks: [...newest]
      .filter(load => ofWholeLists && marking.has(load.companyId) && provesAbsence(load))
      .flatMap(({companyId, loadId, slice}) => {
        const bounds = boundsOf(resource, slice);
        const own = spared?.get(companyId) ?? [];
        return bounds === undefined ? [] : {companyId, loadId, bounds, ...(own.length > 0 && {spared: own})};
      }),
  };
}

function newestOfChains(loads: readonly Manifest[]): ReadonlySet<Manifest> {
  const newest = new Map<string, Manifest>();
  for (const load of loads) {
    const key = JSON.stringify([load.companyId, load.slice]);
    const held = newest.get(key);
    if (!held || load.sequence > held.sequence) newest.set(key, load);
  }
  return new Set(newest.values());
}

/** The columns that a part of these loads lacks, because it is older than they are. */
export function lackingColumns(loads: readonly Manifest[], table: Table): ReadonlySet<string> {
  const parts = loads.flatMap(load => load.files).filter(file => file.table === table.name);
  const lists = [...new Set(parts.map(part => part.columns.join('\n').toLowerCase()))].map(text => text.split('\n'));
  const names = table.schema.fields.filter(standsInRecord).map(field => field.name);
  return new Set(names.filter(name => lists.some(list => !list.includes(name.toLowerCase()))));
}

export const hasParts = (loads: readonly Manifest[], table: TableName): boolean =>
  loads.some(load => load.files.some(file => file.table === table));
