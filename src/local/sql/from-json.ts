import {type Call, operand, textOf, wrongArguments} from './call.ts';
import {literal, quoted} from './cast.ts';
import {Cursor} from './cursor.ts';
import {unsupported} from './sql-error.ts';
import {readType, type SqlType} from './sql-type.ts';
import {toTokens} from './token.ts';

/**
 * `from_json(column, 'a DECIMAL(38,10), b STRUCT<c: STRING>')` as a struct of the engine. Each field's text is taken
 * from the JSON as it was written and then cast, so that no number passes through a float; what does not fit its
 * type is NULL, as in Spark's permissive mode.
 */
export function fromJson(call: Call): string {
  if (call.args.length !== 2) throw wrongArguments(call);
  const cursor = new Cursor(toTokens(textOf(call, 1)));
  const wrapped = cursor.takeWord('STRUCT');
  if (wrapped) cursor.expectSymbol('<');
  const struct = readFields(cursor, operand(call, 0), []);
  if (wrapped) cursor.expectSymbol('>');
  cursor.end();
  return struct;
}

function readFields(cursor: Cursor, json: string, path: readonly string[]): string {
  const fields: string[] = [];
  do {
    const name = cursor.name();
    cursor.takeSymbol(':');
    const here = [...path, name];
    fields.push(`${quoted(name)} := ${readField(cursor, json, here)}`);
  } while (cursor.takeSymbol(','));
  return `struct_pack(${fields.join(', ')})`;
}

function readField(cursor: Cursor, json: string, path: readonly string[]): string {
  if (!cursor.takeWord('STRUCT')) return fieldOf(json, path, readType(cursor));
  cursor.expectSymbol('<');
  const struct = readFields(cursor, json, path);
  cursor.expectSymbol('>');
  return struct;
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'flag',
  tinyint: 'whole',
  smallint: 'whole',
  int: 'whole',
  bigint: 'whole',
  double: 'number',
  float: 'number',
  date: 'time',
  timestamp: 'time',
  timestamp_ntz: 'time',
};

function fieldOf(json: string, path: readonly string[], type: SqlType): string {
  const kind = type.spark.startsWith('decimal') ? 'number' : kinds[type.spark];
  if (kind === undefined) throw unsupported(`from_json with ${type.spark} is not run by the local workspace`);
  const text = `spark_json_field(${json}, ${literal(JSON.stringify(path))}, '${kind}')`;
  return `TRY_CAST(${text} AS ${type.engine})`;
}
