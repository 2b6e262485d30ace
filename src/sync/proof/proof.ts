import {SyncError} from '../../base/errors.ts';
import type {CompanyPeriod, Ledger, PeriodProof, UnlistedBalance} from '../../model/ledger.ts';
import type {CompanyId} from '../../model/names.ts';
import type {Resource} from '../../model/resource.ts';
import type {Doors} from '../doors.ts';
import type {ReadEnd} from '../land/passes.ts';
import {resync} from '../resync/run.ts';
import type {Run} from '../start/start.ts';
import type {RunEnd} from '../verdict.ts';
import type {Read} from './assurance.ts';
import {ListedBalances} from './listed-balances.ts';

/** What is proved, and with what. */
const journals = 'journal_transaction';
const balances = 'general_ledger_balance';
/** What says whether a period is closed. */
const closes = 'financial_period';

/** Reading again costs calls: what differs beyond so many periods waits for the next run. */
const againMax = 24;

/** What a proof came to. */
export interface ProofEnd {
  readonly proofs: readonly PeriodProof[];
  readonly unlisted: readonly UnlistedBalance[];
  readonly errors: readonly SyncError[];
}

/**
 * A step of a sync, behind its commit: proves the periods that it touched, and those that were touched and not proved
 * before. Only where both lists are in scope and have been read to their ends.
 */
export async function withProof(
  end: RunEnd,
  {start: {run}, read}: Read,
  doors: Doors,
  signal?: AbortSignal,
): Promise<RunEnd> {
  const {ledger} = doors;
  const resources = provedIn(run);
  if (!ledger || !resources || end.commitErrors.length > 0) return end;
  const companies = await companiesRead(run, doors, signal);
  const first = {proofs: await ledger.prove({companies}, signal), unlisted: [], errors: []};
  const {proofs, unlisted, errors} = await proveTwice({first, run, resources}, {...doors, ledger}, signal);
  await ledger.record({runId: run.runId, periods: proofs, unlisted}, signal);
  tellProved(proofs, doors);
  await ledger.close({runId: run.runId, companies: companies.filter(id => isWhole(id, read))}, signal);
  return {...end, commitErrors: [...end.commitErrors, ...errors]};
}

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

export interface FirstLook {
  readonly first: ProofEnd;
  readonly run: Run;
  /** Journals, then balances. */
  readonly resources: ProvedLists;
}

export type LedgerDoors = Doors & {readonly ledger: Ledger};

/**
 * Reads again what differs, journals and then balances of those periods, for somebody may have posted between the two;
 * what differs once more is a failure.
 */
export async function proveTwice(
  {first, run, resources}: FirstLook,
  doors: LedgerDoors,
  signal?: AbortSignal,
): Promise<ProofEnd> {
  const differing = first.proofs.filter(isDiffering);
  if (differing.length === 0) return first;
  const again = differing.slice(0, againMax);
  tellDiffering(differing, again, doors);
  const listed = new ListedBalances(resources[1]);
  const watched = {...doors, source: listed.watch(doors.source)};
  const read = await readAgain(again, {run, resources}, watched, signal);
  // What could not be read again is no failure yet: it stays due.
  const second = await proveListed(read.periods, listed, doors, signal);
  const agreeing = first.proofs.filter(proof => !isDiffering(proof));
  return {
    proofs: [...agreeing, ...second.proofs],
    unlisted: second.unlisted,
    errors: [...read.errors, ...second.proofs.filter(isDiffering).map(failed)],
  };
}

/** Proves periods whose balances have just been read; what the ERP lists no more counts for nothing. */
export async function proveListed(
  periods: readonly CompanyPeriod[],
  listed: ListedBalances,
  {ledger, warehouse}: LedgerDoors,
  signal?: AbortSignal,
): Promise<ProofEnd> {
  if (periods.length === 0) return {proofs: [], unlisted: [], errors: []};
  const companies = companiesOf(periods);
  const proofs = await ledger.prove({companies, periods}, signal);
  const unlisted = await listed.unlisted(proofs, warehouse, signal);
  if (unlisted.length === 0) return {proofs, unlisted, errors: []};
  return {proofs: await ledger.prove({companies, periods, unlisted}, signal), unlisted, errors: []};
}

export const isDiffering = ({differing}: PeriodProof): boolean => differing > 0;

export const companiesOf = (periods: readonly CompanyPeriod[]): readonly CompanyId[] => [
  ...new Set(periods.map(({companyId}) => companyId)),
];

export function tellProved(proofs: readonly PeriodProof[], {events}: Pick<Doors, 'events'>): void {
  if (proofs.length === 0) return;
  const differing = proofs.filter(isDiffering).length;
  events({event: 'periods proved', proven: proofs.length - differing, differing});
}

function tellDiffering(
  differing: readonly PeriodProof[],
  again: readonly PeriodProof[],
  {events}: Pick<Doors, 'events'>,
): void {
  for (const {companyId, period, cells, differing: count} of again) {
    const message = `${count} of ${cells} accounts of ${companyId} differ from the ERP's balances in ${period}`;
    events({event: 'note', message: `${message}: both are read again`, facts: {company: companyId, period}});
  }
  const rest = differing.length - again.length;
  if (rest > 0) events({event: 'note', message: `${rest} more periods differ: they are read again by the next run`});
}

interface ReadAgain {
  /** Those that were read and committed. */
  readonly periods: readonly CompanyPeriod[];
  readonly errors: readonly SyncError[];
}

async function readAgain(
  periods: readonly PeriodProof[],
  {run, resources}: Pick<FirstLook, 'run' | 'resources'>,
  doors: Doors,
  signal?: AbortSignal,
): Promise<ReadAgain> {
  const done: CompanyPeriod[] = [];
  const errors: SyncError[] = [];
  for (const proof of periods) {
    const {companyId, period} = proof;
    const companies = run.scope.companies.filter(({id}) => id === companyId);
    const scope = {companies, resources, narrowed: true};
    const order = {
      part: {kind: 'periods', from: period, to: period} as const,
      reason: "the ledger differed from the ERP's balances",
      requestedBy: 'proof',
    };
    const end = await resync({runId: run.runId, scope, order}, doors, signal);
    const met = [...end.errors, ...end.commitErrors];
    errors.push(...met);
    if (met.length === 0) done.push(proof);
    else if (met.some(({kind}) => kind === 'limited')) break;
  }
  return {periods: done, errors};
}

export const failed = ({companyId, period, cells, differing}: PeriodProof): SyncError =>
  new SyncError('data', `the ledger of ${companyId} is not what the ERP's balances say in ${period}`, {
    hint: 'control.reconciliation names the cells. Run `reconcile --period … --repair`: it looks for what is gone too.',
    facts: {company: companyId, period, cells, differing},
  });
