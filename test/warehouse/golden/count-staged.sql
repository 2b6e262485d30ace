SELECT 'invoice' AS table_name, s._load_id AS load_id, COUNT(*) AS staged
FROM `main`.`visma_staging`.`invoice` AS s
WHERE s._load_id IN ('20260301t060000-a', '20260301t070000-b')
GROUP BY s._load_id
UNION ALL
SELECT 'invoice_line' AS table_name, s._load_id AS load_id, COUNT(*) AS staged
FROM `main`.`visma_staging`.`invoice_line` AS s
WHERE s._load_id IN ('20260301t060000-a', '20260301t070000-b')
GROUP BY s._load_id;
