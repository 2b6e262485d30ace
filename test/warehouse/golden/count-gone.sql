WITH marks AS (
  SELECT * FROM (VALUES
    ('x\'; DROP TABLE `supplier` --\\', '20260301t070000-d')
  ) AS v(company_id, load_id)
),
present AS (
  SELECT DISTINCT s.`company_id`, s.`record_id`
  FROM `main`.`visma_staging`.`unit` AS s
  WHERE s.`_load_id` IN ('20260301t070000-d')
)
SELECT r.`company_id` AS company_id, COUNT(*) AS live, COUNT(*) - COUNT(p.`record_id`) AS gone
FROM `main`.`visma`.`unit` AS r
JOIN marks AS m ON r.`company_id` = m.company_id
LEFT JOIN present AS p ON r.`company_id` = p.`company_id` AND r.`record_id` = p.`record_id`
WHERE r.`_deleted_at` IS NULL
GROUP BY r.`company_id`;

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
SELECT r.`company_id` AS company_id, COUNT(*) AS live, COUNT(*) - COUNT(p.`record_id`) AS gone
FROM `main`.`visma`.`plan` AS r
JOIN marks AS m ON r.`company_id` = m.company_id AND r.`branch` = m.`branch` AND CAST(r.`financial_year` AS STRING) = m.`financial_year`
LEFT JOIN present AS p ON r.`company_id` = p.`company_id` AND r.`record_id` = p.`record_id`
WHERE r.`_deleted_at` IS NULL
GROUP BY r.`company_id`;

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
bearing AS (
  SELECT DISTINCT s.`company_id`, s.`record_id`, s.`_load_id`
  FROM `main`.`visma_staging`.`partner` AS s
  JOIN loads AS l ON s.`_load_id` = l.load_id
  WHERE l.is_taken
)
SELECT r.`company_id` AS company_id, COUNT(*) AS live, COUNT(b.internal_id) - COUNT(p.`record_id`) AS gone
FROM `main`.`visma`.`partner` AS r
LEFT JOIN bearer AS b
  ON r.`company_id` = b.`company_id` AND r.`internal_id` = b.internal_id
LEFT JOIN bearing AS p
  ON r.`company_id` = p.`company_id` AND r.`record_id` = p.`record_id` AND b.`_load_id` = p.`_load_id`
WHERE r.`_deleted_at` IS NULL
GROUP BY r.`company_id`
HAVING COUNT(b.internal_id) > COUNT(p.`record_id`);

SELECT
  c0.company_id, 'unit' AS table_name, 'lines' AS loss,
  c0.live, c0.gone
FROM (
  SELECT 'se' AS company_id, 2 AS live, 1 AS gone
) AS c0
UNION ALL
SELECT
  c1.company_id, 'unit_line' AS table_name, 'lines' AS loss,
  c1.live, c1.gone
FROM (
  SELECT 'se' AS company_id, 2 AS live, 1 AS gone
) AS c1;
