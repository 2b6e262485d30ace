import {SyncError} from '../base/errors.ts';
import type {Statement, StatementRow, Statements} from '../model/ports.ts';
import {tableHint} from './table-hint.ts';

/** Sends statements. What fails with a table names the table in its facts. */
export class Sender {
  readonly #statements: Statements;
  readonly #tags: Readonly<Record<string, string>>;

  constructor(statements: Statements, tags: Readonly<Record<string, string>>) {
    this.#statements = statements;
    this.#tags = tags;
  }

  async send(statement: Statement, signal?: AbortSignal): Promise<readonly StatementRow[]> {
    const tagged = {...statement, tags: {...this.#tags, ...statement.tags}};
    try {
      return await this.#statements.run(tagged, signal);
    } catch (thrown) {
      throw withTable(thrown, statement);
    }
  }
}

function withTable(thrown: unknown, {table}: Statement): unknown {
  if (!(thrown instanceof SyncError) || table === undefined) return thrown;
  const {kind, message, facts, cause, retryAfterMs} = thrown;
  const hint = (kind === 'data' ? tableHint(facts) : undefined) ?? thrown.hint;
  if (facts['table'] !== undefined && hint === thrown.hint) return thrown;
  return new SyncError(kind, message, {
    hint,
    facts: {...facts, table},
    cause: cause ?? thrown,
    ...(retryAfterMs !== undefined && {retryAfterMs}),
  });
}

export const isAbsent = (thrown: unknown): thrown is SyncError =>
  thrown instanceof SyncError && thrown.kind === 'absent';

/**
 * Whether a statement names a column that its table lacks. Delta has a class of its own where that is the target of a
 * MERGE, and an unspecific SQLSTATE for it.
 */
export const lacksColumn = (thrown: unknown): thrown is SyncError =>
  thrown instanceof SyncError &&
  (thrown.facts['sqlState'] === '42703' || thrown.facts['errorClass'] === 'DELTA_MERGE_UNRESOLVED_EXPRESSION');
