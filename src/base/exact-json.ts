/**
 * JSON whose numbers keep their digits. JSON.parse makes doubles, which hold 15 significant digits for sure: a body
 * with longer numbers or exponents is parsed with the source text of each number at hand, and what a double would
 * change is kept as its own text.
 */

/** A number that a double cannot hold: its text as received. JSON.stringify writes it as it stands. */
export interface RawNumber {
  readonly rawJSON: string;
}

export type Json = null | boolean | number | string | RawNumber | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

interface SourceText {
  readonly source?: string;
}

// Both are in the engine (Node 22 and later) and not yet in TypeScript's library.
const engine = JSON as unknown as {
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
  parse(text: string, reviver: (name: string, value: Json, context: SourceText) => Json): Json;
};

export const isRawNumber = (value: unknown): value is RawNumber => engine.isRawJSON(value);

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value);
}

/** A scalar that came wrapped as `{"value": x}`, as updates to Visma are written and some answers are; else itself. */
export function unwrapped(value: Json | undefined): Json | undefined {
  if (!isJsonObject(value)) return value;
  const inner = value['value'];
  const wraps = inner !== undefined && !isJsonObject(inner) && !Array.isArray(inner) && Object.keys(value).length === 1;
  return wraps ? inner : value;
}

/**
 * A number after a separator with 16 or more digits and dots, with an exponent, or below a millionth: what a double
 * may change, or JSON.stringify may write with an exponent.
 */
const doubtful = /[:,[\s]-?(?:\d[\d.]{15,}|\d[\d.]*[eE]|0\.000000\d*[1-9])/;

/** Parses JSON, digits exact. Throws SyntaxError as JSON.parse does. */
export function parseExactJson(text: string): Json {
  const parsed: Json = doubtful.test(text) || /^-?\d/.test(text) ? engine.parse(text, keepDigits) : JSON.parse(text);
  return parsed;
}

function keepDigits(_name: string, value: Json, {source}: SourceText): Json {
  if (typeof value !== 'number' || source === undefined) return value;
  return sameNumber(source, value) ? value : engine.rawJSON(source);
}

/** Whether a double is printed as the number it came from, digit for digit and without an exponent. */
function sameNumber(source: string, value: number): boolean {
  const printed = String(value);
  if (printed.includes('e')) return false;
  return printed === source || canonicalNumber(printed) === canonicalNumber(source);
}

/**
 * One text for each number, however it was written: sign, digits without leading and trailing zeros, exponent.
 * `1234.7700` and `1234.77` give the same; zero is `0` whatever its sign.
 */
export function canonicalNumber(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${sign}${significant}e${power}`;
}
