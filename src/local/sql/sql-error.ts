export interface SqlErrorOptions {
  readonly errorClass: string;
  readonly sqlState: string;
  readonly text: string;
}

/** What a statement fails with, as Databricks words it: `[ERROR_CLASS] text. SQLSTATE: xxxxx`. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  readonly errorClass: string;
  readonly sqlState: string;

  constructor({errorClass, sqlState, text}: SqlErrorOptions) {
    super(`[${errorClass}] ${text}${text.endsWith('.') ? '' : '.'} SQLSTATE: ${sqlState}`);
    this.errorClass = errorClass;
    this.sqlState = sqlState;
  }
}

const failing =
  (errorClass: string, sqlState: string) =>
  (text: string): SqlError =>
    new SqlError({errorClass, sqlState, text});

export const syntaxError = failing('PARSE_SYNTAX_ERROR', '42601');
export const tableAbsent = failing('TABLE_OR_VIEW_NOT_FOUND', '42P01');
export const tableExists = failing('TABLE_OR_VIEW_ALREADY_EXISTS', '42P07');
export const schemaAbsent = failing('SCHEMA_NOT_FOUND', '42704');
export const schemaExists = failing('SCHEMA_ALREADY_EXISTS', '42P06');
export const catalogAbsent = failing('CATALOG_NOT_FOUND', '42704');
export const volumeAbsent = failing('VOLUME_DOES_NOT_EXIST', '42704');
export const volumeExists = failing('VOLUME_ALREADY_EXISTS', '42000');
export const columnAbsent = failing('UNRESOLVED_COLUMN.WITH_SUGGESTION', '42703');
export const columnExists = failing('FIELD_ALREADY_EXISTS', '42710');
export const functionAbsent = failing('UNRESOLVED_ROUTINE', '42883');
export const typeMismatch = failing('DATATYPE_MISMATCH', '42K09');
export const parameterAbsent = failing('UNBOUND_SQL_PARAMETER', '42P02');
/** What Databricks knows and this workspace does not run. */
export const unsupported = failing('UNSUPPORTED_FEATURE.LOCAL_WORKSPACE', '0A000');

/** Between the parts of an error that a statement raises inside the engine. */
export const errorMark = '\u0001';

/** A SQL expression of the engine that fails with this class; `text` is a SQL expression itself. */
export function raising({errorClass, sqlState, text}: SqlErrorOptions): string {
  return `error('${errorMark}${errorClass}${errorMark}${sqlState}${errorMark}' || (${text}))`;
}

const engineErrors: readonly (readonly [RegExp, string, string])[] = [
  [/^Parser Error/, 'PARSE_SYNTAX_ERROR', '42601'],
  [/^Catalog Error: Table/, 'TABLE_OR_VIEW_NOT_FOUND', '42P01'],
  [/^Catalog Error: Schema/, 'SCHEMA_NOT_FOUND', '42704'],
  [/^Catalog Error: .*Function/, 'UNRESOLVED_ROUTINE', '42883'],
  [
    /^Binder Error: (?:Referenced (?:column|table)|Table "[^"]*" does not have a column)/,
    'UNRESOLVED_COLUMN.WITH_SUGGESTION',
    '42703',
  ],
  [/^Binder Error: Ambiguous/, 'AMBIGUOUS_REFERENCE', '42704'],
  [/^Binder Error/, 'DATATYPE_MISMATCH', '42K09'],
  [/^Conversion Error: (?:Could not|invalid|Unable|timestamp|date|time)/, 'CAST_INVALID_INPUT', '22018'],
  [/^(?:Conversion Error|Out of Range Error)/, 'NUMERIC_VALUE_OUT_OF_RANGE', '22003'],
  [/^Constraint Error: NOT NULL/, 'DELTA_NOT_NULL_CONSTRAINT_VIOLATED', '23502'],
  [/^(?:IO|Serialization) Error|TProtocol|parquet/i, 'FAILED_READ_FILE.NO_HINT', 'KD001'],
  [/^INTERRUPT Error/, 'OPERATION_CANCELED', 'HY008'],
];

/**
 * The engine's failure as Databricks would word it. The engine gives its class as the beginning of its text only,
 * so that this is the one place that reads it.
 */
export function asSqlError(thrown: unknown): SqlError {
  if (thrown instanceof SqlError) return thrown;
  const message = thrown instanceof Error ? thrown.message : 'the engine failed';
  const [, errorClass, sqlState, ...text] = message.split(errorMark);
  if (errorClass !== undefined && sqlState !== undefined) {
    return new SqlError({errorClass, sqlState, text: text.join(errorMark)});
  }
  const known = engineErrors.find(([form]) => form.test(message));
  if (!known) return new SqlError({errorClass: 'INTERNAL_ERROR', sqlState: 'XX000', text: message});
  return new SqlError({errorClass: known[1], sqlState: known[2], text: message.replace(/\n[\s\S]*$/, '')});
}
