import type {DataType} from 'apache-arrow';
import {type DecimalType, judgeDecimal, numberText} from '../base/decimal.ts';
import {isRawNumber, type Json} from '../base/exact-json.ts';
import {readLocalTime} from '../base/local-time.ts';
import {isDecimal, sqlType} from '../model/column.ts';

/**
 * Makes of a value the text that its column's cast in COPY INTO takes, or null. What did not fit is told to `note`,
 * in words that never hold the value. What comes in is neither null nor wrapped.
 */
export type Judge = (value: Exclude<Json, null>, note: (reason: string) => void) => string | null;

const longest: DecimalType = {precision: 38, scale: 0};
const ranges = {
  INT: [-(2n ** 31n), 2n ** 31n - 1n],
  BIGINT: [-(2n ** 63n), 2n ** 63n - 1n],
} as const;

/** The judge of a column's type. Throws TypeError for a type that no business column has. */
export function judgeOf(type: DataType): Judge {
  if (isDecimal(type)) return decimalJudge(type);
  const name = sqlType(type);
  switch (name) {
    case 'BIGINT':
    case 'INT':
      return wholeJudge(ranges[name]);
    case 'BOOLEAN':
      return judgeFlag;
    case 'DATE':
      return dayJudge();
    case 'TIMESTAMP_NTZ':
      return timeJudge();
    case 'STRING':
      return judgeText;
    default:
      throw new TypeError(`no business column is ${name}`);
  }
}

/** A double of this size is printed without an exponent, with at most 15 integer digits. */
const plainDouble = (value: number): boolean => {
  const size = Math.abs(value);
  return value === 0 || (size >= 1e-6 && size < 1e15);
};

function decimalJudge(type: DecimalType): Judge {
  const roomForDoubles = type.precision - type.scale >= 15;
  return (value, note) => {
    if (typeof value === 'number' && roomForDoubles && plainDouble(value)) {
      const text = String(value);
      const point = text.indexOf('.');
      if (point === -1 || text.length - point - 1 <= type.scale) return text;
    }
    const text = numberText(value);
    if (text === undefined) return refuse('not a number', note);
    const judged = judgeDecimal(text, type);
    if (!judged.fits) return refuse(judged.why, note);
    if (judged.rounded) note(`rounded to ${type.scale} decimals`);
    return judged.text;
  };
}

function wholeJudge([least, greatest]: readonly [bigint, bigint]): Judge {
  const leastSafe = Math.max(Number(least), Number.MIN_SAFE_INTEGER);
  const greatestSafe = Math.min(Number(greatest), Number.MAX_SAFE_INTEGER);
  return (value, note) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= leastSafe && value <= greatestSafe) {
      return String(value);
    }
    const text = numberText(value);
    if (text === undefined) return refuse('not a number', note);
    const judged = judgeDecimal(text, longest);
    if (!judged.fits) return refuse(judged.why === 'not a number' ? judged.why : 'out of range', note);
    if (judged.rounded) return refuse('not a whole number', note);
    const number = BigInt(judged.text);
    return number >= least && number <= greatest ? judged.text : refuse('out of range', note);
  };
}

const judgeFlag: Judge = (value, note) => {
  if (value === true || value === 'true') return 'true';
  if (value === false || value === 'false') return 'false';
  return refuse('neither true nor false', note);
};

/** Visma sends pure dates as midnight; any other time of day is lost, and named. */
function dayJudge(): Judge {
  // The same few days come again and again in one column.
  const cleanDays = new Map<Json, string>();
  return (value, note) => {
    const known = cleanDays.get(value);
    if (known !== undefined) return known;
    const local = typeof value === 'string' ? readLocalTime(value) : undefined;
    if (!local) return refuse('not a date', note);
    const clean = local.time === '00:00:00' && local.fraction === '' && !local.zoned;
    if (clean && cleanDays.size < cleanDaysMax) cleanDays.set(value, local.day);
    if (local.time !== '00:00:00' || local.fraction !== '') note('time of day dropped');
    if (local.zoned) note('offset dropped');
    return local.day;
  };
}

const cleanDaysMax = 10_000;

/** The records of one batch, and the lines of one record, bear one time again and again. */
function timeJudge(): Judge {
  let cleanTime: Json | undefined;
  let cleanText = '';
  return (value, note) => {
    if (value === cleanTime) return cleanText;
    const local = typeof value === 'string' ? readLocalTime(value) : undefined;
    if (!local) return refuse('not a date and time', note);
    if (local.fraction.length > 6) note('cut to 6 decimals');
    if (local.zoned) note('offset dropped');
    const fraction = local.fraction.slice(0, 6).replace(/0+$/, '').padEnd(3, '0');
    const text = `${local.day}T${local.time}.${fraction}`;
    if (local.fraction.length <= 6 && !local.zoned) [cleanTime, cleanText] = [value, text];
    return text;
  };
}

/** Texts stay as they are, and numbers and flags become what they are in JSON. An object or a list is no text. */
const judgeText: Judge = (value, note) => {
  if (typeof value === 'string') return value;
  return typeof value !== 'object' || isRawNumber(value) ? JSON.stringify(value) : refuse('not a text', note);
};

function refuse(reason: string, note: (reason: string) => void): null {
  note(reason);
  return null;
}
