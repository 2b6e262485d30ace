import type {FoundKey, MissingKey} from '../../model/key-register.ts';
import type {CompanyId, ResourceName, RunId} from '../../model/names.ts';

/** The run that missed a key first, and when that was noted. */
type FirstMiss = Pick<MissingKey, 'runId' | 'missedAt'>;

/** The keys of one company that complete sweeps did not find, with the run that missed each first. */
export class MissingKeys {
  readonly #companyId: CompanyId;
  readonly #runId: RunId;
  readonly #held = new Map<ResourceName, Map<string, FirstMiss>>();
  readonly #cleared = new Map<ResourceName, Set<string>>();

  constructor(known: readonly MissingKey[], {companyId, runId}: Pick<MissingKey, 'companyId' | 'runId'>) {
    this.#companyId = companyId;
    this.#runId = runId;
    for (const {companyId: company, resource, recordId, ...first} of known) {
      if (company === companyId) this.#of(resource).set(recordId, first);
    }
  }

  /** Notes that this run's sweep missed a key. True where an earlier run's had missed it already. */
  miss(resource: ResourceName, recordId: string): boolean {
    const held = this.#of(resource);
    const first = held.get(recordId);
    if (first === undefined) held.set(recordId, {runId: this.#runId});
    this.#cleared.get(resource)?.delete(recordId);
    return first !== undefined && first.runId !== this.#runId;
  }

  /** When it was noted that a key is missing; undefined if it is unknown, or was not before this run. */
  since(resource: ResourceName, recordId: string): Date | undefined {
    return this.#held.get(resource)?.get(recordId)?.missedAt;
  }

  /** Keys of a resource that are missing so far. */
  of(resource: ResourceName): readonly string[] {
    return [...(this.#held.get(resource)?.keys() ?? [])];
  }

  /** A key was found, or marked. */
  clear(resource: ResourceName, recordId: string): void {
    if (!this.#of(resource).delete(recordId)) return;
    const cleared = this.#cleared.get(resource) ?? new Set<string>();
    cleared.add(recordId);
    this.#cleared.set(resource, cleared);
  }

  /** All that is still missing of these resources, and what is missing no more. */
  noted(resources: ReadonlySet<ResourceName>): {missing: MissingKey[]; cleared: FoundKey[]} {
    const companyId = this.#companyId;
    const missing = [...resources].flatMap(resource =>
      [...(this.#held.get(resource) ?? [])].map(([recordId, {runId}]) => ({companyId, resource, recordId, runId})),
    );
    const cleared = [...resources].flatMap(resource =>
      [...(this.#cleared.get(resource) ?? [])].map(recordId => ({companyId, resource, recordId})),
    );
    return {missing, cleared};
  }

  #of(resource: ResourceName): Map<string, FirstMiss> {
    let held = this.#held.get(resource);
    if (!held) {
      held = new Map();
      this.#held.set(resource, held);
    }
    return held;
  }
}
