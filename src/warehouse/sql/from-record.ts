import {type Field, Type} from 'apache-arrow';
import {quoteIdentifier, quoteLiteral} from '../../base/quoting.ts';
import {isTimestamp, pathOf, sqlType} from '../../model/column.ts';

/**
 * A column's value, read out of the record's JSON. from_json with the column's own type keeps every digit, where
 * get_json_object makes floats of numbers; times stand in JSON as text, and what is none becomes NULL.
 * @param record the SQL expression of the JSON
 */
export function fromRecord(field: Field, record: string): string {
  const path = pathOf(field);
  const isTime = isTimestamp(field.type) || field.type.typeId === Type.Date;
  const schema = quoteLiteral(schemaText(path, isTime ? 'STRING' : sqlType(field.type)));
  const value = `from_json(${record}, ${schema})${path.map(name => `.${quoteIdentifier(name)}`).join('')}`;
  return isTime ? `TRY_CAST(${value} AS ${sqlType(field.type)})` : value;
}

/** `a STRUCT<b: DECIMAL(38,10)>` for the path a.b. */
function schemaText([name = '', ...rest]: readonly string[], type: string): string {
  const [head, ...tail] = [name, ...rest].map(nameText);
  const inner = tail.reduceRight((text, part) => `STRUCT<${part}: ${text}>`, type);
  return `${head} ${inner}`;
}

const nameText = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : quoteIdentifier(name));
