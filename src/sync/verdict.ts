import type {ErrorKind, ExitCode, SyncError} from '../base/errors.ts';
import type {JsonObject} from '../base/exact-json.ts';
import type {LedgerStanding} from '../model/ledger.ts';

/** What a person must look at, however much else went well. */
const needsAPerson: ReadonlySet<ErrorKind> = new Set(['guard', 'data', 'defect', 'configuration', 'usage']);

export interface Ending {
  /** What went wrong while Visma was read. */
  readonly errors: readonly SyncError[];
  /** What went wrong while what landed was committed. */
  readonly commitErrors: readonly SyncError[];
  /** Problems that are reported and do not decide how the run ends. */
  readonly warnings?: readonly SyncError[];
  /** Whether any pass ended well or any load was settled. */
  readonly anythingDone: boolean;
}

/** What a command came to. */
export interface RunEnd extends Ending {
  /** What is wrong with the ledger, as this run saw it last; absent if it did not look. */
  readonly standing?: LedgerStanding;
  /** What a command that looks has found, as rows of one table. */
  readonly details?: readonly JsonObject[];
}

/**
 * How a run ends. One company's failure, or a limit, leaves a run *partial* where anything at all was done: what
 * landed is committed and the next run goes on. A commit that fails for more than a limit is a failure.
 */
export function exitCodeOf({errors: readErrors, commitErrors, anythingDone}: Ending): ExitCode {
  const errors = [...readErrors, ...commitErrors];
  if (errors.length === 0) return 0;
  if (errors.some(error => error.exitCode === 2)) return 2;
  if (errors.some(error => needsAPerson.has(error.kind))) return 1;
  if (commitErrors.some(error => error.exitCode !== 3)) return 1;
  return anythingDone || errors.every(error => error.exitCode === 3) ? 3 : 1;
}
