import {SyncError} from '../../base/errors.ts';
import type {LedgerFinding, LedgerStanding, StandingPeriod} from '../../model/ledger.ts';
import type {Doors, Scope} from '../doors.ts';
import {gapsWithin} from '../ledger.ts';
import {formerMirror, type Run} from '../start/start.ts';
import type {RunEnd} from '../verdict.ts';

/** So many periods are problems of their own; the rest is counted, and control.period_proof has them all. */
const namedMax = 24;

/**
 * What is wrong with the ledger is reported by every run until a newer comparison says otherwise. A run that finds
 * nothing new takes it from the mirror and starts no warehouse.
 */
export async function withStanding(end: RunEnd, {scope}: Run, doors: Doors, signal?: AbortSignal): Promise<RunEnd> {
  if (!doors.ledger) return end;
  const standing = end.standing ?? (await formerMirror(doors, signal))?.standing;
  if (!standing) return end;
  const differences = differencesIn(standing, scope);
  const findings = findingsIn(standing, scope);
  // What this run has found itself is among its errors already.
  const met = new Set(end.commitErrors.map(({message}) => message));
  const gaps = gapsIn(standing, scope).filter(({message}) => !met.has(message));
  const isWarning = doors.settings.onDifference === 'warn';
  return {
    ...end,
    commitErrors: [...end.commitErrors, ...gaps, ...findings, ...(isWarning ? [] : differences)],
    warnings: [...(end.warnings ?? []), ...(isWarning ? differences : [])],
  };
}

/** Periods that differ, each by its name; those that are unproven for one reason together. */
function differencesIn({periods}: LedgerStanding, {companies}: Scope): readonly SyncError[] {
  const ids = new Set(companies.map(({id}) => id));
  const own = periods.filter(({companyId}) => ids.has(companyId));
  const differing = own.filter(({state}) => state === 'differs');
  const named = differing.slice(0, namedMax).map(failed);
  const rest = differing.length - named.length;
  const unproven = Map.groupBy(
    own.filter(({state}) => state === 'unproven'),
    ({companyId, reason}) => JSON.stringify([companyId, reason]),
  );
  return [...named, ...(rest > 0 ? [more(rest)] : []), ...[...unproven.values()].map(doubted)];
}

const failed = ({companyId, period, cells, differing}: StandingPeriod): SyncError =>
  new SyncError('data', `the ledger of ${companyId} is not what the ERP's balances say in ${period}`, {
    hint: 'control.reconciliation names the cells. Run `reconcile --period … --repair`: it looks for what is gone too.',
    facts: {company: companyId, period, cells, differing},
  });

const more = (periods: number): SyncError =>
  new SyncError('data', `${periods} more periods are not what the ERP's balances say`, {
    hint: 'control.period_proof lists them, with the state differs. Run `reconcile`.',
    facts: {periods},
  });

function doubted(periods: readonly StandingPeriod[]): SyncError {
  const [first] = periods;
  const {companyId = '', period = '', reason = 'it can not be said'} = first ?? {};
  const last = periods.at(-1)?.period ?? '';
  const which = periods.length === 1 ? period : `${periods.length} periods from ${period} to ${last}`;
  return new SyncError('data', `the ledger of ${companyId} is unproven in ${which}: ${reason}`, {
    hint: 'control.period_proof has the counts of each period. Correct the cause, then run `reconcile`.',
    facts: {company: companyId, period, periods: periods.length},
  });
}

function gapsIn({gaps = []}: LedgerStanding, scope: Scope): readonly SyncError[] {
  const ids = new Set<unknown>(scope.companies.map(({id}) => id));
  return gapsWithin(gaps, scope)
    .filter(({facts}) => ids.has(facts['company']))
    .map(({message, ...more}) => new SyncError('incomplete', message, more));
}

function findingsIn({ledgers}: LedgerStanding, {companies}: Scope): readonly SyncError[] {
  const ids = new Set<string>(companies.map(({id}) => id));
  return ledgers.filter(({companyId}) => companyId === undefined || ids.has(companyId)).map(found);
}

function found({companyId, finding, ledger}: LedgerFinding): SyncError {
  const facts = {...(companyId !== undefined && {company: companyId}), ...(ledger !== undefined && {ledger})};
  if (finding === 'vanished') {
    const message = `the ledger ${ledger ?? ''} of ${companyId ?? ''} is no longer listed, and has posted lines`;
    return new SyncError('data', `${message}: they stay in general_ledger`, {
      hint: 'If the ledger was deleted, run once with --accept-deletions; else look why its list does not show it.',
      facts,
    });
  }
  if (finding === 'unknown') {
    const message = `${companyId ?? ''} has posted journals, and none of its ledgers is known to be its own`;
    return new SyncError('data', message, {
      hint: 'Check that the list of ledgers can be read, and that `ledger.ledgers` names one of them if it is set.',
      facts,
    });
  }
  return new SyncError('data', `ledger.ledgers names ${ledger ?? ''}, and no company has such a ledger`, {
    hint: 'Correct the number in the configuration; the table `ledger` has those there are.',
    facts,
  });
}
