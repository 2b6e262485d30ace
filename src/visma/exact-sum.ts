import {judgeDecimal, numberText} from '../base/decimal.ts';
import type {Json} from '../base/exact-json.ts';

const decimals = 20;

/** A hundredth, in units of the last decimal. */
export const cent = 10n ** BigInt(decimals - 2);

/** Whether amounts add up to a total exactly, without a float on the way. An absent amount is none. */
export const addsUp = (amounts: readonly (Json | undefined)[], total: Json): boolean =>
  differenceOf(amounts, total) === 0n;

/**
 * How far a total is from the sum of amounts, as a positive count of its last decimal. An absent amount is none.
 * Undefined if anything is no number.
 */
export function differenceOf(amounts: readonly (Json | undefined)[], total: Json): bigint | undefined {
  const whole = toUnits(total);
  if (whole === undefined) return undefined;
  let difference = whole;
  for (const amount of amounts) {
    const units = amount === undefined || amount === null ? 0n : toUnits(amount);
    if (units === undefined) return undefined;
    difference -= units;
  }
  return difference < 0n ? -difference : difference;
}

/** A number as a whole count of its last decimal; undefined for what is no number. */
function toUnits(value: Json): bigint | undefined {
  const text = numberText(value);
  const judged = text === undefined ? undefined : judgeDecimal(text, {precision: 80, scale: decimals});
  if (!judged?.fits || judged.rounded) return undefined;
  const [whole = '', fraction = ''] = judged.text.split('.');
  return BigInt(whole + fraction.padEnd(decimals, '0'));
}
