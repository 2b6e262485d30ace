import {judgeDecimal, numberText} from '../base/decimal.ts';
import type {Json} from '../base/exact-json.ts';

const decimals = 20;

/** Whether amounts add up to a total exactly, without a float on the way. An absent amount is none. */
export function addsUp(amounts: readonly (Json | undefined)[], total: Json): boolean {
  const units = amounts.map(amount => (amount === undefined || amount === null ? 0n : toUnits(amount)));
  const whole = toUnits(total);
  if (whole === undefined) return false;
  let sum = 0n;
  for (const unit of units) {
    if (unit === undefined) return false;
    sum += unit;
  }
  return sum === whole;
}

/** A number as a whole count of its last decimal; undefined for what is no number. */
function toUnits(value: Json): bigint | undefined {
  const text = numberText(value);
  const judged = text === undefined ? undefined : judgeDecimal(text, {precision: 80, scale: decimals});
  if (!judged?.fits || judged.rounded) return undefined;
  const [whole = '', fraction = ''] = judged.text.split('.');
  return BigInt(whole + fraction.padEnd(decimals, '0'));
}
