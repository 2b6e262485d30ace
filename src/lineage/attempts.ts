import {asSyncError, SyncError} from '../base/errors.ts';
import {isAbsent, isUnknown} from './answers.ts';
import type {Area} from './state-file.ts';

/** So many resources that fail one after another stand for all of them. */
const failuresMax = 3;

const whatOf: Readonly<Record<Area, string>> = {
  lineage: 'where the tables come from is not shown in Unity Catalog',
  tags: 'the tables are not tagged',
};

/** *no table*: the table is not there, or no longer. *refused*: not tried, or not allowed. */
export type Outcome<T> = T | 'no table' | 'refused' | 'failed';

/** What is tried in one area during a run: the first refusal ends it, for the next one would be the same. */
export class Attempts {
  readonly area: Area;
  readonly #signal: AbortSignal | undefined;
  readonly #failed: string[] = [];
  #inARow = 0;
  #error: SyncError | undefined;
  #isClosed = false;

  constructor(area: Area, signal: AbortSignal | undefined) {
    this.area = area;
    this.#signal = signal;
  }

  /** Whether a right or the interface itself is missing: that does not change from one run to the next. */
  get isRefused(): boolean {
    return this.#error !== undefined && (this.#error.kind === 'permission' || isLasting(this.#error));
  }

  /** What could not be done, to be told once; undefined where all went well. */
  get error(): SyncError | undefined {
    if (!this.#error) return undefined;
    const {kind, message, hint, facts} = this.#error;
    const of = this.#isClosed ? '' : ` for ${this.#failed.join(', ')}`;
    return new SyncError(kind, `${whatOf[this.area]}${of}: ${message}`, {hint, facts, cause: this.#error});
  }

  /** Throws nothing but the signal's reason. */
  async try<T>(name: string, action: () => Promise<T>): Promise<Outcome<T>> {
    if (this.#isClosed) return 'refused';
    try {
      const end = await action();
      this.#inARow = 0;
      return end;
    } catch (thrown) {
      if (this.#signal?.aborted) throw thrown;
      const error = asSyncError(thrown);
      if (isAbsent(error) && !isUnknown(error)) return 'no table';
      this.#failed.push(name);
      this.#error ??= explained(error);
      this.#isClosed = endsAll(error) || ++this.#inARow >= failuresMax;
      return error.kind === 'permission' || isLasting(error) ? 'refused' : 'failed';
    }
  }
}

/** The interface is not there, is switched off, or takes no more. */
const isLasting = (error: SyncError): boolean => isUnknown(error) || isFull(error);

/** A quota is told by its code; an object that is there already has status 409. */
const isFull = ({kind, facts}: SyncError): boolean => kind === 'data' && facts['status'] !== 409;

/** What is refused for what it is may be one resource's own affair; everything else meets the next one too. */
const endsAll = (error: SyncError): boolean => error.kind !== 'protocol' || isUnknown(error);

function explained(error: SyncError): SyncError {
  const {kind, message, facts} = error;
  if (isUnknown(error)) {
    const hint = 'This workspace does not offer it. Switch it off in the section lineage of the configuration.';
    return new SyncError('absent', message, {hint, facts, cause: error});
  }
  if (isFull(error)) {
    const hint = 'A metastore takes 10,000 external metadata objects and 100,000 edges: remove what nobody needs.';
    return new SyncError(kind, message, {hint, facts, cause: error});
  }
  return error;
}
