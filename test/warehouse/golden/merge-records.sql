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
      MAX(l.is_first) OVER (PARTITION BY s.`company_id`, s.`record_id`) AS `_is_first`
    FROM `main`.`visma_staging`.`invoice` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
    QUALIFY ROW_NUMBER() OVER (
      PARTITION BY s.`company_id`, s.`record_id`
      ORDER BY l.sequence DESC, s.`_load_id` DESC, s.`_place` DESC
    ) = 1
  ),
  present AS (
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
      false AS `_gone`
    FROM present
  ) AS c
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.`company_id` = s.`company_id` AND t.`record_id` = s.`record_id`
WHEN MATCHED AND s.`_gone` THEN UPDATE SET
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
      MAX(l.is_first) OVER (PARTITION BY s.`company_id`, s.`record_id`) AS `_is_first`
    FROM `main`.`visma_staging`.`unit` AS s
    JOIN loads AS l ON s.`_load_id` = l.load_id
    QUALIFY ROW_NUMBER() OVER (
      PARTITION BY s.`company_id`, s.`record_id`
      ORDER BY l.sequence DESC, s.`_load_id` DESC, s.`_place` DESC
    ) = 1
  ),
  present AS (
    SELECT * FROM occurrence WHERE is_taken
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
    LEFT JOIN `main`.`visma_staging`.`unit` AS p
      ON p.`_load_id` = m.load_id AND p.`company_id` = r.`company_id` AND p.`record_id` = r.`record_id`
    WHERE r.`_deleted_at` IS NULL AND p.`record_id` IS NULL
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
      false AS `_gone`
    FROM present
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
WHEN MATCHED AND s.`_gone` THEN UPDATE SET
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
