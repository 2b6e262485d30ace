import {quoteIdentifier, quoteLiteral} from '../../base/quoting.ts';
import {literalList, valuesTable} from '../../base/sql-layout.ts';
import {generalLedger} from '../../model/general-ledger.ts';
import {whileHeld} from '../../model/lease.ts';
import {type AccountRange, type Mapping, type Route, unroutedGroup} from '../../model/ledger.ts';
import type {Company} from '../../model/pass.ts';
import type {Places} from '../places.ts';

/** What the SQL of the ledger is made from. */
export interface Ground {
  readonly places: Places;
  readonly mapping: Mapping;
  readonly companies: readonly Company[];
}

const configured = ({companies}: Ground): string =>
  valuesTable(
    companies.map(({id, currency}) => [id, currency]),
    {columns: ['company_id', 'currency'], indent: 2},
  );

const ids = ({companies}: Ground): string => literalList(companies.map(({id}) => id));

/** `companies`: the currency of each configured company, and of those that were configured before. */
export const companiesMember = (ground: Ground): string =>
  `companies AS (
  SELECT company_id, currency FROM ${configured(ground)}
  UNION ALL
  SELECT company_id, currency FROM ${ground.places.control('ledger_company')}
  WHERE company_id NOT IN (${ids(ground)})
)`;

/**
 * Records the currency of each configured company, and of those whose lines are in the ledger already.
 * Parameters :owner, :fence, :run_id.
 */
export const recordCompanies = (ground: Ground): string =>
  `MERGE INTO ${ground.places.control('ledger_company')} AS t
USING (
  SELECT company_id, currency, true AS is_configured FROM ${configured(ground)}
  WHERE ${whileHeld(ground.places.control('lease'))}
  UNION ALL
  SELECT company_id, MAX(currency), false FROM ${ground.places.raw(generalLedger)}
  WHERE currency IS NOT NULL AND company_id NOT IN (${ids(ground)})
    AND ${whileHeld(ground.places.control('lease'))}
  GROUP BY company_id
) AS s
ON t.company_id = s.company_id
WHEN MATCHED AND s.is_configured AND t.currency <> s.currency THEN UPDATE SET currency = s.currency, run_id = :run_id
WHEN NOT MATCHED THEN INSERT (company_id, currency, run_id) VALUES (s.company_id, s.currency, :run_id)`;

/** `routes`: what a route makes of a line; number -1 is of what no route takes. */
export const routesMember = ({mapping: {routes}}: Ground): string =>
  `routes AS (
  SELECT
    route,
    account_group,
    is_routed,
    CAST(routed_table AS STRING) AS routed_table,
    CAST(measure_column AS STRING) AS measure_column,
    is_intercompany
  FROM ${valuesTable(
    [
      [-1, unroutedGroup, false, undefined, undefined, false],
      ...routes.map((route, index) => [index, route.group, true, route.table, route.column, route.intercompany]),
    ],
    {
      columns: ['route', 'account_group', 'is_routed', 'routed_table', 'measure_column', 'is_intercompany'],
      indent: 2,
    },
  )}
)`;

/** The number of the route that takes an account, -1 where none does; the first match wins. */
export function routeOf({routes}: Mapping, columns: {readonly company: string; readonly account: string}): string {
  const branches = routes.map((route, index) => `  WHEN ${takes(route, columns)} THEN ${index}`);
  return branches.length === 0 ? '-1' : ['CASE', ...branches, '  ELSE -1', 'END'].join('\n');
}

function takes({accounts, companies}: Route, columns: {readonly company: string; readonly account: string}): string {
  const single = accounts.filter(({from, to}) => from === to).map(({from}) => from);
  const ranges = accounts.filter(({from, to}) => from !== to);
  const any = [
    ...(single.length > 0 ? [`${columns.account} IN (${literalList(single)})`] : []),
    ...ranges.map(range => between(range, columns.account)),
  ];
  const taken = any.length === 1 ? any.join('') : `(${any.join(' OR ')})`;
  return companies ? `${columns.company} IN (${literalList(companies)}) AND ${taken}` : taken;
}

/** Of the same number of characters, for codes are texts. */
const between = ({from, to}: AccountRange, account: string): string =>
  `(LENGTH(${account}) = ${[...from].length} AND ${account} BETWEEN ${quoteLiteral(from)} AND ${quoteLiteral(to)})`;

/** `ledgers`: the numbers of the actual ledger of each company, or of those that are configured. */
export const ledgersMember = ({places, mapping: {ledgers}}: Ground): string =>
  `ledgers AS (
  SELECT DISTINCT company_id, number AS ledger
  FROM ${places.raw('ledger')}
  WHERE ${ledgers.length > 0 ? `number IN (${literalList(ledgers)})` : "UPPER(LEFT(balance_type, 1)) = 'A'"}
    AND _deleted_at IS NULL
)`;

/** `main_branch`: the branch of a batch that names none. */
export const mainBranchMember = ({places}: Ground): string =>
  `main_branch AS (
  SELECT company_id, MIN(number) AS branch
  FROM ${places.raw('branch')}
  WHERE is_main_branch AND _deleted_at IS NULL
  GROUP BY company_id
)`;

/** `segments`: the configured parts of each subaccount, with what they are called now. */
export function segmentsMember({places, mapping: {dimensions}}: Ground): string {
  const columns = dimensions.flatMap(({column, by}) => {
    const isIt =
      'segment' in by ? `g.segment_id = ${by.segment}` : `g.segment_description = ${quoteLiteral(by.dimension)}`;
    return [
      `    MAX(CASE WHEN ${isIt} THEN g.segment_value END) AS ${quoteIdentifier(column)}`,
      `    MAX(CASE WHEN ${isIt} THEN COALESCE(v.description, g.segment_value_description) END) AS ${quoteIdentifier(
        `${column}_name`,
      )}`,
    ];
  });
  return `segments AS (
  SELECT
    s.company_id,
    s.subaccount_number,
${columns.join(',\n')}
  FROM ${places.raw('subaccount')} AS s
  JOIN ${places.raw('subaccount_segment')} AS g
    ON g.company_id = s.company_id AND g.parent_record_id = s.record_id AND g._deleted_at IS NULL
  LEFT JOIN ${places.raw('dimension_segment_value')} AS v
    ON v.company_id = g.company_id AND v.parent_record_id = 'SUBACCOUNT' AND v.segment_id = g.segment_id
    AND v.value_id = g.segment_value AND v._deleted_at IS NULL
  GROUP BY s.company_id, s.subaccount_number
)`;
}
