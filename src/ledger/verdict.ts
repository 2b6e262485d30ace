import type {PeriodProof} from '../model/ledger.ts';

/** What was counted of a period. */
export interface Counted {
  readonly cells: number;
  readonly differing: number;
  /** Balances of the company's own ledgers that were compared. */
  readonly balances: number;
  /** How many ledgers the company is known to have as its own. */
  readonly ownLedgers: number;
  readonly postedLines: number;
  readonly otherLines: number;
  readonly ledgerLines: number;
  readonly balanceRows: number;
  readonly systemRows: number;
  /** Posted lines that the ledger lacks and that are not known to be of another ledger. */
  readonly unaccounted: number;
  /** Posted lines of a ledger that nobody knows. */
  readonly unknown: number;
  /** Lines of the ledger that no raw table has as posted. */
  readonly stray: number;
  /** Amounts that could not be read, on either side. */
  readonly unreadable: number;
}

/**
 * How a period stands. What makes the comparison itself doubtful goes first: only if every posted line is accounted
 * for, every amount could be read and something was compared, equal cells prove anything.
 */
export function verdictOf(counted: Counted): Pick<PeriodProof, 'state' | 'reason'> {
  if (counted.postedLines + counted.ledgerLines + counted.balanceRows === 0) return {state: 'empty'};
  const reason = doubtIn(counted);
  if (reason !== undefined) return {state: 'unproven', reason};
  if (counted.differing > 0) return {state: 'differs'};
  if (counted.cells > 0) return {state: 'proven'};
  // What is left is of other ledgers, all of it.
  return {state: 'empty'};
}

export const noLedger = 'no ledger of the company is known to be its own';
export const noBalances = 'the ERP lists no balances';

function doubtIn(counted: Counted): string | undefined {
  const {ownLedgers, unaccounted, unknown, stray, unreadable, balances, ledgerLines, systemRows} = counted;
  const own = counted.postedLines - counted.otherLines;
  if (ownLedgers === 0) return noLedger;
  if (unknown > 0) return `${unknown} posted lines are of a ledger that the list of ledgers does not show`;
  if (unaccounted > 0) return `${unaccounted} posted lines are not in general_ledger`;
  if (stray > 0) return `${stray} lines of general_ledger are not posted in the raw tables`;
  if (own !== ledgerLines) return `the raw tables have ${own} posted lines, and general_ledger has ${ledgerLines}`;
  if (unreadable > 0) return `${unreadable} amounts of lines and balances could not be read`;
  if (balances === 0 && ledgerLines > 0) return noBalances;
  if (balances === 0 && systemRows > 0) return 'the ERP lists balances of its own accounts only';
  return undefined;
}
