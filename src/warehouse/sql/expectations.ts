import {quoteLiteral} from '../../base/quoting.ts';
import {indented, literalList, valuesTable} from '../../base/sql-layout.ts';
import type {Move} from './settle.ts';

/** Fails the transaction that it stands in, unless a query over nothing but what is wrong finds nothing. */
const expectNone = (wrong: string, from: string): string =>
  `SELECT CASE WHEN COUNT(*) = 0 THEN 0 ELSE raise_error(${quoteLiteral(wrong)}) END AS wrong\nFROM ${from}`;

export interface ExpectedRows {
  readonly loadId: string;
  readonly table: string;
  readonly rows: number;
}

/** Rows in staging are those of the manifests. `counted`: the query of count-staged.ts. */
export const expectStaged = (expected: readonly ExpectedRows[], counted: string): string =>
  `${expectNone(
    'rows in staging are not those of the manifests',
    valuesTable(
      expected.map(({loadId, table, rows}) => [loadId, table, rows]),
      {indent: 0, columns: ['load_id', 'table_name', 'expected']},
    ),
  )}
LEFT JOIN (
${indented(counted, 2)}
) AS c
ON v.load_id = c.load_id AND v.table_name = c.table_name
WHERE COALESCE(c.staged, 0) <> v.expected`;

export interface MarkingLimits {
  readonly rowsMax: number;
  readonly shareMax: number;
  readonly consented: readonly string[];
}

/** No more rows would be marked than may be. `counted`: the query of count-gone.ts. */
export const expectWithin = ({rowsMax, shareMax, consented}: MarkingLimits, counted: string): string =>
  `${expectNone('more rows are gone than may be marked', `(\n${indented(counted, 2)}\n) AS g`)}
WHERE g.gone > ${rowsMax} AND g.gone > g.live * ${shareMax}${
    consented.length > 0 ? ` AND g.company_id NOT IN (${literalList(consented)})` : ''
  }`;

/** Each checkpoint stands where its chain ends, put there by this run. Parameter :run_id. */
export const expectMoved = (checkpoint: string, moves: readonly Move[]): string =>
  `${expectNone(
    'a checkpoint did not move',
    valuesTable(
      moves.map(({companyId, resource, slice, sequence}) => [companyId, resource, slice, sequence]),
      {indent: 0, columns: ['company_id', 'resource', 'slice', 'sequence']},
    ),
  )}
LEFT JOIN ${checkpoint} AS t
ON v.company_id = t.company_id AND v.resource = t.resource AND v.slice = t.slice
  AND v.sequence = t.sequence AND t.run_id = :run_id
WHERE t.company_id IS NULL`;
