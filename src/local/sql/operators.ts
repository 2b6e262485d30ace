import {raising} from './sql-error.ts';

const refused = (text: string): string =>
  raising({errorClass: 'UNSUPPORTED_FEATURE.LOCAL_WORKSPACE', sqlState: '0A000', text: `'${text}'`});

/**
 * Operators whose answers would differ from Spark's without notice. A quotient of decimals is a DECIMAL to Spark and a
 * float to the engine: refused. A product that may need more than 38 digits loses decimals in Spark, even `amount * 1`:
 * refused too, cast the factors first. A division by nought fails in Spark's ANSI mode.
 */
export const operatorMacros: readonly string[] = [
  `CREATE OR REPLACE TEMP MACRO "*"(a, b) AS CASE
    WHEN spark_product(typeof(a), typeof(b)) = 'inexact'
      THEN ${refused('A product of so many digits loses decimals in Spark; cast its factors first')}
    ELSE "system".main."*"(a, b) END`,
  `CREATE OR REPLACE TEMP MACRO "/"(a, b) AS CASE
    WHEN spark_quotient(typeof(a), typeof(b)) = 'inexact'
      THEN ${refused('The local workspace has no exact quotient of a DECIMAL')}
    WHEN b = 0 THEN ${raising({errorClass: 'DIVIDE_BY_ZERO', sqlState: '22012', text: "'Division by zero'"})}
    ELSE "system".main."/"(a, b) END`,
];

/** The digits that a type has as a DECIMAL in Spark; undefined for a float and for what is no number. */
function digits(type: string): number | undefined {
  const decimal = /^DECIMAL\((\d+),/.exec(type)?.[1];
  if (decimal !== undefined) return Number(decimal);
  const integers: Readonly<Record<string, number>> = {TINYINT: 3, SMALLINT: 5, INTEGER: 10, BIGINT: 20, HUGEINT: 20};
  return integers[type];
}

const involvesDecimal = (one: string, other: string): boolean => /^DECIMAL/.test(one) || /^DECIMAL/.test(other);

/** Whether a product of values of these types keeps its digits in Spark. */
export function productOf(one: string, other: string): 'exact' | 'inexact' {
  const [left, right] = [digits(one), digits(other)];
  if (!involvesDecimal(one, other) || left === undefined || right === undefined) return 'exact';
  return left + right + 1 > 38 ? 'inexact' : 'exact';
}

/** Whether a quotient of values of these types is the same here as in Spark: of floats and of integers it is. */
export function quotientOf(one: string, other: string): 'exact' | 'inexact' {
  const floats = digits(one) === undefined || digits(other) === undefined;
  return involvesDecimal(one, other) && !floats ? 'inexact' : 'exact';
}
