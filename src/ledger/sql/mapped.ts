import {quoteIdentifier, quoteLiteral} from '../../base/quoting.ts';
import {literalList, valuesTable} from '../../base/sql-layout.ts';
import {generalLedger} from '../../model/general-ledger.ts';
import {whileHeld} from '../../model/lease.ts';
import {type AccountRange, type Mapping, type Route, unroutedGroup} from '../../model/ledger.ts';
import type {CompanyId} from '../../model/names.ts';
import type {Company} from '../../model/pass.ts';
import {companyFact, facts} from '../facts.ts';
import type {Places} from '../places.ts';

/** What the SQL of the ledger is made from. */
export interface Ground {
  readonly places: Places;
  readonly mapping: Mapping;
  readonly companies: readonly Company[];
  /** Companies of which a batch that no raw table has is gone; see Following. */
  readonly whole?: readonly CompanyId[];
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

/**
 * `ledgers`: every ledger number that a company's list ever showed; `ledger` is what the same ledger is called now (its
 * internal id stays; one that two ledgers of the list bear identifies none), and `is_own` says whether its lines belong
 * into the general ledger: true, false, or NULL if that is unknown. A ledger that left its list keeps its place until
 * somebody has consented to its going. Other ledgers are known to be others only if the type is known or, if ledgers
 * are configured, if the company has one of them.
 */
export const ledgersMember = ({places, mapping: {ledgers}}: Ground): string => {
  const isConfigured = ledgers.length > 0;
  const isPicked = isConfigured ? `number IN (${literalList(ledgers)})` : "UPPER(LEFT(balance_type, 1)) = 'A'";
  const isTyped = isConfigured ? 'true' : 'balance_type IS NOT NULL';
  const picked = isConfigured ? 'g.picked_ever' : 'CASE WHEN g.listed = 0 THEN g.picked_ever ELSE g.picked_now END';
  return `ledger_ids AS (
  SELECT company_id, internal_id
  FROM ${places.raw('ledger')}
  WHERE internal_id > 0
  GROUP BY company_id, internal_id
  HAVING COUNT(CASE WHEN _deleted_at IS NULL THEN 1 END) < 2
),
ledger_numbers AS (
  SELECT
    n.company_id,
    n.number,
    CASE
      WHEN i.internal_id IS NOT NULL THEN CONCAT('id ', CAST(i.internal_id AS STRING))
      ELSE CONCAT('number ', n.number)
    END AS same,
    CASE WHEN ${isPicked} THEN 1 ELSE 0 END AS is_picked,
    CASE WHEN ${isTyped} THEN 1 ELSE 0 END AS is_typed,
    CASE WHEN _deleted_at IS NULL THEN 1 ELSE 0 END AS is_listed
  FROM ${places.raw('ledger')} AS n
  LEFT JOIN ledger_ids AS i ON i.company_id = n.company_id AND i.internal_id = n.internal_id
  WHERE n.number IS NOT NULL
),
ledger_groups AS (
  SELECT
    company_id,
    same,
    MAX(CASE WHEN is_listed = 1 THEN number END) AS current_number,
    SUM(is_listed) AS listed,
    MAX(CASE WHEN is_listed = 1 THEN is_picked ELSE 0 END) AS picked_now,
    MAX(is_picked) AS picked_ever,
    MAX(is_typed) AS is_typed
  FROM ledger_numbers
  GROUP BY company_id, same
),
ledger_choice AS (
  SELECT company_id, MAX(picked_ever) AS has_own FROM ledger_groups GROUP BY company_id
),
ledgers AS (
  SELECT
    n.company_id,
    n.number,
    CASE WHEN g.listed = 1 THEN g.current_number ELSE n.number END AS ledger,
    CASE
      WHEN g.listed = 0 AND f.answer IS NOT NULL THEN false
      WHEN ${picked} = 1 THEN true
      WHEN g.is_typed = 1${isConfigured ? ' AND c.has_own = 1' : ''} THEN false
    END AS is_own,
    g.listed > 0 AS is_listed
  FROM ledger_numbers AS n
  JOIN ledger_groups AS g ON g.company_id = n.company_id AND g.same = n.same
  JOIN ledger_choice AS c ON c.company_id = n.company_id
  LEFT JOIN (
    SELECT DISTINCT company_id, answer FROM ${places.control(companyFact)} WHERE fact = '${facts.ledgerGone}'
  ) AS f ON f.company_id = n.company_id AND f.answer = n.number
)`;
};

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
