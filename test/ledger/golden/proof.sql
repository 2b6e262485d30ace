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
scope AS (
  SELECT DISTINCT company_id, financial_period FROM `main`.`visma_control`.`period_proof`
  WHERE company_id IN ('se', 'x\'; DROP TABLE `account` --\\') AND state NOT IN ('proven', 'empty')
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
    JOIN scope AS p ON p.company_id = b.company_id AND p.financial_period = b.financial_period
    JOIN ledgers AS k ON k.company_id = b.company_id AND k.number = b.ledger_id AND k.is_own
    LEFT JOIN `main`.`visma`.`account` AS a ON a.company_id = b.company_id AND a.account_cd = b.account_number
    WHERE b._deleted_at IS NULL
  ) AS r
  WHERE place = 1
),
results AS (
  SELECT company_id, financial_period, branch, ledger, CASE WHEN COUNT(debit) = COUNT(*) AND COUNT(credit) = COUNT(*) THEN
      TRY_CAST(SUM(debit) AS DECIMAL(36,10)) - TRY_CAST(SUM(credit) AS DECIMAL(36,10)) END AS net
  FROM listed
  WHERE account_type IN ('Income', 'Expense')
  GROUP BY company_id, financial_period, branch, ledger
),
kept_out AS (
  SELECT n.company_id, n.financial_period, n.branch, n.ledger, n.account, n.system_rows
  FROM (
    SELECT
      l.company_id, l.financial_period, l.branch, l.ledger, l.account,
      COUNT(*) AS system_rows,
      CASE WHEN COUNT(l.debit) = COUNT(*) AND COUNT(l.credit) = COUNT(*) THEN
      TRY_CAST(SUM(l.debit) AS DECIMAL(36,10)) - TRY_CAST(SUM(l.credit) AS DECIMAL(36,10)) END AS net
    FROM listed AS l
    JOIN `main`.`visma_control`.`company_fact` AS f
      ON f.company_id = l.company_id AND f.fact = 'net_income_account' AND f.answer = l.account
    GROUP BY l.company_id, l.financial_period, l.branch, l.ledger, l.account
  ) AS n
  JOIN results AS r ON r.company_id = n.company_id AND r.financial_period = n.financial_period
    AND r.branch = n.branch AND r.ledger = n.ledger
  LEFT ANTI JOIN `main`.`visma`.`general_ledger` AS g
    ON g.company_id = n.company_id AND g.financial_period = n.financial_period AND g.account = n.account
  WHERE n.net = r.net OR n.net = -r.net
),
sides AS (
  SELECT
    l.company_id, l.financial_period, l.branch, l.ledger, l.account, l.subaccount_id,
    l.debit AS expected_debit,
    l.credit AS expected_credit,
    CAST(NULL AS DECIMAL(38,10)) AS actual_debit,
    CAST(NULL AS DECIMAL(38,10)) AS actual_credit,
    1 AS balances,
    0 AS line_count,
    CASE WHEN l.debit IS NULL OR l.credit IS NULL THEN 1 ELSE 0 END AS unreadable
  FROM listed AS l
  LEFT ANTI JOIN kept_out AS x
    ON x.company_id = l.company_id AND x.financial_period = l.financial_period AND x.branch = l.branch
    AND x.ledger = l.ledger AND x.account = l.account
  UNION ALL
  SELECT
    g.company_id,
    g.financial_period,
    COALESCE(g.branch, ''),
    COALESCE(g.ledger, ''),
    COALESCE(g.account, ''),
    COALESCE(CAST(g.subaccount_id AS STRING), ''),
    CAST(NULL AS DECIMAL(38,10)),
    CAST(NULL AS DECIMAL(38,10)),
    g.debit,
    g.credit,
    0,
    1,
    CASE WHEN g.debit IS NULL OR g.credit IS NULL THEN 1 ELSE 0 END
  FROM `main`.`visma`.`general_ledger` AS g
  JOIN scope AS p ON p.company_id = g.company_id AND p.financial_period = g.financial_period
),
cells AS (
  SELECT
    company_id, financial_period, branch, ledger, account, subaccount_id,
    SUM(expected_debit) AS expected_debit,
    CASE WHEN SUM(line_count) = 0 THEN CAST(0 AS DECIMAL(38,10)) ELSE SUM(actual_debit) END AS actual_debit,
    SUM(expected_credit) AS expected_credit,
    CASE WHEN SUM(line_count) = 0 THEN CAST(0 AS DECIMAL(38,10)) ELSE SUM(actual_credit) END AS actual_credit,
    SUM(balances) AS balances,
    SUM(line_count) AS line_count,
    SUM(unreadable) AS unreadable
  FROM sides
  GROUP BY company_id, financial_period, branch, ledger, account, subaccount_id
),
compared AS (
  SELECT
    company_id,
    financial_period,
    COUNT(CASE WHEN (balances > 0 AND unreadable = 0) THEN 1 END) AS cells,
    COUNT(CASE WHEN (unreadable = 0 AND CASE
      WHEN balances > 0 THEN expected_debit <> actual_debit OR expected_credit <> actual_credit
      ELSE actual_debit <> 0 OR actual_credit <> 0
    END) THEN 1 END) AS differing,
    COUNT(CASE WHEN line_count = 0 AND (unreadable = 0 AND CASE
      WHEN balances > 0 THEN expected_debit <> actual_debit OR expected_credit <> actual_credit
      ELSE actual_debit <> 0 OR actual_credit <> 0
    END) THEN 1 END) AS lineless,
    SUM(balances) AS balances,
    SUM(unreadable) AS unreadable,
    SUM(expected_debit) AS balance_debit,
    SUM(expected_credit) AS balance_credit
  FROM cells
  GROUP BY company_id, financial_period
),
posted_lines AS (
  SELECT
    l.company_id, h.financial_period, l.record_id,
    COALESCE(h.ledger, '?') AS ledger,
    k.is_own,
    l.debit_amount AS debit,
    l.credit_amount AS credit
  FROM `main`.`visma`.`journal_transaction_line` AS l
  JOIN `main`.`visma`.`journal_transaction` AS h ON h.company_id = l.company_id AND h.record_id = l.parent_record_id
  JOIN scope AS p ON p.company_id = h.company_id AND p.financial_period = h.financial_period
  LEFT JOIN ledgers AS k ON k.company_id = h.company_id AND k.number = h.ledger
  WHERE h.status = 'Posted' AND l._deleted_at IS NULL AND h._deleted_at IS NULL
),
held_lines AS (
  SELECT g.company_id, g.financial_period, g.record_id, g.debit, g.credit
  FROM `main`.`visma`.`general_ledger` AS g
  JOIN scope AS p ON p.company_id = g.company_id AND p.financial_period = g.financial_period
),
posted_by_ledger AS (
  SELECT
    l.company_id,
    l.financial_period,
    l.ledger,
    COUNT(*) AS posted_lines,
    COUNT(CASE WHEN NOT l.is_own THEN 1 END) AS other_lines,
    COUNT(CASE WHEN g.record_id IS NULL AND COALESCE(l.is_own, true) THEN 1 END) AS unaccounted_lines,
    COUNT(CASE WHEN l.is_own IS NULL THEN 1 END) AS unknown_lines,
    COUNT(CASE WHEN COALESCE(l.is_own, true) AND (l.debit IS NULL OR l.credit IS NULL) THEN 1 END) AS unreadable_lines,
    SUM(CASE WHEN COALESCE(l.is_own, true) THEN l.debit END) AS debit,
    SUM(CASE WHEN COALESCE(l.is_own, true) THEN l.credit END) AS credit
  FROM posted_lines AS l
  LEFT JOIN (SELECT DISTINCT company_id, financial_period, record_id FROM held_lines) AS g
    ON g.company_id = l.company_id AND g.financial_period = l.financial_period AND g.record_id = l.record_id
  GROUP BY l.company_id, l.financial_period, l.ledger
),
posted_totals AS (
  SELECT
    company_id,
    financial_period,
    SUM(posted_lines) AS posted_lines,
    SUM(other_lines) AS other_lines,
    SUM(unaccounted_lines) AS unaccounted_lines,
    SUM(unknown_lines) AS unknown_lines,
    SUM(unreadable_lines) AS unreadable_lines,
    SUM(debit) AS posted_debit,
    SUM(credit) AS posted_credit,
    ARRAY_JOIN(SORT_ARRAY(COLLECT_LIST(CONCAT(ledger, ': ', CAST(posted_lines AS STRING)))), ', ') AS posted_by_ledger
  FROM posted_by_ledger
  GROUP BY company_id, financial_period
),
held_totals AS (
  SELECT
    g.company_id,
    g.financial_period,
    COUNT(*) AS ledger_lines,
    COUNT(CASE WHEN l.record_id IS NULL THEN 1 END) AS stray_lines,
    SUM(g.debit) AS ledger_debit,
    SUM(g.credit) AS ledger_credit
  FROM held_lines AS g
  LEFT JOIN (SELECT DISTINCT company_id, financial_period, record_id FROM posted_lines) AS l
    ON l.company_id = g.company_id AND l.financial_period = g.financial_period AND l.record_id = g.record_id
  GROUP BY g.company_id, g.financial_period
),
balances_by_ledger AS (
  SELECT b.company_id, b.financial_period, COALESCE(b.ledger_id, '?') AS ledger, COUNT(*) AS balance_rows
  FROM `main`.`visma`.`general_ledger_balance` AS b
  JOIN scope AS p ON p.company_id = b.company_id AND p.financial_period = b.financial_period
  WHERE b._deleted_at IS NULL
  GROUP BY b.company_id, b.financial_period, COALESCE(b.ledger_id, '?')
),
balance_totals AS (
  SELECT
    company_id,
    financial_period,
    SUM(balance_rows) AS balance_rows,
    ARRAY_JOIN(SORT_ARRAY(COLLECT_LIST(CONCAT(ledger, ': ', CAST(balance_rows AS STRING)))), ', ') AS balances_by_ledger
  FROM balances_by_ledger
  GROUP BY company_id, financial_period
),
kept_out_totals AS (
  SELECT company_id, financial_period, SUM(system_rows) AS system_rows
  FROM kept_out
  GROUP BY company_id, financial_period
),
own_ledgers AS (
  SELECT company_id, COUNT(*) AS own_ledgers FROM ledgers WHERE is_own GROUP BY company_id
),
measured_companies AS (
  SELECT company_id, MAX(1) AS is_measured
  FROM `main`.`visma_control`.`company_fact`
  WHERE fact = 'system_accounts'
  GROUP BY company_id
)
SELECT
  p.company_id,
  p.financial_period,
  COALESCE(o.own_ledgers, 0) AS own_ledgers,
  COALESCE(m.is_measured, 0) AS is_measured,
  COALESCE(c.cells, 0) AS cells,
  COALESCE(c.differing, 0) AS differing,
  COALESCE(c.lineless, 0) AS lineless,
  COALESCE(c.balances, 0) AS balances,
  COALESCE(c.unreadable, 0) AS unreadable,
  COALESCE(t.posted_lines, 0) AS posted_lines,
  COALESCE(t.other_lines, 0) AS other_lines,
  COALESCE(t.unaccounted_lines, 0) AS unaccounted_lines,
  COALESCE(t.unknown_lines, 0) AS unknown_lines,
  COALESCE(t.unreadable_lines, 0) AS unreadable_lines,
  COALESCE(h.ledger_lines, 0) AS ledger_lines,
  COALESCE(h.stray_lines, 0) AS stray_lines,
  COALESCE(b.balance_rows, 0) AS balance_rows,
  COALESCE(k.system_rows, 0) AS system_rows,
  COALESCE(t.posted_by_ledger, '') AS posted_by_ledger,
  COALESCE(b.balances_by_ledger, '') AS balances_by_ledger,
  CAST(t.posted_debit AS STRING) AS posted_debit,
  CAST(t.posted_credit AS STRING) AS posted_credit,
  CAST(h.ledger_debit AS STRING) AS ledger_debit,
  CAST(h.ledger_credit AS STRING) AS ledger_credit,
  CAST(c.balance_debit AS STRING) AS balance_debit,
  CAST(c.balance_credit AS STRING) AS balance_credit,
  (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`journal_transaction`) AS seen_journal_transaction,
  (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`journal_transaction_line`) AS seen_journal_transaction_line,
  (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`general_ledger_balance`) AS seen_general_ledger_balance,
  (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`ledger`) AS seen_ledger,
  (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`general_ledger`) AS seen_general_ledger
FROM scope AS p
LEFT JOIN own_ledgers AS o ON o.company_id = p.company_id
LEFT JOIN measured_companies AS m ON m.company_id = p.company_id
LEFT JOIN compared AS c
  ON c.company_id = p.company_id AND c.financial_period = p.financial_period
LEFT JOIN posted_totals AS t
  ON t.company_id = p.company_id AND t.financial_period = p.financial_period
LEFT JOIN held_totals AS h
  ON h.company_id = p.company_id AND h.financial_period = p.financial_period
LEFT JOIN balance_totals AS b
  ON b.company_id = p.company_id AND b.financial_period = p.financial_period
LEFT JOIN kept_out_totals AS k
  ON k.company_id = p.company_id AND k.financial_period = p.financial_period
ORDER BY p.company_id, p.financial_period;

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
),
scope AS (
  SELECT DISTINCT company_id, financial_period FROM (VALUES
    ('x\'; DROP TABLE `account` --\\', '202603')
  ) AS v(company_id, financial_period)
  WHERE company_id IN ('x\'; DROP TABLE `account` --\\')
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
    JOIN scope AS p ON p.company_id = b.company_id AND p.financial_period = b.financial_period
    JOIN ledgers AS k ON k.company_id = b.company_id AND k.number = b.ledger_id AND k.is_own
    LEFT JOIN `main`.`visma`.`account` AS a ON a.company_id = b.company_id AND a.account_cd = b.account_number
    LEFT ANTI JOIN (VALUES
      ('x\'; DROP TABLE `account` --\\', '1/1/202603/O\'N/%00/SEK')
    ) AS v(company_id, record_id)
      ON v.company_id = b.company_id AND v.record_id = b.record_id
    WHERE b._deleted_at IS NULL
  ) AS r
  WHERE place = 1
),
results AS (
  SELECT company_id, financial_period, branch, ledger, CASE WHEN COUNT(debit) = COUNT(*) AND COUNT(credit) = COUNT(*) THEN
      TRY_CAST(SUM(debit) AS DECIMAL(36,10)) - TRY_CAST(SUM(credit) AS DECIMAL(36,10)) END AS net
  FROM listed
  WHERE account_type IN ('Income', 'Expense')
  GROUP BY company_id, financial_period, branch, ledger
),
kept_out AS (
  SELECT n.company_id, n.financial_period, n.branch, n.ledger, n.account, n.system_rows
  FROM (
    SELECT
      l.company_id, l.financial_period, l.branch, l.ledger, l.account,
      COUNT(*) AS system_rows,
      CASE WHEN COUNT(l.debit) = COUNT(*) AND COUNT(l.credit) = COUNT(*) THEN
      TRY_CAST(SUM(l.debit) AS DECIMAL(36,10)) - TRY_CAST(SUM(l.credit) AS DECIMAL(36,10)) END AS net
    FROM listed AS l
    JOIN `main`.`visma_control`.`company_fact` AS f
      ON f.company_id = l.company_id AND f.fact = 'net_income_account' AND f.answer = l.account
    GROUP BY l.company_id, l.financial_period, l.branch, l.ledger, l.account
  ) AS n
  JOIN results AS r ON r.company_id = n.company_id AND r.financial_period = n.financial_period
    AND r.branch = n.branch AND r.ledger = n.ledger
  LEFT ANTI JOIN `main`.`visma`.`general_ledger` AS g
    ON g.company_id = n.company_id AND g.financial_period = n.financial_period AND g.account = n.account
  WHERE n.net = r.net OR n.net = -r.net
),
sides AS (
  SELECT
    l.company_id, l.financial_period, l.branch, l.ledger, l.account, l.subaccount_id,
    l.debit AS expected_debit,
    l.credit AS expected_credit,
    CAST(NULL AS DECIMAL(38,10)) AS actual_debit,
    CAST(NULL AS DECIMAL(38,10)) AS actual_credit,
    1 AS balances,
    0 AS line_count,
    CASE WHEN l.debit IS NULL OR l.credit IS NULL THEN 1 ELSE 0 END AS unreadable
  FROM listed AS l
  LEFT ANTI JOIN kept_out AS x
    ON x.company_id = l.company_id AND x.financial_period = l.financial_period AND x.branch = l.branch
    AND x.ledger = l.ledger AND x.account = l.account
  UNION ALL
  SELECT
    g.company_id,
    g.financial_period,
    COALESCE(g.branch, ''),
    COALESCE(g.ledger, ''),
    COALESCE(g.account, ''),
    COALESCE(CAST(g.subaccount_id AS STRING), ''),
    CAST(NULL AS DECIMAL(38,10)),
    CAST(NULL AS DECIMAL(38,10)),
    g.debit,
    g.credit,
    0,
    1,
    CASE WHEN g.debit IS NULL OR g.credit IS NULL THEN 1 ELSE 0 END
  FROM `main`.`visma`.`general_ledger` AS g
  JOIN scope AS p ON p.company_id = g.company_id AND p.financial_period = g.financial_period
),
cells AS (
  SELECT
    company_id, financial_period, branch, ledger, account, subaccount_id,
    SUM(expected_debit) AS expected_debit,
    CASE WHEN SUM(line_count) = 0 THEN CAST(0 AS DECIMAL(38,10)) ELSE SUM(actual_debit) END AS actual_debit,
    SUM(expected_credit) AS expected_credit,
    CASE WHEN SUM(line_count) = 0 THEN CAST(0 AS DECIMAL(38,10)) ELSE SUM(actual_credit) END AS actual_credit,
    SUM(balances) AS balances,
    SUM(line_count) AS line_count,
    SUM(unreadable) AS unreadable
  FROM sides
  GROUP BY company_id, financial_period, branch, ledger, account, subaccount_id
),
compared AS (
  SELECT
    company_id,
    financial_period,
    COUNT(CASE WHEN (balances > 0 AND unreadable = 0) THEN 1 END) AS cells,
    COUNT(CASE WHEN (unreadable = 0 AND CASE
      WHEN balances > 0 THEN expected_debit <> actual_debit OR expected_credit <> actual_credit
      ELSE actual_debit <> 0 OR actual_credit <> 0
    END) THEN 1 END) AS differing,
    COUNT(CASE WHEN line_count = 0 AND (unreadable = 0 AND CASE
      WHEN balances > 0 THEN expected_debit <> actual_debit OR expected_credit <> actual_credit
      ELSE actual_debit <> 0 OR actual_credit <> 0
    END) THEN 1 END) AS lineless,
    SUM(balances) AS balances,
    SUM(unreadable) AS unreadable,
    SUM(expected_debit) AS balance_debit,
    SUM(expected_credit) AS balance_credit
  FROM cells
  GROUP BY company_id, financial_period
),
posted_lines AS (
  SELECT
    l.company_id, h.financial_period, l.record_id,
    COALESCE(h.ledger, '?') AS ledger,
    k.is_own,
    l.debit_amount AS debit,
    l.credit_amount AS credit
  FROM `main`.`visma`.`journal_transaction_line` AS l
  JOIN `main`.`visma`.`journal_transaction` AS h ON h.company_id = l.company_id AND h.record_id = l.parent_record_id
  JOIN scope AS p ON p.company_id = h.company_id AND p.financial_period = h.financial_period
  LEFT JOIN ledgers AS k ON k.company_id = h.company_id AND k.number = h.ledger
  WHERE h.status = 'Posted' AND l._deleted_at IS NULL AND h._deleted_at IS NULL
),
held_lines AS (
  SELECT g.company_id, g.financial_period, g.record_id, g.debit, g.credit
  FROM `main`.`visma`.`general_ledger` AS g
  JOIN scope AS p ON p.company_id = g.company_id AND p.financial_period = g.financial_period
),
posted_by_ledger AS (
  SELECT
    l.company_id,
    l.financial_period,
    l.ledger,
    COUNT(*) AS posted_lines,
    COUNT(CASE WHEN NOT l.is_own THEN 1 END) AS other_lines,
    COUNT(CASE WHEN g.record_id IS NULL AND COALESCE(l.is_own, true) THEN 1 END) AS unaccounted_lines,
    COUNT(CASE WHEN l.is_own IS NULL THEN 1 END) AS unknown_lines,
    COUNT(CASE WHEN COALESCE(l.is_own, true) AND (l.debit IS NULL OR l.credit IS NULL) THEN 1 END) AS unreadable_lines,
    SUM(CASE WHEN COALESCE(l.is_own, true) THEN l.debit END) AS debit,
    SUM(CASE WHEN COALESCE(l.is_own, true) THEN l.credit END) AS credit
  FROM posted_lines AS l
  LEFT JOIN (SELECT DISTINCT company_id, financial_period, record_id FROM held_lines) AS g
    ON g.company_id = l.company_id AND g.financial_period = l.financial_period AND g.record_id = l.record_id
  GROUP BY l.company_id, l.financial_period, l.ledger
),
posted_totals AS (
  SELECT
    company_id,
    financial_period,
    SUM(posted_lines) AS posted_lines,
    SUM(other_lines) AS other_lines,
    SUM(unaccounted_lines) AS unaccounted_lines,
    SUM(unknown_lines) AS unknown_lines,
    SUM(unreadable_lines) AS unreadable_lines,
    SUM(debit) AS posted_debit,
    SUM(credit) AS posted_credit,
    ARRAY_JOIN(SORT_ARRAY(COLLECT_LIST(CONCAT(ledger, ': ', CAST(posted_lines AS STRING)))), ', ') AS posted_by_ledger
  FROM posted_by_ledger
  GROUP BY company_id, financial_period
),
held_totals AS (
  SELECT
    g.company_id,
    g.financial_period,
    COUNT(*) AS ledger_lines,
    COUNT(CASE WHEN l.record_id IS NULL THEN 1 END) AS stray_lines,
    SUM(g.debit) AS ledger_debit,
    SUM(g.credit) AS ledger_credit
  FROM held_lines AS g
  LEFT JOIN (SELECT DISTINCT company_id, financial_period, record_id FROM posted_lines) AS l
    ON l.company_id = g.company_id AND l.financial_period = g.financial_period AND l.record_id = g.record_id
  GROUP BY g.company_id, g.financial_period
),
balances_by_ledger AS (
  SELECT b.company_id, b.financial_period, COALESCE(b.ledger_id, '?') AS ledger, COUNT(*) AS balance_rows
  FROM `main`.`visma`.`general_ledger_balance` AS b
  JOIN scope AS p ON p.company_id = b.company_id AND p.financial_period = b.financial_period
  WHERE b._deleted_at IS NULL
  GROUP BY b.company_id, b.financial_period, COALESCE(b.ledger_id, '?')
),
balance_totals AS (
  SELECT
    company_id,
    financial_period,
    SUM(balance_rows) AS balance_rows,
    ARRAY_JOIN(SORT_ARRAY(COLLECT_LIST(CONCAT(ledger, ': ', CAST(balance_rows AS STRING)))), ', ') AS balances_by_ledger
  FROM balances_by_ledger
  GROUP BY company_id, financial_period
),
kept_out_totals AS (
  SELECT company_id, financial_period, SUM(system_rows) AS system_rows
  FROM kept_out
  GROUP BY company_id, financial_period
),
own_ledgers AS (
  SELECT company_id, COUNT(*) AS own_ledgers FROM ledgers WHERE is_own GROUP BY company_id
),
measured_companies AS (
  SELECT company_id, MAX(1) AS is_measured
  FROM `main`.`visma_control`.`company_fact`
  WHERE fact = 'system_accounts'
  GROUP BY company_id
)
SELECT
  p.company_id,
  p.financial_period,
  COALESCE(o.own_ledgers, 0) AS own_ledgers,
  COALESCE(m.is_measured, 0) AS is_measured,
  COALESCE(c.cells, 0) AS cells,
  COALESCE(c.differing, 0) AS differing,
  COALESCE(c.lineless, 0) AS lineless,
  COALESCE(c.balances, 0) AS balances,
  COALESCE(c.unreadable, 0) AS unreadable,
  COALESCE(t.posted_lines, 0) AS posted_lines,
  COALESCE(t.other_lines, 0) AS other_lines,
  COALESCE(t.unaccounted_lines, 0) AS unaccounted_lines,
  COALESCE(t.unknown_lines, 0) AS unknown_lines,
  COALESCE(t.unreadable_lines, 0) AS unreadable_lines,
  COALESCE(h.ledger_lines, 0) AS ledger_lines,
  COALESCE(h.stray_lines, 0) AS stray_lines,
  COALESCE(b.balance_rows, 0) AS balance_rows,
  COALESCE(k.system_rows, 0) AS system_rows,
  COALESCE(t.posted_by_ledger, '') AS posted_by_ledger,
  COALESCE(b.balances_by_ledger, '') AS balances_by_ledger,
  CAST(t.posted_debit AS STRING) AS posted_debit,
  CAST(t.posted_credit AS STRING) AS posted_credit,
  CAST(h.ledger_debit AS STRING) AS ledger_debit,
  CAST(h.ledger_credit AS STRING) AS ledger_credit,
  CAST(c.balance_debit AS STRING) AS balance_debit,
  CAST(c.balance_credit AS STRING) AS balance_credit,
  (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`journal_transaction`) AS seen_journal_transaction,
  (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`journal_transaction_line`) AS seen_journal_transaction_line,
  (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`general_ledger_balance`) AS seen_general_ledger_balance,
  (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`ledger`) AS seen_ledger,
  (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`general_ledger`) AS seen_general_ledger
FROM scope AS p
LEFT JOIN own_ledgers AS o ON o.company_id = p.company_id
LEFT JOIN measured_companies AS m ON m.company_id = p.company_id
LEFT JOIN compared AS c
  ON c.company_id = p.company_id AND c.financial_period = p.financial_period
LEFT JOIN posted_totals AS t
  ON t.company_id = p.company_id AND t.financial_period = p.financial_period
LEFT JOIN held_totals AS h
  ON h.company_id = p.company_id AND h.financial_period = p.financial_period
LEFT JOIN balance_totals AS b
  ON b.company_id = p.company_id AND b.financial_period = p.financial_period
LEFT JOIN kept_out_totals AS k
  ON k.company_id = p.company_id AND k.financial_period = p.financial_period
ORDER BY p.company_id, p.financial_period;

MERGE INTO `main`.`visma_control`.`reconciliation` AS t
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
  scope AS (
  SELECT DISTINCT company_id, financial_period FROM (VALUES
    ('x\'; DROP TABLE `account` --\\', '202603')
  ) AS v(company_id, financial_period)
  WHERE company_id IN ('x\'; DROP TABLE `account` --\\')
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
    JOIN scope AS p ON p.company_id = b.company_id AND p.financial_period = b.financial_period
    JOIN ledgers AS k ON k.company_id = b.company_id AND k.number = b.ledger_id AND k.is_own
    LEFT JOIN `main`.`visma`.`account` AS a ON a.company_id = b.company_id AND a.account_cd = b.account_number
    LEFT ANTI JOIN (VALUES
      ('x\'; DROP TABLE `account` --\\', '1/1/202603/O\'N/%00/SEK')
    ) AS v(company_id, record_id)
      ON v.company_id = b.company_id AND v.record_id = b.record_id
    WHERE b._deleted_at IS NULL
  ) AS r
  WHERE place = 1
),
  results AS (
  SELECT company_id, financial_period, branch, ledger, CASE WHEN COUNT(debit) = COUNT(*) AND COUNT(credit) = COUNT(*) THEN
      TRY_CAST(SUM(debit) AS DECIMAL(36,10)) - TRY_CAST(SUM(credit) AS DECIMAL(36,10)) END AS net
  FROM listed
  WHERE account_type IN ('Income', 'Expense')
  GROUP BY company_id, financial_period, branch, ledger
),
kept_out AS (
  SELECT n.company_id, n.financial_period, n.branch, n.ledger, n.account, n.system_rows
  FROM (
    SELECT
      l.company_id, l.financial_period, l.branch, l.ledger, l.account,
      COUNT(*) AS system_rows,
      CASE WHEN COUNT(l.debit) = COUNT(*) AND COUNT(l.credit) = COUNT(*) THEN
      TRY_CAST(SUM(l.debit) AS DECIMAL(36,10)) - TRY_CAST(SUM(l.credit) AS DECIMAL(36,10)) END AS net
    FROM listed AS l
    JOIN `main`.`visma_control`.`company_fact` AS f
      ON f.company_id = l.company_id AND f.fact = 'net_income_account' AND f.answer = l.account
    GROUP BY l.company_id, l.financial_period, l.branch, l.ledger, l.account
  ) AS n
  JOIN results AS r ON r.company_id = n.company_id AND r.financial_period = n.financial_period
    AND r.branch = n.branch AND r.ledger = n.ledger
  LEFT ANTI JOIN `main`.`visma`.`general_ledger` AS g
    ON g.company_id = n.company_id AND g.financial_period = n.financial_period AND g.account = n.account
  WHERE n.net = r.net OR n.net = -r.net
),
  sides AS (
  SELECT
    l.company_id, l.financial_period, l.branch, l.ledger, l.account, l.subaccount_id,
    l.debit AS expected_debit,
    l.credit AS expected_credit,
    CAST(NULL AS DECIMAL(38,10)) AS actual_debit,
    CAST(NULL AS DECIMAL(38,10)) AS actual_credit,
    1 AS balances,
    0 AS line_count,
    CASE WHEN l.debit IS NULL OR l.credit IS NULL THEN 1 ELSE 0 END AS unreadable
  FROM listed AS l
  LEFT ANTI JOIN kept_out AS x
    ON x.company_id = l.company_id AND x.financial_period = l.financial_period AND x.branch = l.branch
    AND x.ledger = l.ledger AND x.account = l.account
  UNION ALL
  SELECT
    g.company_id,
    g.financial_period,
    COALESCE(g.branch, ''),
    COALESCE(g.ledger, ''),
    COALESCE(g.account, ''),
    COALESCE(CAST(g.subaccount_id AS STRING), ''),
    CAST(NULL AS DECIMAL(38,10)),
    CAST(NULL AS DECIMAL(38,10)),
    g.debit,
    g.credit,
    0,
    1,
    CASE WHEN g.debit IS NULL OR g.credit IS NULL THEN 1 ELSE 0 END
  FROM `main`.`visma`.`general_ledger` AS g
  JOIN scope AS p ON p.company_id = g.company_id AND p.financial_period = g.financial_period
),
  cells AS (
  SELECT
    company_id, financial_period, branch, ledger, account, subaccount_id,
    SUM(expected_debit) AS expected_debit,
    CASE WHEN SUM(line_count) = 0 THEN CAST(0 AS DECIMAL(38,10)) ELSE SUM(actual_debit) END AS actual_debit,
    SUM(expected_credit) AS expected_credit,
    CASE WHEN SUM(line_count) = 0 THEN CAST(0 AS DECIMAL(38,10)) ELSE SUM(actual_credit) END AS actual_credit,
    SUM(balances) AS balances,
    SUM(line_count) AS line_count,
    SUM(unreadable) AS unreadable
  FROM sides
  GROUP BY company_id, financial_period, branch, ledger, account, subaccount_id
),
  found AS (
    SELECT company_id, financial_period, branch, ledger, account, subaccount_id, expected_debit, actual_debit, expected_credit, actual_credit, CAST(TRY_CAST(actual_debit AS DECIMAL(36,10)) - TRY_CAST(actual_credit AS DECIMAL(36,10)) AS DECIMAL(37,10)) - CAST(TRY_CAST(expected_debit AS DECIMAL(36,10)) - TRY_CAST(expected_credit AS DECIMAL(36,10)) AS DECIMAL(37,10)) AS difference
    FROM cells
    WHERE (unreadable = 0 AND CASE
      WHEN balances > 0 THEN expected_debit <> actual_debit OR expected_credit <> actual_credit
      ELSE actual_debit <> 0 OR actual_credit <> 0
    END)
  )
  SELECT company_id, financial_period, branch, ledger, account, subaccount_id, expected_debit, actual_debit, expected_credit, actual_credit, difference, false AS is_past
  FROM found
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
    AND (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`journal_transaction`) = 0
    AND (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`journal_transaction_line`) = 1
    AND (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`general_ledger_balance`) = 2
    AND (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`ledger`) = 3
    AND (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`general_ledger`) = 4
  UNION ALL
  SELECT r.company_id, r.financial_period, r.branch, r.ledger, r.account, r.subaccount_id, NULL, NULL, NULL, NULL, NULL, true
  FROM `main`.`visma_control`.`reconciliation` AS r
  JOIN scope AS p ON p.company_id = r.company_id AND p.financial_period = r.financial_period
  LEFT ANTI JOIN found AS f ON f.company_id = r.company_id AND f.financial_period = r.financial_period AND f.branch = r.branch AND f.ledger = r.ledger AND f.account = r.account AND f.subaccount_id = r.subaccount_id
  WHERE r.run_id = :run_id AND (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
    AND (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`journal_transaction`) = 0
    AND (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`journal_transaction_line`) = 1
    AND (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`general_ledger_balance`) = 2
    AND (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`ledger`) = 3
    AND (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`general_ledger`) = 4
) AS s
ON t.run_id = :run_id AND t.company_id = s.company_id AND t.financial_period = s.financial_period AND t.branch = s.branch AND t.ledger = s.ledger AND t.account = s.account AND t.subaccount_id = s.subaccount_id
WHEN MATCHED AND s.is_past THEN DELETE
WHEN MATCHED THEN UPDATE SET
  expected_debit = s.expected_debit,
  actual_debit = s.actual_debit,
  expected_credit = s.expected_credit,
  actual_credit = s.actual_credit,
  difference = s.difference,
  proved_at = current_timestamp()
WHEN NOT MATCHED AND NOT s.is_past THEN INSERT (run_id, company_id, financial_period, branch, ledger, account, subaccount_id, expected_debit, actual_debit, expected_credit, actual_credit, difference, proved_at)
VALUES (:run_id, s.company_id, s.financial_period, s.branch, s.ledger, s.account, s.subaccount_id, s.expected_debit, s.actual_debit, s.expected_credit, s.actual_credit, s.difference, current_timestamp());

SELECT company_id, financial_period, branch, ledger, account, subaccount_id, CAST(expected_debit AS STRING) AS expected_debit, CAST(actual_debit AS STRING) AS actual_debit, CAST(expected_credit AS STRING) AS expected_credit, CAST(actual_credit AS STRING) AS actual_credit
FROM `main`.`visma_control`.`reconciliation`
WHERE run_id = :run_id
ORDER BY company_id, financial_period, branch, ledger, account, subaccount_id
LIMIT 1000;

MERGE INTO `main`.`visma_control`.`period_proof` AS t
USING (
  SELECT
    company_id, financial_period,
    CAST(state AS STRING) AS state,
    CAST(reason AS STRING) AS reason,
    CAST(posted_by_ledger AS STRING) AS posted_by_ledger,
    CAST(balances_by_ledger AS STRING) AS balances_by_ledger,
    CAST(cells AS BIGINT) AS cells,
    CAST(differing AS BIGINT) AS differing,
    CAST(posted_lines AS BIGINT) AS posted_lines,
    CAST(other_lines AS BIGINT) AS other_lines,
    CAST(ledger_lines AS BIGINT) AS ledger_lines,
    CAST(unreadable AS BIGINT) AS unreadable,
    CAST(balance_rows AS BIGINT) AS balance_rows,
    CAST(system_rows AS BIGINT) AS system_rows,
    CAST(posted_debit AS DECIMAL(38,10)) AS posted_debit,
    CAST(posted_credit AS DECIMAL(38,10)) AS posted_credit,
    CAST(ledger_debit AS DECIMAL(38,10)) AS ledger_debit,
    CAST(ledger_credit AS DECIMAL(38,10)) AS ledger_credit,
    CAST(balance_debit AS DECIMAL(38,10)) AS balance_debit,
    CAST(balance_credit AS DECIMAL(38,10)) AS balance_credit
  FROM (VALUES
    ('x\'; DROP TABLE `account` --\\', '202603', 'differs', NULL, '1: 3, B\'D: 1', '1: 2', 3, 1, 4, 1, 3, 0, 2, 0, '10.5000000000', '10.5', NULL, NULL, NULL, NULL)
  ) AS v(company_id, financial_period, state, reason, posted_by_ledger, balances_by_ledger, cells, differing, posted_lines, other_lines, ledger_lines, unreadable, balance_rows, system_rows, posted_debit, posted_credit, ledger_debit, ledger_credit, balance_debit, balance_credit)
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
    AND (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`journal_transaction`) = 0
    AND (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`journal_transaction_line`) = 1
    AND (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`general_ledger_balance`) = 2
    AND (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`ledger`) = 3
    AND (SELECT COALESCE(MAX(_commit), -1) FROM `main`.`visma`.`general_ledger`) = 4
) AS s
ON t.company_id = s.company_id AND t.financial_period = s.financial_period
WHEN MATCHED THEN UPDATE SET
  state = s.state,
  reason = s.reason,
  posted_by_ledger = s.posted_by_ledger,
  balances_by_ledger = s.balances_by_ledger,
  cells = s.cells,
  differing = s.differing,
  posted_lines = s.posted_lines,
  other_lines = s.other_lines,
  ledger_lines = s.ledger_lines,
  unreadable = s.unreadable,
  balance_rows = s.balance_rows,
  system_rows = s.system_rows,
  posted_debit = s.posted_debit,
  posted_credit = s.posted_credit,
  ledger_debit = s.ledger_debit,
  ledger_credit = s.ledger_credit,
  balance_debit = s.balance_debit,
  balance_credit = s.balance_credit,
  run_id = :run_id,
  noted_at = current_timestamp()
WHEN NOT MATCHED THEN INSERT (company_id, financial_period, state, reason, posted_by_ledger, balances_by_ledger, cells, differing, posted_lines, other_lines, ledger_lines, unreadable, balance_rows, system_rows, posted_debit, posted_credit, ledger_debit, ledger_credit, balance_debit, balance_credit, run_id, noted_at)
VALUES (s.company_id, s.financial_period, s.state, s.reason, s.posted_by_ledger, s.balances_by_ledger, s.cells, s.differing, s.posted_lines, s.other_lines, s.ledger_lines, s.unreadable, s.balance_rows, s.system_rows, s.posted_debit, s.posted_credit, s.ledger_debit, s.ledger_credit, s.balance_debit, s.balance_credit,
  :run_id, current_timestamp());
