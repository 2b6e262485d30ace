import {type Exact, exact} from './exact.ts';

/** An amount as a whole number of ten-thousandths. No float is ever made of one. */
export type Units = bigint;

export const perOne = 10_000n;
const perCent = 100n;

/** How an amount is written: always four decimals, as few as it needs, or at least one. */
export type Form = 'four' | 'few' | 'point';

/** The number as it stands on the wire: `1234.7700`, `1234.77`, `0.0`. */
export function money(units: Units, form: Form = 'four'): Exact {
  if (units === 0n) return zeros[form];
  const size = units < 0n ? -units : units;
  const whole = size / perOne;
  const fraction = (size % perOne).toString().padStart(4, '0');
  const kept = form === 'four' ? fraction : fraction.replace(/0+$/, '');
  const shown = kept === '' && form === 'point' ? '0' : kept;
  return exact(`${units < 0n ? '-' : ''}${whole}${shown === '' ? '' : '.'}${shown}`);
}

const zeros: Readonly<Record<Form, Exact>> = {four: exact('0.0000'), few: exact('0'), point: exact('0.0')};

/** A decimal text as a whole number of 10^-scale; what lies beyond the scale must be zero. Exponents are understood. */
export function scaled(text: string, scale: number): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match) throw new TypeError(`no decimal number: ${text}`);
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const shift = scale + Number(exponent) - fraction.length;
  const digits = whole + fraction;
  const cut = shift < 0 ? digits.slice(shift) : '';
  if (/[1-9]/.test(cut)) throw new RangeError(`${text} has more than ${scale} decimals`);
  const kept = shift < 0 ? digits.slice(0, shift) || '0' : digits + '0'.repeat(shift);
  return BigInt(sign + kept);
}

export const units = (text: string): Units => scaled(text, 4);

/** units × numerator ÷ denominator, rounded half away from zero to whole hundredths. */
export function share(amount: Units, numerator: bigint, denominator: bigint): Units {
  const product = amount * numerator;
  const size = product < 0n ? -product : product;
  const step = denominator * perCent;
  const rounded = ((size + step / 2n) / step) * perCent;
  return product < 0n ? -rounded : rounded;
}

/** An amount in another currency by a rate such as `11.2345`. */
export const converted = (amount: Units, rate: string): Units => share(amount, scaled(rate, 8), 100_000_000n);

/** A part of an amount in hundredths, such as a tax of 25. */
export const percent = (amount: Units, rate: number): Units => share(amount, BigInt(rate), 100n);

export const sum = (amounts: Iterable<Units>): Units => {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total;
};

/** A whole number of 10^-scale as plain text, without trailing zeros. */
export function plainText(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  const whole = digits.slice(0, digits.length - scale);
  return `${value < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
