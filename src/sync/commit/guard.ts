import {SyncError} from '../../base/errors.ts';
import {type Manifest, provesAbsence} from '../../model/load.ts';
import type {CompanyId, ResourceName} from '../../model/names.ts';
import type {CommitScope, GoneCount, MarkingGuard} from '../../model/ports.ts';
import {type ChainKey, chainKey} from '../chains.ts';
import type {Doors} from '../doors.ts';
import {spareRefused} from './refused.ts';

/** So many rows may be marked whatever share they are: in a short list each row is a large share. */
const alwaysAllowed = 20;

/** Whether somebody has consented to whatever deletions a company's list of a resource shows. */
export type Acceptance = (list: Omit<ChainKey, 'slice'>) => boolean;

export interface Guarded {
  /** Companies whose missing rows are marked by this commit. */
  readonly marking: ReadonlySet<CompanyId>;
  /** Companies whose loads stay waiting, so that a run with --accept-deletions finds them. */
  readonly heldBack: ReadonlySet<CompanyId>;
  /**
   * Of these, companies of which nothing is merged: their records would stand beside those that they replace, or
   * beside lines that are no longer theirs.
   */
  readonly unmerged: ReadonlySet<CompanyId>;
  /** By company, missing rows that are not marked, because they may be records that were refused. */
  readonly spared: ReadonlyMap<CompanyId, readonly string[]>;
  /** Records that are marked. */
  readonly gone: number;
  readonly errors: readonly SyncError[];
}

/**
 * Decides what a commit may delete, never more than the guard's share at once: rows that a whole list lacks, if it was
 * read whole; rows whose record has another key now; lines that came no more.
 */
export async function guardMarking(
  scope: CommitScope,
  {accepts, doors}: {accepts: Acceptance; doors: Doors},
  signal?: AbortSignal,
): Promise<Guarded> {
  const provers = provingCompanies(scope);
  const counts = await doors.warehouse.countGone({...scope, marking: provers}, signal);
  const {deletionGuard} = doors.settings;
  const beyond = counts.filter(
    count =>
      isBeyond(count, deletionGuard) &&
      !accepts({companyId: count.company as CompanyId, resource: scope.resource.name}),
  );
  const companiesOf = (losses: readonly GoneCount[]): Set<CompanyId> =>
    new Set(losses.map(({company}) => company as CompanyId));
  const heldBack = companiesOf(beyond);
  const allowed = new Set([...provers].filter(company => !heldBack.has(company)));
  const spared = await spareRefused(scope, {marking: allowed, counts, doors}, signal);
  const marking = new Set([...allowed].filter(company => !spared.all.has(company)));
  const gone = counts.reduce((sum, {loss, company, gone: rows}) => {
    const isMarked = loss === 'missing' && marking.has(company as CompanyId);
    return sum + (isMarked ? rows - (spared.rows.get(company as CompanyId)?.length ?? 0) : 0);
  }, 0);
  const unmerged = companiesOf(beyond.filter(({loss}) => loss !== 'missing'));
  const errors = beyond.map(count => tooMany(scope.resource.name, count, deletionGuard));
  return {marking, heldBack, unmerged, spared: spared.rows, gone, errors};
}

/** The same decision as a condition, for whom it is only known inside a transaction what is gone. */
export function markingLimits(
  {resource, loads}: CommitScope,
  accepts: Acceptance,
  {settings}: Pick<Doors, 'settings'>,
): MarkingGuard {
  const companies = [...new Set(loads.map(({companyId}) => companyId))];
  const consented = companies.filter(companyId => accepts({companyId, resource: resource.name}));
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

const whatOf: Readonly<Record<GoneCount['loss'], string>> = {
  missing: 'are gone in Visma',
  renamed: 'have got another key in Visma',
  lines: 'did not come with their records',
};

export const tooMany = (
  resource: ResourceName,
  {company, table, loss, gone, live}: GoneCount,
  guard: number,
): SyncError =>
  new SyncError(
    'guard',
    `${gone} of ${live} rows of ${table} ${whatOf[loss]}, more than may be marked at once, at ${company}`,
    {
      facts: {company, resource, table, gone, live, guard},
    },
  );
