import type {JsonObject} from '../base/exact-json.ts';
import type {Checkpoint, PassKind} from './load.ts';
import {type CompanyId, type RunId, type Slice, type Stamp, stampBefore} from './names.ts';
import type {Resource} from './resource.ts';

/** One legal entity: one tenant of Visma.net. */
export interface Company {
  readonly id: CompanyId;
  readonly name: string;
  readonly tenantId: string;
  readonly currency: string;
}

/** One complete reading of a company, resource and slice. */
export interface Pass {
  readonly runId: RunId;
  readonly company: Company;
  readonly resource: Resource;
  readonly slice: Slice;
  readonly kind: PassKind;
  /** Where a delta begins; absent for a first pass and for snapshots. */
  readonly since?: Stamp;
  /** What the newest sealed load, or the checkpoint, left; absent on a first pass. */
  readonly previous?: Checkpoint;
  /** The place that its load takes in the chain. */
  readonly sequence: number;
}

/** What one answer brought. Records cut in two by pages of lines have been put together again. */
export interface Page {
  readonly records: readonly JsonObject[];
  /** When it was served, by the server's clock. */
  readonly servedAt: Date;
  /** How many there are in all, as this answer says; lines where pages count lines. */
  readonly total?: number;
}

/** Endpoints that take the stamp alone do not say whether it is included, and SQL Server's ticks are 3.33 ms. */
const strictnessMs = 10;

/** From where a pass asks, and compares, given where its window begins: a bit earlier where the stamp stands alone. */
export function requestSince({resource}: Pick<Pass, 'resource'>, since: Stamp): Stamp {
  const {reading} = resource;
  return reading.kind === 'delta' && reading.since === 'stamp alone' ? stampBefore(since, strictnessMs) : since;
}
