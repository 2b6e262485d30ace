import type {Lease} from './lease.ts';
import type {CompanyId, ResourceName, RunId, Slice, TableName} from './names.ts';
import type {Resource} from './resource.ts';

/** A row of a raw table as a sweep compares it. */
export interface HeldKey {
  readonly recordId: string;
  /** Visma's row version; absent where the record bears none. */
  readonly rowVersion?: string;
  readonly stamp?: string;
  readonly isDeleted: boolean;
}

/** How one sweep of a company, resource, slice and period ended. A row of control.sweep. */
export interface SweepRecord {
  readonly runId: RunId;
  readonly companyId: CompanyId;
  readonly resource: ResourceName;
  readonly slice: Slice;
  /**
   * YYYYPP; empty where the list was swept whole, `without` for what bears none. Two more words make a row that is no
   * sweep: `first load` (read whole by then), `cycle` (a sweep by hand that began then; `missing`: parts left to do).
   */
  readonly period: string;
  readonly keys: number;
  /** Keys that Visma has and the table lacked. */
  readonly lacking: number;
  /** Keys whose row version or stamp differs. */
  readonly differing: number;
  /** Keys of the table that Visma did not list. */
  readonly missing: number;
  /** Of these, those that were marked. */
  readonly marked: number;
  /** When its walk began, by the warehouse's clock. */
  readonly sweptAt: Date;
}

/** What sweeps left, and what time it was by the warehouse's clock when that was read. */
export interface RecordedSweeps {
  /** The newest of each company, resource, slice and period. */
  readonly sweeps: readonly SweepRecord[];
  readonly readAt: Date;
}

/** A key that a complete sweep did not find. A row of control.missing_key until it is found or marked. */
export interface MissingKey {
  readonly companyId: CompanyId;
  readonly resource: ResourceName;
  readonly recordId: string;
  /** The sweep that missed it first. */
  readonly runId: RunId;
  /** When that was noted, by the warehouse's clock; absent if it is unknown. The warehouse writes it. */
  readonly missedAt?: Date;
}

/** A key without the sweep that missed it. */
export type FoundKey = Omit<MissingKey, 'runId' | 'missedAt'>;

/** What a resync did and why. A row of control.resync. */
export interface ResyncRecord {
  readonly runId: RunId;
  readonly companyId: CompanyId;
  readonly resource: ResourceName;
  readonly slice: Slice;
  /** What was read: `all`, `period 202603`, `since 2026-03-01T00:00:00.000`. */
  readonly scope: string;
  readonly requestedBy: string;
  readonly reason: string;
  readonly read: number;
  /** Rows of all its tables that were new, changed or revived by it. */
  readonly differing: number;
}

/** What sweeps and resyncs know of the tables, and leave behind. Every verb is safe to repeat. */
export interface KeyRegister {
  /** The keys that a raw table holds of one company: of one period where one is named, and of a slice. */
  readKeys(
    of: {
      readonly resource: Resource;
      readonly companyId: CompanyId;
      readonly slice: Slice;
      /** YYYYPP; `without` for rows that bear none. */
      readonly period?: string;
    },
    signal?: AbortSignal,
  ): Promise<readonly HeldKey[]>;
  readSweeps(signal?: AbortSignal): Promise<RecordedSweeps>;
  readMissing(signal?: AbortSignal): Promise<readonly MissingKey[]>;
  /**
   * Records sweeps. `missing` is added to what is held, where the first sweep that missed a key stays named; of a
   * resource that was swept whole, without slice and period, it replaces what is held.
   */
  recordSweeps(
    noted: {
      readonly sweeps: readonly SweepRecord[];
      readonly missing: readonly MissingKey[];
      /** Keys that were found or marked and are missing no more. */
      readonly cleared: readonly FoundKey[];
    },
    signal?: AbortSignal,
  ): Promise<void>;
  /** Records what was read again on purpose; nothing once the lease is lost. */
  recordResync(
    of: {readonly lease: Lease; readonly records: readonly ResyncRecord[]},
    signal?: AbortSignal,
  ): Promise<void>;
  /** Of each of these resources' tables: whether it is there, and its newest `_commit`. Cheap: one statement. */
  readTableStates(resources: readonly Resource[], signal?: AbortSignal): Promise<readonly TableState[]>;
}

/** Whether a raw table is there, and up to which commit. */
export interface TableState {
  readonly table: TableName;
  readonly exists: boolean;
  /** Absent where the table is absent or empty. */
  readonly newestCommit?: number;
}
