import type {SyncError} from '../../base/errors.ts';
import {type CompanyId, type ResourceName, tableName} from '../../model/names.ts';
import type {GoneCount} from '../../model/ports.ts';
import {isBeyond, tooMany} from '../commit/guard.ts';
import type {Settings} from '../doors.ts';
import {placeOf, type SweepPortion} from './portions.ts';

interface Count {
  /** Live rows by portion: those that are held, or what an earlier sweep counted. */
  readonly live: Map<string, number>;
  /** Keys that would be marked if they are proved gone. */
  gone: number;
}

type GuardSettings = Pick<Settings, 'deletionGuard' | 'acceptDeletions'>;

/**
 * Counts what a run's sweep of one company would mark, over all slices and periods of a resource. Beyond the guard
 * nothing of the resource is marked, nor asked for one by one.
 */
export class SweepGuard {
  readonly #companyId: CompanyId;
  readonly #settings: GuardSettings;
  readonly #counts = new Map<ResourceName, Count>();

  /** @param portions all that the company has, whether they are swept now or not */
  constructor(
    companyId: CompanyId,
    {portions, settings}: {portions: readonly SweepPortion[]; settings: GuardSettings},
  ) {
    this.#companyId = companyId;
    this.#settings = settings;
    for (const portion of portions) this.#of(portion).live.set(placeIn(portion), portion.keys);
  }

  /** Takes what a walk has found: the live rows that are held, and of them what an earlier sweep had missed too. */
  count(portion: SweepPortion, {live, candidates}: {live: number; candidates: number}): void {
    const count = this.#of(portion);
    count.live.set(placeIn(portion), live);
    count.gone += candidates;
  }

  allows(resource: ResourceName): boolean {
    return this.#settings.acceptDeletions || !isBeyond(this.#goneOf(resource), this.#settings.deletionGuard);
  }

  /** One error for each resource of which nothing is marked. */
  get errors(): readonly SyncError[] {
    const beyond = [...this.#counts.keys()].filter(resource => !this.allows(resource));
    return beyond.map(resource =>
      tooMany(
        resource,
        {company: this.#companyId, table: tableName(resource), loss: 'missing', ...this.#goneOf(resource)},
        this.#settings.deletionGuard,
      ),
    );
  }

  #goneOf(resource: ResourceName): Pick<GoneCount, 'gone' | 'live'> {
    const {live = new Map<string, number>(), gone = 0} = this.#counts.get(resource) ?? {};
    return {gone, live: [...live.values()].reduce((sum, rows) => sum + rows, 0)};
  }

  #of({chain}: SweepPortion): Count {
    const {name} = chain.resource;
    const count = this.#counts.get(name) ?? {live: new Map<string, number>(), gone: 0};
    this.#counts.set(name, count);
    return count;
  }
}

const placeIn = ({chain, period}: SweepPortion): string => placeOf({...chain.tip, period});
