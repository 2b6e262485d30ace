MERGE INTO `main`.`visma_control`.`company_fact` AS t
USING (
  WITH ledger_ids AS (
  SELECT company_id, internal_id
  FROM `main`.`visma`.`ledger`
  WHERE internal_id > 0
  GROUP BY company_id, internal_id
  HAVING COUNT(CASE WHEN _deleted_at IS NULL THEN 1 END) < 2
),
ledger_numbers AS (
  SELECT
    n.company_id,
    n.number,
    CASE
      WHEN i.internal_id IS NOT NULL THEN CONCAT('id ', CAST(i.internal_id AS STRING))
      ELSE CONCAT('number ', n.number)
    END AS same,
    CASE WHEN UPPER(LEFT(balance_type, 1)) = 'A' THEN 1 ELSE 0 END AS is_picked,
    CASE WHEN balance_type IS NOT NULL THEN 1 ELSE 0 END AS is_typed,
    CASE WHEN _deleted_at IS NULL THEN 1 ELSE 0 END AS is_listed
  FROM `main`.`visma`.`ledger` AS n
  LEFT JOIN ledger_ids AS i ON i.company_id = n.company_id AND i.internal_id = n.internal_id
  WHERE n.number IS NOT NULL
),
ledger_groups AS (
  SELECT
    company_id,
    same,
    MAX(CASE WHEN is_listed = 1 THEN number END) AS current_number,
    SUM(is_listed) AS listed,
    MAX(CASE WHEN is_listed = 1 THEN is_picked ELSE 0 END) AS picked_now,
    MAX(is_picked) AS picked_ever,
    MAX(is_typed) AS is_typed
  FROM ledger_numbers
  GROUP BY company_id, same
),
ledger_choice AS (
  SELECT company_id, MAX(picked_ever) AS has_own FROM ledger_groups GROUP BY company_id
),
ledgers AS (
  SELECT
    n.company_id,
    n.number,
    CASE WHEN g.listed = 1 THEN g.current_number ELSE n.number END AS ledger,
    CASE
      WHEN g.listed = 0 AND f.answer IS NOT NULL THEN false
      WHEN CASE WHEN g.listed = 0 THEN g.picked_ever ELSE g.picked_now END = 1 THEN true
      WHEN g.is_typed = 1 THEN false
    END AS is_own,
    g.listed > 0 AS is_listed
  FROM ledger_numbers AS n
  JOIN ledger_groups AS g ON g.company_id = n.company_id AND g.same = n.same
  JOIN ledger_choice AS c ON c.company_id = n.company_id
  LEFT JOIN (
    SELECT DISTINCT company_id, answer FROM `main`.`visma_control`.`company_fact` WHERE fact = 'ledger_gone'
  ) AS f ON f.company_id = n.company_id AND f.answer = n.number
),
  listed AS (
  SELECT * FROM (
    SELECT
      b.company_id,
      b.financial_period,
      COALESCE(b.branch_number, '') AS branch,
      k.ledger,
      COALESCE(b.account_number, '') AS account,
      COALESCE(b.account_type, a.type) AS account_type,
      COALESCE(b.subaccount_id, '') AS subaccount_id,
      b.period_to_date_debit AS debit,
      b.period_to_date_credit AS credit,
      b.beginning_balance,
      b.year_to_date_balance,
      COALESCE(b.currency_id, '') AS currency,
      ROW_NUMBER() OVER (
        PARTITION BY b.company_id, b.financial_period, b.branch_number, k.ledger, b.account_number, b.subaccount_id,
          b.currency_id
        ORDER BY CASE WHEN k.number = k.ledger THEN 0 ELSE 1 END, b.record_id
      ) AS place
    FROM `main`.`visma`.`general_ledger_balance` AS b
    JOIN ledgers AS k ON k.company_id = b.company_id AND k.number = b.ledger_id AND k.is_own
    LEFT JOIN `main`.`visma`.`account` AS a ON a.company_id = b.company_id AND a.account_cd = b.account_number
    WHERE b._deleted_at IS NULL
  ) AS r
  WHERE place = 1
),
  bare AS (
  SELECT DISTINCT l.company_id, l.account
  FROM listed AS l
  LEFT ANTI JOIN `main`.`visma`.`journal_transaction_line` AS j
    ON j.company_id = l.company_id AND j.account_number = l.account
  WHERE l.company_id IN ('se', 'x\'; DROP TABLE `account` --\\')
),
  turnover AS (
  SELECT company_id, financial_period, branch, ledger, account, MAX(account_type) AS account_type, CASE WHEN COUNT(debit) = COUNT(*) AND COUNT(credit) = COUNT(*) THEN
      TRY_CAST(SUM(debit) AS DECIMAL(36,10)) - TRY_CAST(SUM(credit) AS DECIMAL(36,10)) END AS net
  FROM listed
  GROUP BY company_id, financial_period, branch, ledger, account
),
results AS (
  SELECT company_id, financial_period, branch, ledger, SUM(net) AS net
  FROM turnover
  WHERE account_type IN ('Income', 'Expense')
  GROUP BY company_id, financial_period, branch, ledger
),
lined AS (
  SELECT t.company_id, t.financial_period, t.ledger, SUM(t.net) AS net
  FROM turnover AS t
  LEFT ANTI JOIN bare AS b ON b.company_id = t.company_id AND b.account = t.account
  GROUP BY t.company_id, t.financial_period, t.ledger
),
kept AS (
  SELECT
    t.company_id,
    t.account,
    COUNT(*) AS places,
    COUNT(DISTINCT t.financial_period) AS periods,
    COUNT(CASE WHEN t.net = COALESCE(r.net, 0) THEN 1 END) AS with_result,
    COUNT(CASE WHEN t.net = -COALESCE(r.net, 0) THEN 1 END) AS against_result,
    COUNT(CASE WHEN t.net <> 0 AND l.net = 0 THEN 1 END) AS balanced
  FROM turnover AS t
  JOIN bare AS b ON b.company_id = t.company_id AND b.account = t.account
  LEFT JOIN results AS r ON r.company_id = t.company_id AND r.financial_period = t.financial_period
    AND r.branch = t.branch AND r.ledger = t.ledger
  LEFT JOIN lined AS l ON l.company_id = t.company_id AND l.financial_period = t.financial_period
    AND l.ledger = t.ledger
  WHERE COALESCE(t.account_type, '') NOT IN ('Asset', 'Income', 'Expense')
  GROUP BY t.company_id, t.account
),
carried AS (
  SELECT
    r.company_id,
    r.account,
    COUNT(*) AS places,
    COUNT(DISTINCT r.financial_period) AS periods,
    COUNT(CASE WHEN r.debit = 0 AND r.credit = 0 THEN 1 END) AS still,
    COUNT(CASE WHEN r.beginning_balance <> r.former_balance THEN 1 END) AS jumps
  FROM (
    SELECT
      l.company_id, l.account, l.account_type, l.financial_period, l.debit, l.credit, l.beginning_balance,
      LAG(l.year_to_date_balance) OVER (
        PARTITION BY l.company_id, l.branch, l.ledger, l.account, l.subaccount_id, l.currency
        ORDER BY l.financial_period
      ) AS former_balance
    FROM listed AS l
    JOIN bare AS b ON b.company_id = l.company_id AND b.account = l.account
  ) AS r
  WHERE COALESCE(r.account_type, '') NOT IN ('Asset', 'Income', 'Expense')
  GROUP BY r.company_id, r.account
),
  found AS (
  SELECT
    company_id,
    'net_income_account' AS fact,
    account AS answer,
    CONCAT('no journal line; moves as income and expense do in ', CAST(places AS STRING), ' branches and periods of ',
      CAST(periods AS STRING), ' periods') AS evidence
  FROM kept
  WHERE balanced > 0 AND (with_result = places OR against_result = places)
  UNION ALL
  SELECT
    company_id,
    'retained_earnings_account',
    account,
    CONCAT('no journal line and no movement in ', CAST(periods AS STRING), ' periods; its balance changed ',
      CAST(jumps AS STRING), ' times')
  FROM carried
  WHERE still = places AND jumps > 0
  UNION ALL
  SELECT
    c.company_id,
    'system_accounts',
    'looked for',
    CONCAT('accounts with balances and without lines: ', CAST(COUNT(b.account) AS STRING))
  FROM (SELECT DISTINCT company_id FROM listed) AS c
  LEFT JOIN bare AS b ON b.company_id = c.company_id
  WHERE c.company_id IN ('se', 'x\'; DROP TABLE `account` --\\')
  GROUP BY c.company_id
)
  SELECT * FROM found
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.company_id = s.company_id AND t.fact = s.fact AND t.answer = s.answer
WHEN MATCHED AND t.evidence <> s.evidence THEN UPDATE SET
  evidence = s.evidence,
  run_id = :run_id,
  measured_at = current_timestamp()
WHEN NOT MATCHED THEN INSERT (company_id, fact, answer, evidence, run_id, measured_at)
VALUES (s.company_id, s.fact, s.answer, s.evidence, :run_id, current_timestamp());

MERGE INTO `main`.`visma_control`.`company_fact` AS t
USING (
  WITH ledger_ids AS (
  SELECT company_id, internal_id
  FROM `main`.`visma`.`ledger`
  WHERE internal_id > 0
  GROUP BY company_id, internal_id
  HAVING COUNT(CASE WHEN _deleted_at IS NULL THEN 1 END) < 2
),
ledger_numbers AS (
  SELECT
    n.company_id,
    n.number,
    CASE
      WHEN i.internal_id IS NOT NULL THEN CONCAT('id ', CAST(i.internal_id AS STRING))
      ELSE CONCAT('number ', n.number)
    END AS same,
    CASE WHEN number IN ('1', 'A\'B') THEN 1 ELSE 0 END AS is_picked,
    CASE WHEN true THEN 1 ELSE 0 END AS is_typed,
    CASE WHEN _deleted_at IS NULL THEN 1 ELSE 0 END AS is_listed
  FROM `main`.`visma`.`ledger` AS n
  LEFT JOIN ledger_ids AS i ON i.company_id = n.company_id AND i.internal_id = n.internal_id
  WHERE n.number IS NOT NULL
),
ledger_groups AS (
  SELECT
    company_id,
    same,
    MAX(CASE WHEN is_listed = 1 THEN number END) AS current_number,
    SUM(is_listed) AS listed,
    MAX(CASE WHEN is_listed = 1 THEN is_picked ELSE 0 END) AS picked_now,
    MAX(is_picked) AS picked_ever,
    MAX(is_typed) AS is_typed
  FROM ledger_numbers
  GROUP BY company_id, same
),
ledger_choice AS (
  SELECT company_id, MAX(picked_ever) AS has_own FROM ledger_groups GROUP BY company_id
),
ledgers AS (
  SELECT
    n.company_id,
    n.number,
    CASE WHEN g.listed = 1 THEN g.current_number ELSE n.number END AS ledger,
    CASE
      WHEN g.listed = 0 AND f.answer IS NOT NULL THEN false
      WHEN g.picked_ever = 1 THEN true
      WHEN g.is_typed = 1 AND c.has_own = 1 THEN false
    END AS is_own,
    g.listed > 0 AS is_listed
  FROM ledger_numbers AS n
  JOIN ledger_groups AS g ON g.company_id = n.company_id AND g.same = n.same
  JOIN ledger_choice AS c ON c.company_id = n.company_id
  LEFT JOIN (
    SELECT DISTINCT company_id, answer FROM `main`.`visma_control`.`company_fact` WHERE fact = 'ledger_gone'
  ) AS f ON f.company_id = n.company_id AND f.answer = n.number
)
  SELECT company_id, 'ledger_gone' AS fact, number AS answer, 'not listed; accepted' AS evidence
  FROM ledgers
  WHERE NOT is_listed AND is_own AND (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.company_id = s.company_id AND t.fact = s.fact AND t.answer = s.answer
WHEN MATCHED AND t.evidence <> s.evidence THEN UPDATE SET
  evidence = s.evidence,
  run_id = :run_id,
  measured_at = current_timestamp()
WHEN NOT MATCHED THEN INSERT (company_id, fact, answer, evidence, run_id, measured_at)
VALUES (s.company_id, s.fact, s.answer, s.evidence, :run_id, current_timestamp());

MERGE INTO `main`.`visma_control`.`company_fact` AS t
USING (
  SELECT DISTINCT n.company_id, n.number
  FROM `main`.`visma`.`ledger` AS n
  JOIN `main`.`visma`.`ledger` AS l
    ON l.company_id = n.company_id AND (l.number = n.number OR (l.internal_id = n.internal_id AND l.internal_id > 0))
  WHERE l._deleted_at IS NULL AND (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.company_id = s.company_id AND t.answer = s.number AND t.fact = 'ledger_gone'
WHEN MATCHED THEN DELETE;

SELECT company_id, fact, answer, evidence
FROM `main`.`visma_control`.`company_fact`
WHERE company_id IN ('se', 'x\'; DROP TABLE `account` --\\')
ORDER BY company_id, fact, answer;
