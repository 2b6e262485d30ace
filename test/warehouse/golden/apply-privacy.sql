MERGE INTO `main`.`visma`.`invoice` AS t
USING (SELECT 1 AS held WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1) AS s
ON s.held = 1 AND (t.`_hash` IS NOT NULL OR t.`supplier_number` IS NOT NULL OR t.`amount` IS NOT NULL OR t.`_record` <> '{}')
WHEN MATCHED THEN UPDATE SET
  `supplier_number` = NULL,
  `amount` = NULL,
  `_record` = '{}',
  `_hash` = NULL,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence;

MERGE INTO `main`.`visma`.`invoice` AS t
USING (SELECT 1 AS held WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1) AS s
ON s.held = 1 AND (t.`_record` LIKE '%"lines"%' OR t.`_record` LIKE '%"taxDetails"%')
WHEN MATCHED THEN UPDATE SET
  `_record` = '{}',
  `_hash` = NULL,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence;

MERGE INTO `main`.`visma_staging`.`invoice` AS t
USING (SELECT 1 AS held WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1) AS s
ON s.held = 1
WHEN MATCHED THEN DELETE;

MERGE INTO `main`.`visma_control`.`checkpoint` AS t
USING (SELECT 1 AS held WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1) AS s
ON s.held = 1 AND t.resource IN ('invoice', 'unit')
  AND (t.next_since IS NOT NULL OR t.tail_digest <> '' OR t.resume IS NOT NULL)
WHEN MATCHED THEN UPDATE SET
  next_since = NULL,
  resume = NULL,
  tail_digest = '',
  tail_rows = GREATEST(t.tail_rows, COALESCE(t.rows_held, 0)),
  run_id = :run_id,
  settled_at = current_timestamp();

MERGE INTO `main`.`visma_control`.`privacy` AS t
USING (
  SELECT resource, fingerprint, rules
  FROM (VALUES
    ('invoice', '00ff', '{"protected":{"supplier.number":"hash"},"salt":"ab"}'),
    ('unit', '', '{"protected":{},"salt":null}')
  ) AS v(resource, fingerprint, rules)
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.resource = s.resource
WHEN MATCHED AND t.fingerprint <> s.fingerprint THEN UPDATE SET
  fingerprint = s.fingerprint,
  rules = s.rules,
  applied_at = current_timestamp(),
  run_id = :run_id
WHEN NOT MATCHED THEN INSERT (resource, fingerprint, rules, applied_at, run_id)
VALUES (s.resource, s.fingerprint, s.rules, current_timestamp(), :run_id);
