import type {Cursor} from './cursor.ts';
import {syntaxError, unsupported} from './sql-error.ts';

/** A type as Spark spells it in DESCRIBE, and as the engine does. */
export interface SqlType {
  readonly spark: string;
  readonly engine: string;
}

const plain: Readonly<Record<string, SqlType>> = {
  STRING: {spark: 'string', engine: 'VARCHAR'},
  BOOLEAN: {spark: 'boolean', engine: 'BOOLEAN'},
  TINYINT: {spark: 'tinyint', engine: 'TINYINT'},
  SMALLINT: {spark: 'smallint', engine: 'SMALLINT'},
  INT: {spark: 'int', engine: 'INTEGER'},
  BIGINT: {spark: 'bigint', engine: 'BIGINT'},
  FLOAT: {spark: 'float', engine: 'FLOAT'},
  DOUBLE: {spark: 'double', engine: 'DOUBLE'},
  DATE: {spark: 'date', engine: 'DATE'},
  TIMESTAMP: {spark: 'timestamp', engine: 'TIMESTAMP WITH TIME ZONE'},
  TIMESTAMP_NTZ: {spark: 'timestamp_ntz', engine: 'TIMESTAMP'},
  BINARY: {spark: 'binary', engine: 'BLOB'},
};

const aliases: Readonly<Record<string, string>> = {
  BYTE: 'TINYINT',
  SHORT: 'SMALLINT',
  INTEGER: 'INT',
  LONG: 'BIGINT',
  REAL: 'FLOAT',
  TIMESTAMP_LTZ: 'TIMESTAMP',
};

/** What the engine computes with beyond Spark's types, and the void of a bare NULL. */
const computed: Readonly<Record<string, SqlType>> = {
  HUGEINT: {spark: 'bigint', engine: 'BIGINT'},
  '"NULL"': {spark: 'void', engine: 'INTEGER'},
  'TIMESTAMP WITH TIME ZONE': {spark: 'timestamp', engine: 'TIMESTAMP WITH TIME ZONE'},
};

const byEngine = new Map(Object.values(plain).map(type => [type.engine, type]));

/** The type of that name without its parameters; undefined where Spark has none. */
export function typeNamed(word: string): SqlType | undefined {
  const upper = word.toUpperCase();
  return plain[aliases[upper] ?? upper];
}

export function decimalType(precision: number, scale: number): SqlType {
  if (precision < 1 || precision > 38 || scale > precision) {
    throw syntaxError(`DECIMAL(${precision},${scale}) is no type: at most 38 digits, and no more of them decimals`);
  }
  return {spark: `decimal(${precision},${scale})`, engine: `DECIMAL(${precision},${scale})`};
}

/** Reads a type: `STRING`, `DECIMAL(38, 10)`. */
export function readType(cursor: Cursor): SqlType {
  const word = cursor.name();
  if (/^(?:DECIMAL|DEC|NUMERIC)$/i.test(word)) return readDecimal(cursor);
  const type = typeNamed(word);
  if (type) return type;
  if (/^(?:ARRAY|MAP|STRUCT|VARIANT|VARCHAR|CHAR|INTERVAL|OBJECT|GEOMETRY|GEOGRAPHY)$/i.test(word)) {
    throw unsupported(`The type ${word.toUpperCase()} is not kept here`);
  }
  throw syntaxError(`Unsupported data type "${word.toUpperCase()}"`);
}

function readDecimal(cursor: Cursor): SqlType {
  if (!cursor.takeSymbol('(')) return decimalType(10, 0);
  const precision = cursor.wholeNumber();
  const scale = cursor.takeSymbol(',') ? cursor.wholeNumber() : 0;
  cursor.expectSymbol(')');
  return decimalType(precision, scale);
}

/** The type that the engine spells so; undefined for one that Spark's answers here do not have. */
export function typeOfEngine(engine: string): SqlType | undefined {
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(engine);
  if (decimal) return decimalType(Number(decimal[1]), Number(decimal[2]));
  return computed[engine] ?? byEngine.get(engine);
}

const integers = ['tinyint', 'smallint', 'int', 'bigint'];
/** How many digits an integer type may need as a decimal, by Delta's table of widenings. */
const integerDigits = [10, 10, 10, 20];

/** Whether Delta's type widening allows a column of the one type to become the other. */
export function mayWiden(from: SqlType, to: SqlType): boolean {
  const rank = integers.indexOf(from.spark);
  const decimal = digitsOf(to);
  if (rank >= 0 && integers.indexOf(to.spark) > rank) return true;
  if (rank >= 0 && decimal) return decimal.precision - decimal.scale >= (integerDigits[rank] ?? 38);
  if (rank >= 0 && rank < 3 && to.spark === 'double') return true;
  const before = digitsOf(from);
  if (before && decimal) {
    return decimal.scale >= before.scale && decimal.precision - decimal.scale >= before.precision - before.scale;
  }
  return `${from.spark} ${to.spark}` === 'float double' || `${from.spark} ${to.spark}` === 'date timestamp_ntz';
}

/** A decimal's digits; undefined for any other type. */
export function digitsOf(type: SqlType): {precision: number; scale: number} | undefined {
  const match = /^decimal\((\d+),(\d+)\)$/.exec(type.spark);
  return match ? {precision: Number(match[1]), scale: Number(match[2])} : undefined;
}
