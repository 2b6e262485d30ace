WITH companies AS (
  SELECT company_id, currency FROM (VALUES
    ('se', 'SEK'),
    ('x\'; DROP TABLE `account` --\\', 'NOK')
  ) AS v(company_id, currency)
  UNION ALL
  SELECT company_id, currency FROM `main`.`visma_control`.`ledger_company`
  WHERE company_id NOT IN ('se', 'x\'; DROP TABLE `account` --\\')
),
quotes AS (
  SELECT
    q.company_id, q.effective_date, q.rate,
    ROW_NUMBER() OVER (
      PARTITION BY q.company_id, q.effective_date
      ORDER BY CASE WHEN q.to_currency_id = 'SEK' THEN 0 ELSE 1 END, q.id DESC
    ) AS place
  FROM (
    SELECT
      c.company_id, r.effective_date, r.to_currency_id, r.id,
      TRY_CAST(CASE
        WHEN (r.to_currency_id = 'SEK') = (UPPER(LEFT(COALESCE(r.mult_div, 'M'), 1)) = 'M') THEN r.rate
        ELSE r.rate_reciprocal
      END AS DECIMAL(16,10)) AS rate
    FROM companies AS c
    JOIN `main`.`visma`.`currency_rate` AS r
      ON (r.from_currency_id = c.currency AND r.to_currency_id = 'SEK')
      OR (r.from_currency_id = 'SEK' AND r.to_currency_id = c.currency)
    WHERE c.currency <> 'SEK' AND r.company_id = 'se'
      AND r.rate_type = 'SPOT' AND r._deleted_at IS NULL
  ) AS q
  WHERE q.rate > 0
),
periods AS (
  SELECT
    company_id,
    financial_period,
    start_date,
    CASE
      WHEN is_day_after THEN DATE_SUB(end_date, 1)
      WHEN is_last_day THEN end_date
      WHEN end_date = TRUNC(end_date, 'MM') THEN DATE_SUB(end_date, 1)
      WHEN end_date = LAST_DAY(end_date) THEN end_date
      WHEN days_after > last_days THEN DATE_SUB(end_date, 1)
      ELSE end_date
    END AS last_day
  FROM (
    SELECT
      p.company_id,
      p.financial_period,
      p.start_date,
      p.end_date,
      a.start_date IS NOT NULL AS is_day_after,
      n.start_date IS NOT NULL AS is_last_day,
      COUNT(a.start_date) OVER (PARTITION BY p.company_id) AS days_after,
      COUNT(n.start_date) OVER (PARTITION BY p.company_id) AS last_days
    FROM (
      SELECT company_id, CASE
            WHEN LENGTH(period) >= 6 THEN period
            ELSE CONCAT(CAST(year AS STRING), LPAD(period, 2, '0'))
          END AS financial_period, start_date, end_date
      FROM `main`.`visma`.`financial_period`
      WHERE _deleted_at IS NULL
    ) AS p
    LEFT JOIN (
      SELECT DISTINCT company_id, start_date FROM `main`.`visma`.`financial_period`
      WHERE _deleted_at IS NULL AND start_date < end_date
    ) AS a ON a.company_id = p.company_id AND a.start_date = p.end_date
    LEFT JOIN (
      SELECT DISTINCT company_id, start_date FROM `main`.`visma`.`financial_period`
      WHERE _deleted_at IS NULL AND start_date < end_date
    ) AS n ON n.company_id = p.company_id AND n.start_date = DATE_ADD(p.end_date, 1)
  ) AS e
),
measured AS (
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
),
rates AS (
  SELECT
    company_id,
    financial_period,
    closing_rate,
    CASE WHEN quotes = 0 THEN closing_rate
      ELSE CAST(CAST((2 * units + quotes) DIV NULLIF(2 * quotes, 0) AS DECIMAL(19,0))
        * CAST('0.0000000001' AS DECIMAL(11,10)) AS DECIMAL(16,10))
    END AS average_rate
  FROM measured
)
SELECT
  company_id,
  CASE WHEN COALESCE(account_type, '') IN ('Income', 'Expense', 'Asset', 'Liability') THEN 'rate' ELSE 'account_type' END AS lacking,
  COUNT(*) AS line_count,
  MIN(financial_period) AS first_period,
  MAX(financial_period) AS last_period
FROM `main`.`visma`.`general_ledger`
WHERE group_amount IS NULL OR NOT COALESCE(account_type, '') IN ('Income', 'Expense', 'Asset', 'Liability')
GROUP BY 1, 2
UNION ALL
SELECT c.company_id, 'no_rates', CAST(0 AS BIGINT), NULL, NULL
FROM companies AS c
LEFT ANTI JOIN quotes AS q ON q.company_id = c.company_id
WHERE c.currency <> 'SEK'
ORDER BY 1, 2;

SELECT
  company_id,
  'account_type' AS lacking,
  COUNT(*) AS line_count,
  MIN(financial_period) AS first_period,
  MAX(financial_period) AS last_period
FROM `main`.`visma`.`general_ledger`
WHERE NOT COALESCE(account_type, '') IN ('Income', 'Expense', 'Asset', 'Liability')
GROUP BY company_id
ORDER BY company_id;

MERGE INTO `main`.`visma_control`.`ledger_company` AS t
USING (
  SELECT company_id, currency, true AS is_configured FROM (VALUES
    ('se', 'SEK'),
    ('x\'; DROP TABLE `account` --\\', 'NOK')
  ) AS v(company_id, currency)
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
  UNION ALL
  SELECT company_id, MAX(currency), false FROM `main`.`visma`.`general_ledger`
  WHERE currency IS NOT NULL AND company_id NOT IN ('se', 'x\'; DROP TABLE `account` --\\')
    AND (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
  GROUP BY company_id
) AS s
ON t.company_id = s.company_id
WHEN MATCHED AND s.is_configured AND t.currency <> s.currency THEN UPDATE SET currency = s.currency, run_id = :run_id
WHEN NOT MATCHED THEN INSERT (company_id, currency, run_id) VALUES (s.company_id, s.currency, :run_id);
