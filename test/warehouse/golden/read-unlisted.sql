WITH marks AS (
  SELECT * FROM (VALUES
    ('se', '20260301t070000-d', 'NORTH', '2026'),
    ('se', '20260301t070001-d', 'x\'; DROP TABLE `supplier` --\\', '2026')
  ) AS v(company_id, load_id, `branch`, `financial_year`)
),
present AS (
  SELECT DISTINCT s.`company_id`, s.`record_id`
  FROM `main`.`visma_staging`.`plan` AS s
  WHERE s.`_load_id` IN ('20260301t070000-d', '20260301t070001-d')
)
SELECT r.`record_id` AS record_id, r.`_record` AS record
FROM `main`.`visma`.`plan` AS r
JOIN marks AS m ON r.`company_id` = m.company_id AND r.`branch` = m.`branch` AND CAST(r.`financial_year` AS STRING) = m.`financial_year`
LEFT JOIN present AS p ON r.`company_id` = p.`company_id` AND r.`record_id` = p.`record_id`
WHERE r.`_deleted_at` IS NULL AND p.`record_id` IS NULL;
