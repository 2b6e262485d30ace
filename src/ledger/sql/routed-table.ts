import {quoteIdentifier} from '../../base/quoting.ts';
import {indented, nameList} from '../../base/sql-layout.ts';
import {generalLedger, ledgerFields} from '../../model/general-ledger.ts';
import {whileHeld} from '../../model/lease.ts';
import type {SourceTable} from '../places.ts';
import {changedMember} from './changed-lines.ts';
import type {Ground} from './mapped.ts';
import type {Reach} from './posted-lines.ts';

/** A change of these may take a line out of the ledger, where nothing says so afterwards. */
const journals: readonly SourceTable[] = ['journal_transaction', 'journal_transaction_line'];

/**
 * The condition of what the ledger may have written since its routed tables were filled: under a later fence than any
 * commit that was taken by then. What has been filled meanwhile is found there, and is no harm.
 */
const isNews = '_commit > :filled_to';

/**
 * Takes away what the ledger lacks, has elsewhere, or wrote again: of all lines, or of those that the ledger wrote
 * since its tables were filled and those that changes of the journals may have taken away. Parameters :owner, :fence,
 * :routed_table or :filled_to and :after_<table>.
 */
export const clearRouted = (ground: Ground, table: string, reach: Reach): string => {
  const {places} = ground;
  return `MERGE INTO ${places.raw(table)} AS t
USING (
${indented(reach === 'all' ? strayOfAll(ground, table) : stray(ground, table, reach), 2)}
) AS s
ON t.company_id = s.company_id AND t.record_id = s.record_id
WHEN MATCHED THEN DELETE`;
};

const key = ['company_id', 'record_id'];

/**
 * By every column, for somebody may have written into the table. A table that no route names any more may lack columns,
 * and the ledger has no line of it.
 */
function strayOfAll({places, mapping}: Ground, table: string): string {
  const isNamed = mapping.routes.some(route => route.table === table);
  const rest = isNamed ? ledgerFields(mapping.dimensions).map(({name}) => name) : [];
  const same = [
    ...key.map(name => `g.${name} = r.${name}`),
    ...rest
      .filter(name => !key.includes(name))
      .map(name => `g.${quoteIdentifier(name)} IS NOT DISTINCT FROM r.${quoteIdentifier(name)}`),
  ];
  return `SELECT r.company_id, r.record_id
FROM ${places.raw(table)} AS r
LEFT ANTI JOIN (
  SELECT * FROM ${places.raw(generalLedger)} WHERE routed_table = :routed_table
) AS g
  ON ${same.join('\n  AND ')}
WHERE ${whileHeld(places.control('lease'))}
UNION
SELECT company_id, record_id
FROM ${places.raw(table)}
WHERE ${whileHeld(places.control('lease'))}
GROUP BY company_id, record_id
HAVING COUNT(*) > 1`;
}

function stray(ground: Ground, table: string, reach: ReadonlySet<SourceTable>): string {
  const {places} = ground;
  const [ledger, routed, held] = [places.raw(generalLedger), places.raw(table), whileHeld(places.control('lease'))];
  const changed = new Set(journals.filter(each => reach.has(each)));
  const rewritten = `SELECT r.company_id, r.record_id
FROM ${routed} AS r
JOIN (
  SELECT company_id, record_id, _commit, _updated_at FROM ${ledger} WHERE ${isNews}
) AS g ON g.company_id = r.company_id AND g.record_id = r.record_id
WHERE (g._commit <> r._commit OR g._updated_at <> r._updated_at) AND ${held}`;
  if (changed.size === 0) return rewritten;
  return `WITH ${changedMember(ground, changed)}
${rewritten}
UNION
SELECT x.company_id, x.record_id
FROM changed AS x
LEFT ANTI JOIN ${ledger} AS g ON g.company_id = x.company_id AND g.record_id = x.record_id
WHERE ${held}`;
}

/**
 * Puts what the ledger has and its routed table lacks: of all lines, or of those that the ledger wrote since its tables
 * were filled. Parameters :owner, :fence, :routed_table and :filled_to.
 */
export const fillRouted = (ground: Ground, table: string, reach: Reach): string => {
  const {places, mapping} = ground;
  const routed = places.raw(table);
  const names = ledgerFields(mapping.dimensions).map(({name}) => name);
  // What stands in both is of one commit, so that older rows need not be looked at.
  const [held, news] =
    reach === 'all' ? [routed, ''] : [`(SELECT * FROM ${routed} WHERE ${isNews})`, `g.${isNews} AND `];
  return `INSERT INTO ${routed} (${nameList(names)})
SELECT ${names.map(name => `g.${quoteIdentifier(name)}`).join(', ')}
FROM ${places.raw(generalLedger)} AS g
LEFT ANTI JOIN ${held} AS r
  ON r.company_id = g.company_id AND r.record_id = g.record_id
WHERE g.routed_table = :routed_table AND ${news}${whileHeld(places.control('lease'))}`;
};
