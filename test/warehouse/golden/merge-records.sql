MERGE INTO `main`.`visma`.`invoice` AS t
USING (
  WITH loads AS (
    SELECT * FROM (VALUES
      ('20260301t060000-a', 1, true, true),
      ('20260301t070000-b', 2, false, true)
    ) AS v(load_id, sequence, is_first, is_taken)
  ),
  occurrence AS (
    SELECT
      s.`company_id`,
      s.`record_id`,
      s.`last_modified_date_time`,
      s.`reference_number`,
      COALESCE(s.`supplier_number`, from_json(s.`_record`, 'supplier STRUCT<number: STRING>').`supplier`.`number`) AS `supplier_number`,
      s.`amount`,
      COALESCE(s.`document_date`, TRY_CAST(from_json(s.`_record`, 'documentDate STRING').`documentDate` AS DATE)) AS `document_date`,
      s.`created_date_time`,
      s.`hold`,
      s.`_record`,
      s.`_hash`,
      s.`_errors`,
      s.`_load_id`,
      l.is_taken,
      MAX(l.is_first) OVER (PARTITION BY s.`company_id`, s.`record_id`) AS `_is_first`,
      s.`_place` = -1 AS `_gone`
    FROM `main`.`visma_staging`.`invoice` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
    QUALIFY ROW_NUMBER() OVER (
      PARTITION BY s.`company_id`, s.`record_id`
      ORDER BY l.sequence DESC, s.`_load_id` DESC, s.`_place` DESC
    ) = 1
  ),
  taken AS (
    SELECT * FROM occurrence WHERE is_taken
  )
  SELECT * FROM (
    SELECT
      `company_id`,
      `record_id`,
      `last_modified_date_time`,
      `reference_number`,
      `supplier_number`,
      `amount`,
      `document_date`,
      `created_date_time`,
      `hold`,
      `_record`,
      `_hash`,
      `_errors`,
      `_load_id`,
      `_is_first`,
      `_gone`
    FROM taken
  ) AS c
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.`company_id` = s.`company_id` AND t.`record_id` = s.`record_id`
WHEN MATCHED AND s.`_gone` AND t.`_deleted_at` IS NULL THEN UPDATE SET
  `_load_id` = s.`_load_id`,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence,
  `_deleted_at` = current_timestamp()
WHEN MATCHED AND NOT s.`_gone` AND (t.`_hash` IS DISTINCT FROM s.`_hash` OR t.`_deleted_at` IS NOT NULL) THEN UPDATE SET
  `last_modified_date_time` = s.`last_modified_date_time`,
  `reference_number` = s.`reference_number`,
  `supplier_number` = s.`supplier_number`,
  `amount` = s.`amount`,
  `document_date` = s.`document_date`,
  `created_date_time` = s.`created_date_time`,
  `hold` = s.`hold`,
  `_record` = s.`_record`,
  `_hash` = s.`_hash`,
  `_errors` = s.`_errors`,
  `_load_id` = s.`_load_id`,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence,
  `_deleted_at` = NULL
WHEN NOT MATCHED AND NOT s.`_gone` THEN INSERT (
  `company_id`, `record_id`, `last_modified_date_time`, `reference_number`, `supplier_number`, `amount`, `document_date`, `created_date_time`, `hold`, `_record`, `_hash`, `_errors`, `_load_id`, `_ingested_at`, `_commit`, `_first_seen_at`, `_deleted_at`
) VALUES (
  s.`company_id`, s.`record_id`, s.`last_modified_date_time`, s.`reference_number`, s.`supplier_number`, s.`amount`, s.`document_date`, s.`created_date_time`, s.`hold`, s.`_record`, s.`_hash`, s.`_errors`, s.`_load_id`, current_timestamp(), :fence, CASE WHEN s.`_is_first` THEN NULL ELSE current_timestamp() END, NULL
);

MERGE INTO `main`.`visma`.`unit` AS t
USING (
  WITH loads AS (
    SELECT * FROM (VALUES
      ('20260301t060000-c', 1, true, false),
      ('20260301t070000-d', 2, false, true)
    ) AS v(load_id, sequence, is_first, is_taken)
  ),
  occurrence AS (
    SELECT
      s.`company_id`,
      s.`record_id`,
      s.`last_modified_date_time`,
      s.`reference_number`,
      s.`supplier_number`,
      s.`amount`,
      s.`document_date`,
      s.`created_date_time`,
      s.`hold`,
      s.`_record`,
      s.`_hash`,
      s.`_errors`,
      s.`_load_id`,
      l.is_taken,
      MAX(l.is_first) OVER (PARTITION BY s.`company_id`, s.`record_id`) AS `_is_first`,
      s.`_place` = -1 AS `_gone`
    FROM `main`.`visma_staging`.`unit` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
    QUALIFY ROW_NUMBER() OVER (
      PARTITION BY s.`company_id`, s.`record_id`
      ORDER BY l.sequence DESC, s.`_load_id` DESC, s.`_place` DESC
    ) = 1
  ),
  taken AS (
    SELECT * FROM occurrence WHERE is_taken
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
    WHERE p.`record_id` IS NULL AND r.`_deleted_at` IS NULL AND NOT (r.`company_id` = 'x\'; DROP TABLE `supplier` --\\' AND r.`record_id` IN ('1', 'x\'; DROP TABLE `supplier` --\\'))
  )
  SELECT * FROM (
    SELECT
      `company_id`,
      `record_id`,
      `last_modified_date_time`,
      `reference_number`,
      `supplier_number`,
      `amount`,
      `document_date`,
      `created_date_time`,
      `hold`,
      `_record`,
      `_hash`,
      `_errors`,
      `_load_id`,
      `_is_first`,
      `_gone`
    FROM taken
    UNION ALL
    SELECT
      `company_id`,
      `record_id`,
      NULL AS `last_modified_date_time`,
      NULL AS `reference_number`,
      NULL AS `supplier_number`,
      NULL AS `amount`,
      NULL AS `document_date`,
      NULL AS `created_date_time`,
      NULL AS `hold`,
      NULL AS `_record`,
      NULL AS `_hash`,
      NULL AS `_errors`,
      `_load_id`,
      false AS `_is_first`,
      true AS `_gone`
    FROM missing
  ) AS c
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.`company_id` = s.`company_id` AND t.`record_id` = s.`record_id`
WHEN MATCHED AND s.`_gone` AND t.`_deleted_at` IS NULL THEN UPDATE SET
  `_load_id` = s.`_load_id`,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence,
  `_deleted_at` = current_timestamp()
WHEN MATCHED AND NOT s.`_gone` AND (t.`_hash` IS DISTINCT FROM s.`_hash` OR t.`_deleted_at` IS NOT NULL) THEN UPDATE SET
  `last_modified_date_time` = s.`last_modified_date_time`,
  `reference_number` = s.`reference_number`,
  `supplier_number` = s.`supplier_number`,
  `amount` = s.`amount`,
  `document_date` = s.`document_date`,
  `created_date_time` = s.`created_date_time`,
  `hold` = s.`hold`,
  `_record` = s.`_record`,
  `_hash` = s.`_hash`,
  `_errors` = s.`_errors`,
  `_load_id` = s.`_load_id`,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence,
  `_deleted_at` = NULL
WHEN NOT MATCHED AND NOT s.`_gone` THEN INSERT (
  `company_id`, `record_id`, `last_modified_date_time`, `reference_number`, `supplier_number`, `amount`, `document_date`, `created_date_time`, `hold`, `_record`, `_hash`, `_errors`, `_load_id`, `_ingested_at`, `_commit`, `_first_seen_at`, `_deleted_at`
) VALUES (
  s.`company_id`, s.`record_id`, s.`last_modified_date_time`, s.`reference_number`, s.`supplier_number`, s.`amount`, s.`document_date`, s.`created_date_time`, s.`hold`, s.`_record`, s.`_hash`, s.`_errors`, s.`_load_id`, current_timestamp(), :fence, CASE WHEN s.`_is_first` THEN NULL ELSE current_timestamp() END, NULL
);

MERGE INTO `main`.`visma`.`partner` AS t
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
    SELECT
      s.`company_id`,
      s.`record_id`,
      s.`last_modified_date_time`,
      s.`reference_number`,
      s.`supplier_number`,
      s.`amount`,
      s.`internal_id`,
      s.`time_stamp`,
      s.`financial_period`,
      s.`_record`,
      s.`_hash`,
      s.`_errors`,
      s.`_load_id`,
      l.is_taken,
      MAX(l.is_first) OVER (PARTITION BY s.`company_id`, s.`record_id`) AS `_is_first`,
      (s.`_place` = -1 OR COALESCE(b.sequence > l.sequence, false)) AS `_gone`
    FROM `main`.`visma_staging`.`partner` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
    LEFT JOIN bearer AS b ON s.`company_id` = b.`company_id` AND s.`internal_id` = b.internal_id
    QUALIFY ROW_NUMBER() OVER (
      PARTITION BY s.`company_id`, s.`record_id`
      ORDER BY l.sequence DESC, s.`_load_id` DESC, s.`_place` DESC
    ) = 1
  ),
  taken AS (
    SELECT * FROM occurrence WHERE is_taken
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
    WHERE p.`record_id` IS NULL AND r.`_deleted_at` IS NULL
  )
  SELECT * FROM (
    SELECT
      `company_id`,
      `record_id`,
      `last_modified_date_time`,
      `reference_number`,
      `supplier_number`,
      `amount`,
      `internal_id`,
      `time_stamp`,
      `financial_period`,
      `_record`,
      `_hash`,
      `_errors`,
      `_load_id`,
      `_is_first`,
      `_gone`
    FROM taken
    UNION ALL
    SELECT
      `company_id`,
      `record_id`,
      NULL AS `last_modified_date_time`,
      NULL AS `reference_number`,
      NULL AS `supplier_number`,
      NULL AS `amount`,
      NULL AS `internal_id`,
      NULL AS `time_stamp`,
      NULL AS `financial_period`,
      NULL AS `_record`,
      NULL AS `_hash`,
      NULL AS `_errors`,
      `_load_id`,
      false AS `_is_first`,
      true AS `_gone`
    FROM renamed
  ) AS c
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.`company_id` = s.`company_id` AND t.`record_id` = s.`record_id`
WHEN MATCHED AND s.`_gone` AND t.`_deleted_at` IS NULL THEN UPDATE SET
  `_load_id` = s.`_load_id`,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence,
  `_deleted_at` = current_timestamp()
WHEN MATCHED AND NOT s.`_gone` AND (t.`_hash` IS DISTINCT FROM s.`_hash` OR t.`_deleted_at` IS NOT NULL) THEN UPDATE SET
  `last_modified_date_time` = s.`last_modified_date_time`,
  `reference_number` = s.`reference_number`,
  `supplier_number` = s.`supplier_number`,
  `amount` = s.`amount`,
  `internal_id` = s.`internal_id`,
  `time_stamp` = s.`time_stamp`,
  `financial_period` = s.`financial_period`,
  `_record` = s.`_record`,
  `_hash` = s.`_hash`,
  `_errors` = s.`_errors`,
  `_load_id` = s.`_load_id`,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence,
  `_deleted_at` = NULL
WHEN NOT MATCHED AND NOT s.`_gone` THEN INSERT (
  `company_id`, `record_id`, `last_modified_date_time`, `reference_number`, `supplier_number`, `amount`, `internal_id`, `time_stamp`, `financial_period`, `_record`, `_hash`, `_errors`, `_load_id`, `_ingested_at`, `_commit`, `_first_seen_at`, `_deleted_at`
) VALUES (
  s.`company_id`, s.`record_id`, s.`last_modified_date_time`, s.`reference_number`, s.`supplier_number`, s.`amount`, s.`internal_id`, s.`time_stamp`, s.`financial_period`, s.`_record`, s.`_hash`, s.`_errors`, s.`_load_id`, current_timestamp(), :fence, CASE WHEN s.`_is_first` THEN NULL ELSE current_timestamp() END, NULL
);

MERGE INTO `main`.`visma`.`plan` AS t
USING (
  WITH loads AS (
    SELECT * FROM (VALUES
      ('20260301t060000-c', 1, true, false),
      ('20260301t070000-d', 2, false, true)
    ) AS v(load_id, sequence, is_first, is_taken)
  ),
  occurrence AS (
    SELECT
      s.`company_id`,
      s.`record_id`,
      s.`last_modified_date_time`,
      s.`reference_number`,
      s.`supplier_number`,
      s.`amount`,
      s.`branch`,
      s.`financial_year`,
      s.`_record`,
      s.`_hash`,
      s.`_errors`,
      s.`_load_id`,
      l.is_taken,
      MAX(l.is_first) OVER (PARTITION BY s.`company_id`, s.`record_id`) AS `_is_first`,
      s.`_place` = -1 AS `_gone`
    FROM `main`.`visma_staging`.`plan` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
    QUALIFY ROW_NUMBER() OVER (
      PARTITION BY s.`company_id`, s.`record_id`
      ORDER BY l.sequence DESC, s.`_load_id` DESC, s.`_place` DESC
    ) = 1
  ),
  taken AS (
    SELECT * FROM occurrence WHERE is_taken
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
    WHERE p.`record_id` IS NULL AND r.`_deleted_at` IS NULL
  )
  SELECT * FROM (
    SELECT
      `company_id`,
      `record_id`,
      `last_modified_date_time`,
      `reference_number`,
      `supplier_number`,
      `amount`,
      `branch`,
      `financial_year`,
      `_record`,
      `_hash`,
      `_errors`,
      `_load_id`,
      `_is_first`,
      `_gone`
    FROM taken
    UNION ALL
    SELECT
      `company_id`,
      `record_id`,
      NULL AS `last_modified_date_time`,
      NULL AS `reference_number`,
      NULL AS `supplier_number`,
      NULL AS `amount`,
      NULL AS `branch`,
      NULL AS `financial_year`,
      NULL AS `_record`,
      NULL AS `_hash`,
      NULL AS `_errors`,
      `_load_id`,
      false AS `_is_first`,
      true AS `_gone`
    FROM missing
  ) AS c
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.`company_id` = s.`company_id` AND t.`record_id` = s.`record_id`
WHEN MATCHED AND s.`_gone` AND t.`_deleted_at` IS NULL THEN UPDATE SET
  `_load_id` = s.`_load_id`,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence,
  `_deleted_at` = current_timestamp()
WHEN MATCHED AND NOT s.`_gone` AND (t.`_hash` IS DISTINCT FROM s.`_hash` OR t.`_deleted_at` IS NOT NULL) THEN UPDATE SET
  `last_modified_date_time` = s.`last_modified_date_time`,
  `reference_number` = s.`reference_number`,
  `supplier_number` = s.`supplier_number`,
  `amount` = s.`amount`,
  `branch` = s.`branch`,
  `financial_year` = s.`financial_year`,
  `_record` = s.`_record`,
  `_hash` = s.`_hash`,
  `_errors` = s.`_errors`,
  `_load_id` = s.`_load_id`,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence,
  `_deleted_at` = NULL
WHEN NOT MATCHED AND NOT s.`_gone` THEN INSERT (
  `company_id`, `record_id`, `last_modified_date_time`, `reference_number`, `supplier_number`, `amount`, `branch`, `financial_year`, `_record`, `_hash`, `_errors`, `_load_id`, `_ingested_at`, `_commit`, `_first_seen_at`, `_deleted_at`
) VALUES (
  s.`company_id`, s.`record_id`, s.`last_modified_date_time`, s.`reference_number`, s.`supplier_number`, s.`amount`, s.`branch`, s.`financial_year`, s.`_record`, s.`_hash`, s.`_errors`, s.`_load_id`, current_timestamp(), :fence, CASE WHEN s.`_is_first` THEN NULL ELSE current_timestamp() END, NULL
);

MERGE INTO `main`.`visma`.`plan` AS t
USING (
  WITH loads AS (
    SELECT * FROM (VALUES
      ('20260301t060000-c', 1, true, false),
      ('20260301t070000-d', 2, false, true)
    ) AS v(load_id, sequence, is_first, is_taken)
  ),
  occurrence AS (
    SELECT
      s.`company_id`,
      s.`record_id`,
      s.`last_modified_date_time`,
      s.`reference_number`,
      s.`supplier_number`,
      s.`amount`,
      s.`branch`,
      s.`financial_year`,
      s.`_record`,
      s.`_hash`,
      s.`_errors`,
      s.`_load_id`,
      l.is_taken,
      MAX(l.is_first) OVER (PARTITION BY s.`company_id`, s.`record_id`) AS `_is_first`,
      s.`_place` = -1 AS `_gone`
    FROM `main`.`visma_staging`.`plan` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
    QUALIFY ROW_NUMBER() OVER (
      PARTITION BY s.`company_id`, s.`record_id`
      ORDER BY l.sequence DESC, s.`_load_id` DESC, s.`_place` DESC
    ) = 1
  ),
  taken AS (
    SELECT * FROM occurrence WHERE is_taken
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
    WHERE p.`record_id` IS NULL AND r.`_deleted_at` IS NULL
  )
  SELECT * FROM (
    SELECT
      `company_id`,
      `record_id`,
      `last_modified_date_time`,
      `reference_number`,
      `supplier_number`,
      `amount`,
      `branch`,
      `financial_year`,
      `_record`,
      `_hash`,
      `_errors`,
      `_load_id`,
      `_is_first`,
      `_gone`
    FROM taken
    UNION ALL
    SELECT
      `company_id`,
      `record_id`,
      NULL AS `last_modified_date_time`,
      NULL AS `reference_number`,
      NULL AS `supplier_number`,
      NULL AS `amount`,
      NULL AS `branch`,
      NULL AS `financial_year`,
      NULL AS `_record`,
      NULL AS `_hash`,
      NULL AS `_errors`,
      `_load_id`,
      false AS `_is_first`,
      true AS `_gone`
    FROM missing
  ) AS c
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.`company_id` = s.`company_id` AND t.`record_id` = s.`record_id`
WHEN MATCHED AND s.`_gone` AND t.`_deleted_at` IS NULL THEN UPDATE SET
  `_load_id` = s.`_load_id`,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence,
  `_deleted_at` = current_timestamp()
WHEN MATCHED AND NOT s.`_gone` AND (t.`last_modified_date_time` IS DISTINCT FROM s.`last_modified_date_time` OR t.`reference_number` IS DISTINCT FROM s.`reference_number` OR t.`supplier_number` IS DISTINCT FROM s.`supplier_number` OR t.`amount` IS DISTINCT FROM s.`amount` OR t.`branch` IS DISTINCT FROM s.`branch` OR t.`financial_year` IS DISTINCT FROM s.`financial_year` OR t.`_record` IS DISTINCT FROM s.`_record` OR t.`_hash` IS DISTINCT FROM s.`_hash` OR t.`_errors` IS DISTINCT FROM s.`_errors` OR t.`_deleted_at` IS NOT NULL) THEN UPDATE SET
  `last_modified_date_time` = s.`last_modified_date_time`,
  `reference_number` = s.`reference_number`,
  `supplier_number` = s.`supplier_number`,
  `amount` = s.`amount`,
  `branch` = s.`branch`,
  `financial_year` = s.`financial_year`,
  `_record` = s.`_record`,
  `_hash` = s.`_hash`,
  `_errors` = s.`_errors`,
  `_load_id` = s.`_load_id`,
  `_ingested_at` = current_timestamp(),
  `_commit` = :fence,
  `_deleted_at` = NULL
WHEN NOT MATCHED AND NOT s.`_gone` THEN INSERT (
  `company_id`, `record_id`, `last_modified_date_time`, `reference_number`, `supplier_number`, `amount`, `branch`, `financial_year`, `_record`, `_hash`, `_errors`, `_load_id`, `_ingested_at`, `_commit`, `_first_seen_at`, `_deleted_at`
) VALUES (
  s.`company_id`, s.`record_id`, s.`last_modified_date_time`, s.`reference_number`, s.`supplier_number`, s.`amount`, s.`branch`, s.`financial_year`, s.`_record`, s.`_hash`, s.`_errors`, s.`_load_id`, current_timestamp(), :fence, CASE WHEN s.`_is_first` THEN NULL ELSE current_timestamp() END, NULL
);
