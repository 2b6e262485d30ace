SELECT 'invoice' AS table_name, COUNT(*) AS doubled
FROM (
  SELECT company_id, record_id
  FROM `main`.`visma`.`invoice`
  GROUP BY company_id, record_id
  HAVING COUNT(*) > 1
) AS d
UNION ALL
SELECT 'invoice_line' AS table_name, COUNT(*) AS doubled
FROM (
  SELECT company_id, record_id
  FROM `main`.`visma`.`invoice_line`
  GROUP BY company_id, record_id
  HAVING COUNT(*) > 1
) AS d;

MERGE INTO `main`.`visma`.`invoice` AS t
USING (
  WITH ranked AS (
    SELECT r.*, ROW_NUMBER() OVER (
      PARTITION BY r.company_id, r.record_id
      ORDER BY CASE WHEN r._deleted_at IS NULL THEN 0 ELSE 1 END, r._commit DESC, r._hash
    ) AS place_among
    FROM `main`.`visma`.`invoice` AS r
    JOIN (
      SELECT company_id, record_id
      FROM `main`.`visma`.`invoice`
      GROUP BY company_id, record_id
      HAVING COUNT(*) > 1
    ) AS d ON d.company_id = r.company_id AND d.record_id = r.record_id
    WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
  )
  SELECT k.*, false AS goes FROM ranked AS k WHERE k.place_among = 1
  UNION ALL
  SELECT k.*, true AS goes FROM ranked AS k WHERE k.place_among = 1
) AS s
ON t.company_id = s.company_id AND t.record_id = s.record_id AND s.goes
WHEN MATCHED THEN DELETE
WHEN NOT MATCHED AND NOT s.goes THEN INSERT (
  `company_id`, `record_id`, `_ingested_at`, `_commit`
) VALUES (
  s.`company_id`, s.`record_id`, current_timestamp(), :fence
);
