import {SyncError} from '../../base/errors.ts';
import type {Lease} from '../../model/lease.ts';
import type {CompanyPeriod, LedgerStanding, PeriodProof} from '../../model/ledger.ts';
import type {Doors} from '../doors.ts';
import {resync} from '../resync/run.ts';
import type {Run, Start} from '../start/start.ts';
import {concludeIfOurs, type Holding, type OwnEnd} from '../under-lease.ts';
import type {RunEnd} from '../verdict.ts';
import type {Read} from './assurance.ts';
import {ListedBalances} from './listed-balances.ts';
import {
  closeWhole,
  companiesOf,
  type LedgerDoors,
  type LookEnd,
  lookAtListed,
  lookAtTouched,
  type ProvedLists,
  provedIn,
  tellProved,
} from './look.ts';

/** Reading again costs calls: what differs beyond so many periods is recorded, and not read again. */
const againMax = 24;

/** The first look of a sync: taken under the lease of its commit, read by what follows. */
export interface FirstLook {
  readonly conclude: NonNullable<Holding['conclude']>;
  /** Undefined as long as nobody has looked. */
  readonly proofs: () => readonly PeriodProof[] | undefined;
}

/** What a commit concludes behind itself: how the periods stand that it touched. Undefined if nothing can be proved. */
export function firstLook(
  {start: {run}, read}: Read,
  {ledger, ...doors}: Doors,
  signal?: AbortSignal,
): FirstLook | undefined {
  if (!ledger || !provedIn(run)) return undefined;
  let proofs: readonly PeriodProof[] | undefined;
  return {
    conclude: async (lease, met) => {
      proofs = await lookAtTouched({run, lease, read, met}, {...doors, ledger}, signal);
    },
    proofs: () => proofs,
  };
}

/**
 * A step of a sync, behind its commit: what differed in the first look is read again, journals and then balances, for
 * somebody may have posted between the two; and is compared once more.
 */
export async function withProof(
  end: RunEnd,
  {start, read, look}: Read & {readonly look: FirstLook | undefined},
  {ledger, ...rest}: Doors,
  signal?: AbortSignal,
): Promise<RunEnd> {
  const resources = provedIn(start.run);
  if (!ledger || !look || !resources) return end;
  const doors = {...rest, ledger};
  const late = (lease: Lease): Promise<void> => look.conclude(lease, end.commitErrors);
  const looked = look.proofs() ? end : withOwn(end, await concludeIfOurs(start, {doors, conclude: late}, signal));
  const first = look.proofs() ?? [];
  const close = (lease: Lease, proofs: readonly PeriodProof[]): Promise<void> =>
    closeWhole({run: start.run, lease, companies: companiesOf(proofs), read}, doors, signal);
  const {proofs, errors, standing} = await lookAgain({first, start, resources, close}, doors, signal);
  tellProved(proofs, doors);
  return {...looked, commitErrors: [...looked.commitErrors, ...errors], ...(standing && {standing})};
}

const withOwn = (end: RunEnd, {errors, standing}: OwnEnd): RunEnd => ({
  ...end,
  commitErrors: [...end.commitErrors, ...errors],
  ...(standing && {standing}),
});

export interface SecondLook {
  readonly first: readonly PeriodProof[];
  readonly start: Start;
  /** Journals, then balances. */
  readonly resources: ProvedLists;
  /** What follows under the same lease. */
  readonly close?: (lease: Lease, proofs: readonly PeriodProof[]) => Promise<void>;
}

/** How periods stand after the second look, and what kept some from it. */
export interface SecondEnd extends LookEnd {
  readonly errors: readonly SyncError[];
  readonly standing?: LedgerStanding;
}

/** Reads again what differs, and compares it anew under the lease. What could not be read again stays as it is. */
export async function lookAgain(
  {first, start, resources, close}: SecondLook,
  doors: LedgerDoors,
  signal?: AbortSignal,
): Promise<SecondEnd> {
  const differing = first.filter(isDiffering);
  if (differing.length === 0) return {proofs: first, cells: [], errors: []};
  const again = differing.slice(0, againMax);
  tellDiffering(differing, again, doors);
  const listed = new ListedBalances(resources[1]);
  const watched = {...doors, source: listed.watch(doors.source)};
  const read = await readAgain(again, {run: start.run, resources}, watched, signal);
  const periods = listed.readToTheEnd(read.periods);
  let end: LookEnd = {proofs: [], cells: []};
  const conclude = async (lease: Lease): Promise<void> => {
    end = await lookAtListed({run: start.run, lease, periods, listed}, doors, signal);
    await close?.(lease, end.proofs);
  };
  const own = periods.length > 0 ? await concludeIfOurs(start, {doors, conclude}, signal) : undefined;
  const seen = new Set(end.proofs.map(keyOf));
  return {
    proofs: [...first.filter(proof => !seen.has(keyOf(proof))), ...end.proofs],
    cells: end.cells,
    errors: [...read.errors, ...(own && !own.ours ? [leaseHeld()] : []), ...(own?.errors ?? [])],
    ...(own?.standing && {standing: own.standing}),
  };
}

export const leaseHeld = (): SyncError =>
  new SyncError('lease', 'another run holds the lease: what was compared is not recorded', {
    hint: 'Run it again with --wait.',
  });

const keyOf = ({companyId, period}: CompanyPeriod): string => JSON.stringify([companyId, period]);

/** Cells that differ may have moved between the two lists: reading again may help. */
export const isDiffering = ({differing}: PeriodProof): boolean => differing > 0;

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
  if (rest > 0)
    events({event: 'note', message: `${rest} more periods differ: they are recorded, and reconcile reads them again`});
}

interface ReadAgain {
  /** Those that were read and committed. */
  readonly periods: readonly CompanyPeriod[];
  readonly errors: readonly SyncError[];
}

async function readAgain(
  periods: readonly PeriodProof[],
  {run, resources}: Pick<SecondLook, 'resources'> & {readonly run: Run},
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
