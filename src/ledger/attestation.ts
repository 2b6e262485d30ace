import {SyncError} from '../base/errors.ts';
import type {Attested, Ledger, PeriodState} from '../model/ledger.ts';
import type {StatementRow, StatementValue} from '../model/ports.ts';
import {differenceIn, textOf} from './proof.ts';
import type {Sending} from './sending.ts';
import {countFindings, readFence, readPeriods, sumLines} from './sql/attest.ts';
import {readFacts} from './sql/company-fact.ts';
import type {Ground} from './sql/mapped.ts';
import {readDifferences} from './sql/proof.ts';

interface Doors {
  readonly send: Sending;
  readonly ground: Ground;
  readonly fingerprint: string;
}

const attemptsMax = 3;

/**
 * Reads how the ledger stands, all of it in one state of the tables: if another run took the lease meanwhile, it is
 * read again.
 */
export async function attest(
  of: Parameters<Ledger['attest']>[0],
  doors: Doors,
  signal?: AbortSignal,
): Promise<Attested> {
  const sql = readFence(doors.ground.places);
  const fence = async (): Promise<string> => {
    const [row] = await doors.send({sql, label: 'attest', tags: {run: of.runId}}, signal);
    return String(row?.['fence']);
  };
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const before = await fence();
    const attested = await attestOnce(of, doors, signal);
    if ((await fence()) === before) return attested;
  }
  throw new SyncError('conflict', 'other runs wrote the ledger each time while it was read');
}

/** Cells only where this run may have found some. */
async function attestOnce(
  {runId, companies, differencesMax}: Parameters<Ledger['attest']>[0],
  {send, ground: {places}, fingerprint}: Doors,
  signal?: AbortSignal,
): Promise<Attested> {
  if (companies.length === 0) return {fingerprint, sums: [], checks: [], periods: [], differences: []};
  const parameters = {run_id: runId};
  const ask = (sql: string, values?: Readonly<Record<string, StatementValue>>): Promise<readonly StatementRow[]> =>
    send({sql, label: 'attest', tags: {run: runId}, ...(values && {parameters: values})}, signal);
  const sums = await ask(sumLines(places, companies));
  const checks = await ask(countFindings(places, companies));
  const periods = (await ask(readPeriods(places, companies))).map(periodIn);
  const facts = await ask(readFacts(places, companies));
  const isDiffering = periods.some(({differing}) => differing > 0);
  const cells = isDiffering ? await ask(readDifferences({places}), parameters) : [];
  return {
    fingerprint,
    // Without any amount that could be read there is no sum.
    sums: sums.filter(isSummed).map(row => ({
      companyId: textOf(row, 'company_id'),
      lines: Number(row['line_count']),
      debit: textOf(row, 'debit'),
      credit: textOf(row, 'credit'),
    })),
    checks: checks.map(row => ({
      companyId: textOf(row, 'company_id'),
      check: textOf(row, 'check_name'),
      open: Number(row['standing']),
      resolved: Number(row['resolved']),
    })),
    periods,
    facts: facts.map(row => ({
      companyId: textOf(row, 'company_id'),
      fact: textOf(row, 'fact'),
      answer: textOf(row, 'answer'),
      evidence: textOf(row, 'evidence'),
    })),
    differences: cells.slice(0, differencesMax).map(differenceIn),
  };
}

const isSummed = (row: StatementRow): boolean => row['debit'] !== null && row['credit'] !== null;

const states: ReadonlyMap<string, PeriodState['state']> = new Map([
  ['proven', 'proven'],
  ['empty', 'empty'],
  ['unproven', 'unproven'],
  ['differs', 'differs'],
]);

function periodIn(row: StatementRow): PeriodState {
  const [closed, reopened, reason] = [row['recorded_at'], row['reopened_at'], row['reason']];
  return {
    companyId: textOf(row, 'company_id'),
    period: textOf(row, 'financial_period'),
    state: states.get(textOf(row, 'state')) ?? 'due',
    ...(typeof reason === 'string' && {reason}),
    cells: Number(row['cells']),
    differing: Number(row['differing']),
    ...(closed instanceof Date && {closedAt: closed.toISOString()}),
    ...(reopened instanceof Date && {reopenedAt: reopened.toISOString()}),
    events: Number(row['events']),
  };
}
