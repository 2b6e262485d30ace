import {quoteLiteral} from '../../base/quoting.ts';
import {indented} from '../../base/sql-layout.ts';
import type {Ground} from './mapped.ts';
import {periodDays} from './period-days.ts';

/**
 * `rates`: for each company of another currency and each of its periods the closing rate, the last one on or before the
 * period's last day; and the average, the mean of those that come into force within the period, or the closing one if
 * there are none. Rates are rounded to ten decimals, half away from zero, the mean too: its sum is counted in whole
 * units, because the engines divide decimals differently. A pair of currencies that is kept the other way round counts
 * by its reciprocal. Only a rate above zero is a rate.
 */
export function ratesMembers({places, mapping: {groupCurrency, rates}}: Ground): readonly string[] {
  if (groupCurrency === undefined || !rates) return [];
  const group = quoteLiteral(groupCurrency);
  return [
    `quotes AS (
  SELECT
    q.company_id, q.effective_date, q.rate,
    ROW_NUMBER() OVER (
      PARTITION BY q.company_id, q.effective_date
      ORDER BY CASE WHEN q.to_currency_id = ${group} THEN 0 ELSE 1 END, q.id DESC
    ) AS place
  FROM (
    SELECT
      c.company_id, r.effective_date, r.to_currency_id, r.id,
      TRY_CAST(CASE
        WHEN (r.to_currency_id = ${group}) = (UPPER(LEFT(COALESCE(r.mult_div, 'M'), 1)) = 'M') THEN r.rate
        ELSE r.rate_reciprocal
      END AS DECIMAL(16,10)) AS rate
    FROM companies AS c
    JOIN ${places.raw('currency_rate')} AS r
      ON (r.from_currency_id = c.currency AND r.to_currency_id = ${group})
      OR (r.from_currency_id = ${group} AND r.to_currency_id = c.currency)
    WHERE c.currency <> ${group} AND r.company_id = ${quoteLiteral(rates.company)}
      AND r.rate_type = ${quoteLiteral(rates.type)} AND r._deleted_at IS NULL
  ) AS q
  WHERE q.rate > 0
)`,
    `periods AS (
${indented(periodDays(places), 2)}
)`,
    `measured AS (
  SELECT
    p.company_id,
    p.financial_period,
    MAX_BY(q.rate, q.effective_date) AS closing_rate,
    SUM(CASE WHEN q.effective_date >= p.start_date
      THEN CAST(q.rate * CAST(10000000000 AS DECIMAL(20,0)) AS BIGINT) END) AS units,
    COUNT(CASE WHEN q.effective_date >= p.start_date THEN 1 END) AS quotes
  FROM periods AS p
  JOIN quotes AS q
    ON q.company_id = p.company_id AND q.effective_date <= p.last_day
  WHERE q.place = 1
  GROUP BY p.company_id, p.financial_period
)`,
    `rates AS (
  SELECT
    company_id,
    financial_period,
    closing_rate,
    CASE WHEN quotes = 0 THEN closing_rate
      ELSE CAST(CAST((2 * units + quotes) DIV NULLIF(2 * quotes, 0) AS DECIMAL(19,0))
        * CAST('0.0000000001' AS DECIMAL(11,10)) AS DECIMAL(16,10))
    END AS average_rate
  FROM measured
)`,
  ];
}

/**
 * What a line's amounts are multiplied with. Null if no rate is known, or if the type of the account is not: which of
 * the two rates it takes is then unknown. Aliases: c companies, r rates.
 */
export function rateOf({mapping: {groupCurrency, rates}}: Ground, accountType: string): string {
  if (groupCurrency === undefined) return 'CAST(NULL AS DECIMAL(16,10))';
  const own = `WHEN c.currency = ${quoteLiteral(groupCurrency)} THEN CAST(1 AS DECIMAL(16,10))`;
  if (!rates) return `CASE ${own} END`;
  return `CASE ${own}
      WHEN ${accountType} IN ('Income', 'Expense') THEN r.average_rate
      WHEN ${accountType} IN ('Asset', 'Liability') THEN r.closing_rate END`;
}
