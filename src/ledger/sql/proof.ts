import {valuesTable} from '../../base/sql-layout.ts';
import {generalLedger} from '../../model/general-ledger.ts';
import {whileHeld} from '../../model/lease.ts';
import type {Compared, PeriodProof} from '../../model/ledger.ts';
import type {SourceTable} from '../places.ts';
import {takenOf} from './changed-lines.ts';
import {cell, cellsMembers, differs, type Proved, seenTables} from './comparison.ts';
import {evidenceMembers} from './evidence.ts';
import type {Ground} from './mapped.ts';
import type {Reach} from './posted-lines.ts';

/**
 * Notes the periods that a change of lines or balances touches as due: those where lines stand now, and those where
 * they stood in the ledger. Sent before the ledger is changed. Parameters :owner, :fence, :run_id, :after_<table>.
 */
export function noteDue({places: {raw, control}}: Ground, reach: Reach): string {
  const after = (alias: string, table: SourceTable): string =>
    reach === 'all' ? `${alias}.financial_period IS NOT NULL` : `${alias}._commit > :${takenOf(table)}`;
  const [headers, lines] = [raw('journal_transaction'), raw('journal_transaction_line')];
  const selects = [
    `SELECT h.company_id, h.financial_period FROM ${headers} AS h WHERE ${after('h', 'journal_transaction')}`,
    `SELECT b.company_id, b.financial_period FROM ${raw('general_ledger_balance')} AS b
    WHERE ${after('b', 'general_ledger_balance')}`,
    ...(reach === 'all'
      ? []
      : [
          `SELECT h.company_id, h.financial_period FROM ${lines} AS l
    JOIN ${headers} AS h ON h.company_id = l.company_id AND h.record_id = l.parent_record_id
    WHERE ${after('l', 'journal_transaction_line')}`,
          `SELECT g.company_id, g.financial_period FROM ${headers} AS h
    JOIN ${raw(generalLedger)} AS g ON g.company_id = h.company_id AND g.journal_record_id = h.record_id
    WHERE ${after('h', 'journal_transaction')}`,
        ]),
  ];
  return `MERGE INTO ${control('period_proof')} AS t
USING (
  SELECT company_id, financial_period FROM (
    ${selects.join('\n    UNION\n    ')}
  ) AS c
  WHERE financial_period IS NOT NULL AND ${whileHeld(control('lease'))}
) AS s
ON t.company_id = s.company_id AND t.financial_period = s.financial_period
WHEN MATCHED AND t.state <> 'due' THEN UPDATE SET
  state = 'due',
  run_id = :run_id,
  noted_at = current_timestamp()
WHEN NOT MATCHED THEN INSERT (company_id, financial_period, state, run_id, noted_at)
VALUES (s.company_id, s.financial_period, 'due', :run_id, current_timestamp())`;
}

/** The sums of an evidence, and how they are written: each side's debit and credit, as exact texts. */
const sides = ['posted', 'ledger', 'balance'].flatMap(side => [`${side}_debit`, `${side}_credit`]);

/**
 * Each period in scope with the cells that were compared, and with counts and sums that no filter of the ledger has
 * touched; and with the newest commits of what was looked at. Sent under the lease.
 */
export const proofOf = (ground: Ground, proved: Proved): string =>
  `WITH ${[...cellsMembers(ground, proved), ...evidenceMembers(ground)].join(',\n')}
SELECT
  p.company_id,
  p.financial_period,
  COALESCE(o.own_ledgers, 0) AS own_ledgers,
  COALESCE(m.is_measured, 0) AS is_measured,
  COALESCE(c.cells, 0) AS cells,
  COALESCE(c.differing, 0) AS differing,
  COALESCE(c.lineless, 0) AS lineless,
  COALESCE(c.balances, 0) AS balances,
  COALESCE(c.unreadable, 0) AS unreadable,
  COALESCE(t.posted_lines, 0) AS posted_lines,
  COALESCE(t.other_lines, 0) AS other_lines,
  COALESCE(t.unaccounted_lines, 0) AS unaccounted_lines,
  COALESCE(t.unknown_lines, 0) AS unknown_lines,
  COALESCE(t.unreadable_lines, 0) AS unreadable_lines,
  COALESCE(h.ledger_lines, 0) AS ledger_lines,
  COALESCE(h.stray_lines, 0) AS stray_lines,
  COALESCE(b.balance_rows, 0) AS balance_rows,
  COALESCE(k.system_rows, 0) AS system_rows,
  COALESCE(t.posted_by_ledger, '') AS posted_by_ledger,
  COALESCE(b.balances_by_ledger, '') AS balances_by_ledger,
${sides.map(name => `  CAST(${sideOf(name)} AS STRING) AS ${name}`).join(',\n')},
${seenTables.map(table => `  ${newestOf(ground, table)} AS seen_${table}`).join(',\n')}
FROM scope AS p
LEFT JOIN own_ledgers AS o ON o.company_id = p.company_id
LEFT JOIN measured_companies AS m ON m.company_id = p.company_id
${[
  ['compared', 'c'],
  ['posted_totals', 't'],
  ['held_totals', 'h'],
  ['balance_totals', 'b'],
  ['kept_out_totals', 'k'],
]
  .map(
    ([member, alias]) =>
      `LEFT JOIN ${member} AS ${alias}
  ON ${alias}.company_id = p.company_id AND ${alias}.financial_period = p.financial_period`,
  )
  .join('\n')}
ORDER BY p.company_id, p.financial_period`;

const sideOf = (name: string): string =>
  `${name.startsWith('posted') ? 't' : name.startsWith('ledger') ? 'h' : 'c'}.${name}`;

const newestOf = ({places: {raw}}: Ground, table: string): string =>
  `(SELECT COALESCE(MAX(_commit), -1) FROM ${raw(table)})`;

/** Holds while the tables are what was compared, and the lease is ours. Parameters :owner, :fence. */
const stands = (ground: Ground, compared: Compared): string =>
  [
    whileHeld(ground.places.control('lease')),
    ...seenTables.map(table => `${newestOf(ground, table)} = ${compared[table]}`),
  ].join('\n    AND ');

/** The difference of each side keeps its decimals, and theirs too, of so many digits. */
const difference = ['actual', 'expected']
  .map(
    side =>
      `CAST(TRY_CAST(${side}_debit AS DECIMAL(36,10)) - TRY_CAST(${side}_credit AS DECIMAL(36,10)) AS DECIMAL(37,10))`,
  )
  .join(' - ');

const sums = ['expected_debit', 'actual_debit', 'expected_credit', 'actual_credit'];
const own = [...sums, 'difference'];

/**
 * Records the cells that differ, in place of those that this run recorded of the same periods before. An expected sum
 * is NULL if the ERP lists no balance of the cell. Parameters :owner, :fence, :run_id.
 */
export const recordDifferences = (ground: Ground, proved: Proved, compared: Compared): string =>
  `MERGE INTO ${ground.places.control('reconciliation')} AS t
USING (
  WITH ${cellsMembers(ground, proved).join(',\n  ')},
  found AS (
    SELECT ${[...cell, ...sums].join(', ')}, ${difference} AS difference
    FROM cells
    WHERE ${differs}
  )
  SELECT ${[...cell, ...own].join(', ')}, false AS is_past
  FROM found
  WHERE ${stands(ground, compared)}
  UNION ALL
  SELECT ${cell.map(name => `r.${name}`).join(', ')}, NULL, NULL, NULL, NULL, NULL, true
  FROM ${ground.places.control('reconciliation')} AS r
  JOIN scope AS p ON p.company_id = r.company_id AND p.financial_period = r.financial_period
  LEFT ANTI JOIN found AS f ON ${cell.map(name => `f.${name} = r.${name}`).join(' AND ')}
  WHERE r.run_id = :run_id AND ${stands(ground, compared)}
) AS s
ON t.run_id = :run_id AND ${cell.map(name => `t.${name} = s.${name}`).join(' AND ')}
WHEN MATCHED AND s.is_past THEN DELETE
WHEN MATCHED THEN UPDATE SET
${own.map(name => `  ${name} = s.${name},\n`).join('')}  proved_at = current_timestamp()
WHEN NOT MATCHED AND NOT s.is_past THEN INSERT (run_id, ${[...cell, ...own].join(', ')}, proved_at)
VALUES (:run_id, ${[...cell, ...own].map(name => `s.${name}`).join(', ')}, current_timestamp())`;

/** Parameter :run_id. */
export const readDifferences = ({places: {control}}: Pick<Ground, 'places'>): string =>
  `SELECT ${[...cell, ...sums.map(name => `CAST(${name} AS STRING) AS ${name}`)].join(', ')}
FROM ${control('reconciliation')}
WHERE run_id = :run_id
ORDER BY ${cell.join(', ')}
LIMIT 1000`;

const counts = ['cells', 'differing', 'posted_lines', 'other_lines', 'ledger_lines', 'unreadable', 'balance_rows'];
const texts = ['state', 'reason', 'posted_by_ledger', 'balances_by_ledger'];
const written = [...texts, ...counts, 'system_rows', ...sides];

const cellsOf = (proof: PeriodProof): ReadonlyArray<string | number | undefined> => {
  const {evidence} = proof;
  return [
    ...[proof.companyId, proof.period],
    ...[proof.state, proof.reason, evidence.postedByLedger, evidence.balancesByLedger],
    ...[proof.cells, proof.differing, evidence.postedLines, evidence.otherLines, evidence.ledgerLines],
    ...[evidence.unreadable, evidence.balanceRows, evidence.systemRows],
    ...[evidence.postedDebit, evidence.postedCredit, evidence.ledgerDebit, evidence.ledgerCredit],
    ...[evidence.balanceDebit, evidence.balanceCredit],
  ];
};

const typeOf = (name: string): string =>
  texts.includes(name) ? 'STRING' : sides.includes(name) ? 'DECIMAL(38,10)' : 'BIGINT';

/**
 * Writes how periods stand, with the evidence. Nothing is written if the lease is lost or the tables have moved since
 * they were compared. Parameters :owner, :fence, :run_id.
 */
export const recordProofs = (ground: Ground, proofs: readonly PeriodProof[], compared: Compared): string =>
  `MERGE INTO ${ground.places.control('period_proof')} AS t
USING (
  SELECT
    company_id, financial_period,
    ${written.map(name => `CAST(${name} AS ${typeOf(name)}) AS ${name}`).join(',\n    ')}
  FROM ${valuesTable(proofs.map(cellsOf), {columns: ['company_id', 'financial_period', ...written], indent: 2})}
  WHERE ${stands(ground, compared)}
) AS s
ON t.company_id = s.company_id AND t.financial_period = s.financial_period
WHEN MATCHED THEN UPDATE SET
${written.map(name => `  ${name} = s.${name},\n`).join('')}  run_id = :run_id,
  noted_at = current_timestamp()
WHEN NOT MATCHED THEN INSERT (company_id, financial_period, ${written.join(', ')}, run_id, noted_at)
VALUES (s.company_id, s.financial_period, ${written.map(name => `s.${name}`).join(', ')},
  :run_id, current_timestamp())`;
