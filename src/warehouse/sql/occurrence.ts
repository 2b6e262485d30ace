import type {Field} from 'apache-arrow';
import {quoteIdentifier, quoteLiteral} from '../../base/quoting.ts';
import {columnOf, literalList, valuesTable} from '../../base/sql-layout.ts';
import {sqlType} from '../../model/column.ts';
import {gonePlace} from '../../model/load.ts';
import {fromRecord} from './from-record.ts';

/** A load whose staged rows a MERGE takes. */
export interface StagedLoad {
  readonly loadId: string;
  readonly sequence: number;
  /** Rows that it inserts were there from the start: they have no time of first sight. */
  readonly isFirst: boolean;
  /** False where a newer whole list of the same chain makes it superfluous: its rows only tell what was there. */
  readonly isTaken: boolean;
}

/** A column of the rows of a slice, and the value that they all bear there. */
export interface Bound {
  readonly field: Field;
  readonly value: string;
}

/** Rows of a company, all or those of a slice, that are gone where they are missing from a load, their whole list. */
export interface Mark {
  readonly companyId: string;
  readonly loadId: string;
  /** What binds the rows of its slice, in the same columns for every mark; empty where it is the whole company. */
  readonly bounds: readonly Bound[];
  /** The ids of rows of the company that stay all the same. */
  readonly spared?: readonly string[];
}

/** WITH member `loads`: the loads, with what their manifests say of them. */
export const loadsMember = (loads: readonly StagedLoad[]): string =>
  `loads AS (\n  SELECT * FROM ${valuesTable(
    loads.map(({loadId, sequence, isFirst, isTaken}) => [loadId, sequence, isFirst, isTaken]),
    {indent: 2, columns: ['load_id', 'sequence', 'is_first', 'is_taken']},
  )}\n)`;

const boundFields = (marks: readonly Mark[]): readonly Field[] => marks[0]?.bounds.map(({field}) => field) ?? [];

/** WITH member `marks`: whose missing rows are marked. */
export function marksMember(marks: readonly Mark[]): string {
  const names = boundFields(marks).map(field => field.name);
  const rows = marks.map(({companyId, loadId, bounds}) => [
    companyId,
    loadId,
    ...names.map(name => bounds.find(({field}) => field.name === name)?.value),
  ]);
  const columns = ['company_id', 'load_id', ...names.map(quoteIdentifier)];
  return `marks AS (\n  SELECT * FROM ${valuesTable(rows, {indent: 2, columns})}\n)`;
}

/** The condition under which a mark `m` is about a raw row `r`. */
export const isMarked = (marks: readonly Mark[]): string =>
  [
    'r.`company_id` = m.company_id',
    ...boundFields(marks).map(field => `${asText('r', field)} = ${columnOf('m', field.name)}`),
  ].join(' AND ');

/** A column as text, as the values of a slice are. */
export const asText = (alias: string, field: Field): string => {
  const column = columnOf(alias, field.name);
  return sqlType(field.type) === 'STRING' ? column : `CAST(${column} AS STRING)`;
};

/** WITH member `served`: the keys that the loads which are taken bring, gone or not. */
export const servedMember = (staging: string): string => `served AS (
  SELECT s.\`company_id\`, s.\`record_id\`
  FROM ${staging} AS s
  JOIN loads AS l ON s.\`_load_id\` = l.load_id
  WHERE l.is_taken
)`;

/**
 * WITH member `missing`: the rows of a raw table that the marks are about and nothing that is taken brings. It reads
 * staging once more, for Spark can't resolve a WITH member that has a window beside its QUALIFY twice.
 */
export const missingMember = ({raw, marks, which}: {raw: string; marks: readonly Mark[]; which: Which}): string =>
  `missing AS (
  SELECT r.\`company_id\`, r.\`record_id\`, m.load_id AS \`_load_id\`
  FROM ${raw} AS r
  JOIN marks AS m ON ${isMarked(marks)}
  LEFT JOIN served AS p ON r.\`company_id\` = p.\`company_id\` AND r.\`record_id\` = p.\`record_id\`
  WHERE p.\`record_id\` IS NULL${whichRows[which]}${marks.map(sparing).join('')}
)`;

const sparing = ({companyId, spared = []}: Mark): string =>
  spared.length === 0
    ? ''
    : ` AND NOT (r.\`company_id\` = ${quoteLiteral(companyId)} AND r.\`record_id\` IN (${literalList(spared)}))`;

/** Rows that are marked already count where it is about their lines, which a run may have died before. */
export type Which = 'live' | 'all';
export const whichRows: Readonly<Record<Which, string>> = {live: ' AND r.`_deleted_at` IS NULL', all: ''};

/** Whether a staged row says that its record is gone. */
export const saysGone = `s.\`_place\` = ${gonePlace}`;

/**
 * Of one key the last read wins: by the load's place in its chain, then by the place in its pass. Stamps tie, go back
 * in autumn, or are absent, and decide nothing.
 */
export const lastRead = `ROW_NUMBER() OVER (
  PARTITION BY s.\`company_id\`, s.\`record_id\`
  ORDER BY l.sequence DESC, s.\`_load_id\` DESC, s.\`_place\` DESC
) = 1`;

/** The same order as a number: 1 for what was read last. */
export const readOrder = lastRead.replace(' = 1', '').replaceAll('\n', '\n    ');

/** Whether a key was in a first load, whichever of its rows is taken. */
export const everFirst = 'MAX(l.is_first) OVER (PARTITION BY s.`company_id`, s.`record_id`) AS `_is_first`';

/** A staged column's value; where a part of these loads is older than the column, it comes from the record. */
export function stagedValue(field: Field, lacking: ReadonlySet<string>): string {
  const column = columnOf('s', field.name);
  return lacking.has(field.name) ? `COALESCE(${column}, ${fromRecord(field, columnOf('s', '_record'))})` : column;
}

/** A staged column in a list of columns. */
export const stagedColumn = (field: Field, lacking: ReadonlySet<string>): string =>
  stagedValue(field, lacking) + (lacking.has(field.name) ? ` AS ${quoteIdentifier(field.name)}` : '');
