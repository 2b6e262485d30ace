import {unsupported} from './sql-error.ts';

const letters: Readonly<Record<string, string>> = {
  yyyy: '%Y',
  yy: '%y',
  MM: '%m',
  dd: '%d',
  HH: '%H',
  mm: '%M',
  ss: '%S',
  SSS: '%g',
  SSSSSS: '%f',
};

/** A pattern of Spark's date_format as strftime's. Throws for a letter that has no counterpart here. */
export function toStrftime(pattern: string): string {
  return pattern.replace(/'((?:[^']|'')*)'|([a-zA-Z])\2*|%/g, (found, text: string | undefined) => {
    if (found === '%') return '%%';
    if (text !== undefined) return text === '' ? "'" : text.replaceAll("''", "'").replaceAll('%', '%%');
    const letter = letters[found];
    if (letter === undefined) throw unsupported(`date_format with '${found}' is not run by the local workspace`);
    return letter;
  });
}
