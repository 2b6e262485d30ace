import type {SyncError} from '../../base/errors.ts';
import type {Lease} from '../../model/lease.ts';
import type {CellDifference, CompanyPeriod, Ledger, PeriodProof, UnlistedBalance} from '../../model/ledger.ts';
import type {CompanyId} from '../../model/names.ts';
import type {Resource} from '../../model/resource.ts';
import type {Doors} from '../doors.ts';
import type {ReadEnd} from '../land/passes.ts';
import type {Run} from '../start/start.ts';
import type {ListedBalances} from './listed-balances.ts';

/** What is proved, and with what. */
const journals = 'journal_transaction';
const balances = 'general_ledger_balance';
/** What says whether a period is closed. */
const closes = 'financial_period';

export type LedgerDoors = Doors & {readonly ledger: Ledger};

export interface Look {
  readonly run: Run;
  readonly lease: Lease;
}

/**
 * Compares the periods that wait for it and writes the result at once, under the lease: for companies whose journals
 * and balances this run has read to their ends and committed. Periods that are closed are recorded in the same breath.
 */
export async function lookAtTouched(
  {run, lease, read, met}: Look & {readonly read: ReadEnd; readonly met: readonly SyncError[]},
  doors: LedgerDoors,
  signal?: AbortSignal,
): Promise<readonly PeriodProof[]> {
  const held = await companiesRead(run, doors, signal);
  const companies = held.filter(id => isJustRead(id, read) && !isBlocked(id, met));
  const {proofs} = await compared({run, lease, companies}, doors, signal);
  await closeWhole({run, lease, companies, read}, doors, signal);
  return proofs;
}

/** Closes what is proven and closed in the ERP, of companies whose lists were all read in this run. */
export async function closeWhole(
  {run: {runId}, lease, companies, read}: Look & {readonly companies: readonly CompanyId[]; readonly read: ReadEnd},
  {ledger, warehouse}: LedgerDoors,
  signal?: AbortSignal,
): Promise<void> {
  await warehouse.renew(lease, signal);
  await ledger.close({lease, runId, companies: companies.filter(id => isWhole(id, read))}, signal);
}

export interface LookEnd {
  readonly proofs: readonly PeriodProof[];
  /** The cells that this run has recorded. */
  readonly cells: readonly CellDifference[];
}

/** One comparison and its record. */
async function compared(
  {
    run: {runId},
    lease,
    ...of
  }: Look & {
    readonly companies: readonly CompanyId[];
    readonly periods?: readonly CompanyPeriod[];
    readonly unlisted?: readonly UnlistedBalance[];
  },
  {ledger, warehouse}: LedgerDoors,
  signal?: AbortSignal,
): Promise<LookEnd> {
  await warehouse.renew(lease, signal);
  const proving = await ledger.prove({lease, runId, ...of}, signal);
  await warehouse.renew(lease, signal);
  const {unlisted} = of;
  const cells = await ledger.record({lease, runId, proving, ...(unlisted && {unlisted})}, signal);
  return {proofs: proving.proofs, cells};
}

/** Proves periods whose balances have just been read; what the ERP lists no more counts for nothing. */
export async function lookAtListed(
  {periods, listed, ...look}: Look & {readonly periods: readonly CompanyPeriod[]; readonly listed: ListedBalances},
  doors: LedgerDoors,
  signal?: AbortSignal,
): Promise<LookEnd> {
  if (periods.length === 0) return {proofs: [], cells: []};
  const companies = companiesOf(periods);
  const first = await compared({...look, companies, periods}, doors, signal);
  const unlisted = await listed.unlisted(first.proofs, doors.warehouse, signal);
  if (unlisted.length === 0) return first;
  return compared({...look, companies, periods, unlisted}, doors, signal);
}

export const companiesOf = (periods: readonly CompanyPeriod[]): readonly CompanyId[] => [
  ...new Set(periods.map(({companyId}) => companyId)),
];

export function tellProved(proofs: readonly PeriodProof[], {events}: Pick<Doors, 'events'>): void {
  if (proofs.length === 0) return;
  const inState = (...states: ReadonlyArray<PeriodProof['state']>): number =>
    proofs.filter(({state}) => states.includes(state)).length;
  const unproven = inState('unproven');
  const counts = {proven: inState('proven', 'empty'), differing: inState('differs')};
  events({event: 'periods proved', ...counts, ...(unproven > 0 && {unproven})});
}

/** Errors that keep the lists of a proof from being what was read: of the company, or of nobody by name. */
const isBlocked = (id: CompanyId, met: readonly SyncError[]): boolean =>
  met.some(({facts: {company, resource}}) => {
    const isProved = resource === undefined || resource === journals || resource === balances;
    return isProved && (company === undefined || company === id);
  });

const isJustRead = (id: CompanyId, {done}: ReadEnd): boolean =>
  [journals, balances].every(name => done.some(list => list.companyId === id && list.resource === name));

/**
 * Whether a company's periods were read in this run, and after them its journals and balances, as the order of work has
 * it: then what a closed period held at its close is what was just proved.
 */
const isWhole = (id: CompanyId, {done}: ReadEnd): boolean =>
  [closes, journals, balances].every(name => done.some(list => list.companyId === id && list.resource === name));

/** The two lists that a proof is made of, journals first; undefined where one is out of scope. */
export function provedIn({scope}: Run): ProvedLists | undefined {
  const find = (name: string): Resource | undefined => scope.resources.find(resource => resource.name === name);
  const [ofJournals, ofBalances] = [find(journals), find(balances)];
  return ofJournals && ofBalances ? [ofJournals, ofBalances] : undefined;
}

export type ProvedLists = readonly [journals: Resource, balances: Resource];

/** Companies of which both lists have been read to their ends. */
export async function companiesRead(
  {scope}: Run,
  {warehouse}: Doors,
  signal?: AbortSignal,
): Promise<readonly CompanyId[]> {
  const checkpoints = await warehouse.readCheckpoints(signal);
  const isRead = (id: CompanyId, name: string): boolean => {
    const own = checkpoints.filter(({companyId, resource}) => companyId === id && resource === name);
    return own.length > 0 && own.every(({cursor}) => cursor.resume === undefined);
  };
  return scope.companies.map(({id}) => id).filter(id => isRead(id, journals) && isRead(id, balances));
}
