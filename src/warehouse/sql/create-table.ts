import type {Field} from 'apache-arrow';
import {quoteLiteral} from '../../base/quoting.ts';
import {lines, nameList} from '../../base/sql-layout.ts';
import {columnSpec} from '../../model/column.ts';

export interface TableSpec {
  /** Quoted. */
  readonly name: string;
  readonly comment: string;
  readonly fields: readonly Field[];
  /** The columns of the key: never null, and what the table is clustered by. */
  readonly key?: readonly string[];
  readonly properties?: Readonly<Record<string, string>>;
}

/** A managed Delta table, in what Databricks and plain Spark both know. */
export function createTable({name, comment, fields, key = [], properties = {}}: TableSpec): string {
  const columns = fields.map(field => columnSpec(field, {required: key.includes(field.name)}));
  const settings = Object.entries(properties).map(
    ([property, value]) => `${quoteLiteral(property)} = ${quoteLiteral(value)}`,
  );
  return [
    `CREATE TABLE IF NOT EXISTS ${name} (\n${lines(columns, 2)}\n)`,
    'USING DELTA',
    `COMMENT ${quoteLiteral(comment)}`,
    ...(key.length > 0 ? [`CLUSTER BY (${nameList(key)})`] : []),
    ...(settings.length > 0 ? [`TBLPROPERTIES (${settings.join(', ')})`] : []),
  ].join('\n');
}
