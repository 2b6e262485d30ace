import {isRawNumber, type Json} from './exact-json.ts';

export interface DecimalType {
  readonly precision: number;
  readonly scale: number;
}

/** A number judged for a DECIMAL: its plain text, and whether decimals were rounded away; or why it does not fit. */
export type JudgedDecimal =
  | {readonly fits: true; readonly text: string; readonly rounded: boolean}
  | {readonly fits: false; readonly why: 'not a number' | 'too many integer digits'};

const noNumber: JudgedDecimal = {fits: false, why: 'not a number'};
const tooWide: JudgedDecimal = {fits: false, why: 'too many integer digits'};
const form = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;

/** The text of a JSON number, or of a text that may be one; undefined for anything else. */
export function numberText(value: Json | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  if (isRawNumber(value)) return value.rawJSON;
  return typeof value === 'string' ? value : undefined;
}

/**
 * Judges a number's text for DECIMAL(precision, scale): digits beyond the scale are rounded half-up (away from zero
 * at the half, as SQL's CAST does), too many integer digits do not fit, negative zero is 0. No float on the way.
 */
export function judgeDecimal(text: string, {precision, scale}: DecimalType): JudgedDecimal {
  const match = form.exec(text);
  if (!match) return noNumber;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return noNumber;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return {fits: true, text: '0', rounded: false};
  // Where the point stands within the digits: before all of them where it is not positive.
  const point = digits.length - fraction.length + Number(exponent);
  if (point > precision - scale) return tooWide;
  if (point < -scale) return {fits: true, text: '0', rounded: true};
  const integer = point <= 0 ? '' : digits.slice(0, point).padEnd(point, '0');
  const decimals = point < 0 ? '0'.repeat(-point) + digits : digits.slice(point);
  return rounded({sign, integer, decimals}, {precision, scale});
}

function rounded(
  {sign, integer, decimals}: {sign: string; integer: string; decimals: string},
  {precision, scale}: DecimalType,
): JudgedDecimal {
  const dropped = decimals.slice(scale);
  let all = integer + decimals.slice(0, scale).padEnd(scale, '0');
  if (dropped !== '' && dropped.charCodeAt(0) >= 53) all = (BigInt(all) + 1n).toString();
  if (all.replace(/^0+/, '').length > precision) return tooWide;
  const padded = all.padStart(scale + 1, '0');
  const left = padded.slice(0, padded.length - scale).replace(/^0+(?=\d)/, '');
  const right = scale === 0 ? '' : padded.slice(-scale).replace(/0+$/, '');
  const plain = right === '' ? left : `${left}.${right}`;
  return {fits: true, text: sign === '-' && plain !== '0' ? `-${plain}` : plain, rounded: /[1-9]/.test(dropped)};
}
