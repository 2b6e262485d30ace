import {SyncError} from '../../base/errors.ts';
import type {JsonObject} from '../../base/exact-json.ts';
import type {CellDifference, CompanyPeriod, PeriodProof} from '../../model/ledger.ts';
import {runId} from '../../model/names.ts';
import type {Doors} from '../doors.ts';
import {periodsWithin, type ResyncPart} from '../resync/order.ts';
import {resync} from '../resync/run.ts';
import type {Run} from '../start/start.ts';
import {sweep} from '../sweep/run.ts';
import type {RunEnd} from '../verdict.ts';
import {ListedBalances} from './listed-balances.ts';
import {
  companiesOf,
  companiesRead,
  failed,
  isDiffering,
  type LedgerDoors,
  type ProofEnd,
  type ProvedLists,
  provedIn,
  proveListed,
  proveTwice,
  tellProved,
} from './proof.ts';

/** What is reconciled: all periods, or some; and whether what is gone is looked for where they differ. */
export interface Reconciliation {
  readonly part: Exclude<ResyncPart, {kind: 'since'}>;
  readonly repair: boolean;
}

/** So often a list has to lack what no path can name before it is marked: balances have no path of their own. */
const sweepsMin = 3;

/** Understands `--period`. Throws `usage`. */
export function reconcilePart(text = ''): Reconciliation['part'] {
  if (text === '') return {kind: 'all'};
  const [, fromYear, from, toYear = fromYear, to = from] = /^(\d{4})-(\d\d)(?:\.\.(\d{4})-(\d\d))?$/.exec(text) ?? [];
  const part = {kind: 'periods', from: `${fromYear}${from}`, to: `${toYear}${to}`} as const;
  if (fromYear !== undefined && part.from <= part.to) return part;
  throw new SyncError('usage', '--period must be a financial period or a range, such as 2026-03 or 2026-03..2026-05');
}

/**
 * Proves the ledger against the ERP's balances as they are now: they are read by period first, whatever their stamps
 * say. What differs is read again, journals and then balances; with `repair` batches that are gone are looked for too.
 */
export async function reconcile(
  {part, repair, ...run}: Run & Reconciliation,
  doors: Doors,
  signal?: AbortSignal,
): Promise<RunEnd> {
  const {ledger} = doors;
  const resources = provedIn(run);
  if (!ledger || !resources) throw notConfigured(ledger === undefined);
  const proving: LedgerDoors = {...doors, ledger};
  const listed = new ListedBalances(resources[1]);
  const scope = {companies: run.scope.companies, resources: [resources[1]], narrowed: true};
  const order = {part, reason: 'reconcile', requestedBy: 'reconcile'};
  const read = await resync({...run, scope, order}, {...doors, source: listed.watch(doors.source)}, signal);
  const companies = await companiesRead(run, doors, signal);
  const periods = (await periodsOf({...run, part}, doors, signal)).filter(each => companies.includes(each.companyId));
  const first = await proveListed(periods, listed, proving, signal);
  const twice = await proveTwice({first, run, resources}, proving, signal);
  const end = repair ? await repaired(twice, {run, resources}, proving, signal) : twice;
  const cells = await ledger.record({runId: run.runId, periods: end.proofs, unlisted: end.unlisted}, signal);
  tellProved(end.proofs, doors);
  return {
    errors: read.errors,
    commitErrors: [...read.commitErrors, ...end.errors],
    anythingDone: end.proofs.length > 0,
    details: cells.length > 0 ? cells.map(cellRow) : end.proofs.map(periodRow),
  };
}

/** Looks for what is gone from both lists, where they still differ, and proves them again. */
async function repaired(
  end: ProofEnd,
  {run, resources}: {readonly run: Run; readonly resources: ProvedLists},
  doors: LedgerDoors,
  signal?: AbortSignal,
): Promise<ProofEnd> {
  const left = end.proofs.filter(isDiffering);
  if (left.length === 0) return end;
  const ids = companiesOf(left);
  const scope = {companies: run.scope.companies.filter(({id}) => ids.includes(id)), resources, narrowed: true};
  const errors: SyncError[] = [];
  for (let time = 0; time < sweepsMin; time++) {
    // Of two sightings that mark a key each is of a run of its own.
    const swept = await sweep({runId: runId(`${run.runId}-sweep${time + 1}`), scope}, doors, signal);
    errors.push(...swept.errors, ...swept.commitErrors);
  }
  const {unlisted} = end;
  const last = await doors.ledger.prove({companies: ids, periods: left, unlisted}, signal);
  return {
    proofs: [...end.proofs.filter(proof => !isDiffering(proof)), ...last],
    unlisted,
    errors: [...errors, ...last.filter(isDiffering).map(failed)],
  };
}

async function periodsOf(
  {scope, part}: Run & Pick<Reconciliation, 'part'>,
  {source}: Doors,
  signal?: AbortSignal,
): Promise<readonly CompanyPeriod[]> {
  const found: CompanyPeriod[] = [];
  for (const company of scope.companies) {
    const all = await source.periods(company, signal);
    const names = part.kind === 'all' ? all.map(({period}) => period) : periodsWithin(part, all);
    found.push(...names.map(period => ({companyId: company.id, period})));
  }
  return found;
}

const periodRow = ({companyId, period, cells, differing}: PeriodProof): JsonObject => ({
  company: companyId,
  period,
  cells,
  state: differing === 0 ? 'proven' : 'differs',
});

/** Names the cell, for a person to look it up; what it should be and what it is stand in control.reconciliation. */
const cellRow = ({companyId, period, branch, ledger, account, subaccountId, ...sums}: CellDifference): JsonObject => ({
  company: companyId,
  period,
  branch,
  ledger,
  account,
  subaccount_id: subaccountId,
  expected_debit: sums.expectedDebit,
  actual_debit: sums.actualDebit,
  expected_credit: sums.expectedCredit,
  actual_credit: sums.actualCredit,
});

const notConfigured = (withoutLedger: boolean): SyncError =>
  withoutLedger
    ? new SyncError('configuration', 'there is no ledger to reconcile: the section `ledger` is empty', {
        hint: 'Write at least one key of it, such as `unrouted: other`; the next sync builds the ledger.',
      })
    : new SyncError('configuration', 'sync.resources leaves out journal_transaction or general_ledger_balance', {
        hint: 'A proof needs both.',
      });
