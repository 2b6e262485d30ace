MERGE INTO `main`.`visma_control`.`period_event` AS t
USING (
  WITH companies AS (
    SELECT company_id, currency FROM (VALUES
      ('se', 'SEK'),
      ('x\'; DROP TABLE `account` --\\', 'NOK')
    ) AS v(company_id, currency)
    UNION ALL
    SELECT company_id, currency FROM `main`.`visma_control`.`ledger_company`
    WHERE company_id NOT IN ('se', 'x\'; DROP TABLE `account` --\\')
  ),
  routes AS (
    SELECT
      route,
      account_group,
      is_routed,
      CAST(routed_table AS STRING) AS routed_table,
      CAST(measure_column AS STRING) AS measure_column,
      is_intercompany
    FROM (VALUES
      (-1, 'other', false, NULL, NULL, false)
    ) AS v(route, account_group, is_routed, routed_table, measure_column, is_intercompany)
  ),
  ledger_ids AS (
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
  main_branch AS (
    SELECT company_id, MIN(number) AS branch
    FROM `main`.`visma`.`branch`
    WHERE is_main_branch AND _deleted_at IS NULL
    GROUP BY company_id
  ),
  changed AS (
    SELECT l.company_id, l.record_id
    FROM `main`.`visma`.`journal_transaction` AS h
    JOIN `main`.`visma`.`journal_transaction_line` AS l ON l.company_id = h.company_id AND l.parent_record_id = h.record_id
    WHERE h._commit > :after_journal_transaction
  ),
  joined AS (
    SELECT
      l.company_id,
      l.record_id,
      l.parent_record_id AS journal_record_id,
      h.module,
      h.batch_number,
      l.line_number,
      COALESCE(k.ledger, h.ledger) AS ledger,
      COALESCE(l.branch, h.branch, b.branch) AS branch,
      h.financial_period,
      h.transaction_date,
      l.account_number AS account,
      COALESCE(a.description, l.description) AS account_name,
      a.type AS account_type,
      -1 AS route,
      l.subaccount_subaccount_number AS subaccount,
      COALESCE(l.subaccount_subaccount_id, s.subaccount_id) AS subaccount_id,
      COALESCE(s.description, l.subaccount_description) AS subaccount_name,
      l.transaction_description AS description,
      l.reference_number,
      l.customer_supplier,
      l.project_id AS project,
      h.currency_id AS document_currency,
      l.debit_amount_in_currency AS document_debit,
      l.credit_amount_in_currency AS document_credit,
      c.currency,
      l.debit_amount AS debit,
      l.credit_amount AS credit,
      CAST(NULL AS DECIMAL(16,10)) AS group_rate,
      l._first_seen_at AS first_seen_at,
      (l._deleted_at IS NOT NULL OR h._deleted_at IS NOT NULL
        OR COALESCE(h.status <> 'Posted', false) OR COALESCE(NOT k.is_own, false)) AS _gone,
      (l._deleted_at IS NULL AND h.record_id IS NOT NULL AND h._deleted_at IS NULL
        AND COALESCE(h.status = 'Posted', false) AND COALESCE(k.is_own, false)) AS _posted
    FROM `main`.`visma`.`journal_transaction_line` AS l
    JOIN changed AS x ON x.company_id = l.company_id AND x.record_id = l.record_id
    LEFT JOIN `main`.`visma`.`journal_transaction` AS h
      ON h.company_id = l.company_id AND h.record_id = l.parent_record_id
    LEFT JOIN ledgers AS k ON k.company_id = h.company_id AND k.number = h.ledger
    LEFT JOIN companies AS c ON c.company_id = l.company_id
    LEFT JOIN main_branch AS b ON b.company_id = l.company_id
    LEFT JOIN `main`.`visma`.`account` AS a ON a.company_id = l.company_id AND a.account_cd = l.account_number
    LEFT JOIN `main`.`visma`.`subaccount` AS s
      ON s.company_id = l.company_id AND s.subaccount_number = l.subaccount_subaccount_number
  ),
  posted AS (
    SELECT
      j.`company_id` AS `company_id`,
      j.`record_id` AS `record_id`,
      j.`journal_record_id` AS `journal_record_id`,
      j.`module` AS `module`,
      j.`batch_number` AS `batch_number`,
      j.`line_number` AS `line_number`,
      j.`ledger` AS `ledger`,
      j.`branch` AS `branch`,
      j.`financial_period` AS `financial_period`,
      j.`transaction_date` AS `transaction_date`,
      j.`account` AS `account`,
      j.`account_name` AS `account_name`,
      j.`account_type` AS `account_type`,
      t.account_group AS `account_group`,
      t.is_routed AS `is_routed`,
      t.routed_table AS `routed_table`,
      t.measure_column AS `measure_column`,
      t.is_intercompany AS `is_intercompany`,
      j.`subaccount` AS `subaccount`,
      j.`subaccount_id` AS `subaccount_id`,
      j.`subaccount_name` AS `subaccount_name`,
      j.`description` AS `description`,
      j.`reference_number` AS `reference_number`,
      j.`customer_supplier` AS `customer_supplier`,
      j.`project` AS `project`,
      j.`document_currency` AS `document_currency`,
      j.`document_debit` AS `document_debit`,
      j.`document_credit` AS `document_credit`,
      j.`currency` AS `currency`,
      j.`debit` AS `debit`,
      j.`credit` AS `credit`,
      TRY_CAST(j.debit AS DECIMAL(37,10)) - TRY_CAST(j.credit AS DECIMAL(37,10)) AS `amount`,
      CAST(NULL AS STRING) AS `group_currency`,
      j.`group_rate` AS `group_rate`,
      TRY_CAST(j.debit AS DECIMAL(21,4)) * j.group_rate AS `group_debit`,
      TRY_CAST(j.credit AS DECIMAL(21,4)) * j.group_rate AS `group_credit`,
      TRY_CAST((TRY_CAST(j.debit AS DECIMAL(37,10)) - TRY_CAST(j.credit AS DECIMAL(37,10))) AS DECIMAL(21,4)) * j.group_rate AS `group_amount`,
      j.`first_seen_at` AS `first_seen_at`,
      j._gone AS _gone
    FROM joined AS j
    JOIN routes AS t ON t.route = j.route
    WHERE j._gone OR j._posted
  ),
  closed AS (
    SELECT company_id, financial_period, recorded_at FROM `main`.`visma_control`.`period_close` WHERE reopened_at IS NULL
  ),
  moved AS (
    SELECT
      p.company_id,
      p.record_id,
      CASE WHEN g.record_id IS NULL THEN 'added' WHEN p._gone THEN 'removed' ELSE 'changed' END AS event,
      g.financial_period AS period_before,
      CASE WHEN NOT p._gone THEN p.financial_period END AS period_after,
      g._updated_at AS written_at,
      g.account AS account_before,
      CASE WHEN NOT p._gone THEN p.account END AS account_after,
      g.subaccount AS subaccount_before,
      CASE WHEN NOT p._gone THEN p.subaccount END AS subaccount_after,
      g.debit AS debit_before,
      CASE WHEN NOT p._gone THEN p.debit END AS debit_after,
      g.credit AS credit_before,
      CASE WHEN NOT p._gone THEN p.credit END AS credit_after
    FROM posted AS p
    LEFT JOIN `main`.`visma`.`general_ledger` AS g ON g.company_id = p.company_id AND g.record_id = p.record_id
    LEFT JOIN `main`.`visma`.`journal_transaction_line` AS l
      ON l.company_id = p.company_id AND l.record_id = p.record_id
    LEFT JOIN `main`.`visma`.`journal_transaction` AS h
      ON h.company_id = l.company_id AND h.record_id = l.parent_record_id
    LEFT JOIN (
      SELECT DISTINCT o.company_id, o.account_cd AS old_code, n.account_cd AS new_code
      FROM `main`.`visma`.`account` AS o
      JOIN `main`.`visma`.`account` AS n ON n.company_id = o.company_id AND n.account_id = o.account_id AND n.account_cd <> o.account_cd
      JOIN (
        SELECT company_id, account_id FROM `main`.`visma`.`account` WHERE _deleted_at IS NULL GROUP BY company_id, account_id HAVING COUNT(*) = 1
      ) AS u ON u.company_id = o.company_id AND u.account_id = o.account_id
      WHERE o.account_id > 0 AND o._deleted_at IS NOT NULL
    ) AS account_renamed
      ON account_renamed.company_id = p.company_id AND account_renamed.old_code = g.account AND account_renamed.new_code = p.account
    LEFT JOIN (
      SELECT DISTINCT o.company_id, o.number AS old_code, n.number AS new_code
      FROM `main`.`visma`.`branch` AS o
      JOIN `main`.`visma`.`branch` AS n ON n.company_id = o.company_id AND n.branch_id = o.branch_id AND n.number <> o.number
      JOIN (
        SELECT company_id, branch_id FROM `main`.`visma`.`branch` WHERE _deleted_at IS NULL GROUP BY company_id, branch_id HAVING COUNT(*) = 1
      ) AS u ON u.company_id = o.company_id AND u.branch_id = o.branch_id
      WHERE o.branch_id > 0 AND o._deleted_at IS NOT NULL
    ) AS branch_renamed
      ON branch_renamed.company_id = p.company_id AND branch_renamed.old_code = g.branch AND branch_renamed.new_code = p.branch
    LEFT JOIN (
      SELECT DISTINCT o.company_id, o.number AS old_code, n.number AS new_code
      FROM `main`.`visma`.`ledger` AS o
      JOIN `main`.`visma`.`ledger` AS n ON n.company_id = o.company_id AND n.internal_id = o.internal_id AND n.number <> o.number
      JOIN (
        SELECT company_id, internal_id FROM `main`.`visma`.`ledger` WHERE _deleted_at IS NULL GROUP BY company_id, internal_id HAVING COUNT(*) = 1
      ) AS u ON u.company_id = o.company_id AND u.internal_id = o.internal_id
      WHERE o.internal_id > 0 AND o._deleted_at IS NOT NULL
    ) AS ledger_renamed
      ON ledger_renamed.company_id = p.company_id AND ledger_renamed.old_code = g.ledger AND ledger_renamed.new_code = p.ledger
    LEFT JOIN (
      SELECT DISTINCT o.company_id, o.subaccount_number AS old_code, n.subaccount_number AS new_code
      FROM `main`.`visma`.`subaccount` AS o
      JOIN `main`.`visma`.`subaccount` AS n ON n.company_id = o.company_id AND n.subaccount_id = o.subaccount_id AND n.subaccount_number <> o.subaccount_number
      JOIN (
        SELECT company_id, subaccount_id FROM `main`.`visma`.`subaccount` WHERE _deleted_at IS NULL GROUP BY company_id, subaccount_id HAVING COUNT(*) = 1
      ) AS u ON u.company_id = o.company_id AND u.subaccount_id = o.subaccount_id
      WHERE o.subaccount_id > 0 AND o._deleted_at IS NOT NULL
    ) AS subaccount_renamed
      ON subaccount_renamed.company_id = p.company_id AND subaccount_renamed.old_code = g.subaccount AND subaccount_renamed.new_code = p.subaccount
    WHERE (g.record_id IS NOT NULL OR NOT p._gone)
      AND (l.record_id IS NULL OR l._commit > :seen_journal_transaction_line
        OR h._commit > :seen_journal_transaction)
      AND (g.record_id IS NULL OR p._gone
        OR g.financial_period IS DISTINCT FROM p.financial_period
        OR g.transaction_date <> p.transaction_date
        OR g.debit <> p.debit
        OR g.credit <> p.credit
        OR (g.account <> p.account AND account_renamed.new_code IS NULL)
        OR (g.branch <> p.branch AND branch_renamed.new_code IS NULL)
        OR (g.ledger <> p.ledger AND ledger_renamed.new_code IS NULL)
        OR (g.subaccount <> p.subaccount AND subaccount_renamed.new_code IS NULL))
  ),
  latest AS (
    SELECT *
    FROM `main`.`visma_control`.`period_event`
    QUALIFY ROW_NUMBER() OVER (
      PARTITION BY company_id, record_id ORDER BY COALESCE(_commit, -1) DESC, seen_at DESC
    ) = 1
  ),
  happened AS (
    SELECT m.company_id, m.record_id, MAX(c.recorded_at) AS recorded_at
    FROM moved AS m
    JOIN closed AS c
      ON c.company_id = m.company_id AND c.financial_period IN (m.period_before, m.period_after)
    GROUP BY m.company_id, m.record_id
  )
  SELECT m.*
  FROM moved AS m
  JOIN happened AS n ON n.company_id = m.company_id AND n.record_id = m.record_id
  LEFT ANTI JOIN latest AS e
    ON e.company_id = m.company_id AND e.record_id = m.record_id AND e.event = m.event
    AND e.seen_at >= n.recorded_at AND e.written_at IS NOT DISTINCT FROM m.written_at
    AND e.period_after IS NOT DISTINCT FROM m.period_after
    AND e.account_after IS NOT DISTINCT FROM m.account_after
    AND e.subaccount_after IS NOT DISTINCT FROM m.subaccount_after
    AND e.debit_after IS NOT DISTINCT FROM m.debit_after
    AND e.credit_after IS NOT DISTINCT FROM m.credit_after
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.company_id = s.company_id AND t.record_id = s.record_id AND t._commit = :fence
WHEN NOT MATCHED THEN INSERT (company_id, record_id, event, period_before, period_after, written_at, account_before, account_after, subaccount_before, subaccount_after, debit_before, debit_after, credit_before, credit_after, run_id, seen_at, _commit)
VALUES (s.company_id, s.record_id, s.event, s.period_before, s.period_after, s.written_at, s.account_before, s.account_after, s.subaccount_before, s.subaccount_after, s.debit_before, s.debit_after, s.credit_before, s.credit_after, :run_id, current_timestamp(), :fence);
