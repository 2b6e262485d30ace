MERGE INTO `main`.`visma`.`invoice_line` AS t
USING (
  WITH loads AS (
    SELECT * FROM (VALUES
      ('20260301t060000-a', 1, true, true),
      ('20260301t070000-b', 2, false, true)
    ) AS v(load_id, sequence, is_first, is_taken)
  ),
  parent AS (
    SELECT s.`company_id`, s.`record_id`, s.`_load_id`, s.`_place`, l.is_taken, s.`_place` = -1 AS `_gone`
    FROM `main`.`visma_staging`.`invoice` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
    QUALIFY ROW_NUMBER() OVER (
      PARTITION BY s.`company_id`, s.`record_id`
      ORDER BY l.sequence DESC, s.`_load_id` DESC, s.`_place` DESC
    ) = 1
  ),
  line AS (
    SELECT
      s.`company_id`,
      s.`record_id`,
      s.`parent_record_id`,
      s.`position`,
      s.`last_modified_date_time`,
      s.`line_number`,
      s.`amount`,
      s.`_record`,
      s.`_hash`,
      s.`_errors`,
      s.`_load_id`,
      s.`_place`,
      MAX(l.is_first) OVER (PARTITION BY s.`company_id`, s.`record_id`) AS `_is_first`
    FROM `main`.`visma_staging`.`invoice_line` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
  ),
  present AS (
    SELECT n.*, false AS `_gone`
    FROM line AS n
    JOIN parent AS p ON n.`_load_id` = p.`_load_id` AND n.`_place` = p.`_place`
    WHERE p.is_taken AND NOT p.`_gone`
  ),
  touched AS (
    SELECT `company_id`, `record_id`, `_load_id` FROM parent WHERE is_taken
  ),
  gone AS (
    SELECT r.`company_id`, r.`record_id`, p.`_load_id`
    FROM `main`.`visma`.`invoice_line` AS r
    JOIN touched AS p ON r.`company_id` = p.`company_id` AND r.`parent_record_id` = p.`record_id`
    LEFT JOIN present AS n ON r.`company_id` = n.`company_id` AND r.`record_id` = n.`record_id`
    WHERE r.`_deleted_at` IS NULL AND n.`record_id` IS NULL
  )
  SELECT * FROM (
    SELECT
      `company_id`,
      `record_id`,
      `parent_record_id`,
      `position`,
      `last_modified_date_time`,
      `line_number`,
      `amount`,
      `_record`,
      `_hash`,
      `_errors`,
      `_load_id`,
      `_is_first`,
      `_gone`
    FROM present
    UNION ALL
    SELECT
      `company_id`,
      `record_id`,
      NULL AS `parent_record_id`,
      NULL AS `position`,
      NULL AS `last_modified_date_time`,
      NULL AS `line_number`,
      NULL AS `amount`,
      NULL AS `_record`,
      NULL AS `_hash`,
      NULL AS `_errors`,
      `_load_id`,
      false AS `_is_first`,
      true AS `_gone`
    FROM gone
  ) AS c
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.`company_id` = s.`company_id` AND t.`record_id` = s.`record_id`
WHEN MATCHED AND s.`_gone` AND t.`_deleted_at` IS NULL THEN UPDATE SET
  `_load_id` = s.`_load_id`,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence,
  `_deleted_at` = current_timestamp()
WHEN MATCHED AND NOT s.`_gone` AND (t.`_hash` IS DISTINCT FROM s.`_hash` OR t.`position` IS DISTINCT FROM s.`position` OR t.`_deleted_at` IS NOT NULL) THEN UPDATE SET
  `parent_record_id` = s.`parent_record_id`,
  `position` = s.`position`,
  `last_modified_date_time` = s.`last_modified_date_time`,
  `line_number` = s.`line_number`,
  `amount` = s.`amount`,
  `_record` = s.`_record`,
  `_hash` = s.`_hash`,
  `_errors` = s.`_errors`,
  `_load_id` = s.`_load_id`,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence,
  `_deleted_at` = NULL
WHEN NOT MATCHED AND NOT s.`_gone` THEN INSERT (
  `company_id`, `record_id`, `parent_record_id`, `position`, `last_modified_date_time`, `line_number`, `amount`, `_record`, `_hash`, `_errors`, `_load_id`, `_ingested_at`, `_commit`, `_first_seen_at`, `_deleted_at`
) VALUES (
  s.`company_id`, s.`record_id`, s.`parent_record_id`, s.`position`, s.`last_modified_date_time`, s.`line_number`, s.`amount`, s.`_record`, s.`_hash`, s.`_errors`, s.`_load_id`, current_timestamp(), :fence, CASE WHEN s.`_is_first` THEN NULL ELSE current_timestamp() END, NULL
);

MERGE INTO `main`.`visma`.`invoice_line` AS t
USING (
  WITH loads AS (
    SELECT * FROM (VALUES
      ('20260301t060000-a', 1, true, true),
      ('20260301t070000-b', 2, false, true)
    ) AS v(load_id, sequence, is_first, is_taken)
  ),
  parent AS (
    SELECT s.`company_id`, s.`record_id`, s.`_load_id`, s.`_place`, l.is_taken, s.`_place` = -1 AS `_gone`
    FROM `main`.`visma_staging`.`invoice` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
    QUALIFY ROW_NUMBER() OVER (
      PARTITION BY s.`company_id`, s.`record_id`
      ORDER BY l.sequence DESC, s.`_load_id` DESC, s.`_place` DESC
    ) = 1
  ),
  line AS (
    SELECT
      s.`company_id`,
      s.`record_id`,
      s.`parent_record_id`,
      s.`position`,
      s.`last_modified_date_time`,
      s.`line_number`,
      s.`amount`,
      s.`_record`,
      s.`_hash`,
      s.`_errors`,
      s.`_load_id`,
      s.`_place`,
      MAX(l.is_first) OVER (PARTITION BY s.`company_id`, s.`record_id`) AS `_is_first`
    FROM `main`.`visma_staging`.`invoice_line` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
  ),
  present AS (
    SELECT n.*, false AS `_gone`
    FROM line AS n
    JOIN parent AS p ON n.`_load_id` = p.`_load_id` AND n.`_place` = p.`_place`
    WHERE p.is_taken AND NOT p.`_gone`
  ),
  touched AS (
    SELECT `company_id`, `record_id`, `_load_id` FROM parent WHERE is_taken
  ),
  gone AS (
    SELECT r.`company_id`, r.`record_id`, p.`_load_id`
    FROM `main`.`visma`.`invoice_line` AS r
    JOIN touched AS p ON r.`company_id` = p.`company_id` AND r.`parent_record_id` = p.`record_id`
    LEFT JOIN present AS n ON r.`company_id` = n.`company_id` AND r.`record_id` = n.`record_id`
    WHERE r.`_deleted_at` IS NULL AND n.`record_id` IS NULL
  )
  SELECT * FROM (
    SELECT
      `company_id`,
      `record_id`,
      `parent_record_id`,
      `position`,
      `last_modified_date_time`,
      `line_number`,
      `amount`,
      `_record`,
      `_hash`,
      `_errors`,
      `_load_id`,
      `_is_first`,
      `_gone`
    FROM present
    UNION ALL
    SELECT
      `company_id`,
      `record_id`,
      NULL AS `parent_record_id`,
      NULL AS `position`,
      NULL AS `last_modified_date_time`,
      NULL AS `line_number`,
      NULL AS `amount`,
      NULL AS `_record`,
      NULL AS `_hash`,
      NULL AS `_errors`,
      `_load_id`,
      false AS `_is_first`,
      true AS `_gone`
    FROM gone
  ) AS c
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.`company_id` = s.`company_id` AND t.`record_id` = s.`record_id`
WHEN MATCHED AND s.`_gone` AND t.`_deleted_at` IS NULL THEN UPDATE SET
  `_load_id` = s.`_load_id`,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence,
  `_deleted_at` = current_timestamp()
WHEN MATCHED AND NOT s.`_gone` AND (t.`parent_record_id` IS DISTINCT FROM s.`parent_record_id` OR t.`position` IS DISTINCT FROM s.`position` OR t.`last_modified_date_time` IS DISTINCT FROM s.`last_modified_date_time` OR t.`line_number` IS DISTINCT FROM s.`line_number` OR t.`amount` IS DISTINCT FROM s.`amount` OR t.`_record` IS DISTINCT FROM s.`_record` OR t.`_hash` IS DISTINCT FROM s.`_hash` OR t.`_errors` IS DISTINCT FROM s.`_errors` OR t.`_deleted_at` IS NOT NULL) THEN UPDATE SET
  `parent_record_id` = s.`parent_record_id`,
  `position` = s.`position`,
  `last_modified_date_time` = s.`last_modified_date_time`,
  `line_number` = s.`line_number`,
  `amount` = s.`amount`,
  `_record` = s.`_record`,
  `_hash` = s.`_hash`,
  `_errors` = s.`_errors`,
  `_load_id` = s.`_load_id`,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence,
  `_deleted_at` = NULL
WHEN NOT MATCHED AND NOT s.`_gone` THEN INSERT (
  `company_id`, `record_id`, `parent_record_id`, `position`, `last_modified_date_time`, `line_number`, `amount`, `_record`, `_hash`, `_errors`, `_load_id`, `_ingested_at`, `_commit`, `_first_seen_at`, `_deleted_at`
) VALUES (
  s.`company_id`, s.`record_id`, s.`parent_record_id`, s.`position`, s.`last_modified_date_time`, s.`line_number`, s.`amount`, s.`_record`, s.`_hash`, s.`_errors`, s.`_load_id`, current_timestamp(), :fence, CASE WHEN s.`_is_first` THEN NULL ELSE current_timestamp() END, NULL
);

MERGE INTO `main`.`visma`.`unit_line` AS t
USING (
  WITH loads AS (
    SELECT * FROM (VALUES
      ('20260301t060000-c', 1, true, false),
      ('20260301t070000-d', 2, false, true)
    ) AS v(load_id, sequence, is_first, is_taken)
  ),
  parent AS (
    SELECT s.`company_id`, s.`record_id`, s.`_load_id`, s.`_place`, l.is_taken, s.`_place` = -1 AS `_gone`
    FROM `main`.`visma_staging`.`unit` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
    QUALIFY ROW_NUMBER() OVER (
      PARTITION BY s.`company_id`, s.`record_id`
      ORDER BY l.sequence DESC, s.`_load_id` DESC, s.`_place` DESC
    ) = 1
  ),
  served AS (
    SELECT s.`company_id`, s.`record_id`
    FROM `main`.`visma_staging`.`unit` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
    WHERE l.is_taken
  ),
  marks AS (
    SELECT * FROM (VALUES
      ('x\'; DROP TABLE `supplier` --\\', '20260301t070000-d')
    ) AS v(company_id, load_id)
  ),
  missing AS (
    SELECT r.`company_id`, r.`record_id`, m.load_id AS `_load_id`
    FROM `main`.`visma`.`unit` AS r
    JOIN marks AS m ON r.`company_id` = m.company_id
    LEFT JOIN served AS p ON r.`company_id` = p.`company_id` AND r.`record_id` = p.`record_id`
    WHERE p.`record_id` IS NULL
  ),
  line AS (
    SELECT
      s.`company_id`,
      s.`record_id`,
      s.`parent_record_id`,
      s.`position`,
      s.`last_modified_date_time`,
      s.`line_number`,
      COALESCE(s.`amount`, from_json(s.`_record`, 'amount DECIMAL(38,10)').`amount`) AS `amount`,
      s.`_record`,
      s.`_hash`,
      s.`_errors`,
      s.`_load_id`,
      s.`_place`,
      MAX(l.is_first) OVER (PARTITION BY s.`company_id`, s.`record_id`) AS `_is_first`
    FROM `main`.`visma_staging`.`unit_line` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
  ),
  present AS (
    SELECT n.*, false AS `_gone`
    FROM line AS n
    JOIN parent AS p ON n.`_load_id` = p.`_load_id` AND n.`_place` = p.`_place`
    WHERE p.is_taken AND NOT p.`_gone`
  ),
  touched AS (
    SELECT `company_id`, `record_id`, `_load_id` FROM parent WHERE is_taken
    UNION ALL
    SELECT * FROM missing
  ),
  gone AS (
    SELECT r.`company_id`, r.`record_id`, p.`_load_id`
    FROM `main`.`visma`.`unit_line` AS r
    JOIN touched AS p ON r.`company_id` = p.`company_id` AND r.`parent_record_id` = p.`record_id`
    LEFT JOIN present AS n ON r.`company_id` = n.`company_id` AND r.`record_id` = n.`record_id`
    WHERE r.`_deleted_at` IS NULL AND n.`record_id` IS NULL
  )
  SELECT * FROM (
    SELECT
      `company_id`,
      `record_id`,
      `parent_record_id`,
      `position`,
      `last_modified_date_time`,
      `line_number`,
      `amount`,
      `_record`,
      `_hash`,
      `_errors`,
      `_load_id`,
      `_is_first`,
      `_gone`
    FROM present
    UNION ALL
    SELECT
      `company_id`,
      `record_id`,
      NULL AS `parent_record_id`,
      NULL AS `position`,
      NULL AS `last_modified_date_time`,
      NULL AS `line_number`,
      NULL AS `amount`,
      NULL AS `_record`,
      NULL AS `_hash`,
      NULL AS `_errors`,
      `_load_id`,
      false AS `_is_first`,
      true AS `_gone`
    FROM gone
  ) AS c
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.`company_id` = s.`company_id` AND t.`record_id` = s.`record_id`
WHEN MATCHED AND s.`_gone` AND t.`_deleted_at` IS NULL THEN UPDATE SET
  `_load_id` = s.`_load_id`,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence,
  `_deleted_at` = current_timestamp()
WHEN MATCHED AND NOT s.`_gone` AND (t.`_hash` IS DISTINCT FROM s.`_hash` OR t.`position` IS DISTINCT FROM s.`position` OR t.`_deleted_at` IS NOT NULL) THEN UPDATE SET
  `parent_record_id` = s.`parent_record_id`,
  `position` = s.`position`,
  `last_modified_date_time` = s.`last_modified_date_time`,
  `line_number` = s.`line_number`,
  `amount` = s.`amount`,
  `_record` = s.`_record`,
  `_hash` = s.`_hash`,
  `_errors` = s.`_errors`,
  `_load_id` = s.`_load_id`,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence,
  `_deleted_at` = NULL
WHEN NOT MATCHED AND NOT s.`_gone` THEN INSERT (
  `company_id`, `record_id`, `parent_record_id`, `position`, `last_modified_date_time`, `line_number`, `amount`, `_record`, `_hash`, `_errors`, `_load_id`, `_ingested_at`, `_commit`, `_first_seen_at`, `_deleted_at`
) VALUES (
  s.`company_id`, s.`record_id`, s.`parent_record_id`, s.`position`, s.`last_modified_date_time`, s.`line_number`, s.`amount`, s.`_record`, s.`_hash`, s.`_errors`, s.`_load_id`, current_timestamp(), :fence, CASE WHEN s.`_is_first` THEN NULL ELSE current_timestamp() END, NULL
);

MERGE INTO `main`.`visma`.`partner_line` AS t
USING (
  WITH loads AS (
    SELECT * FROM (VALUES
      ('20260301t060000-a', 1, true, true),
      ('20260301t070000-b', 2, false, true)
    ) AS v(load_id, sequence, is_first, is_taken)
  ),
  bearer AS (
    SELECT u.`company_id`, u.internal_id, MAX(u.sequence) AS sequence, MAX(u.`_load_id`) AS `_load_id`
    FROM (
      SELECT s.`company_id`, COALESCE(s.`internal_id`, from_json(s.`_record`, 'internalId BIGINT').`internalId`) AS internal_id, l.sequence, s.`_load_id`,
        COUNT(DISTINCT s.`record_id`) AS shared_by
      FROM `main`.`visma_staging`.`partner` AS s
      JOIN loads AS l ON s.`_load_id` = l.load_id
      WHERE l.is_taken AND s.`_place` <> -1 AND COALESCE(s.`internal_id`, from_json(s.`_record`, 'internalId BIGINT').`internalId`) > 0
      GROUP BY s.`company_id`, COALESCE(s.`internal_id`, from_json(s.`_record`, 'internalId BIGINT').`internalId`), l.sequence, s.`_load_id`
    ) AS u
    LEFT JOIN (
      SELECT r.`company_id`, r.`internal_id` AS internal_id
      FROM `main`.`visma`.`partner` AS r
      WHERE r.`_deleted_at` IS NULL AND r.`internal_id` IS NOT NULL
      GROUP BY r.`company_id`, r.`internal_id`
      HAVING COUNT(*) > 1
    ) AS h ON u.`company_id` = h.`company_id` AND u.internal_id = h.internal_id
    WHERE h.internal_id IS NULL
    GROUP BY u.`company_id`, u.internal_id
    HAVING MAX(u.shared_by) = 1
  ),
  parent AS (
    SELECT s.`company_id`, s.`record_id`, s.`_load_id`, s.`_place`, l.is_taken, (s.`_place` = -1 OR COALESCE(b.sequence > l.sequence, false)) AS `_gone`
    FROM `main`.`visma_staging`.`partner` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
    LEFT JOIN bearer AS b ON s.`company_id` = b.`company_id` AND COALESCE(s.`internal_id`, from_json(s.`_record`, 'internalId BIGINT').`internalId`) = b.internal_id
    QUALIFY ROW_NUMBER() OVER (
      PARTITION BY s.`company_id`, s.`record_id`
      ORDER BY l.sequence DESC, s.`_load_id` DESC, s.`_place` DESC
    ) = 1
  ),
  served AS (
    SELECT s.`company_id`, s.`record_id`
    FROM `main`.`visma_staging`.`partner` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
    WHERE l.is_taken
  ),
  renamed AS (
    SELECT r.`company_id`, r.`record_id`, b.`_load_id`
    FROM `main`.`visma`.`partner` AS r
    JOIN bearer AS b ON r.`company_id` = b.`company_id` AND r.`internal_id` = b.internal_id
    LEFT JOIN served AS p ON r.`company_id` = p.`company_id` AND r.`record_id` = p.`record_id`
    WHERE p.`record_id` IS NULL
  ),
  line AS (
    SELECT
      s.`company_id`,
      s.`record_id`,
      s.`parent_record_id`,
      s.`position`,
      s.`last_modified_date_time`,
      s.`line_number`,
      s.`amount`,
      s.`_record`,
      s.`_hash`,
      s.`_errors`,
      s.`_load_id`,
      s.`_place`,
      MAX(l.is_first) OVER (PARTITION BY s.`company_id`, s.`record_id`) AS `_is_first`
    FROM `main`.`visma_staging`.`partner_line` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
  ),
  present AS (
    SELECT n.*, false AS `_gone`
    FROM line AS n
    JOIN parent AS p ON n.`_load_id` = p.`_load_id` AND n.`_place` = p.`_place`
    WHERE p.is_taken AND NOT p.`_gone`
  ),
  touched AS (
    SELECT `company_id`, `record_id`, `_load_id` FROM parent WHERE is_taken
    UNION ALL
    SELECT * FROM renamed
  ),
  gone AS (
    SELECT r.`company_id`, r.`record_id`, p.`_load_id`
    FROM `main`.`visma`.`partner_line` AS r
    JOIN touched AS p ON r.`company_id` = p.`company_id` AND r.`parent_record_id` = p.`record_id`
    LEFT JOIN present AS n ON r.`company_id` = n.`company_id` AND r.`record_id` = n.`record_id`
    WHERE r.`_deleted_at` IS NULL AND n.`record_id` IS NULL
  )
  SELECT * FROM (
    SELECT
      `company_id`,
      `record_id`,
      `parent_record_id`,
      `position`,
      `last_modified_date_time`,
      `line_number`,
      `amount`,
      `_record`,
      `_hash`,
      `_errors`,
      `_load_id`,
      `_is_first`,
      `_gone`
    FROM present
    UNION ALL
    SELECT
      `company_id`,
      `record_id`,
      NULL AS `parent_record_id`,
      NULL AS `position`,
      NULL AS `last_modified_date_time`,
      NULL AS `line_number`,
      NULL AS `amount`,
      NULL AS `_record`,
      NULL AS `_hash`,
      NULL AS `_errors`,
      `_load_id`,
      false AS `_is_first`,
      true AS `_gone`
    FROM gone
  ) AS c
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.`company_id` = s.`company_id` AND t.`record_id` = s.`record_id`
WHEN MATCHED AND s.`_gone` AND t.`_deleted_at` IS NULL THEN UPDATE SET
  `_load_id` = s.`_load_id`,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence,
  `_deleted_at` = current_timestamp()
WHEN MATCHED AND NOT s.`_gone` AND (t.`_hash` IS DISTINCT FROM s.`_hash` OR t.`position` IS DISTINCT FROM s.`position` OR t.`_deleted_at` IS NOT NULL) THEN UPDATE SET
  `parent_record_id` = s.`parent_record_id`,
  `position` = s.`position`,
  `last_modified_date_time` = s.`last_modified_date_time`,
  `line_number` = s.`line_number`,
  `amount` = s.`amount`,
  `_record` = s.`_record`,
  `_hash` = s.`_hash`,
  `_errors` = s.`_errors`,
  `_load_id` = s.`_load_id`,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence,
  `_deleted_at` = NULL
WHEN NOT MATCHED AND NOT s.`_gone` THEN INSERT (
  `company_id`, `record_id`, `parent_record_id`, `position`, `last_modified_date_time`, `line_number`, `amount`, `_record`, `_hash`, `_errors`, `_load_id`, `_ingested_at`, `_commit`, `_first_seen_at`, `_deleted_at`
) VALUES (
  s.`company_id`, s.`record_id`, s.`parent_record_id`, s.`position`, s.`last_modified_date_time`, s.`line_number`, s.`amount`, s.`_record`, s.`_hash`, s.`_errors`, s.`_load_id`, current_timestamp(), :fence, CASE WHEN s.`_is_first` THEN NULL ELSE current_timestamp() END, NULL
);

MERGE INTO `main`.`visma`.`plan_line` AS t
USING (
  WITH loads AS (
    SELECT * FROM (VALUES
      ('20260301t060000-c', 1, true, false),
      ('20260301t070000-d', 2, false, true)
    ) AS v(load_id, sequence, is_first, is_taken)
  ),
  parent AS (
    SELECT s.`company_id`, s.`record_id`, s.`_load_id`, s.`_place`, l.is_taken, s.`_place` = -1 AS `_gone`
    FROM `main`.`visma_staging`.`plan` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
    QUALIFY ROW_NUMBER() OVER (
      PARTITION BY s.`company_id`, s.`record_id`
      ORDER BY l.sequence DESC, s.`_load_id` DESC, s.`_place` DESC
    ) = 1
  ),
  served AS (
    SELECT s.`company_id`, s.`record_id`
    FROM `main`.`visma_staging`.`plan` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
    WHERE l.is_taken
  ),
  marks AS (
    SELECT * FROM (VALUES
      ('se', '20260301t070000-d', 'NORTH', '2026'),
      ('se', '20260301t070001-d', 'x\'; DROP TABLE `supplier` --\\', '2026')
    ) AS v(company_id, load_id, `branch`, `financial_year`)
  ),
  missing AS (
    SELECT r.`company_id`, r.`record_id`, m.load_id AS `_load_id`
    FROM `main`.`visma`.`plan` AS r
    JOIN marks AS m ON r.`company_id` = m.company_id AND r.`branch` = m.`branch` AND CAST(r.`financial_year` AS STRING) = m.`financial_year`
    LEFT JOIN served AS p ON r.`company_id` = p.`company_id` AND r.`record_id` = p.`record_id`
    WHERE p.`record_id` IS NULL
  ),
  line AS (
    SELECT
      s.`company_id`,
      s.`record_id`,
      s.`parent_record_id`,
      s.`position`,
      s.`last_modified_date_time`,
      s.`line_number`,
      s.`amount`,
      s.`_record`,
      s.`_hash`,
      s.`_errors`,
      s.`_load_id`,
      s.`_place`,
      MAX(l.is_first) OVER (PARTITION BY s.`company_id`, s.`record_id`) AS `_is_first`
    FROM `main`.`visma_staging`.`plan_line` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
  ),
  present AS (
    SELECT n.*, false AS `_gone`
    FROM line AS n
    JOIN parent AS p ON n.`_load_id` = p.`_load_id` AND n.`_place` = p.`_place`
    WHERE p.is_taken AND NOT p.`_gone`
  ),
  touched AS (
    SELECT `company_id`, `record_id`, `_load_id` FROM parent WHERE is_taken
    UNION ALL
    SELECT * FROM missing
  ),
  gone AS (
    SELECT r.`company_id`, r.`record_id`, p.`_load_id`
    FROM `main`.`visma`.`plan_line` AS r
    JOIN touched AS p ON r.`company_id` = p.`company_id` AND r.`parent_record_id` = p.`record_id`
    LEFT JOIN present AS n ON r.`company_id` = n.`company_id` AND r.`record_id` = n.`record_id`
    WHERE r.`_deleted_at` IS NULL AND n.`record_id` IS NULL
  )
  SELECT * FROM (
    SELECT
      `company_id`,
      `record_id`,
      `parent_record_id`,
      `position`,
      `last_modified_date_time`,
      `line_number`,
      `amount`,
      `_record`,
      `_hash`,
      `_errors`,
      `_load_id`,
      `_is_first`,
      `_gone`
    FROM present
    UNION ALL
    SELECT
      `company_id`,
      `record_id`,
      NULL AS `parent_record_id`,
      NULL AS `position`,
      NULL AS `last_modified_date_time`,
      NULL AS `line_number`,
      NULL AS `amount`,
      NULL AS `_record`,
      NULL AS `_hash`,
      NULL AS `_errors`,
      `_load_id`,
      false AS `_is_first`,
      true AS `_gone`
    FROM gone
  ) AS c
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.`company_id` = s.`company_id` AND t.`record_id` = s.`record_id`
WHEN MATCHED AND s.`_gone` AND t.`_deleted_at` IS NULL THEN UPDATE SET
  `_load_id` = s.`_load_id`,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence,
  `_deleted_at` = current_timestamp()
WHEN MATCHED AND NOT s.`_gone` AND (t.`_hash` IS DISTINCT FROM s.`_hash` OR t.`position` IS DISTINCT FROM s.`position` OR t.`_deleted_at` IS NOT NULL) THEN UPDATE SET
  `parent_record_id` = s.`parent_record_id`,
  `position` = s.`position`,
  `last_modified_date_time` = s.`last_modified_date_time`,
  `line_number` = s.`line_number`,
  `amount` = s.`amount`,
  `_record` = s.`_record`,
  `_hash` = s.`_hash`,
  `_errors` = s.`_errors`,
  `_load_id` = s.`_load_id`,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence,
  `_deleted_at` = NULL
WHEN NOT MATCHED AND NOT s.`_gone` THEN INSERT (
  `company_id`, `record_id`, `parent_record_id`, `position`, `last_modified_date_time`, `line_number`, `amount`, `_record`, `_hash`, `_errors`, `_load_id`, `_ingested_at`, `_commit`, `_first_seen_at`, `_deleted_at`
) VALUES (
  s.`company_id`, s.`record_id`, s.`parent_record_id`, s.`position`, s.`last_modified_date_time`, s.`line_number`, s.`amount`, s.`_record`, s.`_hash`, s.`_errors`, s.`_load_id`, current_timestamp(), :fence, CASE WHEN s.`_is_first` THEN NULL ELSE current_timestamp() END, NULL
);

MERGE INTO `main`.`visma`.`partner_line` AS t
USING (
  WITH loads AS (
    SELECT * FROM (VALUES
      ('20260301t060000-a', 1, true, true),
      ('20260301t070000-b', 2, false, true)
    ) AS v(load_id, sequence, is_first, is_taken)
  ),
  bearer AS (
    SELECT u.`company_id`, u.internal_id, MAX(u.sequence) AS sequence, MAX(u.`_load_id`) AS `_load_id`
    FROM (
      SELECT s.`company_id`, s.`internal_id` AS internal_id, l.sequence, s.`_load_id`,
        COUNT(DISTINCT s.`record_id`) AS shared_by
      FROM `main`.`visma_staging`.`partner` AS s
      JOIN loads AS l ON s.`_load_id` = l.load_id
      WHERE l.is_taken AND s.`_place` <> -1 AND s.`internal_id` > 0
      GROUP BY s.`company_id`, s.`internal_id`, l.sequence, s.`_load_id`
    ) AS u
    LEFT JOIN (
      SELECT r.`company_id`, r.`internal_id` AS internal_id
      FROM `main`.`visma`.`partner` AS r
      WHERE r.`_deleted_at` IS NULL AND r.`internal_id` IS NOT NULL
      GROUP BY r.`company_id`, r.`internal_id`
      HAVING COUNT(*) > 1
    ) AS h ON u.`company_id` = h.`company_id` AND u.internal_id = h.internal_id
    WHERE h.internal_id IS NULL
    GROUP BY u.`company_id`, u.internal_id
    HAVING MAX(u.shared_by) = 1
  ),
  occurrence AS (
    SELECT s.`company_id`, s.`record_id`, s.`_load_id`, s.`_place`, l.is_taken,
      (s.`_place` = -1 OR COALESCE(b.sequence > l.sequence, false)) AS `_gone`,
      COALESCE(instr(s.`_absent`, ',segments.lines,'), 0) = 0 AS is_known,
      ROW_NUMBER() OVER (
        PARTITION BY s.`company_id`, s.`record_id`
        ORDER BY l.sequence DESC, s.`_load_id` DESC, s.`_place` DESC
      ) AS age
    FROM `main`.`visma_staging`.`partner` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
    LEFT JOIN bearer AS b ON s.`company_id` = b.`company_id` AND s.`internal_id` = b.internal_id
  ),
  known AS (
    SELECT `company_id`, `record_id`, MIN(age) AS age
    FROM occurrence
    WHERE is_known AND is_taken
    GROUP BY `company_id`, `record_id`
  ),
  parent AS (
    SELECT o.*, k.age AS known
    FROM occurrence AS o
    LEFT JOIN known AS k ON o.`company_id` = k.`company_id` AND o.`record_id` = k.`record_id`
    WHERE o.age = 1
  ),
  served AS (
    SELECT s.`company_id`, s.`record_id`
    FROM `main`.`visma_staging`.`partner` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
    WHERE l.is_taken
  ),
  renamed AS (
    SELECT r.`company_id`, r.`record_id`, b.`_load_id`
    FROM `main`.`visma`.`partner` AS r
    JOIN bearer AS b ON r.`company_id` = b.`company_id` AND r.`internal_id` = b.internal_id
    LEFT JOIN served AS p ON r.`company_id` = p.`company_id` AND r.`record_id` = p.`record_id`
    WHERE p.`record_id` IS NULL
  ),
  line AS (
    SELECT
      s.`company_id`,
      s.`record_id`,
      s.`parent_record_id`,
      s.`position`,
      s.`last_modified_date_time`,
      s.`line_number`,
      s.`amount`,
      s.`_record`,
      s.`_hash`,
      s.`_errors`,
      s.`_load_id`,
      s.`_place`,
      MAX(l.is_first) OVER (PARTITION BY s.`company_id`, s.`record_id`) AS `_is_first`
    FROM `main`.`visma_staging`.`partner_line` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
  ),
  offered AS (
    SELECT n.`company_id`, n.`record_id`, o.`_load_id`, o.`_place`, o.age
    FROM line AS n
    JOIN occurrence AS o ON n.`_load_id` = o.`_load_id` AND n.`_place` = o.`_place`
    JOIN parent AS p ON o.`company_id` = p.`company_id` AND o.`record_id` = p.`record_id`
    WHERE p.is_taken AND NOT p.`_gone` AND o.is_taken AND (p.known IS NULL OR o.age <= p.known)
  ),
  newest AS (
    SELECT `company_id`, `record_id`, MIN(age) AS age
    FROM offered
    GROUP BY `company_id`, `record_id`
  ),
  present AS (
    SELECT n.*, false AS `_gone`
    FROM line AS n
    JOIN offered AS o
      ON n.`company_id` = o.`company_id` AND n.`record_id` = o.`record_id`
        AND n.`_load_id` = o.`_load_id` AND n.`_place` = o.`_place`
    JOIN newest AS w ON o.`company_id` = w.`company_id` AND o.`record_id` = w.`record_id` AND o.age = w.age
  ),
  touched AS (
    SELECT `company_id`, `record_id`, `_load_id` FROM parent WHERE is_taken AND (`_gone` OR known IS NOT NULL)
    UNION ALL
    SELECT * FROM renamed
  ),
  gone AS (
    SELECT r.`company_id`, r.`record_id`, p.`_load_id`
    FROM `main`.`visma`.`partner_line` AS r
    JOIN touched AS p ON r.`company_id` = p.`company_id` AND r.`parent_record_id` = p.`record_id`
    LEFT JOIN present AS n ON r.`company_id` = n.`company_id` AND r.`record_id` = n.`record_id`
    WHERE r.`_deleted_at` IS NULL AND n.`record_id` IS NULL
  )
  SELECT * FROM (
    SELECT
      `company_id`,
      `record_id`,
      `parent_record_id`,
      `position`,
      `last_modified_date_time`,
      `line_number`,
      `amount`,
      `_record`,
      `_hash`,
      `_errors`,
      `_load_id`,
      `_is_first`,
      `_gone`
    FROM present
    UNION ALL
    SELECT
      `company_id`,
      `record_id`,
      NULL AS `parent_record_id`,
      NULL AS `position`,
      NULL AS `last_modified_date_time`,
      NULL AS `line_number`,
      NULL AS `amount`,
      NULL AS `_record`,
      NULL AS `_hash`,
      NULL AS `_errors`,
      `_load_id`,
      false AS `_is_first`,
      true AS `_gone`
    FROM gone
  ) AS c
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.`company_id` = s.`company_id` AND t.`record_id` = s.`record_id`
WHEN MATCHED AND s.`_gone` AND t.`_deleted_at` IS NULL THEN UPDATE SET
  `_load_id` = s.`_load_id`,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence,
  `_deleted_at` = current_timestamp()
WHEN MATCHED AND NOT s.`_gone` AND (t.`_hash` IS DISTINCT FROM s.`_hash` OR t.`position` IS DISTINCT FROM s.`position` OR t.`_deleted_at` IS NOT NULL) THEN UPDATE SET
  `parent_record_id` = s.`parent_record_id`,
  `position` = s.`position`,
  `last_modified_date_time` = s.`last_modified_date_time`,
  `line_number` = s.`line_number`,
  `amount` = s.`amount`,
  `_record` = s.`_record`,
  `_hash` = s.`_hash`,
  `_errors` = s.`_errors`,
  `_load_id` = s.`_load_id`,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence,
  `_deleted_at` = NULL
WHEN NOT MATCHED AND NOT s.`_gone` THEN INSERT (
  `company_id`, `record_id`, `parent_record_id`, `position`, `last_modified_date_time`, `line_number`, `amount`, `_record`, `_hash`, `_errors`, `_load_id`, `_ingested_at`, `_commit`, `_first_seen_at`, `_deleted_at`
) VALUES (
  s.`company_id`, s.`record_id`, s.`parent_record_id`, s.`position`, s.`last_modified_date_time`, s.`line_number`, s.`amount`, s.`_record`, s.`_hash`, s.`_errors`, s.`_load_id`, current_timestamp(), :fence, CASE WHEN s.`_is_first` THEN NULL ELSE current_timestamp() END, NULL
);

WITH loads AS (
  SELECT * FROM (VALUES
    ('20260301t060000-a', 1, true, true),
    ('20260301t070000-b', 2, false, true)
  ) AS v(load_id, sequence, is_first, is_taken)
),
parent AS (
  SELECT s.`company_id`, s.`record_id`, s.`_load_id`, s.`_place`, l.is_taken, s.`_place` = -1 AS `_gone`
  FROM `main`.`visma_staging`.`invoice` AS s
  JOIN loads AS l ON s.`_load_id` = l.load_id
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY s.`company_id`, s.`record_id`
    ORDER BY l.sequence DESC, s.`_load_id` DESC, s.`_place` DESC
  ) = 1
),
line AS (
  SELECT
    s.`company_id`,
    s.`record_id`,
    s.`parent_record_id`,
    s.`_load_id`,
    s.`_place`,
    MAX(l.is_first) OVER (PARTITION BY s.`company_id`, s.`record_id`) AS `_is_first`
  FROM `main`.`visma_staging`.`invoice_line` AS s
  JOIN loads AS l ON s.`_load_id` = l.load_id
),
present AS (
  SELECT n.*, false AS `_gone`
  FROM line AS n
  JOIN parent AS p ON n.`_load_id` = p.`_load_id` AND n.`_place` = p.`_place`
  WHERE p.is_taken AND NOT p.`_gone`
),
served_lines AS (
  SELECT `company_id`, `parent_record_id` AS `record_id`, COUNT(*) AS lines
  FROM present
  GROUP BY `company_id`, `parent_record_id`
),
held AS (
  SELECT r.`company_id`, r.`parent_record_id` AS `record_id`, COUNT(*) AS lines
  FROM `main`.`visma`.`invoice_line` AS r
  WHERE r.`_deleted_at` IS NULL
  GROUP BY r.`company_id`, r.`parent_record_id`
)
SELECT h.`company_id` AS company_id, SUM(h.lines) AS live, SUM(CASE WHEN p.`record_id` IS NULL THEN 0 ELSE GREATEST(h.lines - COALESCE(c.lines, 0), 0) END) AS gone
FROM held AS h
LEFT JOIN parent AS p
  ON h.`company_id` = p.`company_id` AND h.`record_id` = p.`record_id`
    AND p.is_taken AND NOT p.`_gone`
LEFT JOIN served_lines AS c ON h.`company_id` = c.`company_id` AND h.`record_id` = c.`record_id`
GROUP BY h.`company_id`
HAVING SUM(CASE WHEN p.`record_id` IS NULL THEN 0 ELSE GREATEST(h.lines - COALESCE(c.lines, 0), 0) END) > 0;

WITH loads AS (
  SELECT * FROM (VALUES
    ('20260301t060000-a', 1, true, true),
    ('20260301t070000-b', 2, false, true)
  ) AS v(load_id, sequence, is_first, is_taken)
),
bearer AS (
  SELECT u.`company_id`, u.internal_id, MAX(u.sequence) AS sequence, MAX(u.`_load_id`) AS `_load_id`
  FROM (
    SELECT s.`company_id`, s.`internal_id` AS internal_id, l.sequence, s.`_load_id`,
      COUNT(DISTINCT s.`record_id`) AS shared_by
    FROM `main`.`visma_staging`.`partner` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
    WHERE l.is_taken AND s.`_place` <> -1 AND s.`internal_id` > 0
    GROUP BY s.`company_id`, s.`internal_id`, l.sequence, s.`_load_id`
  ) AS u
  LEFT JOIN (
    SELECT r.`company_id`, r.`internal_id` AS internal_id
    FROM `main`.`visma`.`partner` AS r
    WHERE r.`_deleted_at` IS NULL AND r.`internal_id` IS NOT NULL
    GROUP BY r.`company_id`, r.`internal_id`
    HAVING COUNT(*) > 1
  ) AS h ON u.`company_id` = h.`company_id` AND u.internal_id = h.internal_id
  WHERE h.internal_id IS NULL
  GROUP BY u.`company_id`, u.internal_id
  HAVING MAX(u.shared_by) = 1
),
occurrence AS (
  SELECT s.`company_id`, s.`record_id`, s.`_load_id`, s.`_place`, l.is_taken,
    (s.`_place` = -1 OR COALESCE(b.sequence > l.sequence, false)) AS `_gone`,
    COALESCE(instr(s.`_absent`, ',lines,'), 0) = 0 AS is_known,
    ROW_NUMBER() OVER (
      PARTITION BY s.`company_id`, s.`record_id`
      ORDER BY l.sequence DESC, s.`_load_id` DESC, s.`_place` DESC
    ) AS age
  FROM `main`.`visma_staging`.`partner` AS s
  JOIN loads AS l ON s.`_load_id` = l.load_id
  LEFT JOIN bearer AS b ON s.`company_id` = b.`company_id` AND s.`internal_id` = b.internal_id
),
known AS (
  SELECT `company_id`, `record_id`, MIN(age) AS age
  FROM occurrence
  WHERE is_known AND is_taken
  GROUP BY `company_id`, `record_id`
),
parent AS (
  SELECT o.*, k.age AS known
  FROM occurrence AS o
  LEFT JOIN known AS k ON o.`company_id` = k.`company_id` AND o.`record_id` = k.`record_id`
  WHERE o.age = 1
),
line AS (
  SELECT
    s.`company_id`,
    s.`record_id`,
    s.`parent_record_id`,
    s.`_load_id`,
    s.`_place`,
    MAX(l.is_first) OVER (PARTITION BY s.`company_id`, s.`record_id`) AS `_is_first`
  FROM `main`.`visma_staging`.`partner_line` AS s
  JOIN loads AS l ON s.`_load_id` = l.load_id
),
offered AS (
  SELECT n.`company_id`, n.`record_id`, o.`_load_id`, o.`_place`, o.age
  FROM line AS n
  JOIN occurrence AS o ON n.`_load_id` = o.`_load_id` AND n.`_place` = o.`_place`
  JOIN parent AS p ON o.`company_id` = p.`company_id` AND o.`record_id` = p.`record_id`
  WHERE p.is_taken AND NOT p.`_gone` AND o.is_taken AND (p.known IS NULL OR o.age <= p.known)
),
newest AS (
  SELECT `company_id`, `record_id`, MIN(age) AS age
  FROM offered
  GROUP BY `company_id`, `record_id`
),
present AS (
  SELECT n.*, false AS `_gone`
  FROM line AS n
  JOIN offered AS o
    ON n.`company_id` = o.`company_id` AND n.`record_id` = o.`record_id`
      AND n.`_load_id` = o.`_load_id` AND n.`_place` = o.`_place`
  JOIN newest AS w ON o.`company_id` = w.`company_id` AND o.`record_id` = w.`record_id` AND o.age = w.age
),
served_lines AS (
  SELECT `company_id`, `parent_record_id` AS `record_id`, COUNT(*) AS lines
  FROM present
  GROUP BY `company_id`, `parent_record_id`
),
held AS (
  SELECT r.`company_id`, r.`parent_record_id` AS `record_id`, COUNT(*) AS lines
  FROM `main`.`visma`.`partner_line` AS r
  WHERE r.`_deleted_at` IS NULL
  GROUP BY r.`company_id`, r.`parent_record_id`
)
SELECT h.`company_id` AS company_id, SUM(h.lines) AS live, SUM(CASE WHEN p.`record_id` IS NULL THEN 0 ELSE GREATEST(h.lines - COALESCE(c.lines, 0), 0) END) AS gone
FROM held AS h
LEFT JOIN parent AS p
  ON h.`company_id` = p.`company_id` AND h.`record_id` = p.`record_id`
    AND p.is_taken AND NOT p.`_gone` AND p.known IS NOT NULL
LEFT JOIN served_lines AS c ON h.`company_id` = c.`company_id` AND h.`record_id` = c.`record_id`
GROUP BY h.`company_id`
HAVING SUM(CASE WHEN p.`record_id` IS NULL THEN 0 ELSE GREATEST(h.lines - COALESCE(c.lines, 0), 0) END) > 0;
