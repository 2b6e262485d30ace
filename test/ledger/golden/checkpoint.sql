SELECT
  'held' AS kind,
  'journal_transaction' AS table_name,
  MAX(_commit) AS newest_commit,
  CAST(NULL AS STRING) AS fingerprint
FROM `main`.`visma`.`journal_transaction`
UNION ALL
SELECT
  'held' AS kind,
  'journal_transaction_line' AS table_name,
  MAX(_commit) AS newest_commit,
  CAST(NULL AS STRING) AS fingerprint
FROM `main`.`visma`.`journal_transaction_line`
UNION ALL
SELECT
  'held' AS kind,
  'account' AS table_name,
  MAX(_commit) AS newest_commit,
  CAST(NULL AS STRING) AS fingerprint
FROM `main`.`visma`.`account`
UNION ALL
SELECT
  'held' AS kind,
  'subaccount' AS table_name,
  MAX(_commit) AS newest_commit,
  CAST(NULL AS STRING) AS fingerprint
FROM `main`.`visma`.`subaccount`
UNION ALL
SELECT
  'held' AS kind,
  'subaccount_segment' AS table_name,
  MAX(_commit) AS newest_commit,
  CAST(NULL AS STRING) AS fingerprint
FROM `main`.`visma`.`subaccount_segment`
UNION ALL
SELECT
  'held' AS kind,
  'dimension_segment_value' AS table_name,
  MAX(_commit) AS newest_commit,
  CAST(NULL AS STRING) AS fingerprint
FROM `main`.`visma`.`dimension_segment_value`
UNION ALL
SELECT
  'held' AS kind,
  'currency_rate' AS table_name,
  MAX(_commit) AS newest_commit,
  CAST(NULL AS STRING) AS fingerprint
FROM `main`.`visma`.`currency_rate`
UNION ALL
SELECT
  'held' AS kind,
  'financial_period' AS table_name,
  MAX(_commit) AS newest_commit,
  CAST(NULL AS STRING) AS fingerprint
FROM `main`.`visma`.`financial_period`
UNION ALL
SELECT
  'held' AS kind,
  'ledger' AS table_name,
  MAX(_commit) AS newest_commit,
  CAST(NULL AS STRING) AS fingerprint
FROM `main`.`visma`.`ledger`
UNION ALL
SELECT
  'held' AS kind,
  'branch' AS table_name,
  MAX(_commit) AS newest_commit,
  CAST(NULL AS STRING) AS fingerprint
FROM `main`.`visma`.`branch`
UNION ALL
SELECT
  'held' AS kind,
  'general_ledger_balance' AS table_name,
  MAX(_commit) AS newest_commit,
  CAST(NULL AS STRING) AS fingerprint
FROM `main`.`visma`.`general_ledger_balance`
UNION ALL
SELECT
  'held' AS kind,
  'general_ledger' AS table_name,
  MAX(_commit) AS newest_commit,
  CAST(NULL AS STRING) AS fingerprint
FROM `main`.`visma`.`general_ledger`
UNION ALL
SELECT 'taken' AS kind, table_name, taken_commit AS newest_commit, fingerprint
FROM `main`.`visma_control`.`ledger_checkpoint`;

MERGE INTO `main`.`visma_control`.`ledger_checkpoint` AS t
USING (
  SELECT table_name, CAST(taken_commit AS BIGINT) AS taken_commit
  FROM (VALUES
    ('account', 3),
    ('journal_transaction', 0)
  ) AS v(table_name, taken_commit)
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.table_name = s.table_name
WHEN MATCHED THEN UPDATE SET
  taken_commit = s.taken_commit,
  fingerprint = :fingerprint,
  run_id = :run_id,
  taken_at = current_timestamp()
WHEN NOT MATCHED THEN INSERT (table_name, taken_commit, fingerprint, run_id, taken_at)
VALUES (s.table_name, s.taken_commit, :fingerprint, :run_id, current_timestamp());

MERGE INTO `main`.`visma_control`.`ledger_mapping` AS t
USING (SELECT 1 AS one WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1) AS s
ON t.fingerprint = :fingerprint
WHEN NOT MATCHED THEN INSERT (fingerprint, mapping, run_id, applied_at)
VALUES (:fingerprint, :mapping, :run_id, current_timestamp());

SELECT mapping FROM `main`.`visma_control`.`ledger_mapping`;
