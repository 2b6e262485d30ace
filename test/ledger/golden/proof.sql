MERGE INTO `main`.`visma_control`.`period_proof` AS t
USING (
  SELECT company_id, financial_period FROM (
    SELECT h.company_id, h.financial_period FROM `main`.`visma`.`journal_transaction` AS h WHERE h._commit > :after_journal_transaction
    UNION
    SELECT b.company_id, b.financial_period FROM `main`.`visma`.`general_ledger_balance` AS b
    WHERE b._commit > :after_general_ledger_balance
    UNION
    SELECT h.company_id, h.financial_period FROM `main`.`visma`.`journal_transaction_line` AS l
    JOIN `main`.`visma`.`journal_transaction` AS h ON h.company_id = l.company_id AND h.record_id = l.parent_record_id
    WHERE l._commit > :after_journal_transaction_line
    UNION
    SELECT g.company_id, g.financial_period FROM `main`.`visma`.`journal_transaction` AS h
    JOIN `main`.`visma`.`general_ledger` AS g ON g.company_id = h.company_id AND g.journal_record_id = h.record_id
    WHERE h._commit > :after_journal_transaction
  ) AS c
  WHERE financial_period IS NOT NULL AND (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.company_id = s.company_id AND t.financial_period = s.financial_period
WHEN MATCHED AND t.state <> 'due' THEN UPDATE SET
  state = 'due',
  run_id = :run_id,
  noted_at = current_timestamp()
WHEN NOT MATCHED THEN INSERT (company_id, financial_period, state, run_id, noted_at)
VALUES (s.company_id, s.financial_period, 'due', :run_id, current_timestamp());

MERGE INTO `main`.`visma_control`.`period_proof` AS t
USING (
  SELECT company_id, financial_period FROM (
    SELECT h.company_id, h.financial_period FROM `main`.`visma`.`journal_transaction` AS h WHERE h.financial_period IS NOT NULL
    UNION
    SELECT b.company_id, b.financial_period FROM `main`.`visma`.`general_ledger_balance` AS b
    WHERE b.financial_period IS NOT NULL
  ) AS c
  WHERE financial_period IS NOT NULL AND (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.company_id = s.company_id AND t.financial_period = s.financial_period
WHEN MATCHED AND t.state <> 'due' THEN UPDATE SET
  state = 'due',
  run_id = :run_id,
  noted_at = current_timestamp()
WHEN NOT MATCHED THEN INSERT (company_id, financial_period, state, run_id, noted_at)
VALUES (s.company_id, s.financial_period, 'due', :run_id, current_timestamp());

WITH ledgers AS (
  SELECT DISTINCT company_id, number AS ledger
  FROM `main`.`visma`.`ledger`
  WHERE UPPER(LEFT(balance_type, 1)) = 'A'
    AND _deleted_at IS NULL
),
scope AS (
  SELECT DISTINCT company_id, financial_period FROM `main`.`visma_control`.`period_proof`
  WHERE company_id IN ('se', 'x\'; DROP TABLE `account` --\\') AND state <> 'proven'
),
sides AS (
  SELECT
    b.company_id,
    b.financial_period,
    COALESCE(b.branch_number, '') AS branch,
    COALESCE(b.ledger_id, '') AS ledger,
    COALESCE(b.account_number, '') AS account,
    COALESCE(b.subaccount_id, '') AS subaccount_id,
    COALESCE(b.period_to_date_debit, 0) AS expected_debit,
    COALESCE(b.period_to_date_credit, 0) AS expected_credit,
    CAST(0 AS DECIMAL(38,10)) AS actual_debit,
    CAST(0 AS DECIMAL(38,10)) AS actual_credit,
    1 AS balances
  FROM `main`.`visma`.`general_ledger_balance` AS b
  JOIN scope AS p ON p.company_id = b.company_id AND p.financial_period = b.financial_period
  JOIN ledgers AS k ON k.company_id = b.company_id AND k.ledger = b.ledger_id
  WHERE b._deleted_at IS NULL
  UNION ALL
  SELECT
    g.company_id,
    g.financial_period,
    COALESCE(g.branch, ''),
    COALESCE(g.ledger, ''),
    COALESCE(g.account, ''),
    COALESCE(CAST(g.subaccount_id AS STRING), ''),
    CAST(0 AS DECIMAL(38,10)),
    CAST(0 AS DECIMAL(38,10)),
    g.debit,
    g.credit,
    0
  FROM `main`.`visma`.`general_ledger` AS g
  JOIN scope AS p ON p.company_id = g.company_id AND p.financial_period = g.financial_period
),
cells AS (
  SELECT
    company_id, financial_period, branch, ledger, account, subaccount_id,
    SUM(expected_debit) AS expected_debit,
    SUM(actual_debit) AS actual_debit,
    SUM(expected_credit) AS expected_credit,
    SUM(actual_credit) AS actual_credit,
    SUM(balances) AS balances
  FROM sides
  GROUP BY company_id, financial_period, branch, ledger, account, subaccount_id
)
SELECT
  p.company_id,
  p.financial_period,
  COUNT(c.account) AS cells,
  COUNT(CASE WHEN (expected_debit <> actual_debit OR expected_credit <> actual_credit) THEN 1 END) AS differing,
  COALESCE(SUM(c.balances), 0) AS balances
FROM scope AS p
LEFT JOIN cells AS c ON c.company_id = p.company_id AND c.financial_period = p.financial_period
GROUP BY p.company_id, p.financial_period
ORDER BY p.company_id, p.financial_period;

WITH ledgers AS (
  SELECT DISTINCT company_id, number AS ledger
  FROM `main`.`visma`.`ledger`
  WHERE number IN ('1', 'A\'B')
    AND _deleted_at IS NULL
),
scope AS (
  SELECT DISTINCT company_id, financial_period FROM (VALUES
    ('x\'; DROP TABLE `account` --\\', '202603')
  ) AS v(company_id, financial_period)
  WHERE company_id IN ('x\'; DROP TABLE `account` --\\')
),
sides AS (
  SELECT
    b.company_id,
    b.financial_period,
    COALESCE(b.branch_number, '') AS branch,
    COALESCE(b.ledger_id, '') AS ledger,
    COALESCE(b.account_number, '') AS account,
    COALESCE(b.subaccount_id, '') AS subaccount_id,
    COALESCE(b.period_to_date_debit, 0) AS expected_debit,
    COALESCE(b.period_to_date_credit, 0) AS expected_credit,
    CAST(0 AS DECIMAL(38,10)) AS actual_debit,
    CAST(0 AS DECIMAL(38,10)) AS actual_credit,
    1 AS balances
  FROM `main`.`visma`.`general_ledger_balance` AS b
  JOIN scope AS p ON p.company_id = b.company_id AND p.financial_period = b.financial_period
  JOIN ledgers AS k ON k.company_id = b.company_id AND k.ledger = b.ledger_id
  LEFT ANTI JOIN (VALUES
    ('x\'; DROP TABLE `account` --\\', '1/1/202603/O\'N/%00/SEK')
  ) AS v(company_id, record_id)
    ON v.company_id = b.company_id AND v.record_id = b.record_id
  WHERE b._deleted_at IS NULL
  UNION ALL
  SELECT
    g.company_id,
    g.financial_period,
    COALESCE(g.branch, ''),
    COALESCE(g.ledger, ''),
    COALESCE(g.account, ''),
    COALESCE(CAST(g.subaccount_id AS STRING), ''),
    CAST(0 AS DECIMAL(38,10)),
    CAST(0 AS DECIMAL(38,10)),
    g.debit,
    g.credit,
    0
  FROM `main`.`visma`.`general_ledger` AS g
  JOIN scope AS p ON p.company_id = g.company_id AND p.financial_period = g.financial_period
),
cells AS (
  SELECT
    company_id, financial_period, branch, ledger, account, subaccount_id,
    SUM(expected_debit) AS expected_debit,
    SUM(actual_debit) AS actual_debit,
    SUM(expected_credit) AS expected_credit,
    SUM(actual_credit) AS actual_credit,
    SUM(balances) AS balances
  FROM sides
  GROUP BY company_id, financial_period, branch, ledger, account, subaccount_id
)
SELECT
  p.company_id,
  p.financial_period,
  COUNT(c.account) AS cells,
  COUNT(CASE WHEN (expected_debit <> actual_debit OR expected_credit <> actual_credit) THEN 1 END) AS differing,
  COALESCE(SUM(c.balances), 0) AS balances
FROM scope AS p
LEFT JOIN cells AS c ON c.company_id = p.company_id AND c.financial_period = p.financial_period
GROUP BY p.company_id, p.financial_period
ORDER BY p.company_id, p.financial_period;

MERGE INTO `main`.`visma_control`.`reconciliation` AS t
USING (
  WITH ledgers AS (
  SELECT DISTINCT company_id, number AS ledger
  FROM `main`.`visma`.`ledger`
  WHERE UPPER(LEFT(balance_type, 1)) = 'A'
    AND _deleted_at IS NULL
),
  scope AS (
  SELECT DISTINCT company_id, financial_period FROM (VALUES
    ('x\'; DROP TABLE `account` --\\', '202603')
  ) AS v(company_id, financial_period)
  WHERE company_id IN ('x\'; DROP TABLE `account` --\\')
),
  sides AS (
  SELECT
    b.company_id,
    b.financial_period,
    COALESCE(b.branch_number, '') AS branch,
    COALESCE(b.ledger_id, '') AS ledger,
    COALESCE(b.account_number, '') AS account,
    COALESCE(b.subaccount_id, '') AS subaccount_id,
    COALESCE(b.period_to_date_debit, 0) AS expected_debit,
    COALESCE(b.period_to_date_credit, 0) AS expected_credit,
    CAST(0 AS DECIMAL(38,10)) AS actual_debit,
    CAST(0 AS DECIMAL(38,10)) AS actual_credit,
    1 AS balances
  FROM `main`.`visma`.`general_ledger_balance` AS b
  JOIN scope AS p ON p.company_id = b.company_id AND p.financial_period = b.financial_period
  JOIN ledgers AS k ON k.company_id = b.company_id AND k.ledger = b.ledger_id
  LEFT ANTI JOIN (VALUES
    ('x\'; DROP TABLE `account` --\\', '1/1/202603/O\'N/%00/SEK')
  ) AS v(company_id, record_id)
    ON v.company_id = b.company_id AND v.record_id = b.record_id
  WHERE b._deleted_at IS NULL
  UNION ALL
  SELECT
    g.company_id,
    g.financial_period,
    COALESCE(g.branch, ''),
    COALESCE(g.ledger, ''),
    COALESCE(g.account, ''),
    COALESCE(CAST(g.subaccount_id AS STRING), ''),
    CAST(0 AS DECIMAL(38,10)),
    CAST(0 AS DECIMAL(38,10)),
    g.debit,
    g.credit,
    0
  FROM `main`.`visma`.`general_ledger` AS g
  JOIN scope AS p ON p.company_id = g.company_id AND p.financial_period = g.financial_period
),
  cells AS (
  SELECT
    company_id, financial_period, branch, ledger, account, subaccount_id,
    SUM(expected_debit) AS expected_debit,
    SUM(actual_debit) AS actual_debit,
    SUM(expected_credit) AS expected_credit,
    SUM(actual_credit) AS actual_credit,
    SUM(balances) AS balances
  FROM sides
  GROUP BY company_id, financial_period, branch, ledger, account, subaccount_id
)
  SELECT company_id, financial_period, branch, ledger, account, subaccount_id, expected_debit, actual_debit, expected_credit, actual_credit, CAST(TRY_CAST(actual_debit AS DECIMAL(36,10)) - TRY_CAST(actual_credit AS DECIMAL(36,10)) AS DECIMAL(37,10)) - CAST(TRY_CAST(expected_debit AS DECIMAL(36,10)) - TRY_CAST(expected_credit AS DECIMAL(36,10)) AS DECIMAL(37,10)) AS difference
  FROM cells
  WHERE (expected_debit <> actual_debit OR expected_credit <> actual_credit)
) AS s
ON t.run_id = :run_id AND t.company_id = s.company_id AND t.financial_period = s.financial_period AND t.branch = s.branch AND t.ledger = s.ledger AND t.account = s.account AND t.subaccount_id = s.subaccount_id
WHEN NOT MATCHED THEN INSERT (run_id, company_id, financial_period, branch, ledger, account, subaccount_id, expected_debit, actual_debit, expected_credit, actual_credit, difference, proved_at)
VALUES (:run_id, s.company_id, s.financial_period, s.branch, s.ledger, s.account, s.subaccount_id, s.expected_debit, s.actual_debit, s.expected_credit, s.actual_credit, s.difference, current_timestamp());

SELECT company_id, financial_period, branch, ledger, account, subaccount_id, CAST(expected_debit AS STRING) AS expected_debit, CAST(actual_debit AS STRING) AS actual_debit, CAST(expected_credit AS STRING) AS expected_credit, CAST(actual_credit AS STRING) AS actual_credit
FROM `main`.`visma_control`.`reconciliation`
WHERE run_id = :run_id
ORDER BY company_id, financial_period, branch, ledger, account, subaccount_id
LIMIT 1000;

MERGE INTO `main`.`visma_control`.`period_proof` AS t
USING (
  SELECT company_id, financial_period, state, CAST(cells AS BIGINT) AS cells, CAST(differing AS BIGINT) AS differing
  FROM (VALUES
    ('x\'; DROP TABLE `account` --\\', '202603', 'differs', 3, 1)
  ) AS v(company_id, financial_period, state, cells, differing)
) AS s
ON t.company_id = s.company_id AND t.financial_period = s.financial_period
WHEN MATCHED THEN UPDATE SET
  state = s.state,
  cells = s.cells,
  differing = s.differing,
  run_id = :run_id,
  noted_at = current_timestamp()
WHEN NOT MATCHED THEN INSERT (company_id, financial_period, state, cells, differing, run_id, noted_at)
VALUES (s.company_id, s.financial_period, s.state, s.cells, s.differing, :run_id, current_timestamp());
