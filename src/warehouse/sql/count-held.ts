import {quoteLiteral} from '../../base/quoting.ts';
import {indented} from '../../base/sql-layout.ts';

export interface HeldTable {
  readonly label: string;
  /** Quoted. */
  readonly name: string;
  /** Whether it has amounts of both sides. */
  readonly isOfJournals: boolean;
}

/**
 * Of each table its rows by company: live, marked, and written last by what this run has settled; and the sums of
 * debit and credit where it has both. Sweeps within a run bear its id with an ending. Fails where a table is not there.
 * Parameter :run_id.
 * @param load the quoted name of control.load
 */
export const countHeld = (load: string, tables: readonly HeldTable[]): string =>
  `WITH settled AS (
  SELECT load_id FROM ${load} WHERE state = 'settled' AND startswith(run_id, :run_id)
)
SELECT
  company_id, table_name, live, marked, written,
  CAST(debit AS STRING) AS debit,
  CAST(credit AS STRING) AS credit
FROM (
${indented(tables.map(countOf).join('\nUNION ALL\n'), 2)}
) AS c
ORDER BY company_id, table_name`;

const countOf = ({label, name, isOfJournals}: HeldTable): string => `SELECT
  r.company_id,
  ${quoteLiteral(label)} AS table_name,
  COUNT(CASE WHEN r._deleted_at IS NULL THEN 1 END) AS live,
  COUNT(r._deleted_at) AS marked,
  COUNT(s.load_id) AS written,
  ${sumOf('debit', isOfJournals)},
  ${sumOf('credit', isOfJournals)}
FROM ${name} AS r
LEFT JOIN settled AS s ON s.load_id = r._load_id
GROUP BY r.company_id`;

const sumOf = (side: 'debit' | 'credit', isOfJournals: boolean): string =>
  isOfJournals
    ? `SUM(CASE WHEN r._deleted_at IS NULL THEN r.${side}_amount END) AS ${side}`
    : `CAST(NULL AS DECIMAL(38,10)) AS ${side}`;
