import {quoteIdentifier} from '../../base/quoting.ts';
import {generalLedger, ledgerFields} from '../../model/general-ledger.ts';
import {nameList, whileHeld} from './layout.ts';
import type {Ground} from './mapped.ts';

/** Takes away what the ledger lacks, has elsewhere, or wrote again. Parameters :owner, :fence, :routed_table. */
export const clearRouted = (ground: Ground, table: string): string => {
  const {places} = ground;
  return `MERGE INTO ${places.raw(table)} AS t
USING (
  SELECT r.company_id, r.record_id
  FROM ${places.raw(table)} AS r
  LEFT ANTI JOIN (
    SELECT company_id, record_id, _updated_at
    FROM ${places.raw(generalLedger)}
    WHERE routed_table = :routed_table
  ) AS g
    ON g.company_id = r.company_id AND g.record_id = r.record_id AND g._updated_at = r._updated_at
  WHERE ${whileHeld(places.control('lease'))}
) AS s
ON t.company_id = s.company_id AND t.record_id = s.record_id
WHEN MATCHED THEN DELETE`;
};

/** Puts what the ledger has and its routed table lacks. Parameters :owner, :fence, :routed_table. */
export const fillRouted = (ground: Ground, table: string): string => {
  const {places, mapping} = ground;
  const names = ledgerFields(mapping.dimensions).map(({name}) => name);
  return `INSERT INTO ${places.raw(table)} (${nameList(names)})
SELECT ${names.map(name => `g.${quoteIdentifier(name)}`).join(', ')}
FROM ${places.raw(generalLedger)} AS g
LEFT ANTI JOIN ${places.raw(table)} AS r
  ON r.company_id = g.company_id AND r.record_id = g.record_id
WHERE g.routed_table = :routed_table AND ${whileHeld(places.control('lease'))}`;
};
