const kinds: ReadonlyArray<readonly [pattern: RegExp, name: string]> = [
  [/\uFEFF/u, 'a byte-order mark'],
  [/\r\n/u, 'a line break of Windows (CR LF)'],
  [/(?<!\r)\n/u, 'a line break'],
  [/\r(?!\n)/u, 'a carriage return'],
  [/[^\S\r\n\uFEFF]/u, 'a space'],
];

/**
 * What stands before or behind a credential that no credential has, in words: `ends with a line break`. Undefined if
 * there is nothing. It comes from files and clipboards that the value was stored from.
 */
export function strayEnds(text: string): string | undefined {
  const [before = '', behind = ''] = [/^\s+/u.exec(text)?.[0], /\s+$/u.exec(text)?.[0]];
  const ends = [before && `begins with ${namesOf(before)}`, behind && `ends with ${namesOf(behind)}`];
  return ends.filter(end => end !== '').join(' and ') || undefined;
}

const namesOf = (stray: string): string =>
  kinds.flatMap(([pattern, name]) => (pattern.test(stray) ? [name] : [])).join(' and ');
