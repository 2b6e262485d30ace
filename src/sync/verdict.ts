import type {ErrorKind, ExitCode, SyncError} from '../base/errors.ts';

/** What a person must look at, however much else went well. */
const needsAPerson: ReadonlySet<ErrorKind> = new Set(['key', 'guard', 'data', 'defect', 'configuration', 'usage']);

/**
 * How a run ends. One company's failure, or a limit, leaves a run *partial* where anything at all was done: what
 * landed is committed and the next run goes on.
 */
export function exitCodeOf(errors: readonly SyncError[], {anythingDone}: {anythingDone: boolean}): ExitCode {
  if (errors.length === 0) return 0;
  if (errors.some(error => error.exitCode === 2)) return 2;
  if (errors.some(error => needsAPerson.has(error.kind))) return 1;
  return anythingDone || errors.every(error => error.exitCode === 3) ? 3 : 1;
}
