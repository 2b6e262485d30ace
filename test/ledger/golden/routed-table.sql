MERGE INTO `main`.`visma`.`gl_revenue` AS t
USING (
  SELECT r.company_id, r.record_id
  FROM `main`.`visma`.`gl_revenue` AS r
  LEFT ANTI JOIN (
    SELECT * FROM `main`.`visma`.`general_ledger` WHERE routed_table = :routed_table
  ) AS g
    ON g.company_id = r.company_id
    AND g.record_id = r.record_id
    AND g.`journal_record_id` IS NOT DISTINCT FROM r.`journal_record_id`
    AND g.`module` IS NOT DISTINCT FROM r.`module`
    AND g.`batch_number` IS NOT DISTINCT FROM r.`batch_number`
    AND g.`line_number` IS NOT DISTINCT FROM r.`line_number`
    AND g.`ledger` IS NOT DISTINCT FROM r.`ledger`
    AND g.`branch` IS NOT DISTINCT FROM r.`branch`
    AND g.`financial_period` IS NOT DISTINCT FROM r.`financial_period`
    AND g.`transaction_date` IS NOT DISTINCT FROM r.`transaction_date`
    AND g.`account` IS NOT DISTINCT FROM r.`account`
    AND g.`account_name` IS NOT DISTINCT FROM r.`account_name`
    AND g.`account_type` IS NOT DISTINCT FROM r.`account_type`
    AND g.`account_group` IS NOT DISTINCT FROM r.`account_group`
    AND g.`is_routed` IS NOT DISTINCT FROM r.`is_routed`
    AND g.`routed_table` IS NOT DISTINCT FROM r.`routed_table`
    AND g.`measure_column` IS NOT DISTINCT FROM r.`measure_column`
    AND g.`is_intercompany` IS NOT DISTINCT FROM r.`is_intercompany`
    AND g.`subaccount` IS NOT DISTINCT FROM r.`subaccount`
    AND g.`subaccount_id` IS NOT DISTINCT FROM r.`subaccount_id`
    AND g.`subaccount_name` IS NOT DISTINCT FROM r.`subaccount_name`
    AND g.`cost_center` IS NOT DISTINCT FROM r.`cost_center`
    AND g.`cost_center_name` IS NOT DISTINCT FROM r.`cost_center_name`
    AND g.`project_code` IS NOT DISTINCT FROM r.`project_code`
    AND g.`project_code_name` IS NOT DISTINCT FROM r.`project_code_name`
    AND g.`description` IS NOT DISTINCT FROM r.`description`
    AND g.`reference_number` IS NOT DISTINCT FROM r.`reference_number`
    AND g.`customer_supplier` IS NOT DISTINCT FROM r.`customer_supplier`
    AND g.`project` IS NOT DISTINCT FROM r.`project`
    AND g.`document_currency` IS NOT DISTINCT FROM r.`document_currency`
    AND g.`document_debit` IS NOT DISTINCT FROM r.`document_debit`
    AND g.`document_credit` IS NOT DISTINCT FROM r.`document_credit`
    AND g.`currency` IS NOT DISTINCT FROM r.`currency`
    AND g.`debit` IS NOT DISTINCT FROM r.`debit`
    AND g.`credit` IS NOT DISTINCT FROM r.`credit`
    AND g.`amount` IS NOT DISTINCT FROM r.`amount`
    AND g.`group_currency` IS NOT DISTINCT FROM r.`group_currency`
    AND g.`group_rate` IS NOT DISTINCT FROM r.`group_rate`
    AND g.`group_debit` IS NOT DISTINCT FROM r.`group_debit`
    AND g.`group_credit` IS NOT DISTINCT FROM r.`group_credit`
    AND g.`group_amount` IS NOT DISTINCT FROM r.`group_amount`
    AND g.`first_seen_at` IS NOT DISTINCT FROM r.`first_seen_at`
    AND g.`_commit` IS NOT DISTINCT FROM r.`_commit`
    AND g.`_updated_at` IS NOT DISTINCT FROM r.`_updated_at`
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
  UNION
  SELECT company_id, record_id
  FROM `main`.`visma`.`gl_revenue`
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
  GROUP BY company_id, record_id
  HAVING COUNT(*) > 1
) AS s
ON t.company_id = s.company_id AND t.record_id = s.record_id
WHEN MATCHED THEN DELETE;

INSERT INTO `main`.`visma`.`gl_revenue` (`company_id`, `record_id`, `journal_record_id`, `module`, `batch_number`, `line_number`, `ledger`, `branch`, `financial_period`, `transaction_date`, `account`, `account_name`, `account_type`, `account_group`, `is_routed`, `routed_table`, `measure_column`, `is_intercompany`, `subaccount`, `subaccount_id`, `subaccount_name`, `cost_center`, `cost_center_name`, `project_code`, `project_code_name`, `description`, `reference_number`, `customer_supplier`, `project`, `document_currency`, `document_debit`, `document_credit`, `currency`, `debit`, `credit`, `amount`, `group_currency`, `group_rate`, `group_debit`, `group_credit`, `group_amount`, `first_seen_at`, `_commit`, `_updated_at`)
SELECT g.`company_id`, g.`record_id`, g.`journal_record_id`, g.`module`, g.`batch_number`, g.`line_number`, g.`ledger`, g.`branch`, g.`financial_period`, g.`transaction_date`, g.`account`, g.`account_name`, g.`account_type`, g.`account_group`, g.`is_routed`, g.`routed_table`, g.`measure_column`, g.`is_intercompany`, g.`subaccount`, g.`subaccount_id`, g.`subaccount_name`, g.`cost_center`, g.`cost_center_name`, g.`project_code`, g.`project_code_name`, g.`description`, g.`reference_number`, g.`customer_supplier`, g.`project`, g.`document_currency`, g.`document_debit`, g.`document_credit`, g.`currency`, g.`debit`, g.`credit`, g.`amount`, g.`group_currency`, g.`group_rate`, g.`group_debit`, g.`group_credit`, g.`group_amount`, g.`first_seen_at`, g.`_commit`, g.`_updated_at`
FROM `main`.`visma`.`general_ledger` AS g
LEFT ANTI JOIN `main`.`visma`.`gl_revenue` AS r
  ON r.company_id = g.company_id AND r.record_id = g.record_id
WHERE g.routed_table = :routed_table AND (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1;

MERGE INTO `main`.`visma`.`gl_revenue` AS t
USING (
  WITH changed AS (
    SELECT l.company_id, l.record_id
    FROM `main`.`visma`.`journal_transaction_line` AS l
    WHERE l._commit > :after_journal_transaction_line
  )
  SELECT r.company_id, r.record_id
  FROM `main`.`visma`.`gl_revenue` AS r
  JOIN (
    SELECT company_id, record_id, _commit, _updated_at FROM `main`.`visma`.`general_ledger` WHERE _commit > :filled_to
  ) AS g ON g.company_id = r.company_id AND g.record_id = r.record_id
  WHERE (g._commit <> r._commit OR g._updated_at <> r._updated_at) AND (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
  UNION
  SELECT x.company_id, x.record_id
  FROM changed AS x
  LEFT ANTI JOIN `main`.`visma`.`general_ledger` AS g ON g.company_id = x.company_id AND g.record_id = x.record_id
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.company_id = s.company_id AND t.record_id = s.record_id
WHEN MATCHED THEN DELETE;

MERGE INTO `main`.`visma`.`gl_revenue` AS t
USING (
  SELECT r.company_id, r.record_id
  FROM `main`.`visma`.`gl_revenue` AS r
  JOIN (
    SELECT company_id, record_id, _commit, _updated_at FROM `main`.`visma`.`general_ledger` WHERE _commit > :filled_to
  ) AS g ON g.company_id = r.company_id AND g.record_id = r.record_id
  WHERE (g._commit <> r._commit OR g._updated_at <> r._updated_at) AND (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.company_id = s.company_id AND t.record_id = s.record_id
WHEN MATCHED THEN DELETE;

INSERT INTO `main`.`visma`.`gl_revenue` (`company_id`, `record_id`, `journal_record_id`, `module`, `batch_number`, `line_number`, `ledger`, `branch`, `financial_period`, `transaction_date`, `account`, `account_name`, `account_type`, `account_group`, `is_routed`, `routed_table`, `measure_column`, `is_intercompany`, `subaccount`, `subaccount_id`, `subaccount_name`, `cost_center`, `cost_center_name`, `project_code`, `project_code_name`, `description`, `reference_number`, `customer_supplier`, `project`, `document_currency`, `document_debit`, `document_credit`, `currency`, `debit`, `credit`, `amount`, `group_currency`, `group_rate`, `group_debit`, `group_credit`, `group_amount`, `first_seen_at`, `_commit`, `_updated_at`)
SELECT g.`company_id`, g.`record_id`, g.`journal_record_id`, g.`module`, g.`batch_number`, g.`line_number`, g.`ledger`, g.`branch`, g.`financial_period`, g.`transaction_date`, g.`account`, g.`account_name`, g.`account_type`, g.`account_group`, g.`is_routed`, g.`routed_table`, g.`measure_column`, g.`is_intercompany`, g.`subaccount`, g.`subaccount_id`, g.`subaccount_name`, g.`cost_center`, g.`cost_center_name`, g.`project_code`, g.`project_code_name`, g.`description`, g.`reference_number`, g.`customer_supplier`, g.`project`, g.`document_currency`, g.`document_debit`, g.`document_credit`, g.`currency`, g.`debit`, g.`credit`, g.`amount`, g.`group_currency`, g.`group_rate`, g.`group_debit`, g.`group_credit`, g.`group_amount`, g.`first_seen_at`, g.`_commit`, g.`_updated_at`
FROM `main`.`visma`.`general_ledger` AS g
LEFT ANTI JOIN (SELECT * FROM `main`.`visma`.`gl_revenue` WHERE _commit > :filled_to) AS r
  ON r.company_id = g.company_id AND r.record_id = g.record_id
WHERE g.routed_table = :routed_table AND g._commit > :filled_to AND (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1;
