import type {Fence} from './lease.ts';
import type {LedgerStanding} from './ledger.ts';
import type {Checkpoint} from './load.ts';
import type {CompanyId, LoadId, RunId} from './names.ts';
import type {HeldRules, RunRecord} from './ports.ts';

/**
 * What the Delta tables said when a holder of the lease looked last: one file in the volume, so that a run which finds
 * nothing new need not wake the SQL warehouse. It is never truth. Whoever reads it checks it against the tables before
 * anything is committed, and believes it for a day at most.
 */
export interface Mirror {
  readonly writtenBy: RunId;
  /** ISO with Z, by the server's clock where it told one. */
  readonly writtenAt: string;
  /** The lease under which it was written: commits of later ones are not in it. */
  readonly fence: Fence;
  readonly companies: readonly BoundCompany[];
  readonly checkpoints: readonly Checkpoint[];
  /** Loads that are settled or set aside and whose files may still lie in the volume. */
  readonly finished: readonly FinishedMark[];
  /** The newest `_commit` of each raw table, by its name, as it was seen last; 0 where it had none. */
  readonly tables: Readonly<Record<string, number>>;
  /** Up to which `_commit` of each raw table others have consumed it; what nobody consumes has no entry. */
  readonly consumed: Readonly<Record<string, number>>;
  /** The mapping that the general ledger was built with; absent where none is built. */
  readonly mapping?: string;
  /** What was wrong with the ledger, so that a run which finds nothing new says so as well. */
  readonly standing?: LedgerStanding;
  /** The privacy rules under which the rows of each resource are held. */
  readonly privacy: readonly HeldRules[];
  /** Whose rows are lost though their checkpoints promise them: they have to be read again whole. */
  readonly again: readonly LostChain[];
}

export interface BoundCompany {
  readonly companyId: CompanyId;
  readonly tenantId: string;
}

export interface FinishedMark {
  readonly loadId: LoadId;
  /** ISO with Z. */
  readonly finishedAt: string;
}

export type LostChain = Pick<Checkpoint, 'companyId' | 'resource' | 'slice'>;

/** *stale*: older than a day by the server's clock. *unusable*: edited, cut off, of another version or place. */
export type MirrorFound =
  | {readonly state: 'believed' | 'stale'; readonly mirror: Mirror}
  | {readonly state: 'missing'}
  | {readonly state: 'unusable'; readonly reason: string};

/** The mirror's file. Whole or not at all: one that was cut off does not bear its own digest. */
export interface MirrorFile {
  read(signal?: AbortSignal): Promise<MirrorFound>;
  /** For the holder of the lease alone. Safe to repeat. */
  write(mirror: Omit<Mirror, 'writtenAt'>, signal?: AbortSignal): Promise<void>;
}

/** The records of runs that woke nobody: they wait in the volume until a run wakes the warehouse anyway. */
export interface RunNotes {
  /** Puts one run's record and confirms its size. Safe to repeat. */
  leave(record: RunRecord, signal?: AbortSignal): Promise<void>;
  waiting(signal?: AbortSignal): Promise<WaitingNotes>;
  /** Removes the records of these runs; one that is gone already is no error. */
  remove(runs: readonly RunId[], signal?: AbortSignal): Promise<void>;
}

export interface WaitingNotes {
  readonly records: readonly RunRecord[];
  /** Files that can't be read as records, each with why. They are left where they lie. */
  readonly unreadable: readonly UnreadableNote[];
}

export interface UnreadableNote {
  readonly name: string;
  readonly reason: string;
}
