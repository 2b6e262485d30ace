SELECT
  'invoice' AS table_name,
  (SELECT COUNT(*) FROM `main`.`visma`.`invoice`) AS held,
  COUNT(*) AS written,
  COUNT(_deleted_at) AS marked
FROM `main`.`visma`.`invoice`
WHERE _commit = 7 AND _load_id IN ('20260301t060000-a', '20260301t070000-b')
UNION ALL
SELECT
  'invoice_line' AS table_name,
  (SELECT COUNT(*) FROM `main`.`visma`.`invoice_line`) AS held,
  COUNT(*) AS written,
  COUNT(_deleted_at) AS marked
FROM `main`.`visma`.`invoice_line`
WHERE _commit = 7 AND _load_id IN ('20260301t060000-a', '20260301t070000-b');
