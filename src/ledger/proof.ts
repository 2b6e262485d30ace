import type {CellDifference, Ledger, PeriodProof} from '../model/ledger.ts';
import {companyId} from '../model/names.ts';
import type {StatementRow} from '../model/ports.ts';
import {attempt, type Sending} from './sending.ts';
import type {Ground} from './sql/mapped.ts';
import {newestVersion} from './sql/newest-version.ts';
import {recordBalances, recordCloses, recordVersion} from './sql/period-close.ts';
import {proofOf, readDifferences, recordDifferences, recordProofs} from './sql/proof.ts';

interface Doors {
  readonly send: Sending;
  readonly ground: Ground;
}

type Verb<Name extends 'prove' | 'record' | 'close'> = Parameters<Ledger[Name]>[0];

/** Compares without writing anything. */
export async function prove(
  {companies, periods, unlisted = []}: Verb<'prove'>,
  {send, ground}: Doors,
  signal?: AbortSignal,
): Promise<readonly PeriodProof[]> {
  if (companies.length === 0 || periods?.length === 0) return [];
  const sql = proofOf(ground, {companies, unlisted, ...(periods && {periods})});
  const rows = await send({sql, label: 'prove'}, signal);
  return rows.map(row => ({
    companyId: companyId(textOf(row, 'company_id')),
    period: textOf(row, 'financial_period'),
    cells: Number(row['cells']),
    balances: Number(row['balances']),
    differing: Number(row['differing']),
  }));
}

/** Writes the cells that differ, then how the periods stand. */
export async function record(
  {runId, periods, unlisted = []}: Verb<'record'>,
  {send, ground}: Doors,
  signal?: AbortSignal,
): Promise<readonly CellDifference[]> {
  if (periods.length === 0) return [];
  const parameters = {run_id: runId};
  const tags = {run: runId};
  const differing = periods.filter(proof => proof.differing > 0);
  if (differing.length > 0) {
    const companies = [...new Set(differing.map(proof => proof.companyId))];
    const sql = recordDifferences(ground, {companies, periods: differing, unlisted});
    await send({sql, label: 'reconcile', parameters, tags}, signal);
  }
  await send({sql: recordProofs(ground, periods), label: 'reconcile', parameters, tags}, signal);
  if (differing.length === 0) return [];
  const rows = await send({sql: readDifferences(ground), label: 'reconcile', parameters, tags}, signal);
  return rows.map(differenceIn);
}

/**
 * The balances go first: a period counts as closed once they are there. The ledger's version goes last, where there is
 * one: the time tells it as well.
 */
export async function close(
  {runId, companies}: Verb<'close'>,
  {send, ground}: Doors,
  signal?: AbortSignal,
): Promise<void> {
  if (companies.length === 0) return;
  const tags = {run: runId};
  await send({sql: recordBalances(ground, companies), label: 'close', tags}, signal);
  const own = {label: 'close', tags};
  const [counts] = await send({...own, sql: recordCloses(ground, companies), parameters: {run_id: runId}}, signal);
  if (Number(counts?.['num_affected_rows'] ?? 0) === 0) return;
  await attempt(async () => {
    const [newest] = await send({...own, sql: newestVersion(ground)}, signal);
    const version = newest?.['version'];
    if (version === undefined || version === null) return;
    const parameters = {run_id: runId, version: BigInt(String(version))};
    await send({...own, sql: recordVersion(ground), parameters}, signal);
  });
}

export const differenceIn = (row: StatementRow): CellDifference => ({
  companyId: companyId(textOf(row, 'company_id')),
  period: textOf(row, 'financial_period'),
  branch: textOf(row, 'branch'),
  ledger: textOf(row, 'ledger'),
  account: textOf(row, 'account'),
  subaccountId: textOf(row, 'subaccount_id'),
  expectedDebit: textOf(row, 'expected_debit'),
  actualDebit: textOf(row, 'actual_debit'),
  expectedCredit: textOf(row, 'expected_credit'),
  actualCredit: textOf(row, 'actual_credit'),
});

export const textOf = (row: StatementRow, name: string): string => String(row[name] ?? '');
