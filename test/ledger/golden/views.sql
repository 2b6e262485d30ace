CREATE OR REPLACE VIEW `main`.`visma`.`general_ledger_by_column` COMMENT 'Debit minus credit of each configured column, by company and period, in both currencies' AS
SELECT
  company_id,
  financial_period,
  currency,
  group_currency,
  COALESCE(SUM(CASE WHEN measure_column = 'net_revenue' THEN amount END),
      CAST(0 AS DECIMAL(38,10))) AS `net_revenue`,
  CAST(COALESCE(SUM(CASE WHEN measure_column = 'net_revenue' THEN group_amount END),
      CAST(0 AS DECIMAL(38,14))) AS DECIMAL(38,2)) AS `group_net_revenue`
FROM `main`.`visma`.`general_ledger`
GROUP BY company_id, financial_period, currency, group_currency;

CREATE OR REPLACE VIEW `main`.`visma`.`trial_balance` COMMENT 'What moved on each account in each period, and its balance since; in the company\'s currency' AS
SELECT
  company_id, ledger, branch, account, account_name, account_type, account_group, financial_period, currency,
  debit, credit, amount,
  SUM(amount) OVER (
    PARTITION BY company_id, ledger, branch, account,
      CASE WHEN account_type IN ('Income', 'Expense') THEN LEFT(financial_period, 4) ELSE '' END
    ORDER BY financial_period
  ) AS closing_balance
FROM (
  SELECT
    company_id, ledger, branch, account,
    MAX(account_name) AS account_name,
    MAX(account_type) AS account_type,
    MAX(account_group) AS account_group,
    financial_period, currency,
    SUM(debit) AS debit,
    SUM(credit) AS credit,
    SUM(amount) AS amount
  FROM `main`.`visma`.`general_ledger`
  GROUP BY company_id, ledger, branch, account, financial_period, currency
) AS m;

CREATE OR REPLACE VIEW `main`.`visma`.`trial_balance_group` COMMENT 'All companies in the group\'s currency by group of accounts and period, rounded to two decimals' AS
SELECT
  financial_period, account_group, account_type, is_intercompany, group_currency,
  CAST(SUM(group_debit) AS DECIMAL(38,2)) AS group_debit,
  CAST(SUM(group_credit) AS DECIMAL(38,2)) AS group_credit,
  CAST(SUM(group_amount) AS DECIMAL(38,2)) AS group_amount,
  COUNT(DISTINCT company_id) AS companies,
  COUNT(CASE WHEN group_amount IS NULL THEN 1 END) AS lines_without_rate
FROM `main`.`visma`.`general_ledger`
GROUP BY financial_period, account_group, account_type, is_intercompany, group_currency;

CREATE OR REPLACE VIEW `main`.`visma`.`unrouted_accounts` COMMENT 'Accounts with posted lines that no route takes' AS
SELECT
  company_id, account, account_name, account_type,
  COUNT(*) AS line_count,
  MIN(financial_period) AS first_period,
  MAX(financial_period) AS last_period,
  SUM(debit) AS debit,
  SUM(credit) AS credit
FROM `main`.`visma`.`general_ledger`
WHERE NOT is_routed
GROUP BY company_id, account, account_name, account_type;

CREATE OR REPLACE VIEW `main`.`visma`.`unknown_accounts` COMMENT 'Codes and ranges of routes that no account is in, of the companies that the route is for' AS
SELECT
  v.route, v.account_group, CAST(v.company_id AS STRING) AS company_id, v.first_account, v.last_account
FROM (VALUES
  (1, 'revenue', NULL, '3000', '3999'),
  (1, 'revenue', NULL, '0100', '0100'),
  (2, 'it\'s', 'x\'; DROP TABLE `account` --\\', 'O\'N', 'O\'N')
) AS v(route, account_group, company_id, first_account, last_account)
LEFT ANTI JOIN `main`.`visma`.`account` AS a
  ON a._deleted_at IS NULL AND (v.company_id IS NULL OR a.company_id = v.company_id)
  AND LENGTH(a.account_cd) = LENGTH(v.first_account)
  AND a.account_cd BETWEEN v.first_account AND v.last_account
WHERE v.route > 0;

CREATE OR REPLACE VIEW `main`.`visma`.`late_posting` COMMENT 'Lines that first appeared after their period had ended, by company, module and period' AS
SELECT
  g.company_id, g.module, g.financial_period,
  COUNT(*) AS line_count,
  COUNT(DISTINCT g.journal_record_id) AS batches,
  MAX(DATEDIFF(CAST(g.first_seen_at AS DATE), p.ended_on)) AS days_max,
  MIN(DATEDIFF(CAST(g.first_seen_at AS DATE), p.ended_on)) AS days_min,
  MAX(g.first_seen_at) AS last_seen_at
FROM `main`.`visma`.`general_ledger` AS g
JOIN (
  SELECT
    company_id,
    CASE
      WHEN LENGTH(period) >= 6 THEN period
      ELSE CONCAT(CAST(year AS STRING), LPAD(period, 2, '0'))
    END AS financial_period,
    COALESCE(LEAD(start_date) OVER (PARTITION BY company_id ORDER BY CASE
      WHEN LENGTH(period) >= 6 THEN period
      ELSE CONCAT(CAST(year AS STRING), LPAD(period, 2, '0'))
    END), end_date) AS ended_on
  FROM `main`.`visma`.`financial_period`
  WHERE _deleted_at IS NULL
) AS p
  ON p.company_id = g.company_id AND p.financial_period = g.financial_period
WHERE CAST(g.first_seen_at AS DATE) >= p.ended_on
GROUP BY g.company_id, g.module, g.financial_period;

CREATE OR REPLACE VIEW `main`.`visma`.`ledger_at_close` COMMENT 'The movements of closed periods as they were at close, as they are now, and what moved since' AS
SELECT
  m.company_id, m.financial_period, c.recorded_at, m.branch, m.ledger, m.account, m.subaccount_id,
  m.debit_at_close, m.credit_at_close, m.debit_now, m.credit_now,
  m.debit_at_close <> m.debit_now OR m.credit_at_close <> m.credit_now AS has_moved
FROM (
  SELECT
    company_id, financial_period, branch, ledger, account, subaccount_id,
    SUM(debit_at_close) AS debit_at_close,
    SUM(credit_at_close) AS credit_at_close,
    SUM(debit_now) AS debit_now,
    SUM(credit_now) AS credit_now
  FROM (
    SELECT
      company_id, financial_period, branch, ledger, account, subaccount_id,
      debit AS debit_at_close,
      credit AS credit_at_close,
      CAST(0 AS DECIMAL(38,10)) AS debit_now,
      CAST(0 AS DECIMAL(38,10)) AS credit_now
    FROM `main`.`visma_control`.`period_close_balance`
    UNION ALL
    SELECT
      company_id, financial_period, COALESCE(branch, ''), COALESCE(ledger, ''), COALESCE(account, ''),
      COALESCE(CAST(subaccount_id AS STRING), ''),
      CAST(0 AS DECIMAL(38,10)), CAST(0 AS DECIMAL(38,10)), debit, credit
    FROM `main`.`visma`.`general_ledger`
  ) AS s
  GROUP BY company_id, financial_period, branch, ledger, account, subaccount_id
) AS m
JOIN `main`.`visma_control`.`period_close` AS c
  ON c.company_id = m.company_id AND c.financial_period = m.financial_period;

CREATE OR REPLACE VIEW `main`.`visma`.`general_ledger_by_column` COMMENT 'Debit minus credit of each configured column, by company and period, in both currencies' AS
SELECT
  company_id,
  financial_period,
  currency,
  group_currency
FROM `main`.`visma`.`general_ledger`
GROUP BY company_id, financial_period, currency, group_currency;
