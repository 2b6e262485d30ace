import {asSyncError, type SyncError} from '../../base/errors.ts';
import type {KeyRegister, MissingKey} from '../../model/key-register.ts';
import type {Checkpoint, Manifest} from '../../model/load.ts';
import type {RunId} from '../../model/names.ts';
import type {Company} from '../../model/pass.ts';
import {chainKey} from '../chains.ts';
import type {Doors} from '../doors.ts';
import {ChainSweep, type Proved} from './chain.ts';
import {cyclesOf, type Due} from './due.ts';
import {SweepGuard} from './guard.ts';
import {MissingKeys} from './missing-keys.ts';
import {sweepPortion} from './portion.ts';
import {inOrder, type SweepPortion, sweepPeriods} from './portions.ts';
import {PathProofs} from './proof.ts';
import {sweepRetired} from './retired.ts';

/** What ends a company's sweep altogether: every further request would meet it again. */
const endsCompany: ReadonlySet<string> = new Set(['credentials', 'limited', 'cancelled', 'identity']);

/** So many portions are swept before what they showed is committed and remembered. */
const portionsAtOnce = 60;

/** After so many failures the rest of a slice's periods, or of a list's, is left to the next sweep. */
const failuresMax = 5;

type Noted = Parameters<KeyRegister['recordSweeps']>[0];

/** The sweep of one company in one run: its due portions, in their order, some at a time. */
export class CompanySweeper {
  readonly company: Company;
  readonly errors: SyncError[] = [];
  readonly #runId: RunId;
  readonly #doors: Doors;
  readonly #due: Due;
  readonly #all: readonly SweepPortion[];
  readonly #waiting: SweepPortion[];
  readonly #missing: MissingKeys;
  readonly #paths: PathProofs;
  readonly #guard: SweepGuard;
  readonly #chains = new Map<string, ChainSweep>();
  /** By chain: a slice that fails leaves the others to be swept. */
  readonly #failures = new Map<string, number>();
  #ended = false;

  constructor(
    company: Company,
    given: {runId: RunId; due: Due; portions: readonly SweepPortion[]; missing: readonly MissingKey[]; doors: Doors},
  ) {
    const {runId, due, portions, missing, doors} = given;
    this.company = company;
    this.#runId = runId;
    this.#doors = doors;
    this.#due = due;
    this.#all = portions;
    this.#waiting = [...inOrder(due.portions)];
    this.#missing = new MissingKeys(missing, {companyId: company.id, runId});
    this.#paths = new PathProofs(doors);
    this.#guard = new SweepGuard(company.id, {portions, settings: doors.settings});
  }

  /** Portions that are due and were not swept, for a limit or a failure. */
  get left(): number {
    const completed = [...this.#chains.values()].reduce((sum, chain) => sum + chain.completed, 0);
    return this.#due.portions.length - completed;
  }

  get isDone(): boolean {
    return this.#ended || this.#waiting.length === 0;
  }

  get chains(): readonly ChainSweep[] {
    return [...this.#chains.values()];
  }

  /** Why nothing of some resources was marked. */
  get guardErrors(): readonly SyncError[] {
    return this.#guard.errors;
  }

  /** Sweeps the next portions, and seals what they showed. */
  async sweepSome(signal?: AbortSignal): Promise<readonly Manifest[]> {
    for (const portion of this.#waiting.splice(0, portionsAtOnce)) {
      if (this.#ended || this.#hasFailed(portion)) continue;
      await this.#sweep(portion, signal);
    }
    const sealed: Manifest[] = [];
    for (const chain of this.#chains.values()) {
      const manifest = await this.#seal(chain, signal);
      if (manifest) sealed.push(manifest);
    }
    return sealed;
  }

  /**
   * What is to be remembered now: of resources whose loads, if any, have been settled.
   * @param tips the checkpoints after the commit
   */
  settle(sealed: readonly Manifest[], tips: ReadonlyMap<string, Checkpoint>): Noted {
    const unsettled = new Set(sealed.filter(load => !isSettled(load, tips)).map(load => load.resource));
    if (unsettled.size > 0) this.#ended = true;
    const own = [...this.#chains.values()].filter(({chain}) => !unsettled.has(chain.resource.name));
    const marked = own.flatMap(sweep => sweep.marked.map(({recordId}) => ({sweep, recordId})));
    for (const {sweep, recordId} of marked) this.#missing.clear(sweep.chain.resource.name, recordId);
    const sweeps = own.flatMap(sweep => sweep.settle(tips.get(chainKey(sweep.chain.tip)) ?? sweep.chain.tip));
    const left = this.left;
    const cycles = cyclesOf(this.#due, {runId: this.#runId, companyId: this.company.id, left});
    const resources = new Set(own.map(({chain}) => chain.resource.name));
    return {sweeps: [...sweeps, ...cycles], ...this.#missing.noted(resources)};
  }

  async #sweep(portion: SweepPortion, signal?: AbortSignal): Promise<void> {
    const sweep = this.#sweepOf(portion);
    try {
      const shared = {missing: this.#missing, paths: this.#paths, guard: this.#guard};
      if (portion.period === sweepPeriods.retired) await sweepRetired({sweep, portion, ...shared}, this.#doors, signal);
      else await sweepPortion({sweep, portion}, shared, this.#doors, signal);
    } catch (thrown) {
      const error = asSyncError(thrown);
      if (error.kind === 'cancelled' || signal?.aborted) {
        await Promise.all(this.chains.map(chain => chain.discard()));
        throw error;
      }
      this.errors.push(error);
      if (endsCompany.has(error.kind)) this.#ended = true;
      const key = chainKey(portion.chain.tip);
      const refused = error.kind === 'permission' || error.kind === 'absent';
      this.#failures.set(key, (this.#failures.get(key) ?? 0) + (refused ? failuresMax : 1));
    }
  }

  #hasFailed({chain}: SweepPortion): boolean {
    return (this.#failures.get(chainKey(chain.tip)) ?? 0) >= failuresMax;
  }

  async #seal(sweep: ChainSweep, signal?: AbortSignal): Promise<Manifest | undefined> {
    const {name} = sweep.chain.resource;
    const since = ({recordId}: Proved): Date | undefined => this.#missing.since(name, recordId);
    const marked = this.#guard.allows(name)
      ? sweep.proved.filter(proved => proved.byItself || sweep.hasWalkedAllSince(since(proved)))
      : [];
    try {
      return await sweep.seal(marked, signal);
    } catch (thrown) {
      await sweep.discard();
      const error = asSyncError(thrown);
      if (error.kind === 'cancelled' || signal?.aborted) throw error;
      this.errors.push(error);
      return undefined;
    }
  }

  #sweepOf({chain}: SweepPortion): ChainSweep {
    const key = chainKey(chain.tip);
    const known = this.#chains.get(key);
    if (known) return known;
    const isOwn = (portion: SweepPortion): boolean => chainKey(portion.chain.tip) === key;
    const due = this.#due.portions.filter(isOwn).length;
    const portions = this.#all.filter(isOwn);
    const sweep = new ChainSweep(chain, {runId: this.#runId, doors: this.#doors, portions, due});
    this.#chains.set(key, sweep);
    const {company, resource, tip} = chain;
    const place = {company: company.id, resource: resource.name, slice: tip.slice};
    this.#doors.events({event: 'pass started', ...place, walk: 1});
    return sweep;
  }
}

function isSettled(
  {companyId, resource, slice, sequence, loadId}: Manifest,
  tips: ReadonlyMap<string, Checkpoint>,
): boolean {
  const tip = tips.get(chainKey({companyId, resource, slice}));
  return tip !== undefined && tip.sequence >= sequence && (tip.loadId === undefined || tip.loadId === loadId);
}
