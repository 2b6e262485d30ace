import type {Field} from 'apache-arrow';
import {SyncError} from '../base/errors.ts';
import type {CopyBatch, Statement} from '../model/ports.ts';
import {stagingSchema, type Table} from '../model/table.ts';
import {controlTables} from './control-tables.ts';
import type {Places} from './places.ts';
import {copyInto} from './sql/copy-into.ts';

/** What COPY INTO takes at most in its list of files. */
const filesMax = 1000;

export interface CopyTarget {
  /** Quoted. */
  readonly name: string;
  readonly fields: readonly Field[];
  readonly volumeFolder: string;
}

interface Where {
  readonly places: Places;
  readonly volumeFolder: string;
}

export const stagingTarget = (table: Table, {places, volumeFolder}: Where): CopyTarget => ({
  name: places.staging(table.name),
  fields: stagingSchema(table).fields,
  volumeFolder,
});

/** Throws `data` for a table that this version does not have. */
export function controlTarget(batch: Pick<CopyBatch, 'table'>, {places, volumeFolder}: Where): CopyTarget {
  const control = controlTables.find(each => each.name === batch.table);
  if (!control) throw unknownTable(batch);
  return {name: places.control(control.name), fields: control.fields, volumeFolder};
}

/** The statements that copy a batch. Throws `data` for columns that the target does not have, or files elsewhere. */
export function copyStatements(batch: CopyBatch, {name, fields, volumeFolder}: CopyTarget): readonly Statement[] {
  const inFiles = new Set(batch.columns.map(column => column.toLowerCase()));
  const known = new Set(fields.map(field => field.name.toLowerCase()));
  const unknown = batch.columns.filter(column => !known.has(column.toLowerCase()));
  if (unknown.length > 0) throw unknownColumns(batch, unknown);
  const files = batch.paths.map(path => relativeTo(volumeFolder, path, batch));
  return Array.from({length: Math.ceil(files.length / filesMax)}, (_, index) => ({
    sql: copyInto({
      target: name,
      fields,
      inFiles,
      folder: volumeFolder,
      files: files.slice(index * filesMax, (index + 1) * filesMax),
    }),
    label: 'copy',
    table: batch.table,
  }));
}

const unknownColumns = ({table}: CopyBatch, columns: readonly string[]): SyncError =>
  new SyncError('data', `a part of ${table} has columns that this version does not know: ${columns.join(', ')}`, {
    hint: 'A newer version of the program landed it. Run that version, or a later one.',
    facts: {table, columns: columns.join(' ')},
  });

const unknownTable = ({table}: Pick<CopyBatch, 'table'>): SyncError =>
  new SyncError('data', `a load brings rows for ${table}, which is no table of this version`, {
    hint: 'A newer version of the program landed it. Run that version, or a later one.',
    facts: {table},
  });

function relativeTo(folder: string, path: string, {table}: CopyBatch): string {
  if (path.startsWith(`${folder}/`)) return path.slice(folder.length + 1);
  throw new SyncError('data', `a part of ${table} does not lie in the volume`, {facts: {table, path}});
}
