import {raising} from './sql-error.ts';
import {digitsOf, type SqlType} from './sql-type.ts';

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
  // The form is looked at only where a text is not the very text that the number has: patterns are slow.
  return `CASE
    WHEN typeof(a) = 'VARCHAR' THEN CASE
      WHEN CAST(TRY_CAST(a AS ${type}) AS VARCHAR) = CAST(a AS VARCHAR) THEN ${cast}(a AS ${type})
      WHEN NOT regexp_full_match(CAST(a AS VARCHAR), '\\s*[+-]?[0-9]+\\s*') THEN ${refused}
      ELSE ${cast}(a AS ${type}) END
    WHEN typeof(a) LIKE 'DECIMAL%' THEN ${cast}(regexp_extract(CAST(a AS VARCHAR), '^-?[0-9]*') AS ${type})
    WHEN typeof(a) IN ('DOUBLE', 'FLOAT') THEN ${cast}(trunc(TRY_CAST(a AS DOUBLE)) AS ${type})
    ELSE ${cast}(a AS ${type}) END`;
}

const textMacro = `CASE
    WHEN typeof(a) = 'TIMESTAMP WITH TIME ZONE' THEN regexp_replace(CAST(a AS VARCHAR), '[+]00$', '')
    WHEN typeof(a) IN ('DOUBLE', 'FLOAT') THEN spark_double_text(TRY_CAST(a AS DOUBLE))
    ELSE CAST(a AS VARCHAR) END`;

const localTimeMacro = (attempt: boolean): string => {
  const cast = attempt ? 'TRY_CAST' : 'CAST';
  return `CASE
    WHEN typeof(a) = 'VARCHAR' AND right(CAST(a AS VARCHAR), 1) IN ('Z', 'C', ' ')
      OR typeof(a) = 'VARCHAR' AND (contains(CAST(a AS VARCHAR), '+') OR contains(substr(CAST(a AS VARCHAR), 12), '-'))
    THEN ${cast}(regexp_replace(CAST(a AS VARCHAR),
      '(:[0-9]{2}([.][0-9]+)?)\\s*(Z|UTC|[+-][0-9]{2}:?[0-9]{2})\\s*$', '\\1') AS TIMESTAMP)
    ELSE ${cast}(a AS TIMESTAMP) END`;
};

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
  const cast = `${attempt ? 'TRY_CAST' : 'CAST'}(${sql} AS ${type.engine})`;
  const digits = digitsOf(type);
  const isWide = digits && digits.precision > 18 && digits.scale <= 12;
  return isWide && isColumn.test(sql) ? viaNarrow(sql, {type, cast, scale: digits.scale}) : cast;
}

const isColumn = /^"[^"]+"(?:\."[^"]+")*$/;

/** The engine reads text into a wide decimal a hundred times slower than into a narrow one, which most amounts fit. */
function viaNarrow(column: string, {type, cast, scale}: {type: SqlType; cast: string; scale: number}): string {
  const narrow = `CAST(TRY_CAST(${column} AS DECIMAL(18,${scale})) AS ${type.engine})`;
  return `CASE WHEN typeof(${column}) = 'VARCHAR' THEN coalesce(${narrow}, ${cast}) ELSE ${cast} END`;
}

/** A text as the engine's string literal; it knows no escapes but the doubled quote, and no NUL. */
export function literal(text: string): string {
  const parts = text.split('\0').map(part => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? (parts[0] ?? "''") : `(${parts.join(' || chr(0) || ')})`;
}

/** A name as the engine quotes it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
