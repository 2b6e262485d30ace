import {SyncError} from '../../base/errors.ts';
import type {JsonObject} from '../../base/exact-json.ts';
import type {Lease} from '../../model/lease.ts';
import type {CellDifference, CompanyPeriod, PeriodProof} from '../../model/ledger.ts';
import {runId} from '../../model/names.ts';
import type {Doors} from '../doors.ts';
import {periodsWithin, type ResyncPart} from '../resync/order.ts';
import {resync} from '../resync/run.ts';
import {fromTables, type Run, type Start} from '../start/start.ts';
import {sweep} from '../sweep/run.ts';
import {concludeIfOurs} from '../under-lease.ts';
import type {RunEnd} from '../verdict.ts';
import {ListedBalances} from './listed-balances.ts';
import {
  companiesOf,
  companiesRead,
  type LedgerDoors,
  type LookEnd,
  lookAtListed,
  type ProvedLists,
  provedIn,
  tellProved,
} from './look.ts';
import {isDiffering, leaseHeld, lookAgain, type SecondEnd} from './proof.ts';

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
  const start = await fromTables(run, doors, signal);
  const periods = await provable({run: {...run, part}, read, listed}, doors, signal);
  const first = await looked({start, periods, listed}, proving, signal);
  const second = later(first, await lookAgain({first: first.proofs, start, resources}, proving, signal));
  const end = repair
    ? later(second, await repaired(second.proofs, {start, resources, listed}, proving, signal))
    : second;
  tellProved(end.proofs, doors);
  const differing = new Set(end.proofs.filter(isDiffering).map(keyOf));
  const cells = end.cells.filter(cell => differing.has(keyOf(cell)));
  return {
    errors: [...start.errors, ...read.errors],
    commitErrors: [...read.commitErrors, ...end.errors],
    anythingDone: end.proofs.length > 0,
    details: cells.length > 0 ? cells.map(cellRow) : end.proofs.map(periodRow),
    ...(end.standing && {standing: end.standing}),
  };
}

const keyOf = ({companyId, period}: CompanyPeriod): string => JSON.stringify([companyId, period]);

/** What a later look says counts; cells that it recorded are all of this run. */
const later = (before: SecondEnd, {proofs, cells, errors, standing}: SecondEnd): SecondEnd => {
  const known = standing ?? before.standing;
  return {
    proofs,
    cells: cells.length > 0 ? cells : before.cells,
    errors: [...before.errors, ...errors],
    ...(known && {standing: known}),
  };
};

interface Provable {
  readonly run: Run & Pick<Reconciliation, 'part'>;
  readonly read: RunEnd;
  readonly listed: ListedBalances;
}

/**
 * The periods whose balances this run has read to their end, and committed: of companies of which both lists have been
 * read whole before, and whose balances met no error now.
 */
async function provable(
  {run, read, listed}: Provable,
  doors: Doors,
  signal?: AbortSignal,
): Promise<readonly CompanyPeriod[]> {
  const companies = await companiesRead(run, doors, signal);
  const failed = [...read.errors, ...read.commitErrors].map(({facts}) => facts['company']);
  const isFree = ({companyId}: CompanyPeriod): boolean =>
    companies.includes(companyId) && !failed.includes(companyId) && !failed.includes(undefined);
  return listed.readToTheEnd(await periodsOf(run, doors, signal)).filter(isFree);
}

interface Listed {
  readonly comparesLedger?: boolean;
  readonly start: Start;
  readonly periods: readonly CompanyPeriod[];
  readonly listed: ListedBalances;
}

async function looked(
  {start, periods, listed, comparesLedger = false}: Listed,
  doors: LedgerDoors,
  signal?: AbortSignal,
): Promise<SecondEnd> {
  let end: LookEnd = {proofs: [], cells: []};
  const conclude = async (lease: Lease): Promise<void> => {
    end = await lookAtListed({run: start.run, lease, periods, listed}, doors, signal);
  };
  const own = await concludeIfOurs(start, {doors, conclude, comparesLedger}, signal);
  const errors = own.ours ? own.errors : [leaseHeld()];
  return {...end, errors, ...(own.standing && {standing: own.standing})};
}

/**
 * Looks for what is gone from both lists, where they still differ, and for what somebody wrote into the ledger, and
 * proves them again.
 */
async function repaired(
  proofs: readonly PeriodProof[],
  {start, resources, listed}: Omit<Listed, 'periods'> & {readonly resources: ProvedLists},
  doors: LedgerDoors,
  signal?: AbortSignal,
): Promise<SecondEnd> {
  const left = proofs.filter(isDiffering);
  if (left.length === 0) return {proofs, cells: [], errors: []};
  const {run} = start;
  const ids = companiesOf(left);
  const scope = {companies: run.scope.companies.filter(({id}) => ids.includes(id)), resources, narrowed: true};
  const errors: SyncError[] = [];
  for (let time = 0; time < sweepsMin; time++) {
    // Of two sightings that mark a key each is of a run of its own.
    const swept = await sweep({runId: runId(`${run.runId}-sweep${time + 1}`), scope}, doors, signal);
    errors.push(...swept.errors, ...swept.commitErrors);
  }
  const last = await looked({start, periods: left, listed, comparesLedger: true}, doors, signal);
  return {
    ...last,
    proofs: [...proofs.filter(proof => !isDiffering(proof)), ...last.proofs],
    errors: [...errors, ...last.errors],
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

const periodRow = ({companyId, period, cells, state, reason}: PeriodProof): JsonObject => ({
  company: companyId,
  period,
  cells,
  state,
  ...(reason !== undefined && {reason}),
});

/** Names the cell, for a person to look it up; what it should be and what it is stand in control.reconciliation. */
const cellRow = ({companyId, period, branch, ledger, account, subaccountId, ...sums}: CellDifference): JsonObject => ({
  company: companyId,
  period,
  branch,
  ledger,
  account,
  subaccount_id: subaccountId,
  expected_debit: sums.expectedDebit ?? null,
  actual_debit: sums.actualDebit,
  expected_credit: sums.expectedCredit ?? null,
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
