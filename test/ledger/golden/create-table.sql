CREATE TABLE IF NOT EXISTS `main`.`visma`.`general_ledger` (
  `company_id` STRING COMMENT 'The configured company, one per legal entity',
  `record_id` STRING COMMENT 'The line in journal_transaction_line',
  `journal_record_id` STRING COMMENT 'Its batch in journal_transaction',
  `module` STRING COMMENT 'Workspace that the batch comes from',
  `batch_number` STRING COMMENT 'Number of the batch, unique in its module',
  `line_number` BIGINT COMMENT 'Number of the line',
  `ledger` STRING COMMENT 'Ledger that the batch is posted to',
  `branch` STRING COMMENT 'Branch of the line, of the batch, or the company\'s main one',
  `financial_period` STRING COMMENT 'Financial period, YYYYPP',
  `transaction_date` DATE COMMENT 'Date of the batch',
  `account` STRING COMMENT 'Account posted to',
  `account_name` STRING COMMENT 'What the account is called now',
  `account_type` STRING COMMENT 'Asset, Liability, Income or Expense',
  `account_group` STRING COMMENT 'Group of the first route that takes the account, or other',
  `is_routed` BOOLEAN COMMENT 'Whether a route takes the account',
  `routed_table` STRING COMMENT 'The route\'s own table that the line stands in too',
  `measure_column` STRING COMMENT 'The route\'s measure in general_ledger_by_column',
  `is_intercompany` BOOLEAN COMMENT 'Whether the route marks what companies of the group owe each other',
  `subaccount` STRING COMMENT 'Number of the subaccount',
  `subaccount_id` BIGINT COMMENT 'Id of the subaccount in the database',
  `subaccount_name` STRING COMMENT 'What the subaccount is called now',
  `cost_center` STRING COMMENT 'Value of segment 1 of the subaccount',
  `cost_center_name` STRING COMMENT 'What that value is called now',
  `project_code` STRING COMMENT 'Value of Projekt\'s of the subaccount',
  `project_code_name` STRING COMMENT 'What that value is called now',
  `description` STRING COMMENT 'Description of the line',
  `reference_number` STRING COMMENT 'Number of the external or internal document',
  `customer_supplier` STRING COMMENT 'Customer or supplier of the line',
  `project` STRING COMMENT 'Project of the line',
  `document_currency` STRING COMMENT 'Currency of the batch',
  `document_debit` DECIMAL(38,10) COMMENT 'Debit in the currency of the batch',
  `document_credit` DECIMAL(38,10) COMMENT 'Credit in the currency of the batch',
  `currency` STRING COMMENT 'The company\'s currency',
  `debit` DECIMAL(38,10) COMMENT 'Debit in the company\'s currency',
  `credit` DECIMAL(38,10) COMMENT 'Credit in the company\'s currency',
  `amount` DECIMAL(38,10) COMMENT 'Debit minus credit in the company\'s currency',
  `group_currency` STRING COMMENT 'The group\'s currency',
  `group_rate` DECIMAL(16,10) COMMENT 'Average rate for income and expense, closing rate for the others',
  `group_debit` DECIMAL(38,14) COMMENT 'Debit in the group\'s currency, not rounded',
  `group_credit` DECIMAL(38,14) COMMENT 'Credit in the group\'s currency, not rounded',
  `group_amount` DECIMAL(38,14) COMMENT 'Debit minus credit in the group\'s currency, not rounded',
  `first_seen_at` TIMESTAMP COMMENT 'When the line first appeared; null where it came with a first load',
  `_commit` BIGINT COMMENT 'In which commit the row was last written; it only grows',
  `_updated_at` TIMESTAMP COMMENT 'When that was'
)
USING DELTA
COMMENT 'Every posted line'
CLUSTER BY (`account_group`, `company_id`, `financial_period`);

ALTER TABLE `main`.`visma`.`general_ledger` ADD COLUMNS (
  `_commit` BIGINT COMMENT 'In which commit the row was last written; it only grows',
  `_updated_at` TIMESTAMP COMMENT 'When that was'
);

DESCRIBE TABLE `main`.`visma`.`general_ledger`;
