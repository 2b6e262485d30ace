import type {Field} from 'apache-arrow';
import {quoteIdentifier, quoteLiteral} from '../../base/quoting.ts';
import {lines} from '../../base/sql-layout.ts';
import {sqlType} from '../../model/column.ts';

export interface CopyInto {
  /** Quoted. */
  readonly target: string;
  readonly fields: readonly Field[];
  /** Lower-case names of the columns that the files have; the others are NULL. */
  readonly inFiles: ReadonlySet<string>;
  readonly folder: string;
  /** At most 1,000, relative to the folder. */
  readonly files: readonly string[];
}

/**
 * COPY INTO knows each file by its path and takes it once. Its columns go to the table's by name: a list of columns
 * behind the table is for CSV without headers only. Every column is cast, for Delta widens nothing by itself.
 */
export function copyInto({target, fields, inFiles, folder, files}: CopyInto): string {
  const columns = fields.map(({name, type}) => {
    const column = quoteIdentifier(name);
    return `CAST(${inFiles.has(name.toLowerCase()) ? column : 'NULL'} AS ${sqlType(type)}) AS ${column}`;
  });
  return [
    `COPY INTO ${target}`,
    `FROM (\n  SELECT\n${lines(columns, 4)}\n  FROM ${quoteLiteral(folder)}\n)`,
    'FILEFORMAT = PARQUET',
    `FILES = (\n${lines(files.map(quoteLiteral), 2)}\n)`,
  ].join('\n');
}
