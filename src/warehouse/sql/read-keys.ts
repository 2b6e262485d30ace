import type {Field} from 'apache-arrow';
import {columnOf} from '../../base/sql-layout.ts';
import {asText} from './occurrence.ts';

export interface ReadKeys {
  /** Quoted. */
  readonly raw: string;
  /** The column with the row version, where records bear one. */
  readonly rowVersion: Field | undefined;
  /** The columns that tell the rows of a slice: their values are the parameters :asked_0 and on. */
  readonly asked: readonly Field[];
  /** The column with the period: its value is the parameter :period, or it has none. */
  readonly period: {readonly field: Field; readonly without: boolean} | undefined;
}

/** A company's keys, and of their rows only what a sweep compares. Parameter :company_id. */
export function readKeys({raw, rowVersion, asked, period}: ReadKeys): string {
  const columns = [
    'r.`record_id` AS record_id',
    ...(rowVersion ? [`${asText('r', rowVersion)} AS row_version`] : []),
    'CAST(r.`last_modified_date_time` AS STRING) AS stamp',
    'r.`_deleted_at` IS NOT NULL AS is_deleted',
  ];
  const conditions = [
    `${columnOf('r', 'company_id')} = :company_id`,
    ...asked.map((field, index) => `${asText('r', field)} = :asked_${index}`),
    ...(period ? [ofPeriod(period)] : []),
  ];
  return `SELECT ${columns.join(', ')}
FROM ${raw} AS r
WHERE ${conditions.join(' AND ')}`;
}

/** What bears no period has none, or an empty one. */
const ofPeriod = ({field, without}: {readonly field: Field; readonly without: boolean}): string =>
  without ? `COALESCE(${asText('r', field)}, '') = ''` : `${asText('r', field)} = :period`;
