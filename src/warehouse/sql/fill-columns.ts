import type {Field} from 'apache-arrow';
import {quoteIdentifier} from '../../base/quoting.ts';
import {lines} from '../../base/sql-layout.ts';
import {fromRecord} from './from-record.ts';

/** Fills columns that were added after the rows from the rows' records. Repeated, it finds nothing to do. */
export function fillColumns(name: string, fields: readonly Field[]): string {
  const record = quoteIdentifier('_record');
  const sets = fields.map(field => {
    const column = quoteIdentifier(field.name);
    return `${column} = COALESCE(${column}, ${fromRecord(field, record)})`;
  });
  const empty = fields.map(
    field => `(${quoteIdentifier(field.name)} IS NULL AND ${fromRecord(field, record)} IS NOT NULL)`,
  );
  return `UPDATE ${name} SET\n${lines(sets, 2)}\nWHERE ${empty.join('\n  OR ')}`;
}
