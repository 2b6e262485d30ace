import {literal} from './cast.ts';
import type {Work} from './work.ts';

/** Words of a query that mean the same to Spark and to the engine, or that the translation turns into such. */
export const keywords: ReadonlySet<string> = new Set(
  `SELECT DISTINCT ALL FROM WHERE GROUP BY ORDER HAVING QUALIFY LIMIT OFFSET UNION EXCEPT INTERSECT MINUS AS ON USING
  JOIN LEFT RIGHT FULL OUTER INNER CROSS SEMI ANTI CASE WHEN THEN ELSE END AND OR NOT IN EXISTS BETWEEN LIKE ILIKE
  RLIKE REGEXP IS NULL TRUE FALSE ASC DESC NULLS OVER PARTITION ROWS UNBOUNDED PRECEDING FOLLOWING ESCAPE DIV WINDOW
  SETS ROLLUP CUBE GROUPING`.split(/\s+/),
);

/** Words that are keywords only between certain others: the word before as written out, and the word behind. */
export const contextual: ReadonlyMap<string, RegExp> = new Map([
  ['FIRST', /^NULLS /],
  ['LAST', /^NULLS /],
  ['ROW', /^CURRENT /],
  ['CURRENT', / ROW$/],
  ['RANGE', / (?:BETWEEN|UNBOUNDED|CURRENT)$/],
  ['ANY', /^[<>=!]+ \($/],
  ['SOME', /^[<>=!]+ \($/],
  ['FILTER', /\) \($/],
  ['IGNORE', /\) NULLS$/],
]);

/** Words that Spark gives a meaning which nothing here does; quoted as names they would pass for aliases. */
export const refusedWords: ReadonlySet<string> = new Set(
  `LATERAL PIVOT UNPIVOT TABLESAMPLE NATURAL CLUSTER DISTRIBUTE SORT VERSION RESPECT MATCH_RECOGNIZE WITHIN
  CURRENT_TIME RECURSIVE`.split(/\s+/),
);

/** The instant of a statement as the engine's literal. */
export const instantLiteral = (now: Date): string =>
  `CAST('${now.toISOString().replace('T', ' ').replace('Z', '+00')}' AS TIMESTAMPTZ)`;

/** What a word without parentheses stands for: `current_timestamp`. Undefined for any other word. */
export function constantNamed(upper: string, {now, session}: Pick<Work, 'now' | 'session'>): string | undefined {
  switch (upper) {
    case 'CURRENT_TIMESTAMP':
      return instantLiteral(now);
    case 'LOCALTIMESTAMP':
      return `CAST(${instantLiteral(now)} AS TIMESTAMP)`;
    case 'CURRENT_DATE':
      return `CAST('${now.toISOString().slice(0, 10)}' AS DATE)`;
    case 'CURRENT_USER':
    case 'SESSION_USER':
      return literal('local');
    case 'CURRENT_CATALOG':
      return literal(session.catalog);
    case 'CURRENT_SCHEMA':
    case 'CURRENT_DATABASE':
      return literal(session.schema);
    default:
      return undefined;
  }
}
