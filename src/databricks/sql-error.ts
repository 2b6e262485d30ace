import sql from '@databricks/sql';
import {type ErrorKind, type Facts, SyncError} from '../base/errors.ts';
import {DeadlinePassed} from './deadline.ts';
import {codeOf, connectionFailure, refusal} from './refusal.ts';

/** What the warehouse said no with: its codes only. Its words may quote values of rows and go no further than here. */
export interface SqlCodes {
  readonly sqlState?: string | undefined;
  readonly errorClass?: string | undefined;
}

/** A Thrift answer whose status is an error. The driver's own error for it drops the SQLSTATE. */
export class StatementRefused extends Error implements SqlCodes {
  override readonly name = 'StatementRefused';
  readonly sqlState: string | undefined;
  readonly errorClass: string | undefined;
  /** The session or the operation is not known over there any more. */
  readonly handleLost: boolean;

  constructor(codes: SqlCodes & {readonly handleLost: boolean}) {
    super('the warehouse refused');
    this.sqlState = codes.sqlState;
    this.errorClass = codes.errorClass;
    this.handleLost = codes.handleLost;
  }
}

/** A Thrift exchange of a repeatable call that failed for good, after the driver's own attempts. */
export class ExchangeFailed extends Error {
  override readonly name = 'ExchangeFailed';
}

/** Which statement it was, and where. */
export interface StatementPlace {
  /** `merge of supplier`. */
  readonly what: string;
  readonly host: string;
  readonly facts: Facts;
}

export interface StatementFailure {
  readonly error: SyncError;
  /** Whether session and connection are to be opened anew: gone over there, or in a state that nobody knows. */
  readonly sessionLost: boolean;
}

type Rule = readonly [codes: RegExp, kind: ErrorKind];

const byErrorClass: readonly Rule[] = [
  [
    /^(?:DELTA_)?CONCURRENT_|^DELTA_(?:METADATA|PROTOCOL)_CHANGED|^(?:MULTI_STATEMENT_)?TRANSACTION_CONCURRENT_/,
    'conflict',
  ],
  [/^COPY_INTO_(?:DUPLICATED_FILES|NON_BLIND_APPEND)/, 'conflict'],
  [/^(?:DELTA_)?(?:TABLE|VIEW|TABLE_OR_VIEW|SCHEMA|DATABASE|CATALOG|VOLUME)_(?:NOT_FOUND|DOES_NOT_EXIST)/, 'absent'],
  [/^(?:NO_SUCH_(?:TABLE|SCHEMA|CATALOG|DATABASE)|DELTA_MISSING_DELTA_TABLE)/, 'absent'],
  [/^(?:PERMISSION_DENIED|INSUFFICIENT_PERMISSIONS|UNAUTHORIZED_ACCESS)/, 'permission'],
  [/TIMEOUT_EXCEEDED/, 'timeout'],
  // A row filter or a mask; some have no SQLSTATE.
  [/^ROW_COLUMN_ACCESS|ROW_FILTER|COLUMN_MASK/, 'data'],
  // A file that can't be read as Parquet stays so, however often it is read.
  [/^FAILED_READ_FILE\.\w*(?:CORRUPT|FOOTER|PARQUET_COLUMN|NOT_EXIST)|^CANNOT_READ_FILE_FOOTER/, 'data'],
];

const bySqlState: readonly Rule[] = [
  [/^(?:2D521|25000|4000[01])$/, 'conflict'],
  [/^(?:42P01|42P08|42704|3D000|3F000)$/, 'absent'],
  [/^(?:42501|28...)$/, 'permission'],
  [/^(?:57014|57KD0|HY008|HYT00)$/, 'timeout'],
  [/^(?:0A|21|22|23|2[0-9A-F]|42|44|56|F0|P0)/, 'data'],
];

/**
 * The kind of an error of the warehouse: by error class, else by SQLSTATE. What has neither, or a state of the
 * system rather than of the statement, is `transient`: every statement of ours is safe to send again.
 */
export function kindOfSqlError({sqlState = '', errorClass = ''}: SqlCodes): ErrorKind {
  const rule =
    byErrorClass.find(([codes]) => codes.test(errorClass)) ?? bySqlState.find(([codes]) => codes.test(sqlState));
  return rule?.[1] ?? 'transient';
}

/** The error class in brackets at the start of the server's text: `[TABLE_OR_VIEW_NOT_FOUND]`. */
export function errorClassIn(text: string | undefined): string | undefined {
  return /^(?:[\w.$]+(?:Exception|Error): )?(?:Error running query: )?\[([A-Z][A-Z0-9_]*(?:\.[A-Z0-9_]+)*)\]/.exec(
    text ?? '',
  )?.[1];
}

export const toSqlState = (text: string | undefined | null): string | undefined =>
  text && /^[0-9A-Z]{5}$/.test(text) ? text : undefined;

const hints: Partial<Record<ErrorKind, string>> = {
  timeout: 'The warehouse stopped the statement: at its timeout, or by hand. A larger warehouse finishes sooner.',
  permission: 'Grant the principal what the statement needs on the catalog, schema or table; check names the grants.',
};

/** Classes what the driver threw. */
export function toStatementFailure(thrown: unknown, place: StatementPlace): StatementFailure {
  if (thrown instanceof SyncError) return {error: thrown, sessionLost: thrown.kind === 'transient'};
  if (thrown instanceof StatementRefused) {
    if (!thrown.handleLost) return {error: sqlFailure(thrown, place), sessionLost: false};
    return lost('the session is gone', place, thrown);
  }
  const state = operationStateOf(thrown);
  if (state) return stateFailure(state, place);
  const status = httpStatusOf(thrown);
  if (status !== undefined) return httpFailure(status, place);
  if (isConnectionError(thrown)) return {error: connectionFailure(thrown, place), sessionLost: true};
  return {error: guestDefect(thrown, place), sessionLost: true};
}

function sqlFailure(
  {sqlState, errorClass}: SqlCodes,
  {what, facts}: StatementPlace,
  kind: ErrorKind = kindOfSqlError({sqlState, errorClass}),
): SyncError {
  const codes = [errorClass, sqlState].filter(code => code !== undefined).join(', ') || 'no code';
  const hint = hints[kind];
  return new SyncError(kind, `${what}: refused by the warehouse with ${codes}`, {
    ...(hint !== undefined && {hint}),
    facts: {...facts, errorClass, sqlState},
  });
}

function lost(why: string, {what, host, facts}: StatementPlace, codes: SqlCodes = {}): StatementFailure {
  const {sqlState, errorClass} = codes;
  const error = new SyncError('transient', `${what}: ${why} at ${host}`, {facts: {...facts, errorClass, sqlState}});
  return {error, sessionLost: true};
}

interface OperationState extends SqlCodes {
  readonly state: string;
}

/** What the driver's OperationStateError says: it bears the Thrift answer, and the state as a text. */
function operationStateOf(thrown: unknown): OperationState | undefined {
  if (!(thrown instanceof Error) || !('errorCode' in thrown) || typeof thrown.errorCode !== 'string') return undefined;
  const response: unknown = 'response' in thrown ? thrown.response : undefined;
  const read = (name: string): string | undefined => {
    const value = response instanceof Object ? Reflect.get(response, name) : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  return {
    state: thrown.errorCode,
    sqlState: toSqlState(read('sqlState')),
    errorClass: errorClassIn(read('displayMessage')) ?? errorClassIn(read('errorMessage')),
  };
}

function stateFailure(state: OperationState, place: StatementPlace): StatementFailure {
  if (state.state === 'CLOSED') return lost('the operation is gone', place, state);
  if (state.state === 'CANCELED' || state.state === 'TIMEOUT') {
    return {error: sqlFailure(state, place, 'cancelled'), sessionLost: false};
  }
  return {error: sqlFailure(state, place), sessionLost: false};
}

const httpStatusOf = (thrown: unknown): number | undefined =>
  thrown instanceof Error && 'statusCode' in thrown && typeof thrown.statusCode === 'number'
    ? thrown.statusCode
    : undefined;

function httpFailure(status: number, {what, host}: StatementPlace): StatementFailure {
  return {
    error: refusal({status}, {what, host, hint: statusHints[status]}),
    sessionLost: status >= 500 || status === 404,
  };
}

const statusHints: Readonly<Record<number, string>> = {
  403: 'Grant the principal CAN USE on the SQL warehouse.',
  404: 'Check databricks.warehouse_id: there is no SQL warehouse of this id, or it is not visible.',
};

const isConnectionError = (thrown: unknown): boolean =>
  thrown instanceof DeadlinePassed ||
  thrown instanceof ExchangeFailed ||
  thrown instanceof sql.TApplicationException ||
  (thrown instanceof Error && thrown.name === 'FetchError') ||
  codeOf(thrown) !== undefined;

/** What the driver threw before or instead of an exchange. Its transport may hold half a request now. */
function guestDefect(thrown: unknown, {what, host, facts}: StatementPlace): SyncError {
  if (thrown instanceof sql.TProtocolException) {
    return new SyncError('protocol', `${what}: the answer of ${host} is no Thrift`, {facts: {...facts, host}});
  }
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  return new SyncError('defect', `${what}: an unforeseen ${name} in the SQL driver`, {facts: {...facts, host}});
}
