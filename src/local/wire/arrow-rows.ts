import {
  Binary,
  Bool,
  type Data,
  type DataType,
  DateDay,
  Decimal,
  Field,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import {digitsOf, type SqlType} from '../sql/sql-type.ts';
import type {Answer, Cell} from '../sql/work.ts';

/** Rows of an answer as an Arrow stream in two parts: the schema's message, and the batch's. */
export interface ArrowRows {
  readonly schema: Buffer;
  readonly batch: Buffer;
}

/** What the client asked to receive as Arrow's own types; what it did not ask for goes as text. */
export interface ArrowNatives {
  readonly decimals: boolean;
  readonly timestamps: boolean;
}

const plain: Readonly<Record<string, () => DataType>> = {
  boolean: () => new Bool(),
  tinyint: () => new Int8(),
  smallint: () => new Int16(),
  int: () => new Int32(),
  bigint: () => new Int64(),
  float: () => new Float32(),
  double: () => new Float64(),
  date: () => new DateDay(),
  timestamp: () => new TimestampMicrosecond('Etc/UTC'),
  timestamp_ntz: () => new TimestampMicrosecond(),
  binary: () => new Binary(),
};

/** Encodes the rows of an answer from one place up to, and without, another. */
export function toArrow(answer: Answer, rows: {from: number; to: number}, natives: ArrowNatives): ArrowRows {
  const types = answer.columns.map(({type}) => arrowType(type, natives));
  const fields = answer.columns.map(({name}, index) => new Field(name, types[index] ?? new Utf8(), true));
  const schema = new Schema(fields);
  const children = answer.columns.map(({type}, index) => {
    const cells = (answer.cells[index] ?? []).slice(rows.from, rows.to);
    return columnData(types[index] ?? new Utf8(), cells, type);
  });
  const struct = makeData({type: new Struct(fields), length: rows.to - rows.from, nullCount: 0, children});
  const writer = new RecordBatchStreamWriter();
  writer.write(new RecordBatch(schema, struct));
  writer.finish();
  return cut(Buffer.from(writer.toUint8Array(true)));
}

function arrowType(type: SqlType, {decimals, timestamps}: ArrowNatives): DataType {
  const digits = digitsOf(type);
  if (digits) return decimals ? new Decimal(digits.scale, digits.precision, 128) : new Utf8();
  if (type.spark.startsWith('timestamp') && !timestamps) return new Utf8();
  return plain[type.spark]?.() ?? new Utf8();
}

/** A message begins with a mark and its metadata's length; the schema's has no body, and the stream ends in 8 bytes. */
function cut(stream: Buffer): ArrowRows {
  const schemaEnd = 8 + stream.readInt32LE(4);
  return {schema: stream.subarray(0, schemaEnd), batch: stream.subarray(schemaEnd, stream.length - 8)};
}

function columnData(arrow: DataType, cells: readonly Cell[], type: SqlType): Data {
  const data = fixedWidth(arrow, cells);
  if (data) return data;
  const texts = cells.map(cell => (cell === null ? null : textOf(cell, type)));
  const vector = vectorFromArray(arrow instanceof Binary ? cells : texts, arrow);
  return (
    vector.data[0] ?? makeData({type: new Utf8(), length: 0, valueOffsets: new Int32Array(1), data: new Uint8Array()})
  );
}

function fixedWidth(type: DataType, cells: readonly Cell[]): Data | undefined {
  const frame = {length: cells.length, nullCount: cells.filter(cell => cell === null).length, nullBitmap: bits(cells)};
  if (type instanceof Bool) return makeData({type, ...frame, data: bits(cells, cell => cell === true)});
  if (type instanceof Decimal) return makeData({type, ...frame, data: decimalWords(cells)});
  if (type instanceof TimestampMicrosecond) return makeData({type, ...frame, data: BigInt64Array.from(cells, whole)});
  if (type instanceof Int64) return makeData({type, ...frame, data: BigInt64Array.from(cells, whole)});
  if (type instanceof Int32) return makeData({type, ...frame, data: Int32Array.from(cells, Number)});
  if (type instanceof Int16) return makeData({type, ...frame, data: Int16Array.from(cells, Number)});
  if (type instanceof Int8) return makeData({type, ...frame, data: Int8Array.from(cells, Number)});
  if (type instanceof DateDay) return makeData({type, ...frame, data: Int32Array.from(cells, Number)});
  if (type instanceof Float64) return makeData({type, ...frame, data: Float64Array.from(cells, Number)});
  if (type instanceof Float32) return makeData({type, ...frame, data: Float32Array.from(cells, Number)});
  return undefined;
}

/** A bit for each value; by default whether there is one. */
function bits(cells: readonly Cell[], isSet: (cell: Cell) => boolean = cell => cell !== null): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(cells.length / 64) * 8);
  cells.forEach((cell, index) => {
    if (isSet(cell)) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
  });
  return bytes;
}

/** Whole numbers that do not fit 64 bits can't be sent as BIGINT, which Spark would have refused to make. */
function whole(cell: Cell): bigint {
  const value = BigInt(typeof cell === 'bigint' || typeof cell === 'number' ? cell : 0);
  if (BigInt.asIntN(64, value) !== value) throw new RangeError('a whole number of more than 64 bits');
  return value;
}

/** Decimals as 128-bit two's complement, least word first. */
function decimalWords(cells: readonly Cell[]): Uint32Array {
  const words = new Uint32Array(cells.length * 4);
  cells.forEach((cell, index) => {
    let value = BigInt.asUintN(128, typeof cell === 'bigint' ? cell : 0n);
    for (let word = 0; word < 4; word++) {
      words[index * 4 + word] = Number(value & 0xffffffffn);
      value >>= 32n;
    }
  });
  return words;
}

/** A value as Spark writes it in text. */
export function textOf(cell: Cell, type: SqlType): string {
  const digits = digitsOf(type);
  if (digits && typeof cell === 'bigint') return decimalText(cell, digits.scale);
  if (type.spark === 'date') return new Date(Number(cell) * 86_400_000).toISOString().slice(0, 10);
  if (type.spark.startsWith('timestamp') && typeof cell === 'bigint') return timeText(cell);
  return String(cell);
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const sign = unscaled < 0n ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function timeText(micros: bigint): string {
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((micros - rest) / 1000n)).toISOString().slice(0, 19).replace('T', ' ');
  const fraction = rest.toString().padStart(6, '0').replace(/0+$/, '');
  return fraction === '' ? seconds : `${seconds}.${fraction}`;
}
