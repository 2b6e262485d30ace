import type {CellDifference, Compared, Ledger, PeriodProof, Proving} from '../model/ledger.ts';
import {companyId} from '../model/names.ts';
import type {StatementRow, StatementValue} from '../model/ports.ts';
import type {Sending} from './sending.ts';
import {recogniseAccounts} from './sql/company-fact.ts';
import {type Proved, seenTables} from './sql/comparison.ts';
import type {Ground} from './sql/mapped.ts';
import {proofOf, readDifferences, recordDifferences, recordProofs} from './sql/proof.ts';
import {verdictOf} from './verdict.ts';

interface Doors {
  readonly send: Sending;
  readonly ground: Ground;
}

type Verb<Name extends 'prove' | 'record'> = Parameters<Ledger[Name]>[0];

/**
 * Compares, and writes nothing of it. If a company has balances on accounts that nobody posts to, or was never looked
 * at, it looks for the accounts that the ERP keeps by itself first, and compares again.
 */
export async function prove(
  {lease, runId, companies, periods, unlisted = []}: Verb<'prove'>,
  {send, ground}: Doors,
  signal?: AbortSignal,
): Promise<Proving> {
  if (companies.length === 0 || periods?.length === 0) return {proofs: [], compared: {}};
  const sql = proofOf(ground, {companies, unlisted, ...(periods && {periods})});
  const compare = (): Promise<readonly StatementRow[]> => send({sql, label: 'prove'}, signal);
  const rows = await compare();
  const open = new Set(rows.filter(isUnmeasured).map(row => textOf(row, 'company_id')));
  if (open.size === 0) return provingIn(rows);
  const parameters = {owner: lease.owner, fence: BigInt(lease.fence), run_id: runId};
  const statement = {sql: recogniseAccounts(ground, [...open]), label: 'prove', parameters, tags: {run: runId}};
  await send(statement, signal);
  return provingIn(rows.some(row => Number(row['lineless']) > 0) ? await compare() : rows);
}

/** Nobody has looked for accounts that the ERP keeps by itself, or balances differ that have no line at all. */
const isUnmeasured = (row: StatementRow): boolean =>
  Number(row['lineless']) > 0 || (Number(row['is_measured']) === 0 && Number(row['balances']) > 0);

function provingIn(rows: readonly StatementRow[]): Proving {
  const [first] = rows;
  const compared: Compared = first
    ? Object.fromEntries(seenTables.map(table => [table, Number(first[`seen_${table}`])]))
    : {};
  return {proofs: rows.map(proofIn), compared};
}

function proofIn(row: StatementRow): PeriodProof {
  const count = (name: string): number => Number(row[name]);
  const sum = (name: string): string | undefined => {
    const value = row[name];
    return value === null || value === undefined ? undefined : String(value);
  };
  const sums = {
    ...{postedDebit: sum('posted_debit'), postedCredit: sum('posted_credit')},
    ...{ledgerDebit: sum('ledger_debit'), ledgerCredit: sum('ledger_credit')},
    ...{balanceDebit: sum('balance_debit'), balanceCredit: sum('balance_credit')},
  };
  const counted = {
    ...{cells: count('cells'), differing: count('differing'), balances: count('balances')},
    ...{ownLedgers: count('own_ledgers'), unaccounted: count('unaccounted_lines'), unknown: count('unknown_lines')},
    ...{stray: count('stray_lines'), unreadable: count('unreadable')},
    ...{postedLines: count('posted_lines'), ledgerLines: count('ledger_lines'), balanceRows: count('balance_rows')},
    ...{otherLines: count('other_lines'), systemRows: count('system_rows')},
  };
  const {cells, differing, balances, postedLines, otherLines, ledgerLines, unreadable, balanceRows, systemRows} =
    counted;
  return {
    companyId: companyId(textOf(row, 'company_id')),
    period: textOf(row, 'financial_period'),
    ...verdictOf(counted),
    ...{cells, balances, differing},
    evidence: {
      ...{postedLines, otherLines, ledgerLines, unreadable, balanceRows, systemRows},
      postedByLedger: textOf(row, 'posted_by_ledger'),
      balancesByLedger: textOf(row, 'balances_by_ledger'),
      ...Object.fromEntries(Object.entries(sums).filter(([, value]) => value !== undefined)),
    },
  };
}

/** Writes the cells that differ, then how the periods stand. */
export async function record(
  {lease, runId, proving: {proofs, compared}, unlisted = []}: Verb<'record'>,
  {send, ground}: Doors,
  signal?: AbortSignal,
): Promise<readonly CellDifference[]> {
  if (proofs.length === 0) return [];
  const tags = {run: runId};
  const write = async (sql: string, parameters: Readonly<Record<string, StatementValue>>): Promise<unknown> =>
    send({sql, label: 'reconcile', parameters, tags}, signal);
  const held = {owner: lease.owner, fence: BigInt(lease.fence), run_id: runId};
  const companies = [...new Set(proofs.map(proof => proof.companyId))];
  const proved: Proved = {companies, periods: proofs, unlisted};
  await write(recordDifferences(ground, proved, compared), held);
  await write(recordProofs(ground, proofs, compared), held);
  if (proofs.every(({differing}) => differing === 0)) return [];
  const sql = readDifferences(ground);
  const rows = await send({sql, label: 'reconcile', parameters: {run_id: runId}, tags}, signal);
  return rows.map(differenceIn);
}

export const differenceIn = (row: StatementRow): CellDifference => ({
  companyId: companyId(textOf(row, 'company_id')),
  period: textOf(row, 'financial_period'),
  branch: textOf(row, 'branch'),
  ledger: textOf(row, 'ledger'),
  account: textOf(row, 'account'),
  subaccountId: textOf(row, 'subaccount_id'),
  ...expectedIn(row),
  actualDebit: textOf(row, 'actual_debit'),
  actualCredit: textOf(row, 'actual_credit'),
});

/** The ERP may list no balance of a cell: that is no 0. */
const expectedIn = (row: StatementRow): Pick<CellDifference, 'expectedDebit' | 'expectedCredit'> =>
  row['expected_debit'] === null || row['expected_credit'] === null
    ? {}
    : {expectedDebit: textOf(row, 'expected_debit'), expectedCredit: textOf(row, 'expected_credit')};

export const textOf = (row: StatementRow, name: string): string => String(row[name] ?? '');
