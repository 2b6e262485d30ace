MERGE INTO `main`.`visma`.`general_ledger` AS t
USING (SELECT 1 AS held WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1) AS s
ON s.held = 1 AND (t.`description` IS NOT NULL)
WHEN MATCHED THEN UPDATE SET
  `description` = NULL,
  `_commit` = :fence;

MERGE INTO `main`.`visma_control`.`period_event` AS t
USING (SELECT 1 AS held WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1) AS s
ON s.held = 1 AND (t.`account_before` IS NOT NULL OR t.`account_after` IS NOT NULL)
WHEN MATCHED THEN UPDATE SET
  `account_before` = NULL,
  `account_after` = NULL;

SELECT DISTINCT routed_table FROM `main`.`visma`.`general_ledger` WHERE routed_table IS NOT NULL;
