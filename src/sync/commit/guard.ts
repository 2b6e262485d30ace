import {SyncError} from '../../base/errors.ts';
import {type Manifest, provesAbsence} from '../../model/load.ts';
import type {CompanyId, ResourceName} from '../../model/names.ts';
import type {CommitScope, GoneCount, MarkingGuard} from '../../model/ports.ts';
import {type ChainKey, chainKey} from '../chains.ts';
import type {Doors} from '../doors.ts';

/** So many rows may be marked whatever share they are: in a short list each row is a large share. */
const alwaysAllowed = 20;

/** Whether somebody has consented to whatever deletions a company's list of a resource shows. */
export type Acceptance = (list: Omit<ChainKey, 'slice'>) => boolean;

export interface Guarded {
  /** Companies whose missing rows are marked by this commit. */
  readonly marking: ReadonlySet<CompanyId>;
  /** Companies whose loads stay waiting, so that a run with --accept-deletions finds them. */
  readonly heldBack: ReadonlySet<CompanyId>;
  /** Rows that are marked. */
  readonly gone: number;
  readonly errors: readonly SyncError[];
}

/**
 * Decides whose missing rows a commit may mark. Only a snapshot that was read whole and refused nothing proves that a
 * row is gone, and never more than the guard's share at once.
 */
export async function guardMarking(
  scope: CommitScope,
  {accepts, doors}: {accepts: Acceptance; doors: Doors},
  signal?: AbortSignal,
): Promise<Guarded> {
  const provers = provingCompanies(scope);
  if (provers.size === 0) return {marking: provers, heldBack: new Set(), gone: 0, errors: []};
  const counts = await doors.warehouse.countGone({...scope, marking: provers}, signal);
  const {deletionGuard} = doors.settings;
  const beyond = counts.filter(
    count =>
      isBeyond(count, deletionGuard) &&
      !accepts({companyId: count.company as CompanyId, resource: scope.resource.name}),
  );
  const heldBack = new Set(beyond.map(({company}) => company as CompanyId));
  const marking = new Set([...provers].filter(company => !heldBack.has(company)));
  const gone = counts.reduce((sum, count) => sum + (marking.has(count.company as CompanyId) ? count.gone : 0), 0);
  return {marking, heldBack, gone, errors: beyond.map(count => tooMany(scope.resource.name, count, deletionGuard))};
}

/** The same decision as a condition, for whom it is only known inside a transaction what is gone. */
export function markingLimits(
  {resource, marking}: CommitScope,
  accepts: Acceptance,
  {settings}: Pick<Doors, 'settings'>,
): MarkingGuard {
  const consented = [...marking].filter(company => accepts({companyId: company as CompanyId, resource: resource.name}));
  return {rowsMax: alwaysAllowed, shareMax: settings.deletionGuard, consented: new Set(consented)};
}

/** Companies whose newest load shows what is gone. */
export function provingCompanies({resource, loads}: Pick<CommitScope, 'resource' | 'loads'>): Set<CompanyId> {
  if (resource.reading.kind !== 'snapshot') return new Set();
  const newest = new Map<string, Manifest>();
  for (const load of loads) newest.set(chainKey(load), load);
  return new Set([...newest.values()].filter(provesAbsence).map(load => load.companyId));
}

/** Whether so many rows are more than may be marked at once. */
export const isBeyond = ({gone, live}: Pick<GoneCount, 'gone' | 'live'>, guard: number): boolean =>
  gone > alwaysAllowed && gone > live * guard;

export const tooMany = (resource: ResourceName, {company, gone, live}: GoneCount, guard: number): SyncError =>
  new SyncError(
    'guard',
    `${gone} of ${live} rows of ${resource} are gone in Visma, more than may be marked at once, at ${company}`,
    {
      facts: {company, resource, gone, live, guard},
    },
  );
