import {indented} from '../../base/sql-layout.ts';
import {generalLedger} from '../../model/general-ledger.ts';
import type {SourceTable} from '../places.ts';
import type {Ground} from './mapped.ts';
import {rateOf} from './rates.ts';

/** The name of the parameter with the commit up to which a table was taken. */
export const takenOf = (table: SourceTable): string => `after_${table}`;

/**
 * `changed`: the keys of the lines that changes of these tables may touch, each once. A line itself and its batch are
 * looked up in the raw tables; what names and rates change, in the ledger, where its lines stand with their codes.
 * Parameters :after_<table>.
 */
export function changedMember(ground: Ground, tables: ReadonlySet<SourceTable>): string {
  const {raw} = ground.places;
  const ledger = raw(generalLedger);
  // A row without a commit is older than any that was taken; said so, no engine could leave files unread.
  const after = (alias: string, table: SourceTable): string => `${alias}._commit > :${takenOf(table)}`;
  const selects: Partial<Record<SourceTable, string>> = {
    journal_transaction_line: `SELECT l.company_id, l.record_id
FROM ${raw('journal_transaction_line')} AS l
WHERE ${after('l', 'journal_transaction_line')}`,
    journal_transaction: `SELECT l.company_id, l.record_id
FROM ${raw('journal_transaction')} AS h
JOIN ${raw('journal_transaction_line')} AS l ON l.company_id = h.company_id AND l.parent_record_id = h.record_id
WHERE ${after('h', 'journal_transaction')}`,
    account: `SELECT g.company_id, g.record_id
FROM ${raw('account')} AS a
JOIN ${ledger} AS g ON g.company_id = a.company_id AND g.account = a.account_cd
WHERE ${after('a', 'account')}`,
    subaccount: `SELECT g.company_id, g.record_id
FROM ${raw('subaccount')} AS s
JOIN ${ledger} AS g ON g.company_id = s.company_id AND g.subaccount = s.subaccount_number
WHERE ${after('s', 'subaccount')}`,
    subaccount_segment: `SELECT g.company_id, g.record_id
FROM ${raw('subaccount_segment')} AS p
JOIN ${raw('subaccount')} AS s ON s.company_id = p.company_id AND s.record_id = p.parent_record_id
JOIN ${ledger} AS g ON g.company_id = s.company_id AND g.subaccount = s.subaccount_number
WHERE ${after('p', 'subaccount_segment')}`,
    dimension_segment_value: `SELECT g.company_id, g.record_id
FROM ${raw('dimension_segment_value')} AS v
JOIN ${raw('subaccount_segment')} AS p
  ON p.company_id = v.company_id AND p.segment_id = v.segment_id AND p.segment_value = v.value_id
JOIN ${raw('subaccount')} AS s ON s.company_id = p.company_id AND s.record_id = p.parent_record_id
JOIN ${ledger} AS g ON g.company_id = s.company_id AND g.subaccount = s.subaccount_number
WHERE v.parent_record_id = 'SUBACCOUNT' AND ${after('v', 'dimension_segment_value')}`,
  };
  const ratesMoved = tables.has('currency_rate') || tables.has('financial_period');
  const members = [
    ...Object.entries(selects).flatMap(([table, select]) => (tables.has(table as SourceTable) ? [select] : [])),
    ...(ratesMoved && ground.mapping.rates ? [otherRates(ground)] : []),
  ];
  const none = `SELECT company_id, record_id FROM ${ledger} WHERE false`;
  return `changed AS (\n${indented(members.length > 0 ? members.join('\nUNION\n') : none, 2)}\n)`;
}

/** Lines that were converted at another rate than now. */
const otherRates = (ground: Ground): string =>
  `SELECT g.company_id, g.record_id
FROM ${ground.places.raw(generalLedger)} AS g
JOIN companies AS c ON c.company_id = g.company_id
LEFT JOIN rates AS r ON r.company_id = g.company_id AND r.financial_period = g.financial_period
WHERE g.group_rate IS DISTINCT FROM ${rateOf(ground, 'g.account_type')}`;
