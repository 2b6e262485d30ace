import type {Manifest, PartFile} from '../../model/load.ts';
import type {TableName} from '../../model/names.ts';
import type {CopyBatch} from '../../model/ports.ts';
import type {Table} from '../../model/table.ts';

type PathOf = (load: Manifest, file: PartFile) => string;

/**
 * The files of one table, by their list of columns: parts of an older version lack the newer columns, and one
 * COPY INTO has one select list.
 */
export function copyBatches(loads: readonly Manifest[], table: TableName, pathOf: PathOf): readonly CopyBatch[] {
  const batches = new Map<string, {columns: readonly string[]; paths: string[]}>();
  for (const load of loads) {
    for (const file of load.files) {
      if (file.table !== table) continue;
      const key = JSON.stringify(file.columns);
      const batch = batches.get(key) ?? {columns: file.columns, paths: []};
      batch.paths.push(pathOf(load, file));
      batches.set(key, batch);
    }
  }
  return [...batches.values()].map(batch => ({table, ...batch}));
}

/** The control tables that these loads bring rows for. */
export function controlTables(loads: readonly Manifest[], tables: readonly Table[]): readonly TableName[] {
  const own = new Set(tables.map(table => table.name));
  return [...new Set(loads.flatMap(load => load.files.map(file => file.table)))].filter(name => !own.has(name));
}
