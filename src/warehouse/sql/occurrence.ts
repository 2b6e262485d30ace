import type {Field} from 'apache-arrow';
import {quoteIdentifier} from '../../base/quoting.ts';
import {fromRecord} from './from-record.ts';
import {columnOf, valuesTable} from './layout.ts';

/** A load whose staged rows a MERGE takes. */
export interface StagedLoad {
  readonly loadId: string;
  readonly sequence: number;
  /** Rows that it inserts were there from the start: they have no time of first sight. */
  readonly isFirst: boolean;
  /** False where a newer whole list of the same chain makes it superfluous: its rows only tell what was there. */
  readonly isTaken: boolean;
}

/** A company whose rows that are missing from a load, its whole list, are gone. */
export interface Mark {
  readonly companyId: string;
  readonly loadId: string;
}

/** WITH member `loads`: the loads, with what their manifests say of them. */
export const loadsMember = (loads: readonly StagedLoad[]): string =>
  `loads AS (\n  SELECT * FROM ${valuesTable(
    loads.map(({loadId, sequence, isFirst, isTaken}) => [loadId, sequence, isFirst, isTaken]),
    {indent: 2, columns: ['load_id', 'sequence', 'is_first', 'is_taken']},
  )}\n)`;

/** WITH member `marks`: the companies whose missing rows are marked. */
export const marksMember = (marks: readonly Mark[]): string =>
  `marks AS (\n  SELECT * FROM ${valuesTable(
    marks.map(({companyId, loadId}) => [companyId, loadId]),
    {indent: 2, columns: ['company_id', 'load_id']},
  )}\n)`;

/**
 * Of one key the last read wins: by the load's place in its chain, then by the place in its pass. Stamps tie, go back
 * in autumn, or are absent, and decide nothing.
 */
export const lastRead = `ROW_NUMBER() OVER (
  PARTITION BY s.\`company_id\`, s.\`record_id\`
  ORDER BY l.sequence DESC, s.\`_load_id\` DESC, s.\`_place\` DESC
) = 1`;

/** Whether a key was in a first load, whichever of its rows is taken. */
export const everFirst = 'MAX(l.is_first) OVER (PARTITION BY s.`company_id`, s.`record_id`) AS `_is_first`';

/** A staged column; where a part of these loads is older than the column, its value comes from the record. */
export function stagedColumn(field: Field, lacking: ReadonlySet<string>): string {
  const column = columnOf('s', field.name);
  if (!lacking.has(field.name)) return column;
  return `COALESCE(${column}, ${fromRecord(field, columnOf('s', '_record'))}) AS ${quoteIdentifier(field.name)}`;
}
