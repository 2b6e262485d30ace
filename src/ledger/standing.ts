import type {LedgerFinding, LedgerStanding, StandingPeriod} from '../model/ledger.ts';
import {companyId} from '../model/names.ts';
import type {StatementRow} from '../model/ports.ts';
import {textOf} from './proof.ts';
import type {Sending} from './sending.ts';
import type {Ground} from './sql/mapped.ts';
import {readLedgerFindings, readStanding} from './sql/standing.ts';

/** Reads what is wrong with the ledger, from what was recorded and from the lists of ledgers. */
export async function standing(
  {send, ground}: {readonly send: Sending; readonly ground: Ground},
  signal?: AbortSignal,
): Promise<LedgerStanding> {
  const periods = await send({sql: readStanding(ground), label: 'standing'}, signal);
  const ledgers = await send({sql: readLedgerFindings(ground), label: 'standing'}, signal);
  return {periods: periods.map(periodIn), ledgers: ledgers.map(findingIn)};
}

function periodIn(row: StatementRow): StandingPeriod {
  const reason = row['reason'];
  return {
    companyId: companyId(textOf(row, 'company_id')),
    period: textOf(row, 'financial_period'),
    state: row['state'] === 'differs' ? 'differs' : 'unproven',
    cells: Number(row['cells']),
    differing: Number(row['differing']),
    ...(typeof reason === 'string' && {reason}),
  };
}

function findingIn(row: StatementRow): LedgerFinding {
  const [company, ledger] = [row['company_id'], row['ledger']];
  return {
    ...(typeof company === 'string' && {companyId: companyId(company)}),
    finding: row['finding'] === 'vanished' ? 'vanished' : row['finding'] === 'unknown' ? 'unknown' : 'not found',
    ...(typeof ledger === 'string' && {ledger}),
  };
}
