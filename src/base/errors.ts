/** When the same thing may be tried again. */
export type Verdict = 'retry now' | 'next run' | 'never';

/** How the process ends: 0 done · 1 failed · 2 usage or configuration · 3 partial. */
export type ExitCode = 0 | 1 | 2 | 3;

interface Ruling {
  readonly verdict: Verdict;
  readonly exitCode: ExitCode;
  /** What an operator does about it, where the error itself does not say better. */
  readonly hint: string;
}

/**
 * Every kind of failure there is, with what follows from it. The retry loop and the command line read this table,
 * and nothing else decides.
 */
export const rulings = {
  usage: {verdict: 'never', exitCode: 2, hint: 'Run with --help to see the commands and their options.'},
  configuration: {
    verdict: 'never',
    exitCode: 2,
    hint: 'Correct the configuration file; every problem found is listed.',
  },
  credentials: {verdict: 'never', exitCode: 1, hint: 'Check the client id, the secret and what they are approved for.'},
  permission: {verdict: 'never', exitCode: 1, hint: 'Ask the owner to grant what is missing, then run again.'},
  absent: {verdict: 'never', exitCode: 1, hint: 'Check the name; what it names does not exist or is not visible.'},
  identity: {
    verdict: 'never',
    exitCode: 1,
    hint: 'A company id belongs to the tenant that delivered its rows. Restore that pair, or use a new company id.',
  },
  transient: {
    verdict: 'retry now',
    exitCode: 1,
    hint: 'The other side failed for now; the next run goes on from here.',
  },
  conflict: {
    verdict: 'retry now',
    exitCode: 1,
    hint: 'Another writer got in between; the statement is safe to repeat.',
  },
  expired: {verdict: 'retry now', exitCode: 1, hint: 'The token had run out and is renewed.'},
  limited: {verdict: 'next run', exitCode: 3, hint: 'The rate window is spent; run again when it has been refilled.'},
  incomplete: {
    verdict: 'next run',
    exitCode: 3,
    hint: 'The data moved while it was read, or a right was lost; nothing moved, the next run reads it again.',
  },
  protocol: {verdict: 'next run', exitCode: 1, hint: 'The answer was not what the interface promises; see the facts.'},
  lease: {verdict: 'next run', exitCode: 3, hint: 'Another run holds the lease and commits what has landed.'},
  key: {
    verdict: 'never',
    exitCode: 1,
    hint: 'Two different records bear one key and are refused; the others go on. control.reject has both. Report it.',
  },
  guard: {
    verdict: 'never',
    exitCode: 1,
    hint: 'More rows would go than sync.deletion_guard allows. If that is right, run once with --accept-deletions.',
  },
  data: {verdict: 'never', exitCode: 1, hint: 'The table or the files are not as they were left; see the facts.'},
  timeout: {verdict: 'next run', exitCode: 1, hint: 'It took longer than it may; a larger warehouse finishes sooner.'},
  cancelled: {verdict: 'next run', exitCode: 1, hint: 'The run was stopped from outside; the next one recovers it.'},
  defect: {verdict: 'never', exitCode: 1, hint: 'This is a defect of the program. Please report it with the facts.'},
} as const satisfies Record<string, Ruling>;

export type ErrorKind = keyof typeof rulings;

/** Names, counts and ids that help to find the place. Never a token, never a row's value. */
export type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SyncErrorOptions {
  readonly hint?: string;
  readonly facts?: Facts;
  readonly cause?: unknown;
  /** When the other side said how long to wait, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** The one error of this program. The message says what, then where. */
export class SyncError extends Error {
  override readonly name = 'SyncError';
  readonly kind: ErrorKind;
  readonly hint: string;
  readonly facts: Facts;
  readonly retryAfterMs: number | undefined;

  constructor(kind: ErrorKind, message: string, options: SyncErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : {cause: options.cause});
    this.kind = kind;
    this.hint = options.hint ?? rulings[kind].hint;
    this.facts = options.facts ?? {};
    this.retryAfterMs = options.retryAfterMs;
  }

  get verdict(): Verdict {
    return rulings[this.kind].verdict;
  }

  get exitCode(): ExitCode {
    return rulings[this.kind].exitCode;
  }
}

/** What was thrown, as a SyncError: anything unforeseen is a defect and keeps its cause. */
export function asSyncError(thrown: unknown): SyncError {
  if (thrown instanceof SyncError) return thrown;
  if (thrown instanceof Error && (thrown.name === 'AbortError' || thrown.name === 'TimeoutError')) {
    return new SyncError('cancelled', 'the run was stopped', {cause: thrown});
  }
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  const where = thrown instanceof Error ? (thrown.stack?.split('\n').find(line => /^\s+at /.test(line)) ?? '') : '';
  return new SyncError('defect', `an unforeseen ${name} ${where.trim()}`.trim(), {cause: thrown});
}
