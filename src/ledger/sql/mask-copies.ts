import {quoteIdentifier} from '../../base/quoting.ts';
import {columnOf, lines} from '../../base/sql-layout.ts';
import {generalLedger} from '../../model/general-ledger.ts';
import {whileHeld} from '../../model/lease.ts';
import type {Places} from '../places.ts';

export interface BlankCopy {
  /** Quoted. */
  readonly table: string;
  readonly columns: readonly string[];
  /** Of columns that the table keeps for its own history, set with the others. */
  readonly sets?: readonly string[];
}

/** Empties these columns in every row. Repeated, it finds nothing to do. Parameters :owner, :fence. */
export const blankCopy = ({control}: Places, {table, columns, sets = []}: BlankCopy): string =>
  `MERGE INTO ${table} AS t
USING (SELECT 1 AS held WHERE ${whileHeld(control('lease'))}) AS s
ON s.held = 1 AND (${columns.map(name => `${columnOf('t', name)} IS NOT NULL`).join(' OR ')})
WHEN MATCHED THEN UPDATE SET
${lines([...columns.map(name => `${quoteIdentifier(name)} = NULL`), ...sets], 2)}`;

/** The routed tables that the rows of the ledger name. */
export const routedTables = ({raw}: Places): string =>
  `SELECT DISTINCT routed_table FROM ${raw(generalLedger)} WHERE routed_table IS NOT NULL`;
