import {quoteLiteral} from '../../base/quoting.ts';
import {generalLedger} from '../../model/general-ledger.ts';
import {companiesMember, type Ground} from './mapped.ts';
import {ratesMembers} from './rates.ts';

const isTyped = "COALESCE(account_type, '') IN ('Income', 'Expense', 'Asset', 'Liability')";

/**
 * What the figures lack, by company: the type of the accounts of lines, without which nobody knows whether a balance is
 * carried into the next year; and where a group's currency is configured, lines that no rate converts, and companies of
 * another currency for which there is no rate of the configured type at all.
 */
export function groupGaps(ground: Ground): string {
  const {places, mapping} = ground;
  if (mapping.groupCurrency === undefined) {
    return `SELECT
  company_id,
  'account_type' AS lacking,
  COUNT(*) AS line_count,
  MIN(financial_period) AS first_period,
  MAX(financial_period) AS last_period
FROM ${places.raw(generalLedger)}
WHERE NOT ${isTyped}
GROUP BY company_id
ORDER BY company_id`;
  }
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
  CASE WHEN ${isTyped} THEN 'rate' ELSE 'account_type' END AS lacking,
  COUNT(*) AS line_count,
  MIN(financial_period) AS first_period,
  MAX(financial_period) AS last_period
FROM ${places.raw(generalLedger)}
WHERE group_amount IS NULL OR NOT ${isTyped}
GROUP BY 1, 2${without}
ORDER BY 1, 2`;
}
