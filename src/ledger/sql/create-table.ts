import type {Field} from 'apache-arrow';
import {quoteLiteral} from '../../base/quoting.ts';
import {lines, nameList} from '../../base/sql-layout.ts';
import {columnSpec} from '../../model/column.ts';

export interface LedgerTable {
  /** Quoted. */
  readonly name: string;
  readonly comment: string;
  readonly fields: readonly Field[];
  /** What it is clustered by, the group of accounts first where it has one. */
  readonly cluster?: readonly string[];
}

/** A managed Delta table, in what Databricks and plain Spark both know. */
export const createTable = ({name, comment, fields, cluster = []}: LedgerTable): string =>
  [
    `CREATE TABLE IF NOT EXISTS ${name} (\n${lines(
      fields.map(field => columnSpec(field)),
      2,
    )}\n)`,
    'USING DELTA',
    `COMMENT ${quoteLiteral(comment)}`,
    ...(cluster.length > 0 ? [`CLUSTER BY (${nameList(cluster)})`] : []),
  ].join('\n');

/** Columns of dimensions that were configured later. */
export const addColumns = (name: string, fields: readonly Field[]): string =>
  `ALTER TABLE ${name} ADD COLUMNS (\n${lines(
    fields.map(field => columnSpec(field)),
    2,
  )}\n)`;

export const describeTable = (name: string): string => `DESCRIBE TABLE ${name}`;
