import type {Manifest} from './load.ts';
import type {RunId, TableName} from './names.ts';
import type {CommitScope, CopyBatch, MergeCounts} from './ports.ts';

/** A commit of one resource's loads as one transaction: all of it happens, or nothing. */
export interface WholeCommit {
  /** What is merged. */
  readonly scope: CommitScope;
  /** What is copied before, for the resource's own tables and for control tables. */
  readonly copies: readonly CopyBatch[];
  /** What the commit may mark; absent where that has been decided. */
  readonly guard?: MarkingGuard;
  /** Loads whose checkpoints move with it, as `settle` moves them. */
  readonly settled: readonly Manifest[];
  readonly runId: RunId;
}

/** How many live rows of a company may be marked: so many, or this share of them. */
export interface MarkingGuard {
  readonly rowsMax: number;
  readonly shareMax: number;
  /** Companies for which somebody has consented to more. */
  readonly consented: ReadonlySet<string>;
}

/** What became of it: the rows written and marked, by table; or nothing at all, and why where that is to be told. */
export type WholeEnd =
  | {readonly committed: true; readonly counts: ReadonlyMap<TableName, MergeCounts & {readonly marked: number}>}
  | {readonly committed: false; readonly note?: string};
