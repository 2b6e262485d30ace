MERGE INTO `main`.`visma_control`.`period_close_balance` AS t
USING (
  WITH flags AS (
    SELECT company_id, CASE
      WHEN LENGTH(period) >= 6 THEN period
      ELSE CONCAT(CAST(year AS STRING), LPAD(period, 2, '0'))
    END AS financial_period, closed_in_general_ledger AS is_closed
    FROM `main`.`visma`.`financial_period`
    WHERE _deleted_at IS NULL AND closed_in_general_ledger IS NOT NULL AND company_id IN ('x\'; DROP TABLE `account` --\\')
  ),
  closing AS (
    SELECT f.company_id, f.financial_period
    FROM flags AS f
    JOIN `main`.`visma_control`.`period_proof` AS p
      ON p.company_id = f.company_id AND p.financial_period = f.financial_period AND p.state = 'proven'
    LEFT ANTI JOIN (
      SELECT company_id, financial_period FROM `main`.`visma_control`.`period_close` WHERE reopened_at IS NULL
    ) AS c ON c.company_id = f.company_id AND c.financial_period = f.financial_period
    WHERE f.is_closed
  ),
  current AS (
    SELECT
      g.company_id,
      g.financial_period,
      COALESCE(g.branch, '') AS branch,
      COALESCE(g.ledger, '') AS ledger,
      COALESCE(g.account, '') AS account,
      COALESCE(CAST(g.subaccount_id AS STRING), '') AS subaccount_id,
      COUNT(*) AS line_count,
      SUM(g.debit) AS debit,
      SUM(g.credit) AS credit
    FROM `main`.`visma`.`general_ledger` AS g
    JOIN closing AS c ON c.company_id = g.company_id AND c.financial_period = g.financial_period
    GROUP BY 1, 2, 3, 4, 5, 6
  )
  SELECT company_id, financial_period, branch, ledger, account, subaccount_id, line_count, debit, credit, false AS is_gone
  FROM current
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
  UNION ALL
  SELECT b.company_id, b.financial_period, b.branch, b.ledger, b.account, b.subaccount_id, NULL, NULL, NULL, true
  FROM `main`.`visma_control`.`period_close_balance` AS b
  JOIN closing AS c ON c.company_id = b.company_id AND c.financial_period = b.financial_period
  LEFT ANTI JOIN current AS n
    ON n.company_id = b.company_id AND n.financial_period = b.financial_period AND n.branch = b.branch AND n.ledger = b.ledger AND n.account = b.account AND n.subaccount_id = b.subaccount_id
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.company_id = s.company_id AND t.financial_period = s.financial_period AND t.branch = s.branch AND t.ledger = s.ledger AND t.account = s.account AND t.subaccount_id = s.subaccount_id
WHEN MATCHED AND s.is_gone THEN DELETE
WHEN MATCHED AND (t.line_count <> s.line_count OR t.debit <> s.debit OR t.credit <> s.credit) THEN UPDATE SET
  line_count = s.line_count,
  debit = s.debit,
  credit = s.credit
WHEN NOT MATCHED AND NOT s.is_gone THEN INSERT (company_id, financial_period, branch, ledger, account, subaccount_id, line_count, debit, credit)
VALUES (s.company_id, s.financial_period, s.branch, s.ledger, s.account, s.subaccount_id, s.line_count, s.debit, s.credit);

MERGE INTO `main`.`visma_control`.`period_close` AS t
USING (
  WITH flags AS (
    SELECT company_id, CASE
      WHEN LENGTH(period) >= 6 THEN period
      ELSE CONCAT(CAST(year AS STRING), LPAD(period, 2, '0'))
    END AS financial_period, closed_in_general_ledger AS is_closed
    FROM `main`.`visma`.`financial_period`
    WHERE _deleted_at IS NULL AND closed_in_general_ledger IS NOT NULL AND company_id IN ('se', 'x\'; DROP TABLE `account` --\\')
  ),
  closing AS (
    SELECT f.company_id, f.financial_period
    FROM flags AS f
    JOIN `main`.`visma_control`.`period_proof` AS p
      ON p.company_id = f.company_id AND p.financial_period = f.financial_period AND p.state = 'proven'
    LEFT ANTI JOIN (
      SELECT company_id, financial_period FROM `main`.`visma_control`.`period_close` WHERE reopened_at IS NULL
    ) AS c ON c.company_id = f.company_id AND c.financial_period = f.financial_period
    WHERE f.is_closed
  )
  SELECT company_id, financial_period, true AS is_closed FROM closing WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
  UNION ALL
  SELECT company_id, financial_period, false AS is_closed FROM flags
  WHERE NOT is_closed AND (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.company_id = s.company_id AND t.financial_period = s.financial_period
WHEN MATCHED AND s.is_closed THEN UPDATE SET
  recorded_at = current_timestamp(),
  reopened_at = NULL,
  ledger_version = NULL,
  run_id = :run_id
WHEN MATCHED AND NOT s.is_closed AND t.reopened_at IS NULL THEN UPDATE SET
  reopened_at = current_timestamp(),
  run_id = :run_id
WHEN NOT MATCHED AND s.is_closed THEN INSERT (company_id, financial_period, recorded_at, run_id)
VALUES (s.company_id, s.financial_period, current_timestamp(), :run_id);

MERGE INTO `main`.`visma_control`.`period_close` AS t
USING (SELECT CAST(:version AS BIGINT) AS version WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1) AS s
ON t.run_id = :run_id AND t.reopened_at IS NULL AND t.ledger_version IS NULL
WHEN MATCHED THEN UPDATE SET ledger_version = s.version;
