MERGE INTO `main`.`visma`.`general_ledger` AS t
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
      (-1, 'other', false, NULL, NULL, false),
      (0, 'revenue', true, 'gl_revenue', 'net_revenue', false),
      (1, 'it\'s', true, NULL, NULL, true)
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
  main_branch AS (
    SELECT company_id, MIN(number) AS branch
    FROM `main`.`visma`.`branch`
    WHERE is_main_branch AND _deleted_at IS NULL
    GROUP BY company_id
  ),
  quotes AS (
    SELECT
      q.company_id, q.effective_date, q.rate,
      ROW_NUMBER() OVER (
        PARTITION BY q.company_id, q.effective_date
        ORDER BY CASE WHEN q.to_currency_id = 'SEK' THEN 0 ELSE 1 END, q.id DESC
      ) AS place
    FROM (
      SELECT
        c.company_id, r.effective_date, r.to_currency_id, r.id,
        TRY_CAST(CASE
          WHEN (r.to_currency_id = 'SEK') = (UPPER(LEFT(COALESCE(r.mult_div, 'M'), 1)) = 'M') THEN r.rate
          ELSE r.rate_reciprocal
        END AS DECIMAL(16,10)) AS rate
      FROM companies AS c
      JOIN `main`.`visma`.`currency_rate` AS r
        ON (r.from_currency_id = c.currency AND r.to_currency_id = 'SEK')
        OR (r.from_currency_id = 'SEK' AND r.to_currency_id = c.currency)
      WHERE c.currency <> 'SEK' AND r.company_id = 'se'
        AND r.rate_type = 'SPOT' AND r._deleted_at IS NULL
    ) AS q
    WHERE q.rate > 0
  ),
  periods AS (
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
  ),
  measured AS (
    SELECT
      p.company_id,
      p.financial_period,
      MAX_BY(q.rate, q.effective_date) AS closing_rate,
      SUM(CASE WHEN q.effective_date >= p.start_date
        THEN CAST(q.rate * CAST(10000000000 AS DECIMAL(20,0)) AS BIGINT) END) AS units,
      COUNT(CASE WHEN q.effective_date >= p.start_date THEN 1 END) AS quotes
    FROM periods AS p
    JOIN quotes AS q
      ON q.company_id = p.company_id AND q.effective_date <= p.last_day
    WHERE q.place = 1
    GROUP BY p.company_id, p.financial_period
  ),
  rates AS (
    SELECT
      company_id,
      financial_period,
      closing_rate,
      CASE WHEN quotes = 0 THEN closing_rate
        ELSE CAST(CAST((2 * units + quotes) DIV NULLIF(2 * quotes, 0) AS DECIMAL(19,0))
          * CAST('0.0000000001' AS DECIMAL(11,10)) AS DECIMAL(16,10))
      END AS average_rate
    FROM measured
  ),
  segments AS (
    SELECT
      s.company_id,
      s.subaccount_number,
      MAX(CASE WHEN g.segment_id = 1 THEN g.segment_value END) AS `cost_center`,
      MAX(CASE WHEN g.segment_id = 1 THEN COALESCE(v.description, g.segment_value_description) END) AS `cost_center_name`,
      MAX(CASE WHEN g.segment_description = 'Projekt\'s' THEN g.segment_value END) AS `project_code`,
      MAX(CASE WHEN g.segment_description = 'Projekt\'s' THEN COALESCE(v.description, g.segment_value_description) END) AS `project_code_name`
    FROM `main`.`visma`.`subaccount` AS s
    JOIN `main`.`visma`.`subaccount_segment` AS g
      ON g.company_id = s.company_id AND g.parent_record_id = s.record_id AND g._deleted_at IS NULL
    LEFT JOIN `main`.`visma`.`dimension_segment_value` AS v
      ON v.company_id = g.company_id AND v.parent_record_id = 'SUBACCOUNT' AND v.segment_id = g.segment_id
      AND v.value_id = g.segment_value AND v._deleted_at IS NULL
    GROUP BY s.company_id, s.subaccount_number
  ),
  changed AS (
    SELECT l.company_id, l.record_id
    FROM `main`.`visma`.`journal_transaction_line` AS l
    WHERE l._commit > :after_journal_transaction_line
    UNION
    SELECT l.company_id, l.record_id
    FROM `main`.`visma`.`journal_transaction` AS h
    JOIN `main`.`visma`.`journal_transaction_line` AS l ON l.company_id = h.company_id AND l.parent_record_id = h.record_id
    WHERE h._commit > :after_journal_transaction
    UNION
    SELECT g.company_id, g.record_id
    FROM `main`.`visma`.`account` AS a
    JOIN `main`.`visma`.`general_ledger` AS g ON g.company_id = a.company_id AND g.account = a.account_cd
    WHERE a._commit > :after_account
    UNION
    SELECT g.company_id, g.record_id
    FROM `main`.`visma`.`subaccount` AS s
    JOIN `main`.`visma`.`general_ledger` AS g ON g.company_id = s.company_id AND g.subaccount = s.subaccount_number
    WHERE s._commit > :after_subaccount
    UNION
    SELECT g.company_id, g.record_id
    FROM `main`.`visma`.`subaccount_segment` AS p
    JOIN `main`.`visma`.`subaccount` AS s ON s.company_id = p.company_id AND s.record_id = p.parent_record_id
    JOIN `main`.`visma`.`general_ledger` AS g ON g.company_id = s.company_id AND g.subaccount = s.subaccount_number
    WHERE p._commit > :after_subaccount_segment
    UNION
    SELECT g.company_id, g.record_id
    FROM `main`.`visma`.`dimension_segment_value` AS v
    JOIN `main`.`visma`.`subaccount_segment` AS p
      ON p.company_id = v.company_id AND p.segment_id = v.segment_id AND p.segment_value = v.value_id
    JOIN `main`.`visma`.`subaccount` AS s ON s.company_id = p.company_id AND s.record_id = p.parent_record_id
    JOIN `main`.`visma`.`general_ledger` AS g ON g.company_id = s.company_id AND g.subaccount = s.subaccount_number
    WHERE v.parent_record_id = 'SUBACCOUNT' AND v._commit > :after_dimension_segment_value
    UNION
    SELECT g.company_id, g.record_id
    FROM `main`.`visma`.`general_ledger` AS g
    JOIN companies AS c ON c.company_id = g.company_id
    LEFT JOIN rates AS r ON r.company_id = g.company_id AND r.financial_period = g.financial_period
    WHERE g.group_rate IS DISTINCT FROM CASE WHEN c.currency = 'SEK' THEN CAST(1 AS DECIMAL(16,10))
          WHEN g.account_type IN ('Income', 'Expense') THEN r.average_rate
          WHEN g.account_type IN ('Asset', 'Liability') THEN r.closing_rate END
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
      CASE
        WHEN (l.account_number IN ('0100') OR (LENGTH(l.account_number) = 4 AND l.account_number BETWEEN '3000' AND '3999')) THEN 0
        WHEN l.company_id IN ('x\'; DROP TABLE `account` --\\') AND l.account_number IN ('O\'N') THEN 1
        ELSE -1
      END AS route,
      l.subaccount_subaccount_number AS subaccount,
      COALESCE(l.subaccount_subaccount_id, s.subaccount_id) AS subaccount_id,
      COALESCE(s.description, l.subaccount_description) AS subaccount_name,
      d.`cost_center`,
      d.`cost_center_name`,
      d.`project_code`,
      d.`project_code_name`,
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
      CASE WHEN c.currency = 'SEK' THEN CAST(1 AS DECIMAL(16,10))
        WHEN a.type IN ('Income', 'Expense') THEN r.average_rate
        WHEN a.type IN ('Asset', 'Liability') THEN r.closing_rate END AS group_rate,
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
    LEFT JOIN segments AS d
      ON d.company_id = l.company_id AND d.subaccount_number = l.subaccount_subaccount_number
    LEFT JOIN rates AS r ON r.company_id = l.company_id AND r.financial_period = h.financial_period
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
      j.`cost_center` AS `cost_center`,
      j.`cost_center_name` AS `cost_center_name`,
      j.`project_code` AS `project_code`,
      j.`project_code_name` AS `project_code_name`,
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
      'SEK' AS `group_currency`,
      j.`group_rate` AS `group_rate`,
      TRY_CAST(j.debit AS DECIMAL(21,4)) * j.group_rate AS `group_debit`,
      TRY_CAST(j.credit AS DECIMAL(21,4)) * j.group_rate AS `group_credit`,
      TRY_CAST((TRY_CAST(j.debit AS DECIMAL(37,10)) - TRY_CAST(j.credit AS DECIMAL(37,10))) AS DECIMAL(21,4)) * j.group_rate AS `group_amount`,
      j.`first_seen_at` AS `first_seen_at`,
      j._gone AS _gone
    FROM joined AS j
    JOIN routes AS t ON t.route = j.route
    WHERE j._gone OR j._posted
  )
  SELECT * FROM posted
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.company_id = s.company_id AND t.record_id = s.record_id
WHEN MATCHED AND s._gone THEN DELETE
WHEN MATCHED AND (t.`journal_record_id` IS DISTINCT FROM s.`journal_record_id` OR t.`module` IS DISTINCT FROM s.`module` OR t.`batch_number` IS DISTINCT FROM s.`batch_number` OR t.`line_number` IS DISTINCT FROM s.`line_number` OR t.`ledger` IS DISTINCT FROM s.`ledger` OR t.`branch` IS DISTINCT FROM s.`branch` OR t.`financial_period` IS DISTINCT FROM s.`financial_period` OR t.`transaction_date` IS DISTINCT FROM s.`transaction_date` OR t.`account` IS DISTINCT FROM s.`account` OR t.`account_name` IS DISTINCT FROM s.`account_name` OR t.`account_type` IS DISTINCT FROM s.`account_type` OR t.`account_group` IS DISTINCT FROM s.`account_group` OR t.`is_routed` IS DISTINCT FROM s.`is_routed` OR t.`routed_table` IS DISTINCT FROM s.`routed_table` OR t.`measure_column` IS DISTINCT FROM s.`measure_column` OR t.`is_intercompany` IS DISTINCT FROM s.`is_intercompany` OR t.`subaccount` IS DISTINCT FROM s.`subaccount` OR t.`subaccount_id` IS DISTINCT FROM s.`subaccount_id` OR t.`subaccount_name` IS DISTINCT FROM s.`subaccount_name` OR t.`cost_center` IS DISTINCT FROM s.`cost_center` OR t.`cost_center_name` IS DISTINCT FROM s.`cost_center_name` OR t.`project_code` IS DISTINCT FROM s.`project_code` OR t.`project_code_name` IS DISTINCT FROM s.`project_code_name` OR t.`description` IS DISTINCT FROM s.`description` OR t.`reference_number` IS DISTINCT FROM s.`reference_number` OR t.`customer_supplier` IS DISTINCT FROM s.`customer_supplier` OR t.`project` IS DISTINCT FROM s.`project` OR t.`document_currency` IS DISTINCT FROM s.`document_currency` OR t.`document_debit` IS DISTINCT FROM s.`document_debit` OR t.`document_credit` IS DISTINCT FROM s.`document_credit` OR t.`currency` IS DISTINCT FROM s.`currency` OR t.`debit` IS DISTINCT FROM s.`debit` OR t.`credit` IS DISTINCT FROM s.`credit` OR t.`amount` IS DISTINCT FROM s.`amount` OR t.`group_currency` IS DISTINCT FROM s.`group_currency` OR t.`group_rate` IS DISTINCT FROM s.`group_rate` OR t.`group_debit` IS DISTINCT FROM s.`group_debit` OR t.`group_credit` IS DISTINCT FROM s.`group_credit` OR t.`group_amount` IS DISTINCT FROM s.`group_amount` OR t.`first_seen_at` IS DISTINCT FROM s.`first_seen_at`) THEN UPDATE SET
  `journal_record_id` = s.`journal_record_id`,
  `module` = s.`module`,
  `batch_number` = s.`batch_number`,
  `line_number` = s.`line_number`,
  `ledger` = s.`ledger`,
  `branch` = s.`branch`,
  `financial_period` = s.`financial_period`,
  `transaction_date` = s.`transaction_date`,
  `account` = s.`account`,
  `account_name` = s.`account_name`,
  `account_type` = s.`account_type`,
  `account_group` = s.`account_group`,
  `is_routed` = s.`is_routed`,
  `routed_table` = s.`routed_table`,
  `measure_column` = s.`measure_column`,
  `is_intercompany` = s.`is_intercompany`,
  `subaccount` = s.`subaccount`,
  `subaccount_id` = s.`subaccount_id`,
  `subaccount_name` = s.`subaccount_name`,
  `cost_center` = s.`cost_center`,
  `cost_center_name` = s.`cost_center_name`,
  `project_code` = s.`project_code`,
  `project_code_name` = s.`project_code_name`,
  `description` = s.`description`,
  `reference_number` = s.`reference_number`,
  `customer_supplier` = s.`customer_supplier`,
  `project` = s.`project`,
  `document_currency` = s.`document_currency`,
  `document_debit` = s.`document_debit`,
  `document_credit` = s.`document_credit`,
  `currency` = s.`currency`,
  `debit` = s.`debit`,
  `credit` = s.`credit`,
  `amount` = s.`amount`,
  `group_currency` = s.`group_currency`,
  `group_rate` = s.`group_rate`,
  `group_debit` = s.`group_debit`,
  `group_credit` = s.`group_credit`,
  `group_amount` = s.`group_amount`,
  `first_seen_at` = s.`first_seen_at`,
  `_commit` = :fence,
  `_updated_at` = current_timestamp()
WHEN NOT MATCHED AND NOT s._gone THEN INSERT (
  `company_id`, `record_id`, `journal_record_id`, `module`, `batch_number`, `line_number`, `ledger`, `branch`, `financial_period`, `transaction_date`, `account`, `account_name`, `account_type`, `account_group`, `is_routed`, `routed_table`, `measure_column`, `is_intercompany`, `subaccount`, `subaccount_id`, `subaccount_name`, `cost_center`, `cost_center_name`, `project_code`, `project_code_name`, `description`, `reference_number`, `customer_supplier`, `project`, `document_currency`, `document_debit`, `document_credit`, `currency`, `debit`, `credit`, `amount`, `group_currency`, `group_rate`, `group_debit`, `group_credit`, `group_amount`, `first_seen_at`, `_commit`, `_updated_at`
) VALUES (
  s.`company_id`, s.`record_id`, s.`journal_record_id`, s.`module`, s.`batch_number`, s.`line_number`, s.`ledger`, s.`branch`, s.`financial_period`, s.`transaction_date`, s.`account`, s.`account_name`, s.`account_type`, s.`account_group`, s.`is_routed`, s.`routed_table`, s.`measure_column`, s.`is_intercompany`, s.`subaccount`, s.`subaccount_id`, s.`subaccount_name`, s.`cost_center`, s.`cost_center_name`, s.`project_code`, s.`project_code_name`, s.`description`, s.`reference_number`, s.`customer_supplier`, s.`project`, s.`document_currency`, s.`document_debit`, s.`document_credit`, s.`currency`, s.`debit`, s.`credit`, s.`amount`, s.`group_currency`, s.`group_rate`, s.`group_debit`, s.`group_credit`, s.`group_amount`, s.`first_seen_at`, :fence, current_timestamp()
);

MERGE INTO `main`.`visma`.`general_ledger` AS t
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
      (-1, 'other', false, NULL, NULL, false),
      (0, 'revenue', true, 'gl_revenue', 'net_revenue', false),
      (1, 'it\'s', true, NULL, NULL, true)
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
  main_branch AS (
    SELECT company_id, MIN(number) AS branch
    FROM `main`.`visma`.`branch`
    WHERE is_main_branch AND _deleted_at IS NULL
    GROUP BY company_id
  ),
  quotes AS (
    SELECT
      q.company_id, q.effective_date, q.rate,
      ROW_NUMBER() OVER (
        PARTITION BY q.company_id, q.effective_date
        ORDER BY CASE WHEN q.to_currency_id = 'SEK' THEN 0 ELSE 1 END, q.id DESC
      ) AS place
    FROM (
      SELECT
        c.company_id, r.effective_date, r.to_currency_id, r.id,
        TRY_CAST(CASE
          WHEN (r.to_currency_id = 'SEK') = (UPPER(LEFT(COALESCE(r.mult_div, 'M'), 1)) = 'M') THEN r.rate
          ELSE r.rate_reciprocal
        END AS DECIMAL(16,10)) AS rate
      FROM companies AS c
      JOIN `main`.`visma`.`currency_rate` AS r
        ON (r.from_currency_id = c.currency AND r.to_currency_id = 'SEK')
        OR (r.from_currency_id = 'SEK' AND r.to_currency_id = c.currency)
      WHERE c.currency <> 'SEK' AND r.company_id = 'se'
        AND r.rate_type = 'SPOT' AND r._deleted_at IS NULL
    ) AS q
    WHERE q.rate > 0
  ),
  periods AS (
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
  ),
  measured AS (
    SELECT
      p.company_id,
      p.financial_period,
      MAX_BY(q.rate, q.effective_date) AS closing_rate,
      SUM(CASE WHEN q.effective_date >= p.start_date
        THEN CAST(q.rate * CAST(10000000000 AS DECIMAL(20,0)) AS BIGINT) END) AS units,
      COUNT(CASE WHEN q.effective_date >= p.start_date THEN 1 END) AS quotes
    FROM periods AS p
    JOIN quotes AS q
      ON q.company_id = p.company_id AND q.effective_date <= p.last_day
    WHERE q.place = 1
    GROUP BY p.company_id, p.financial_period
  ),
  rates AS (
    SELECT
      company_id,
      financial_period,
      closing_rate,
      CASE WHEN quotes = 0 THEN closing_rate
        ELSE CAST(CAST((2 * units + quotes) DIV NULLIF(2 * quotes, 0) AS DECIMAL(19,0))
          * CAST('0.0000000001' AS DECIMAL(11,10)) AS DECIMAL(16,10))
      END AS average_rate
    FROM measured
  ),
  segments AS (
    SELECT
      s.company_id,
      s.subaccount_number,
      MAX(CASE WHEN g.segment_id = 1 THEN g.segment_value END) AS `cost_center`,
      MAX(CASE WHEN g.segment_id = 1 THEN COALESCE(v.description, g.segment_value_description) END) AS `cost_center_name`,
      MAX(CASE WHEN g.segment_description = 'Projekt\'s' THEN g.segment_value END) AS `project_code`,
      MAX(CASE WHEN g.segment_description = 'Projekt\'s' THEN COALESCE(v.description, g.segment_value_description) END) AS `project_code_name`
    FROM `main`.`visma`.`subaccount` AS s
    JOIN `main`.`visma`.`subaccount_segment` AS g
      ON g.company_id = s.company_id AND g.parent_record_id = s.record_id AND g._deleted_at IS NULL
    LEFT JOIN `main`.`visma`.`dimension_segment_value` AS v
      ON v.company_id = g.company_id AND v.parent_record_id = 'SUBACCOUNT' AND v.segment_id = g.segment_id
      AND v.value_id = g.segment_value AND v._deleted_at IS NULL
    GROUP BY s.company_id, s.subaccount_number
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
      CASE
        WHEN (l.account_number IN ('0100') OR (LENGTH(l.account_number) = 4 AND l.account_number BETWEEN '3000' AND '3999')) THEN 0
        WHEN l.company_id IN ('x\'; DROP TABLE `account` --\\') AND l.account_number IN ('O\'N') THEN 1
        ELSE -1
      END AS route,
      l.subaccount_subaccount_number AS subaccount,
      COALESCE(l.subaccount_subaccount_id, s.subaccount_id) AS subaccount_id,
      COALESCE(s.description, l.subaccount_description) AS subaccount_name,
      d.`cost_center`,
      d.`cost_center_name`,
      d.`project_code`,
      d.`project_code_name`,
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
      CASE WHEN c.currency = 'SEK' THEN CAST(1 AS DECIMAL(16,10))
        WHEN a.type IN ('Income', 'Expense') THEN r.average_rate
        WHEN a.type IN ('Asset', 'Liability') THEN r.closing_rate END AS group_rate,
      l._first_seen_at AS first_seen_at,
      (l._deleted_at IS NOT NULL OR h._deleted_at IS NOT NULL
        OR COALESCE(h.status <> 'Posted', false) OR COALESCE(NOT k.is_own, false)) AS _gone,
      (l._deleted_at IS NULL AND h.record_id IS NOT NULL AND h._deleted_at IS NULL
        AND COALESCE(h.status = 'Posted', false) AND COALESCE(k.is_own, false)) AS _posted
    FROM `main`.`visma`.`journal_transaction_line` AS l
    LEFT JOIN `main`.`visma`.`journal_transaction` AS h
      ON h.company_id = l.company_id AND h.record_id = l.parent_record_id
    LEFT JOIN ledgers AS k ON k.company_id = h.company_id AND k.number = h.ledger
    LEFT JOIN companies AS c ON c.company_id = l.company_id
    LEFT JOIN main_branch AS b ON b.company_id = l.company_id
    LEFT JOIN `main`.`visma`.`account` AS a ON a.company_id = l.company_id AND a.account_cd = l.account_number
    LEFT JOIN `main`.`visma`.`subaccount` AS s
      ON s.company_id = l.company_id AND s.subaccount_number = l.subaccount_subaccount_number
    LEFT JOIN segments AS d
      ON d.company_id = l.company_id AND d.subaccount_number = l.subaccount_subaccount_number
    LEFT JOIN rates AS r ON r.company_id = l.company_id AND r.financial_period = h.financial_period
  ),
  lost AS (
    SELECT g.company_id, g.record_id
    FROM `main`.`visma`.`general_ledger` AS g
    LEFT JOIN `main`.`visma`.`journal_transaction` AS h
      ON h.company_id = g.company_id AND h.record_id = g.journal_record_id
    LEFT JOIN ledgers AS k ON k.company_id = h.company_id AND k.number = h.ledger
    LEFT JOIN (
      SELECT company_id, parent_record_id, MAX(_commit) AS newest_commit
      FROM `main`.`visma`.`journal_transaction_line`
      GROUP BY company_id, parent_record_id
    ) AS w ON w.company_id = g.company_id AND w.parent_record_id = g.journal_record_id
    LEFT ANTI JOIN `main`.`visma`.`journal_transaction_line` AS l
      ON l.company_id = g.company_id AND l.record_id = g.record_id
    WHERE h._deleted_at IS NOT NULL
        OR COALESCE(h.status <> 'Posted', false) OR COALESCE(NOT k.is_own, false)
      OR COALESCE(w.newest_commit > g._commit, false)
      OR (h.record_id IS NULL AND g.company_id IN ('x\'; DROP TABLE `account` --\\'))
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
      j.`cost_center` AS `cost_center`,
      j.`cost_center_name` AS `cost_center_name`,
      j.`project_code` AS `project_code`,
      j.`project_code_name` AS `project_code_name`,
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
      'SEK' AS `group_currency`,
      j.`group_rate` AS `group_rate`,
      TRY_CAST(j.debit AS DECIMAL(21,4)) * j.group_rate AS `group_debit`,
      TRY_CAST(j.credit AS DECIMAL(21,4)) * j.group_rate AS `group_credit`,
      TRY_CAST((TRY_CAST(j.debit AS DECIMAL(37,10)) - TRY_CAST(j.credit AS DECIMAL(37,10))) AS DECIMAL(21,4)) * j.group_rate AS `group_amount`,
      j.`first_seen_at` AS `first_seen_at`,
      j._gone AS _gone
    FROM joined AS j
    JOIN routes AS t ON t.route = j.route
    WHERE j._gone OR j._posted
    UNION ALL
    SELECT
      company_id,
      record_id,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      true
    FROM lost
  )
  SELECT * FROM posted
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.company_id = s.company_id AND t.record_id = s.record_id
WHEN MATCHED AND s._gone THEN DELETE
WHEN MATCHED AND (t.`journal_record_id` IS DISTINCT FROM s.`journal_record_id` OR t.`module` IS DISTINCT FROM s.`module` OR t.`batch_number` IS DISTINCT FROM s.`batch_number` OR t.`line_number` IS DISTINCT FROM s.`line_number` OR t.`ledger` IS DISTINCT FROM s.`ledger` OR t.`branch` IS DISTINCT FROM s.`branch` OR t.`financial_period` IS DISTINCT FROM s.`financial_period` OR t.`transaction_date` IS DISTINCT FROM s.`transaction_date` OR t.`account` IS DISTINCT FROM s.`account` OR t.`account_name` IS DISTINCT FROM s.`account_name` OR t.`account_type` IS DISTINCT FROM s.`account_type` OR t.`account_group` IS DISTINCT FROM s.`account_group` OR t.`is_routed` IS DISTINCT FROM s.`is_routed` OR t.`routed_table` IS DISTINCT FROM s.`routed_table` OR t.`measure_column` IS DISTINCT FROM s.`measure_column` OR t.`is_intercompany` IS DISTINCT FROM s.`is_intercompany` OR t.`subaccount` IS DISTINCT FROM s.`subaccount` OR t.`subaccount_id` IS DISTINCT FROM s.`subaccount_id` OR t.`subaccount_name` IS DISTINCT FROM s.`subaccount_name` OR t.`cost_center` IS DISTINCT FROM s.`cost_center` OR t.`cost_center_name` IS DISTINCT FROM s.`cost_center_name` OR t.`project_code` IS DISTINCT FROM s.`project_code` OR t.`project_code_name` IS DISTINCT FROM s.`project_code_name` OR t.`description` IS DISTINCT FROM s.`description` OR t.`reference_number` IS DISTINCT FROM s.`reference_number` OR t.`customer_supplier` IS DISTINCT FROM s.`customer_supplier` OR t.`project` IS DISTINCT FROM s.`project` OR t.`document_currency` IS DISTINCT FROM s.`document_currency` OR t.`document_debit` IS DISTINCT FROM s.`document_debit` OR t.`document_credit` IS DISTINCT FROM s.`document_credit` OR t.`currency` IS DISTINCT FROM s.`currency` OR t.`debit` IS DISTINCT FROM s.`debit` OR t.`credit` IS DISTINCT FROM s.`credit` OR t.`amount` IS DISTINCT FROM s.`amount` OR t.`group_currency` IS DISTINCT FROM s.`group_currency` OR t.`group_rate` IS DISTINCT FROM s.`group_rate` OR t.`group_debit` IS DISTINCT FROM s.`group_debit` OR t.`group_credit` IS DISTINCT FROM s.`group_credit` OR t.`group_amount` IS DISTINCT FROM s.`group_amount` OR t.`first_seen_at` IS DISTINCT FROM s.`first_seen_at` OR t.`department` IS NOT NULL) THEN UPDATE SET
  `journal_record_id` = s.`journal_record_id`,
  `module` = s.`module`,
  `batch_number` = s.`batch_number`,
  `line_number` = s.`line_number`,
  `ledger` = s.`ledger`,
  `branch` = s.`branch`,
  `financial_period` = s.`financial_period`,
  `transaction_date` = s.`transaction_date`,
  `account` = s.`account`,
  `account_name` = s.`account_name`,
  `account_type` = s.`account_type`,
  `account_group` = s.`account_group`,
  `is_routed` = s.`is_routed`,
  `routed_table` = s.`routed_table`,
  `measure_column` = s.`measure_column`,
  `is_intercompany` = s.`is_intercompany`,
  `subaccount` = s.`subaccount`,
  `subaccount_id` = s.`subaccount_id`,
  `subaccount_name` = s.`subaccount_name`,
  `cost_center` = s.`cost_center`,
  `cost_center_name` = s.`cost_center_name`,
  `project_code` = s.`project_code`,
  `project_code_name` = s.`project_code_name`,
  `description` = s.`description`,
  `reference_number` = s.`reference_number`,
  `customer_supplier` = s.`customer_supplier`,
  `project` = s.`project`,
  `document_currency` = s.`document_currency`,
  `document_debit` = s.`document_debit`,
  `document_credit` = s.`document_credit`,
  `currency` = s.`currency`,
  `debit` = s.`debit`,
  `credit` = s.`credit`,
  `amount` = s.`amount`,
  `group_currency` = s.`group_currency`,
  `group_rate` = s.`group_rate`,
  `group_debit` = s.`group_debit`,
  `group_credit` = s.`group_credit`,
  `group_amount` = s.`group_amount`,
  `first_seen_at` = s.`first_seen_at`,
  `department` = NULL,
  `_commit` = :fence,
  `_updated_at` = current_timestamp()
WHEN NOT MATCHED AND NOT s._gone THEN INSERT (
  `company_id`, `record_id`, `journal_record_id`, `module`, `batch_number`, `line_number`, `ledger`, `branch`, `financial_period`, `transaction_date`, `account`, `account_name`, `account_type`, `account_group`, `is_routed`, `routed_table`, `measure_column`, `is_intercompany`, `subaccount`, `subaccount_id`, `subaccount_name`, `cost_center`, `cost_center_name`, `project_code`, `project_code_name`, `description`, `reference_number`, `customer_supplier`, `project`, `document_currency`, `document_debit`, `document_credit`, `currency`, `debit`, `credit`, `amount`, `group_currency`, `group_rate`, `group_debit`, `group_credit`, `group_amount`, `first_seen_at`, `_commit`, `_updated_at`
) VALUES (
  s.`company_id`, s.`record_id`, s.`journal_record_id`, s.`module`, s.`batch_number`, s.`line_number`, s.`ledger`, s.`branch`, s.`financial_period`, s.`transaction_date`, s.`account`, s.`account_name`, s.`account_type`, s.`account_group`, s.`is_routed`, s.`routed_table`, s.`measure_column`, s.`is_intercompany`, s.`subaccount`, s.`subaccount_id`, s.`subaccount_name`, s.`cost_center`, s.`cost_center_name`, s.`project_code`, s.`project_code_name`, s.`description`, s.`reference_number`, s.`customer_supplier`, s.`project`, s.`document_currency`, s.`document_debit`, s.`document_credit`, s.`currency`, s.`debit`, s.`credit`, s.`amount`, s.`group_currency`, s.`group_rate`, s.`group_debit`, s.`group_credit`, s.`group_amount`, s.`first_seen_at`, :fence, current_timestamp()
);

MERGE INTO `main`.`visma`.`general_ledger` AS t
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
    SELECT company_id, record_id FROM `main`.`visma`.`general_ledger` WHERE false
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
  )
  SELECT * FROM posted
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.company_id = s.company_id AND t.record_id = s.record_id
WHEN MATCHED AND s._gone THEN DELETE
WHEN MATCHED AND (t.`journal_record_id` IS DISTINCT FROM s.`journal_record_id` OR t.`module` IS DISTINCT FROM s.`module` OR t.`batch_number` IS DISTINCT FROM s.`batch_number` OR t.`line_number` IS DISTINCT FROM s.`line_number` OR t.`ledger` IS DISTINCT FROM s.`ledger` OR t.`branch` IS DISTINCT FROM s.`branch` OR t.`financial_period` IS DISTINCT FROM s.`financial_period` OR t.`transaction_date` IS DISTINCT FROM s.`transaction_date` OR t.`account` IS DISTINCT FROM s.`account` OR t.`account_name` IS DISTINCT FROM s.`account_name` OR t.`account_type` IS DISTINCT FROM s.`account_type` OR t.`account_group` IS DISTINCT FROM s.`account_group` OR t.`is_routed` IS DISTINCT FROM s.`is_routed` OR t.`routed_table` IS DISTINCT FROM s.`routed_table` OR t.`measure_column` IS DISTINCT FROM s.`measure_column` OR t.`is_intercompany` IS DISTINCT FROM s.`is_intercompany` OR t.`subaccount` IS DISTINCT FROM s.`subaccount` OR t.`subaccount_id` IS DISTINCT FROM s.`subaccount_id` OR t.`subaccount_name` IS DISTINCT FROM s.`subaccount_name` OR t.`description` IS DISTINCT FROM s.`description` OR t.`reference_number` IS DISTINCT FROM s.`reference_number` OR t.`customer_supplier` IS DISTINCT FROM s.`customer_supplier` OR t.`project` IS DISTINCT FROM s.`project` OR t.`document_currency` IS DISTINCT FROM s.`document_currency` OR t.`document_debit` IS DISTINCT FROM s.`document_debit` OR t.`document_credit` IS DISTINCT FROM s.`document_credit` OR t.`currency` IS DISTINCT FROM s.`currency` OR t.`debit` IS DISTINCT FROM s.`debit` OR t.`credit` IS DISTINCT FROM s.`credit` OR t.`amount` IS DISTINCT FROM s.`amount` OR t.`group_currency` IS DISTINCT FROM s.`group_currency` OR t.`group_rate` IS DISTINCT FROM s.`group_rate` OR t.`group_debit` IS DISTINCT FROM s.`group_debit` OR t.`group_credit` IS DISTINCT FROM s.`group_credit` OR t.`group_amount` IS DISTINCT FROM s.`group_amount` OR t.`first_seen_at` IS DISTINCT FROM s.`first_seen_at`) THEN UPDATE SET
  `journal_record_id` = s.`journal_record_id`,
  `module` = s.`module`,
  `batch_number` = s.`batch_number`,
  `line_number` = s.`line_number`,
  `ledger` = s.`ledger`,
  `branch` = s.`branch`,
  `financial_period` = s.`financial_period`,
  `transaction_date` = s.`transaction_date`,
  `account` = s.`account`,
  `account_name` = s.`account_name`,
  `account_type` = s.`account_type`,
  `account_group` = s.`account_group`,
  `is_routed` = s.`is_routed`,
  `routed_table` = s.`routed_table`,
  `measure_column` = s.`measure_column`,
  `is_intercompany` = s.`is_intercompany`,
  `subaccount` = s.`subaccount`,
  `subaccount_id` = s.`subaccount_id`,
  `subaccount_name` = s.`subaccount_name`,
  `description` = s.`description`,
  `reference_number` = s.`reference_number`,
  `customer_supplier` = s.`customer_supplier`,
  `project` = s.`project`,
  `document_currency` = s.`document_currency`,
  `document_debit` = s.`document_debit`,
  `document_credit` = s.`document_credit`,
  `currency` = s.`currency`,
  `debit` = s.`debit`,
  `credit` = s.`credit`,
  `amount` = s.`amount`,
  `group_currency` = s.`group_currency`,
  `group_rate` = s.`group_rate`,
  `group_debit` = s.`group_debit`,
  `group_credit` = s.`group_credit`,
  `group_amount` = s.`group_amount`,
  `first_seen_at` = s.`first_seen_at`,
  `_commit` = :fence,
  `_updated_at` = current_timestamp()
WHEN NOT MATCHED AND NOT s._gone THEN INSERT (
  `company_id`, `record_id`, `journal_record_id`, `module`, `batch_number`, `line_number`, `ledger`, `branch`, `financial_period`, `transaction_date`, `account`, `account_name`, `account_type`, `account_group`, `is_routed`, `routed_table`, `measure_column`, `is_intercompany`, `subaccount`, `subaccount_id`, `subaccount_name`, `description`, `reference_number`, `customer_supplier`, `project`, `document_currency`, `document_debit`, `document_credit`, `currency`, `debit`, `credit`, `amount`, `group_currency`, `group_rate`, `group_debit`, `group_credit`, `group_amount`, `first_seen_at`, `_commit`, `_updated_at`
) VALUES (
  s.`company_id`, s.`record_id`, s.`journal_record_id`, s.`module`, s.`batch_number`, s.`line_number`, s.`ledger`, s.`branch`, s.`financial_period`, s.`transaction_date`, s.`account`, s.`account_name`, s.`account_type`, s.`account_group`, s.`is_routed`, s.`routed_table`, s.`measure_column`, s.`is_intercompany`, s.`subaccount`, s.`subaccount_id`, s.`subaccount_name`, s.`description`, s.`reference_number`, s.`customer_supplier`, s.`project`, s.`document_currency`, s.`document_debit`, s.`document_credit`, s.`currency`, s.`debit`, s.`credit`, s.`amount`, s.`group_currency`, s.`group_rate`, s.`group_debit`, s.`group_credit`, s.`group_amount`, s.`first_seen_at`, :fence, current_timestamp()
);

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
  SELECT g.company_id, g.record_id
  FROM `main`.`visma`.`account` AS a
  JOIN `main`.`visma`.`general_ledger` AS g ON g.company_id = a.company_id AND g.account = a.account_cd
  WHERE a._commit > :after_account
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
)
SELECT company_id, COUNT(DISTINCT account) AS accounts
FROM posted
WHERE NOT _gone AND NOT is_routed
GROUP BY company_id
ORDER BY company_id;

SELECT COUNT(*) AS lost_lines
FROM `main`.`visma`.`general_ledger` AS g
LEFT ANTI JOIN `main`.`visma`.`journal_transaction_line` AS l
  ON l.company_id = g.company_id AND l.record_id = g.record_id
WHERE g.company_id IN ('x\'; DROP TABLE `account` --\\');
