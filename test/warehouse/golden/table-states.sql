SELECT 'invoice' AS table_name, MAX(_commit) AS newest_commit
FROM `main`.`visma`.`invoice`
UNION ALL
SELECT 'invoice_line' AS table_name, MAX(_commit) AS newest_commit
FROM `main`.`visma`.`invoice_line`;
