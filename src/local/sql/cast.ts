import {raising} from './sql-error.ts';
import type {SqlType} from './sql-type.ts';

/**
 * Casts as Spark's ANSI mode makes them, where the engine's own differ: text to an integer takes digits only,
 * fractions are cut and not rounded, an instant becomes text without its zone, and text with a zone loses it on the
 * way to TIMESTAMP_NTZ. Each is a macro over its operand's type, which the engine knows when it binds.
 */
const integerTypes = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'];

const macroOf = (engine: string): string => `spark_to_${engine.toLowerCase().replaceAll(' ', '_')}`;

function integerMacro(type: string, attempt: boolean): string {
  const cast = attempt ? 'TRY_CAST' : 'CAST';
  const refused = attempt
    ? 'NULL'
    : raising({
        errorClass: 'CAST_INVALID_INPUT',
        sqlState: '22018',
        text: `'The value ''' || CAST(a AS VARCHAR) || ''' of the type "STRING" cannot be cast to "${type}"'`,
      });
  return `CASE
    WHEN typeof(a) = 'VARCHAR' AND NOT regexp_full_match(CAST(a AS VARCHAR), '\\s*[+-]?[0-9]+\\s*') THEN ${refused}
    WHEN typeof(a) LIKE 'DECIMAL%' THEN ${cast}(regexp_extract(CAST(a AS VARCHAR), '^-?[0-9]*') AS ${type})
    WHEN typeof(a) IN ('DOUBLE', 'FLOAT') THEN ${cast}(trunc(TRY_CAST(a AS DOUBLE)) AS ${type})
    ELSE ${cast}(a AS ${type}) END`;
}

const textMacro = `CASE
    WHEN typeof(a) = 'TIMESTAMP WITH TIME ZONE' THEN regexp_replace(CAST(a AS VARCHAR), '[+]00$', '')
    WHEN typeof(a) IN ('DOUBLE', 'FLOAT') THEN spark_double_text(TRY_CAST(a AS DOUBLE))
    ELSE CAST(a AS VARCHAR) END`;

const localTimeMacro = (attempt: boolean): string => `CASE
    WHEN typeof(a) = 'VARCHAR'
    THEN ${attempt ? 'TRY_CAST' : 'CAST'}(regexp_replace(CAST(a AS VARCHAR),
      '(:[0-9]{2}([.][0-9]+)?)\\s*(Z|UTC|[+-][0-9]{2}:?[0-9]{2})$', '\\1') AS TIMESTAMP)
    ELSE ${attempt ? 'TRY_CAST' : 'CAST'}(a AS TIMESTAMP) END`;

/** The macros, to be created on each connection. */
export const castMacros: readonly string[] = [
  ...integerTypes.flatMap(type => [
    `CREATE OR REPLACE TEMP MACRO ${macroOf(type)}(a) AS ${integerMacro(type, false)}`,
    `CREATE OR REPLACE TEMP MACRO try_${macroOf(type)}(a) AS ${integerMacro(type, true)}`,
  ]),
  `CREATE OR REPLACE TEMP MACRO spark_to_varchar(a) AS ${textMacro}`,
  `CREATE OR REPLACE TEMP MACRO try_spark_to_varchar(a) AS ${textMacro}`,
  `CREATE OR REPLACE TEMP MACRO spark_to_timestamp(a) AS ${localTimeMacro(false)}`,
  `CREATE OR REPLACE TEMP MACRO try_spark_to_timestamp(a) AS ${localTimeMacro(true)}`,
];

const withMacro = new Set([...integerTypes, 'VARCHAR', 'TIMESTAMP']);

/** A SQL expression of the engine cast to a type; `attempt` gives NULL where the value does not fit. */
export function castTo(sql: string, type: SqlType, {attempt = false}: {attempt?: boolean} = {}): string {
  if (withMacro.has(type.engine)) return `${attempt ? 'try_' : ''}${macroOf(type.engine)}(${sql})`;
  return `${attempt ? 'TRY_CAST' : 'CAST'}(${sql} AS ${type.engine})`;
}

/** A text as the engine's string literal; it knows no escapes but the doubled quote, and no NUL. */
export function literal(text: string): string {
  const parts = text.split('\0').map(part => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? (parts[0] ?? "''") : `(${parts.join(' || chr(0) || ')})`;
}

/** A name as the engine quotes it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
