import {quoteIdentifier, quoteLiteral} from '../../base/quoting.ts';
import {indented, literalList} from '../../base/sql-layout.ts';
import {generalLedger, ledgerContent} from '../../model/general-ledger.ts';
import type {CompanyId} from '../../model/names.ts';
import type {SourceTable} from '../places.ts';
import {changedMember} from './changed-lines.ts';
import {
  companiesMember,
  type Ground,
  ledgersMember,
  mainBranchMember,
  routeOf,
  routesMember,
  segmentsMember,
} from './mapped.ts';
import {rateOf, ratesMembers} from './rates.ts';

/** Which lines: those that changes of these tables may touch, or all. */
export type Reach = 'all' | ReadonlySet<SourceTable>;

/**
 * The members of WITH that end in `posted`: a row for each line with what stands in the ledger of it, and in `_gone`
 * whether it has no place there: because it, its batch or both are gone, the batch is not posted, or of another ledger.
 * A line of which that is not known (its batch, its status or its ledger is missing) has no row here: it stays in the
 * ledger if it stands there, and does not come into it otherwise.
 */
export function postedMembers(ground: Ground, reach: Reach): readonly string[] {
  const {mapping} = ground;
  return [
    companiesMember(ground),
    routesMember(ground),
    ledgersMember(ground),
    mainBranchMember(ground),
    ...ratesMembers(ground),
    ...(mapping.dimensions.length > 0 ? [segmentsMember(ground)] : []),
    ...(reach === 'all' ? [] : [changedMember(ground, reach)]),
    joinedMember(ground, reach),
    ...(reach === 'all' ? [lostMember(ground)] : []),
    postedMember(ground, reach),
  ];
}

/** What is known not to belong into the ledger, and what is known to belong there. What is neither stays as it is. */
const batchIsOut = `h._deleted_at IS NOT NULL
      OR COALESCE(h.status <> 'Posted', false) OR COALESCE(NOT k.is_own, false)`;
const isOut = `(l._deleted_at IS NOT NULL OR ${batchIsOut})`;
const isIn = `(l._deleted_at IS NULL AND h.record_id IS NOT NULL AND h._deleted_at IS NULL
      AND COALESCE(h.status = 'Posted', false) AND COALESCE(k.is_own, false))`;

/** `joined`: lines with all that is known of them, under the names of the ledger; amounts not computed yet. */
function joinedMember(ground: Ground, reach: Reach): string {
  const {raw} = ground.places;
  const {dimensions} = ground.mapping;
  const parts = dimensions.flatMap(({column}) =>
    [column, `${column}_name`].map(name => `    d.${quoteIdentifier(name)},\n`),
  );
  return `joined AS (
  SELECT
    l.company_id,
    l.record_id,
    l.parent_record_id AS journal_record_id,
    h.module,
    h.batch_number,
    l.line_number,
    COALESCE(k.ledger, h.ledger) AS ledger,
    COALESCE(l.branch, h.branch, b.branch) AS branch,
    h.financial_period,
    h.transaction_date,
    l.account_number AS account,
    COALESCE(a.description, l.description) AS account_name,
    a.type AS account_type,
${indented(routeOf(ground.mapping, {company: 'l.company_id', account: 'l.account_number'}), 4)} AS route,
    l.subaccount_subaccount_number AS subaccount,
    COALESCE(l.subaccount_subaccount_id, s.subaccount_id) AS subaccount_id,
    COALESCE(s.description, l.subaccount_description) AS subaccount_name,
${parts.join('')}    l.transaction_description AS description,
    l.reference_number,
    l.customer_supplier,
    l.project_id AS project,
    h.currency_id AS document_currency,
    l.debit_amount_in_currency AS document_debit,
    l.credit_amount_in_currency AS document_credit,
    c.currency,
    l.debit_amount AS debit,
    l.credit_amount AS credit,
    ${rateOf(ground, 'a.type')} AS group_rate,
    l._first_seen_at AS first_seen_at,
    ${isOut} AS _gone,
    ${isIn} AS _posted
  FROM ${raw('journal_transaction_line')} AS l
${indented(joins(ground, reach).join('\n'), 2)}
)`;
}

const joins = ({places: {raw}, mapping: {dimensions, rates}}: Ground, reach: Reach): readonly string[] => [
  ...(reach === 'all' ? [] : ['JOIN changed AS x ON x.company_id = l.company_id AND x.record_id = l.record_id']),
  `LEFT JOIN ${raw('journal_transaction')} AS h
  ON h.company_id = l.company_id AND h.record_id = l.parent_record_id`,
  'LEFT JOIN ledgers AS k ON k.company_id = h.company_id AND k.number = h.ledger',
  'LEFT JOIN companies AS c ON c.company_id = l.company_id',
  'LEFT JOIN main_branch AS b ON b.company_id = l.company_id',
  `LEFT JOIN ${raw('account')} AS a ON a.company_id = l.company_id AND a.account_cd = l.account_number`,
  `LEFT JOIN ${raw('subaccount')} AS s
  ON s.company_id = l.company_id AND s.subaccount_number = l.subaccount_subaccount_number`,
  ...(dimensions.length > 0
    ? [
        `LEFT JOIN segments AS d
  ON d.company_id = l.company_id AND d.subaccount_number = l.subaccount_subaccount_number`,
      ]
    : []),
  ...(rates ? ['LEFT JOIN rates AS r ON r.company_id = l.company_id AND r.financial_period = h.financial_period'] : []),
];

/**
 * `lost`: keys of the ledger whose lines are in no raw table any more, and are known to be gone: their batch is out,
 * its lines were written as a set later, or the company's batches are there whole and it is not among them. Any other
 * line may have been in a table that was dropped and is not read again yet: it stays.
 */
const lostMember = ({places: {raw}, whole = []}: Ground): string =>
  `lost AS (
  SELECT g.company_id, g.record_id
  FROM ${raw(generalLedger)} AS g
  LEFT JOIN ${raw('journal_transaction')} AS h
    ON h.company_id = g.company_id AND h.record_id = g.journal_record_id
  LEFT JOIN ledgers AS k ON k.company_id = h.company_id AND k.number = h.ledger
  LEFT JOIN (
    SELECT company_id, parent_record_id, MAX(_commit) AS newest_commit
    FROM ${raw('journal_transaction_line')}
    GROUP BY company_id, parent_record_id
  ) AS w ON w.company_id = g.company_id AND w.parent_record_id = g.journal_record_id
  LEFT ANTI JOIN ${raw('journal_transaction_line')} AS l
    ON l.company_id = g.company_id AND l.record_id = g.record_id
  WHERE ${batchIsOut}
    OR COALESCE(w.newest_commit > g._commit, false)${
      whole.length > 0 ? `\n    OR (h.record_id IS NULL AND g.company_id IN (${literalList(whole)}))` : ''
    }
)`;

/** Whether the ledger has lines of these companies that no raw table has. */
export const findLost = ({places: {raw}}: Ground, whole: readonly CompanyId[]): string =>
  `SELECT COUNT(*) AS lost_lines
FROM ${raw(generalLedger)} AS g
LEFT ANTI JOIN ${raw('journal_transaction_line')} AS l
  ON l.company_id = g.company_id AND l.record_id = g.record_id
WHERE g.company_id IN (${literalList(whole)})`;

/**
 * A difference of amounts keeps all ten decimals only of 37 digits, and a product with a rate its fourteen only of an
 * amount of four decimals: beyond 38 digits Spark gives decimals away.
 */
const minus = 'TRY_CAST(j.debit AS DECIMAL(37,10)) - TRY_CAST(j.credit AS DECIMAL(37,10))';
const inGroup = (value: string): string => `TRY_CAST(${value} AS DECIMAL(21,4)) * j.group_rate`;

function postedMember({mapping}: Ground, reach: Reach): string {
  const content = ledgerContent(mapping.dimensions);
  const group = mapping.groupCurrency === undefined ? 'CAST(NULL AS STRING)' : quoteLiteral(mapping.groupCurrency);
  const routed = ['account_group', 'is_routed', 'routed_table', 'measure_column', 'is_intercompany'];
  const made: Readonly<Record<string, string>> = {
    ...Object.fromEntries(routed.map(name => [name, `t.${name}`])),
    amount: minus,
    group_currency: group,
    group_debit: inGroup('j.debit'),
    group_credit: inGroup('j.credit'),
    group_amount: inGroup(`(${minus})`),
  };
  const columns = content.map(
    ({name}) => `    ${made[name] ?? `j.${quoteIdentifier(name)}`} AS ${quoteIdentifier(name)}`,
  );
  const away = content.map(({name}) => (name === 'company_id' || name === 'record_id' ? `    ${name}` : '    NULL'));
  const lost = `
  UNION ALL
  SELECT
${[...away, '    true'].join(',\n')}
  FROM lost`;
  return `posted AS (
  SELECT
${[...columns, '    j._gone AS _gone'].join(',\n')}
  FROM joined AS j
  JOIN routes AS t ON t.route = j.route
  WHERE j._gone OR j._posted${reach === 'all' ? lost : ''}
)`;
}
