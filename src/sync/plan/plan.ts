import {asSyncError, SyncError} from '../../base/errors.ts';
import type {Checkpoint} from '../../model/load.ts';
import {type CompanyId, type ResourceName, type Slice, wholeResource} from '../../model/names.ts';
import type {Company, Pass} from '../../model/pass.ts';
import type {RateWindow} from '../../model/ports.ts';
import type {Resource} from '../../model/resource.ts';
import {chainsOf, tipsOf} from '../chains.ts';
import type {Doors} from '../doors.ts';
import {isNotOffered, passOf, type Reading} from '../land/passes.ts';
import {
  assumedCallSeconds,
  assumedPageSeconds,
  forecast,
  forecastAsHeld,
  goesByPeriod,
  isKnownUnasked,
  type Known,
  kindName,
  type PassForecast,
  scaled,
  windowsFor,
} from './forecast.ts';

/** What the next run will take of one company. */
export interface CompanyPlan {
  readonly company: CompanyId;
  /** In the order of work. */
  readonly resources: readonly ResourcePlan[];
  readonly calls: number;
  /** With the waits between windows where one is not enough. */
  readonly seconds: number;
  /** Rate windows of an hour that it takes; absent where Visma has told of none. */
  readonly windows?: number;
  /** Our share of the window, as it is after the forecast. */
  readonly window?: RateWindow;
}

/** What the next passes of one resource will take: those of one kind, where slices have come differently far. */
export interface ResourcePlan extends PassForecast {
  readonly resource: ResourceName;
  readonly kind: ReturnType<typeof kindName>;
  readonly slices: number;
}

export interface PlanEnd {
  readonly companies: readonly CompanyPlan[];
  readonly errors: readonly SyncError[];
}

/** So many slices of one kind are counted; where there are more these speak for the rest. */
const slicesCounted = 3;

/** Ends the counting of a company: every further call would meet it again. */
const endsCompany: ReadonlySet<string> = new Set(['credentials', 'limited', 'cancelled', 'identity']);

/**
 * Says what the next run will take, by a call for each pass at most, and writes nothing anywhere. It stops before the
 * rate window is spent for the run itself.
 */
export async function plan(run: Omit<Reading, 'tips'>, doors: Doors, signal?: AbortSignal): Promise<PlanEnd> {
  const tips = await readTips(doors, signal);
  const companies: CompanyPlan[] = [];
  const errors: SyncError[] = [];
  for (const company of run.scope.companies) {
    const counting = new Counting(company, {...run, tips}, doors);
    companies.push(await counting.plan(signal));
    errors.push(...counting.errors);
  }
  doors.events({event: 'note', message: assumption});
  return {companies, errors};
}

const assumption =
  `minutes are by what the last pass of a list took; where there was none, ${assumedPageSeconds} s are assumed ` +
  'for a full page';

/** Where each pass begins. Where the control tables do not exist nothing has been settled. */
async function readTips({warehouse, landing}: Doors, signal?: AbortSignal): Promise<ReadonlyMap<string, Checkpoint>> {
  let checkpoints: readonly Checkpoint[] = [];
  let finished: ReadonlyMap<string, Date> = new Map();
  try {
    checkpoints = await warehouse.readCheckpoints(signal);
    finished = await warehouse.readFinishedLoads(signal);
  } catch (thrown) {
    if (asSyncError(thrown).kind !== 'absent') throw thrown;
  }
  const {loads} = await landing.pending(finished, signal);
  return tipsOf(checkpoints, chainsOf(loads, checkpoints).chains);
}

/** The counting of one company's lists, until something ends it. */
class Counting {
  readonly errors: SyncError[] = [];
  readonly #company: Company;
  readonly #reading: Reading;
  readonly #doors: Doors;
  /** Lists that say by what others are read, and that no pass of their own brings. */
  readonly #lists: Set<string>;
  #anyCounted = false;
  #ended = false;

  constructor(company: Company, reading: Reading, doors: Doors) {
    this.#company = company;
    this.#reading = reading;
    this.#doors = doors;
    this.#lists = new Set(reading.scope.resources.flatMap(({slicing}) => (slicing ? namedBy[slicing] : [])));
  }

  async plan(signal?: AbortSignal): Promise<CompanyPlan> {
    const resources: ResourcePlan[] = [];
    for (const resource of this.#reading.scope.resources) resources.push(...(await this.#resource(resource, signal)));
    const calls = sumOf(resources, each => each.calls) + this.#listCalls;
    const work = sumOf(resources, each => each.seconds) + this.#listCalls * assumedCallSeconds;
    const window = this.#doors.source.window(this.#company);
    const waited = windowsFor({calls, seconds: work}, window);
    const {seconds} = waited ?? {seconds: work};
    return {
      company: this.#company.id,
      resources,
      calls,
      seconds,
      ...(waited && {windows: waited.windows}),
      ...(window && {window}),
    };
  }

  get #listCalls(): number {
    const snapshots = this.#reading.scope.resources.filter(({reading}) => reading.kind === 'snapshot');
    return [...this.#lists].filter(list => !snapshots.some(({name}) => name === list)).length;
  }

  /** A plan for the passes of each kind: slices that are new among others that are not, for one. */
  async #resource(resource: Resource, signal?: AbortSignal): Promise<readonly ResourcePlan[]> {
    const passes = (await this.#slicesOf(resource, signal)).map(slice => this.#passOf(resource, slice));
    const plans: ResourcePlan[] = [];
    for (const [kind, alike] of Map.groupBy(passes, kindName)) {
      const forecasts: PassForecast[] = [];
      for (const pass of spread(alike)) forecasts.push(await this.#forecast(pass, signal));
      plans.push({resource: resource.name, kind, slices: alike.length, ...scaled(forecasts, alike.length)});
    }
    return plans;
  }

  async #slicesOf(resource: Resource, signal?: AbortSignal): Promise<readonly Slice[]> {
    if (resource.slicing === undefined || !this.#mayCall()) return [wholeResource];
    try {
      return await this.#doors.source.slices({company: this.#company, resource}, signal);
    } catch (thrown) {
      this.#fail(asSyncError(thrown));
      return [wholeResource];
    }
  }

  async #forecast(pass: Pass, signal?: AbortSignal): Promise<PassForecast> {
    const {pageSizeMax, stretchPages} = this.#doors.settings;
    const known: Known = {pageSizeMax, stretchPages, periods: 0};
    if (isKnownUnasked(pass)) return forecastAsHeld(pass, known);
    if (!this.#mayCall()) return uncounted;
    try {
      const count = await this.#doors.source.count(pass, signal);
      this.#anyCounted = true;
      if (!goesByPeriod(pass, count, known)) return forecast(pass, count, known);
      this.#lists.add('financial_period');
      const periods = await this.#doors.source.periods(this.#company, signal);
      return forecast(pass, count, {...known, periods: periods.length});
    } catch (thrown) {
      const error = asSyncError(thrown);
      if (isNotOffered(error, {pass, known: this.#anyCounted})) return {...uncounted, basis: 'not offered'};
      this.#fail(error);
      return uncounted;
    }
  }

  #passOf(resource: Resource, slice: Slice): Pass {
    return passOf({company: this.#company, resource, slice}, this.#reading);
  }

  #fail(error: SyncError): void {
    this.errors.push(error);
    if (endsCompany.has(error.kind)) this.#ended = true;
  }

  /** What is left of a window is the run's: counting ends before the last of it. */
  #mayCall(): boolean {
    if (this.#ended) return false;
    const window = this.#doors.source.window(this.#company);
    if (!window || window.remaining >= Math.max(callsLeftMin, window.limit * shareLeftMin)) return true;
    this.#fail(nearlySpent(this.#company, window, this.#doors.clock.now()));
    return false;
  }
}

const callsLeftMin = 5;
const shareLeftMin = 0.05;

/** The lists that say by what a resource is read, as resources bear their names. */
const namedBy: Readonly<Record<NonNullable<Resource['slicing']>, readonly string[]>> = {
  ledger: ['ledger'],
  budget: ['branch', 'ledger', 'financial_period'],
  'financial year': ['financial_period'],
};

const uncounted: PassForecast = {calls: 1, seconds: assumedCallSeconds, basis: 'not counted'};

function nearlySpent({id}: Company, {limit, remaining, resetMs}: RateWindow, now: Date): SyncError {
  const comeAgainAt = new Date(now.getTime() + resetMs).toISOString();
  return new SyncError(
    'limited',
    `the rate window of company ${id} is nearly spent: not all of its lists were counted`,
    {
      hint: `Run again after ${comeAgainAt}; what is left now is left to the next run.`,
      facts: {company: id, remaining, limit, comeAgainAt},
      retryAfterMs: resetMs,
    },
  );
}

/** The first, the last and those between, evenly. */
function spread<T>(all: readonly T[]): readonly T[] {
  if (all.length <= slicesCounted) return all;
  const last = all.length - 1;
  const places = Array.from({length: slicesCounted}, (_, index) => Math.round((index * last) / (slicesCounted - 1)));
  return all.filter((_, index) => places.includes(index));
}

const sumOf = <T>(all: readonly T[], of: (each: T) => number): number => all.reduce((sum, each) => sum + of(each), 0);
