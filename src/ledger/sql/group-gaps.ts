import {quoteLiteral} from '../../base/quoting.ts';
import {generalLedger} from '../../model/general-ledger.ts';
import {companiesMember, type Ground} from './mapped.ts';
import {ratesMembers} from './rates.ts';

/**
 * What the group's figures lack, by company: lines of accounts whose type is unknown, lines that no rate converts, and
 * companies of another currency for which there is no rate of the configured type at all. Undefined if nothing is
 * converted.
 */
export function groupGaps(ground: Ground): string | undefined {
  const {places, mapping} = ground;
  if (mapping.groupCurrency === undefined) return undefined;
  const without = mapping.rates
    ? `
UNION ALL
SELECT c.company_id, 'no_rates', CAST(0 AS BIGINT), NULL, NULL
FROM companies AS c
LEFT ANTI JOIN quotes AS q ON q.company_id = c.company_id
WHERE c.currency <> ${quoteLiteral(mapping.groupCurrency)}`
    : '';
  return `WITH ${[companiesMember(ground), ...ratesMembers(ground)].join(',\n')}
SELECT
  company_id,
  CASE WHEN account_type IN ('Income', 'Expense', 'Asset', 'Liability') THEN 'rate' ELSE 'account_type' END AS lacking,
  COUNT(*) AS line_count,
  MIN(financial_period) AS first_period,
  MAX(financial_period) AS last_period
FROM ${places.raw(generalLedger)}
WHERE group_amount IS NULL
GROUP BY 1, 2${without}
ORDER BY 1, 2`;
}
