import {quoteIdentifier} from '../../base/quoting.ts';
import {indented, lines, nameList} from '../../base/sql-layout.ts';
import {generalLedger, ledgerContent} from '../../model/general-ledger.ts';
import {whileHeld} from '../../model/lease.ts';
import type {Ground} from './mapped.ts';
import {postedMembers, type Reach} from './posted-lines.ts';

const key = ['company_id', 'record_id'];

export interface MergeLedger {
  readonly reach: Reach;
  /** Columns of dimensions that are configured no more: they are emptied. */
  readonly retired?: readonly string[];
}

/**
 * One MERGE into the ledger: what is posted stands there once, what is not leaves it, what is unchanged is not written.
 * Parameters :owner, :fence and those of `changed`.
 */
export function mergeLedger(ground: Ground, {reach, retired = []}: MergeLedger): string {
  const {places, mapping} = ground;
  const content = ledgerContent(mapping.dimensions).map(({name}) => name);
  const rest = content.filter(name => !key.includes(name));
  const differing = [
    ...rest.map(name => `t.${quoteIdentifier(name)} IS DISTINCT FROM s.${quoteIdentifier(name)}`),
    ...retired.map(name => `t.${quoteIdentifier(name)} IS NOT NULL`),
  ];
  const sets = [
    ...rest.map(name => `${quoteIdentifier(name)} = s.${quoteIdentifier(name)}`),
    ...retired.map(name => `${quoteIdentifier(name)} = NULL`),
    '`_commit` = :fence',
    '`_updated_at` = current_timestamp()',
  ];
  return `MERGE INTO ${places.raw(generalLedger)} AS t
USING (
  WITH ${indented(postedMembers(ground, reach).join(',\n'), 2).trimStart()}
  SELECT * FROM posted
  WHERE ${whileHeld(places.control('lease'))}
) AS s
ON ${key.map(name => `t.${name} = s.${name}`).join(' AND ')}
WHEN MATCHED AND s._gone THEN DELETE
WHEN MATCHED AND (${differing.join(' OR ')}) THEN UPDATE SET
${lines(sets, 2)}
WHEN NOT MATCHED AND NOT s._gone THEN INSERT (
  ${nameList([...content, '_commit', '_updated_at'])}
) VALUES (
  ${[...content.map(name => `s.${quoteIdentifier(name)}`), ':fence', 'current_timestamp()'].join(', ')}
)`;
}

/** How many accounts of how many companies no route takes, among the lines in reach. */
export const countUnrouted = (ground: Ground, reach: Reach): string =>
  `WITH ${postedMembers(ground, reach).join(',\n')}
SELECT company_id, COUNT(DISTINCT account) AS accounts
FROM posted
WHERE NOT _gone AND NOT is_routed
GROUP BY company_id
ORDER BY company_id`;
