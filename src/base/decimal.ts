import {isRawNumber, type Json} from './exact-json.ts';

export interface DecimalType {
  readonly precision: number;
  readonly scale: number;
}

/** A number judged for a DECIMAL: its plain text, and whether decimals were rounded away; or that it does not fit. */
export type JudgedDecimal =
  | {readonly fits: true; readonly text: string; readonly rounded: boolean}
  | {readonly fits: false};

const tooWide: JudgedDecimal = {fits: false};
const form = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

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
  if (!match) return tooWide;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return tooWide;
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  const integer = (point <= 0 ? '' : digits.slice(0, point).padEnd(point, '0')).replace(/^0+/, '');
  if (integer.length > precision - scale) return tooWide;
  const decimals = point < 0 ? '0'.repeat(Math.min(-point, scale + 1)) + digits : digits.slice(Math.max(point, 0));
  return rounded({sign, integer, decimals}, {precision, scale});
}

function rounded(
  {sign, integer, decimals}: {sign: string; integer: string; decimals: string},
  {precision, scale}: DecimalType,
): JudgedDecimal {
  const kept = decimals.slice(0, scale).padEnd(scale, '0');
  const dropped = decimals.slice(scale);
  const up = dropped !== '' && dropped.charCodeAt(0) >= 53;
  let all = `${integer}${kept}`.replace(/^0+(?=\d)/, '');
  if (up) all = (BigInt(all === '' ? '0' : all) + 1n).toString();
  if (all.length > precision) return tooWide;
  const padded = all.padStart(scale + 1, '0');
  const left = padded.slice(0, padded.length - scale);
  const right = scale === 0 ? '' : padded.slice(-scale).replace(/0+$/, '');
  const plain = right === '' ? left : `${left}.${right}`;
  return {fits: true, text: sign === '-' && plain !== '0' ? `-${plain}` : plain, rounded: /[1-9]/.test(dropped)};
}
