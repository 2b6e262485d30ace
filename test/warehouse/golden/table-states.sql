SHOW TABLES IN `main`.`visma`;

SELECT 'invoice' AS table_name, MAX(_commit) AS newest_commit FROM `main`.`visma`.`invoice`
UNION ALL
SELECT 'unit' AS table_name, MAX(_commit) AS newest_commit FROM `main`.`visma`.`unit`;
