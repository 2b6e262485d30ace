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

CREATE OR REPLACE VIEW `main`.`visma`.`trial_balance` COMMENT 'Movement and balance of each account by period, with the result of earlier years as a computed row' AS
WITH periods AS (
  SELECT DISTINCT company_id, ledger, financial_period FROM `main`.`visma`.`general_ledger`
),
results AS (
  SELECT
    company_id, ledger, branch, currency, LEFT(financial_period, 4) AS financial_year, SUM(amount) AS amount
  FROM `main`.`visma`.`general_ledger`
  WHERE account_type IN ('Income', 'Expense')
  GROUP BY company_id, ledger, branch, currency, LEFT(financial_period, 4)
),
carried AS (
  SELECT
    r.company_id, r.ledger, r.branch, r.currency, r.financial_year, r.amount,
    MIN(p.financial_period) AS financial_period
  FROM results AS r
  JOIN periods AS p
    ON p.company_id = r.company_id AND p.ledger = r.ledger AND LEFT(p.financial_period, 4) > r.financial_year
  GROUP BY r.company_id, r.ledger, r.branch, r.currency, r.financial_year, r.amount
),
moves AS (
  SELECT
    company_id, ledger, branch, account, false AS is_computed, currency, account_name, account_type, account_group, financial_period,
    debit, credit, amount
  FROM `main`.`visma`.`general_ledger`
  UNION ALL
  SELECT
    company_id, ledger, branch, NULL, true, currency, 'retained_earnings_computed', 'Liability', 'retained_earnings_computed', financial_period,
    CASE WHEN amount > 0 THEN amount ELSE CAST(0 AS DECIMAL(38,10)) END,
    CASE WHEN amount < 0 THEN -amount ELSE CAST(0 AS DECIMAL(38,10)) END,
    amount
  FROM carried
  WHERE amount <> 0
),
accounts AS (
  SELECT company_id, ledger, branch, account, is_computed, currency, MAX(account_name) AS account_name, MAX(account_type) AS account_type, MAX(account_group) AS account_group, MIN(financial_period) AS first_period
  FROM moves
  GROUP BY company_id, ledger, branch, account, is_computed, currency
),
cells AS (
  SELECT
    company_id, ledger, branch, account, is_computed, currency, MAX(account_name) AS account_name, MAX(account_type) AS account_type, MAX(account_group) AS account_group, financial_period,
    SUM(debit) AS debit,
    SUM(credit) AS credit,
    SUM(amount) AS amount,
    SUM(line_count) AS line_count
  FROM (
    SELECT company_id, ledger, branch, account, is_computed, currency, account_name, account_type, account_group, financial_period, debit, credit, amount, 1 AS line_count FROM moves
    UNION ALL
    SELECT
      a.company_id, a.ledger, a.branch, a.account, a.is_computed, a.currency,
      a.account_name, a.account_type, a.account_group, p.financial_period, CAST(0 AS DECIMAL(38,10)), CAST(0 AS DECIMAL(38,10)), CAST(0 AS DECIMAL(38,10)), 0
    FROM accounts AS a
    JOIN periods AS p
      ON p.company_id = a.company_id AND p.ledger = a.ledger AND p.financial_period > a.first_period
  ) AS m
  GROUP BY company_id, ledger, branch, account, is_computed, currency, financial_period
)
SELECT
  company_id, ledger, branch, account, account_name, account_type, account_group, financial_period, currency,
  debit, credit, amount, closing_balance
FROM (
  SELECT
    *,
    SUM(amount) OVER (
      PARTITION BY company_id, ledger, branch, account, is_computed, currency,
        CASE WHEN NOT is_computed AND account_type IN ('Income', 'Expense') THEN LEFT(financial_period, 4) ELSE '' END
      ORDER BY financial_period
    ) AS closing_balance
  FROM cells
) AS b
WHERE line_count > 0 OR closing_balance <> 0;

CREATE OR REPLACE VIEW `main`.`visma`.`trial_balance_group` COMMENT 'All companies in the group\'s currency by group of accounts and period: lines that have a rate, rounded once' AS
SELECT
  financial_period, account_group, account_type, is_intercompany, group_currency,
  CAST(COALESCE(SUM(group_debit), 0) AS DECIMAL(38,2)) AS group_debit,
  CAST(COALESCE(SUM(group_credit), 0) AS DECIMAL(38,2)) AS group_credit,
  CAST(COALESCE(SUM(group_amount), 0) AS DECIMAL(38,2)) AS group_amount,
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
  MAX(DATEDIFF(CAST(g.first_seen_at AS DATE), DATE_ADD(p.last_day, 1))) AS days_max,
  MIN(DATEDIFF(CAST(g.first_seen_at AS DATE), DATE_ADD(p.last_day, 1))) AS days_min,
  MAX(g.first_seen_at) AS last_seen_at
FROM `main`.`visma`.`general_ledger` AS g
JOIN (
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
) AS p
  ON p.company_id = g.company_id AND p.financial_period = g.financial_period
WHERE CAST(g.first_seen_at AS DATE) > p.last_day
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
