MERGE INTO `main`.`visma_control`.`journal_check` AS t
USING (
  WITH companies AS (
  SELECT company_id, currency FROM (VALUES
    ('se', 'SEK'),
    ('x\'; DROP TABLE `account` --\\', 'NOK')
  ) AS v(company_id, currency)
  UNION ALL
  SELECT company_id, currency FROM `main`.`visma_control`.`ledger_company`
  WHERE company_id NOT IN ('se', 'x\'; DROP TABLE `account` --\\')
),
  touched AS (
    SELECT company_id, record_id FROM `main`.`visma`.`journal_transaction` WHERE _commit > :after_journal_transaction
    UNION
    SELECT company_id, parent_record_id FROM `main`.`visma`.`journal_transaction_line` WHERE _commit > :after_journal_transaction_line
  ),
  batches AS (
    SELECT
      h.company_id, h.record_id, h.module, h.batch_number, h.financial_period,
      MAX(h.debit_total) AS debit_total,
      MAX(h.credit_total) AS credit_total,
      MAX(h.control_total) AS control_total,
      MAX(h.debit_total_in_currency) AS debit_total_in_currency,
      MAX(h.credit_total_in_currency) AS credit_total_in_currency,
      MAX(h.control_total_in_currency) AS control_total_in_currency,
      COUNT(CASE WHEN h.currency_id <> COALESCE(c.currency, '') THEN l.record_id END) AS foreign_lines,
      COALESCE(SUM(l.debit_amount), 0) AS debit,
      COALESCE(SUM(l.credit_amount), 0) AS credit,
      COUNT(CASE WHEN l.record_id IS NOT NULL AND (l.debit_amount IS NULL OR l.credit_amount IS NULL) THEN 1 END)
        AS unreadable,
      CASE WHEN COUNT(l.record_id) = COUNT(l.debit_amount_in_currency)
        THEN COALESCE(SUM(l.debit_amount_in_currency), 0) END AS debit_in_currency,
      CASE WHEN COUNT(l.record_id) = COUNT(l.credit_amount_in_currency)
        THEN COALESCE(SUM(l.credit_amount_in_currency), 0) END AS credit_in_currency
    FROM touched AS x
    JOIN `main`.`visma`.`journal_transaction` AS h ON h.company_id = x.company_id AND h.record_id = x.record_id
    LEFT JOIN `main`.`visma`.`journal_transaction_line` AS l
      ON l.company_id = h.company_id AND l.parent_record_id = h.record_id AND l._deleted_at IS NULL
    LEFT JOIN companies AS c ON c.company_id = h.company_id
    WHERE h.status = 'Posted' AND h._deleted_at IS NULL
    GROUP BY h.company_id, h.record_id, h.module, h.batch_number, h.financial_period
  ),
  numbers AS (
    SELECT
      company_id, module, number,
      LAG(number) OVER (PARTITION BY company_id, module ORDER BY number) AS former
    FROM (
      SELECT DISTINCT company_id, module, TRY_CAST(batch_number AS BIGINT) AS number
      FROM `main`.`visma`.`journal_transaction`
      WHERE _deleted_at IS NULL AND batch_number RLIKE '^[0-9]+$'
    ) AS n
    WHERE number IS NOT NULL
  ),
  found AS (
    SELECT
      company_id, 'balance' AS check_name, record_id, module, batch_number, financial_period,
      debit AS expected, credit AS actual
    FROM batches
    WHERE debit <> credit AND unreadable = 0
    UNION ALL
    SELECT
      company_id, 'unreadable', record_id, module, batch_number, financial_period,
      CAST(0 AS DECIMAL(38,10)), CAST(unreadable AS DECIMAL(38,10))
    FROM batches
    WHERE unreadable > 0
    UNION ALL
    SELECT company_id, 'debit_total', record_id, module, batch_number, financial_period, debit_total, debit
    FROM batches
    WHERE debit_total IS NOT NULL AND unreadable = 0 AND debit_total <> debit
      AND (foreign_lines = 0 OR debit_total > debit + foreign_lines * CAST('0.005' AS DECIMAL(10,3)) OR debit_total < debit - foreign_lines * CAST('0.005' AS DECIMAL(10,3)))
    UNION ALL
    SELECT company_id, 'credit_total', record_id, module, batch_number, financial_period, credit_total, credit
    FROM batches
    WHERE credit_total IS NOT NULL AND unreadable = 0 AND credit_total <> credit
      AND (foreign_lines = 0 OR credit_total > credit + foreign_lines * CAST('0.005' AS DECIMAL(10,3)) OR credit_total < credit - foreign_lines * CAST('0.005' AS DECIMAL(10,3)))
    UNION ALL
    SELECT company_id, 'control_total', record_id, module, batch_number, financial_period, control_total, debit
    FROM batches
    WHERE control_total <> 0 AND unreadable = 0 AND control_total <> debit
      AND (foreign_lines = 0 OR control_total > debit + foreign_lines * CAST('0.005' AS DECIMAL(10,3)) OR control_total < debit - foreign_lines * CAST('0.005' AS DECIMAL(10,3)))
    UNION ALL
    SELECT company_id, 'debit_total_in_currency', record_id, module, batch_number, financial_period, debit_total_in_currency, debit_in_currency
    FROM batches
    WHERE debit_total_in_currency IS NOT NULL AND unreadable = 0 AND debit_total_in_currency <> debit_in_currency
    UNION ALL
    SELECT company_id, 'credit_total_in_currency', record_id, module, batch_number, financial_period, credit_total_in_currency, credit_in_currency
    FROM batches
    WHERE credit_total_in_currency IS NOT NULL AND unreadable = 0 AND credit_total_in_currency <> credit_in_currency
    UNION ALL
    SELECT company_id, 'control_total_in_currency', record_id, module, batch_number, financial_period, control_total_in_currency, debit_in_currency
    FROM batches
    WHERE control_total_in_currency <> 0 AND unreadable = 0 AND control_total_in_currency <> debit_in_currency
    UNION ALL
    SELECT
      company_id, 'gap', CONCAT(module, '/', CONCAT(CAST(former + 1 AS STRING), '..', CAST(number - 1 AS STRING))), module, CONCAT(CAST(former + 1 AS STRING), '..', CAST(number - 1 AS STRING)), NULL,
      CAST(number - former - 1 AS DECIMAL(38,10)), CAST(0 AS DECIMAL(38,10))
    FROM numbers
    WHERE number > former + 1
  )
  SELECT company_id, check_name, record_id, module, batch_number, financial_period, expected, actual, false AS is_resolved
  FROM found
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
  UNION ALL
  SELECT o.company_id, o.check_name, o.record_id, o.module, o.batch_number, o.financial_period, o.expected, o.actual, true AS is_resolved
  FROM `main`.`visma_control`.`journal_check` AS o
  LEFT SEMI JOIN (
    SELECT company_id, record_id FROM touched
    UNION ALL
    SELECT company_id, record_id FROM `main`.`visma_control`.`journal_check` WHERE check_name = 'gap'
  ) AS x
    ON x.company_id = o.company_id AND x.record_id = o.record_id
  LEFT ANTI JOIN found AS f
    ON f.company_id = o.company_id AND f.check_name = o.check_name AND f.record_id = o.record_id
  WHERE o.resolved_at IS NULL AND (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.company_id = s.company_id AND t.check_name = s.check_name AND t.record_id = s.record_id
WHEN MATCHED AND s.is_resolved THEN UPDATE SET
  run_id = :run_id,
  resolved_at = current_timestamp()
WHEN MATCHED AND NOT s.is_resolved AND (t.resolved_at IS NOT NULL OR t.expected IS DISTINCT FROM s.expected
  OR t.actual IS DISTINCT FROM s.actual OR t.financial_period IS DISTINCT FROM s.financial_period) THEN UPDATE SET
  financial_period = s.financial_period,
  expected = s.expected,
  actual = s.actual,
  run_id = :run_id,
  found_at = current_timestamp(),
  resolved_at = NULL
WHEN NOT MATCHED AND NOT s.is_resolved THEN INSERT (company_id, check_name, record_id, module, batch_number, financial_period, expected, actual, run_id, found_at)
VALUES (s.company_id, s.check_name, s.record_id, s.module, s.batch_number, s.financial_period, s.expected, s.actual, :run_id, current_timestamp());

MERGE INTO `main`.`visma_control`.`journal_check` AS t
USING (
  WITH companies AS (
  SELECT company_id, currency FROM (VALUES
    ('se', 'SEK'),
    ('x\'; DROP TABLE `account` --\\', 'NOK')
  ) AS v(company_id, currency)
  UNION ALL
  SELECT company_id, currency FROM `main`.`visma_control`.`ledger_company`
  WHERE company_id NOT IN ('se', 'x\'; DROP TABLE `account` --\\')
),
  touched AS (
    SELECT company_id, record_id FROM `main`.`visma`.`journal_transaction`
  ),
  batches AS (
    SELECT
      h.company_id, h.record_id, h.module, h.batch_number, h.financial_period,
      MAX(h.debit_total) AS debit_total,
      MAX(h.credit_total) AS credit_total,
      MAX(h.control_total) AS control_total,
      MAX(h.debit_total_in_currency) AS debit_total_in_currency,
      MAX(h.credit_total_in_currency) AS credit_total_in_currency,
      MAX(h.control_total_in_currency) AS control_total_in_currency,
      COUNT(CASE WHEN h.currency_id <> COALESCE(c.currency, '') THEN l.record_id END) AS foreign_lines,
      COALESCE(SUM(l.debit_amount), 0) AS debit,
      COALESCE(SUM(l.credit_amount), 0) AS credit,
      COUNT(CASE WHEN l.record_id IS NOT NULL AND (l.debit_amount IS NULL OR l.credit_amount IS NULL) THEN 1 END)
        AS unreadable,
      CASE WHEN COUNT(l.record_id) = COUNT(l.debit_amount_in_currency)
        THEN COALESCE(SUM(l.debit_amount_in_currency), 0) END AS debit_in_currency,
      CASE WHEN COUNT(l.record_id) = COUNT(l.credit_amount_in_currency)
        THEN COALESCE(SUM(l.credit_amount_in_currency), 0) END AS credit_in_currency
    FROM touched AS x
    JOIN `main`.`visma`.`journal_transaction` AS h ON h.company_id = x.company_id AND h.record_id = x.record_id
    LEFT JOIN `main`.`visma`.`journal_transaction_line` AS l
      ON l.company_id = h.company_id AND l.parent_record_id = h.record_id AND l._deleted_at IS NULL
    LEFT JOIN companies AS c ON c.company_id = h.company_id
    WHERE h.status = 'Posted' AND h._deleted_at IS NULL
    GROUP BY h.company_id, h.record_id, h.module, h.batch_number, h.financial_period
  ),
  numbers AS (
    SELECT
      company_id, module, number,
      LAG(number) OVER (PARTITION BY company_id, module ORDER BY number) AS former
    FROM (
      SELECT DISTINCT company_id, module, TRY_CAST(batch_number AS BIGINT) AS number
      FROM `main`.`visma`.`journal_transaction`
      WHERE _deleted_at IS NULL AND batch_number RLIKE '^[0-9]+$'
    ) AS n
    WHERE number IS NOT NULL
  ),
  found AS (
    SELECT
      company_id, 'balance' AS check_name, record_id, module, batch_number, financial_period,
      debit AS expected, credit AS actual
    FROM batches
    WHERE debit <> credit AND unreadable = 0
    UNION ALL
    SELECT
      company_id, 'unreadable', record_id, module, batch_number, financial_period,
      CAST(0 AS DECIMAL(38,10)), CAST(unreadable AS DECIMAL(38,10))
    FROM batches
    WHERE unreadable > 0
    UNION ALL
    SELECT company_id, 'debit_total', record_id, module, batch_number, financial_period, debit_total, debit
    FROM batches
    WHERE debit_total IS NOT NULL AND unreadable = 0 AND debit_total <> debit
      AND (foreign_lines = 0 OR debit_total > debit + foreign_lines * CAST('0.005' AS DECIMAL(10,3)) OR debit_total < debit - foreign_lines * CAST('0.005' AS DECIMAL(10,3)))
    UNION ALL
    SELECT company_id, 'credit_total', record_id, module, batch_number, financial_period, credit_total, credit
    FROM batches
    WHERE credit_total IS NOT NULL AND unreadable = 0 AND credit_total <> credit
      AND (foreign_lines = 0 OR credit_total > credit + foreign_lines * CAST('0.005' AS DECIMAL(10,3)) OR credit_total < credit - foreign_lines * CAST('0.005' AS DECIMAL(10,3)))
    UNION ALL
    SELECT company_id, 'control_total', record_id, module, batch_number, financial_period, control_total, debit
    FROM batches
    WHERE control_total <> 0 AND unreadable = 0 AND control_total <> debit
      AND (foreign_lines = 0 OR control_total > debit + foreign_lines * CAST('0.005' AS DECIMAL(10,3)) OR control_total < debit - foreign_lines * CAST('0.005' AS DECIMAL(10,3)))
    UNION ALL
    SELECT company_id, 'debit_total_in_currency', record_id, module, batch_number, financial_period, debit_total_in_currency, debit_in_currency
    FROM batches
    WHERE debit_total_in_currency IS NOT NULL AND unreadable = 0 AND debit_total_in_currency <> debit_in_currency
    UNION ALL
    SELECT company_id, 'credit_total_in_currency', record_id, module, batch_number, financial_period, credit_total_in_currency, credit_in_currency
    FROM batches
    WHERE credit_total_in_currency IS NOT NULL AND unreadable = 0 AND credit_total_in_currency <> credit_in_currency
    UNION ALL
    SELECT company_id, 'control_total_in_currency', record_id, module, batch_number, financial_period, control_total_in_currency, debit_in_currency
    FROM batches
    WHERE control_total_in_currency <> 0 AND unreadable = 0 AND control_total_in_currency <> debit_in_currency
    UNION ALL
    SELECT
      company_id, 'gap', CONCAT(module, '/', CONCAT(CAST(former + 1 AS STRING), '..', CAST(number - 1 AS STRING))), module, CONCAT(CAST(former + 1 AS STRING), '..', CAST(number - 1 AS STRING)), NULL,
      CAST(number - former - 1 AS DECIMAL(38,10)), CAST(0 AS DECIMAL(38,10))
    FROM numbers
    WHERE number > former + 1
  )
  SELECT company_id, check_name, record_id, module, batch_number, financial_period, expected, actual, false AS is_resolved
  FROM found
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
  UNION ALL
  SELECT o.company_id, o.check_name, o.record_id, o.module, o.batch_number, o.financial_period, o.expected, o.actual, true AS is_resolved
  FROM `main`.`visma_control`.`journal_check` AS o
  LEFT SEMI JOIN (
    SELECT company_id, record_id FROM touched
    UNION ALL
    SELECT company_id, record_id FROM `main`.`visma_control`.`journal_check` WHERE check_name = 'gap'
  ) AS x
    ON x.company_id = o.company_id AND x.record_id = o.record_id
  LEFT ANTI JOIN found AS f
    ON f.company_id = o.company_id AND f.check_name = o.check_name AND f.record_id = o.record_id
  WHERE o.resolved_at IS NULL AND (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.company_id = s.company_id AND t.check_name = s.check_name AND t.record_id = s.record_id
WHEN MATCHED AND s.is_resolved THEN UPDATE SET
  run_id = :run_id,
  resolved_at = current_timestamp()
WHEN MATCHED AND NOT s.is_resolved AND (t.resolved_at IS NOT NULL OR t.expected IS DISTINCT FROM s.expected
  OR t.actual IS DISTINCT FROM s.actual OR t.financial_period IS DISTINCT FROM s.financial_period) THEN UPDATE SET
  financial_period = s.financial_period,
  expected = s.expected,
  actual = s.actual,
  run_id = :run_id,
  found_at = current_timestamp(),
  resolved_at = NULL
WHEN NOT MATCHED AND NOT s.is_resolved THEN INSERT (company_id, check_name, record_id, module, batch_number, financial_period, expected, actual, run_id, found_at)
VALUES (s.company_id, s.check_name, s.record_id, s.module, s.batch_number, s.financial_period, s.expected, s.actual, :run_id, current_timestamp());
