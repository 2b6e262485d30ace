SELECT CASE WHEN COUNT(*) = 0 THEN 0 ELSE raise_error('rows in staging are not those of the manifests') END AS wrong
FROM (VALUES
  ('20260301t060000-a', 'invoice', 12),
  ('20260301t070000-b', 'invoice', 0)
) AS v(load_id, table_name, expected)
LEFT JOIN (
  SELECT 'invoice' AS table_name, s._load_id AS load_id, COUNT(*) AS staged
  FROM `main`.`visma_staging`.`invoice` AS s
  WHERE s._load_id IN ('20260301t060000-a', '20260301t070000-b')
  GROUP BY s._load_id
) AS c
ON v.load_id = c.load_id AND v.table_name = c.table_name
WHERE COALESCE(c.staged, 0) <> v.expected;

SELECT CASE WHEN COUNT(*) = 0 THEN 0 ELSE raise_error('more rows are gone than may be marked') END AS wrong
FROM (
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
  GROUP BY r.`company_id`
) AS g
WHERE g.gone > 20 AND g.gone > g.live * 0.3;

SELECT CASE WHEN COUNT(*) = 0 THEN 0 ELSE raise_error('more rows are gone than may be marked') END AS wrong
FROM (
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
  GROUP BY r.`company_id`
) AS g
WHERE g.gone > 20 AND g.gone > g.live * 0.3 AND g.company_id NOT IN ('se', 'x\'; DROP TABLE `supplier` --\\');

SELECT CASE WHEN COUNT(*) = 0 THEN 0 ELSE raise_error('a checkpoint did not move') END AS wrong
FROM (VALUES
  ('x\'; DROP TABLE `supplier` --\\', 'unit', '', 8)
) AS v(company_id, resource, slice, sequence)
LEFT JOIN `main`.`visma_control`.`checkpoint` AS t
ON v.company_id = t.company_id AND v.resource = t.resource AND v.slice = t.slice
  AND v.sequence = t.sequence AND t.run_id = :run_id
WHERE t.company_id IS NULL;
