import type {Cursor} from './cursor.ts';
import {syntaxError, unsupported} from './sql-error.ts';

const units = ['YEAR', 'MONTH', 'WEEK', 'DAY', 'HOUR', 'MINUTE', 'SECOND', 'MILLISECOND', 'MICROSECOND'];

/** A unit of time, in the singular or plural, as the engine writes it; undefined for any other word. */
export function unitNamed(word: string): string | undefined {
  const upper = word.toUpperCase();
  return units.find(unit => unit === upper || `${unit}S` === upper)?.toLowerCase();
}

/** Reads what stands behind INTERVAL: `30 MINUTES`, `'30' MINUTE`, `1 DAY 2 HOURS`, `'1 day 2 hours'`. */
export function readInterval(cursor: Cursor): string {
  const pieces: string[] = [];
  do {
    const sign = cursor.takeSymbol('-') ? '-' : '';
    const token = cursor.peek();
    if (token?.kind !== 'number' && token?.kind !== 'text') return cursor.fail();
    const amount = cursor.next().text.trim();
    if (token.kind === 'text' && /[a-z]/i.test(amount)) pieces.push(writtenOut(amount));
    else pieces.push(`${sign}${amountOf(amount)} ${unitNamed(cursor.name()) ?? cursor.fail()}`);
    if (cursor.isWord('TO')) throw unsupported('INTERVAL … TO … is not run by the local workspace');
  } while (/^\d/.test(cursor.peek()?.text ?? '') || cursor.peek()?.kind === 'text');
  return `INTERVAL '${pieces.join(' ')}'`;
}

function amountOf(text: string): string {
  if (!/^[+-]?\d+(?:\.\d+)?$/.test(text)) throw syntaxError(`An interval of '${text}' is none`);
  return text;
}

function writtenOut(text: string): string {
  const words = text.split(/\s+/);
  const pairs = words.map((word, index) => (index % 2 === 0 ? amountOf(word) : unitNamed(word)));
  if (words.length % 2 !== 0 || pairs.includes(undefined)) throw syntaxError(`An interval of '${text}' is none`);
  return pairs.join(' ');
}
