import {
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Field,
  Int32,
  Int64,
  TimestampMicrosecond,
  Type,
  Utf8,
} from 'apache-arrow';
import {quoteIdentifier, quoteLiteral} from '../base/quoting.ts';

/**
 * The one vocabulary of types: an apache-arrow Field for each column. Its metadata carries `path` (where the value
 * lies in the record, dots between objects) and `comment`. From it come the Parquet columns, the DDL and the casts.
 */
export const text = new Utf8();
export const whole = new Int64();
export const count = new Int32();
export const flag = new Bool();
export const day = new DateDay();
/** TIMESTAMP_NTZ: Visma's stamps carry no zone. */
export const localTime = new TimestampMicrosecond();
/** TIMESTAMP: an instant, ours. */
export const instant = new TimestampMicrosecond('UTC');
/** DECIMAL(38,10): amounts and quantities. apache-arrow takes the scale first. */
export const amount = new Decimal(10, 38, 128);
/** DECIMAL(38,18): rates. */
export const rate = new Decimal(18, 38, 128);

export interface ColumnOptions {
  readonly path?: string;
  readonly comment: string;
  /** A person's own, or a bank account: protected unless the configuration says otherwise. */
  readonly personal?: boolean;
}

export function column(name: string, type: DataType, {path, comment, personal = false}: ColumnOptions): Field {
  const metadata = new Map([['comment', comment]]);
  if (path !== undefined) metadata.set('path', path);
  if (personal) metadata.set('personal', 'true');
  return new Field(name, type, true, metadata);
}

export const isPersonal = (field: Field): boolean => field.metadata.get('personal') === 'true';

/**
 * Where a column's value lies in the record, as its parts; empty for a column that we make ourselves. A part such as
 * `segments[segmentId=1]` is the object of an array whose property has that value.
 */
export const pathOf = (field: Field): readonly string[] => field.metadata.get('path')?.split('.') ?? [];

/** Whether the value stands in `_record`, and not in an array that has a table of its own. */
export const standsInRecord = (field: Field): boolean => {
  const path = pathOf(field);
  return path.length > 0 && !path.some(step => step.endsWith(']'));
};

export const commentOf = (field: Field): string => field.metadata.get('comment') ?? '';

/** The type as Spark SQL writes it: in DDL and in the casts of COPY INTO. */
export function sqlType(type: DataType): string {
  if (isDecimal(type)) return `DECIMAL(${type.precision},${type.scale})`;
  if (isTimestamp(type)) return type.timezone ? 'TIMESTAMP' : 'TIMESTAMP_NTZ';
  switch (type.typeId) {
    case Type.Utf8:
      return 'STRING';
    case Type.Int:
      return type.toString() === 'Int64' ? 'BIGINT' : 'INT';
    case Type.Bool:
      return 'BOOLEAN';
    case Type.Date:
      return 'DATE';
    default:
      throw new TypeError(`a column type that the tables do not use: ${type.toString()}`);
  }
}

/** A column as it stands in CREATE TABLE and ADD COLUMNS. */
export function columnSpec(field: Field, {required = false}: {required?: boolean} = {}): string {
  const {name, type} = field;
  const nullable = required ? ' NOT NULL' : '';
  return `${quoteIdentifier(name)} ${sqlType(type)}${nullable} COMMENT ${quoteLiteral(commentOf(field))}`;
}

/** Of the rows of DESCRIBE those of columns: what follows an empty name, or one that begins with `#`, is none. */
export function columnRows<Row extends Readonly<Record<string, unknown>>>(rows: readonly Row[]): readonly Row[] {
  const end = rows.findIndex(({col_name: name}) => name === '' || String(name).startsWith('#'));
  return end < 0 ? rows : rows.slice(0, end);
}

export const isDecimal = (type: DataType): type is Decimal => type.typeId === Type.Decimal;
export const isTimestamp = (type: DataType): type is TimestampMicrosecond => type.typeId === Type.Timestamp;

/**
 * Every value is staged as text (Parquet UTF8) that its cast in COPY INTO cannot refuse: it is judged before it is
 * written. So that no writer's DECIMAL or TIMESTAMP encoding stands between the body's digits and the table's.
 */
export const stagedAs = 'UTF8';
