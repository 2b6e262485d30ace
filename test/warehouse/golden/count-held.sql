WITH settled AS (
  SELECT load_id FROM `main`.`visma_control`.`load` WHERE state = 'settled' AND startswith(run_id, :run_id)
)
SELECT
  company_id, table_name, live, marked, written,
  CAST(debit AS STRING) AS debit,
  CAST(credit AS STRING) AS credit
FROM (
  SELECT
    r.company_id,
    'invoice' AS table_name,
    COUNT(CASE WHEN r._deleted_at IS NULL THEN 1 END) AS live,
    COUNT(r._deleted_at) AS marked,
    COUNT(s.load_id) AS written,
    CAST(NULL AS DECIMAL(38,10)) AS debit,
    CAST(NULL AS DECIMAL(38,10)) AS credit
  FROM `main`.`visma`.`invoice` AS r
  LEFT JOIN settled AS s ON s.load_id = r._load_id
  GROUP BY r.company_id
  UNION ALL
  SELECT
    r.company_id,
    'it\'s' AS table_name,
    COUNT(CASE WHEN r._deleted_at IS NULL THEN 1 END) AS live,
    COUNT(r._deleted_at) AS marked,
    COUNT(s.load_id) AS written,
    SUM(CASE WHEN r._deleted_at IS NULL THEN r.debit_amount END) AS debit,
    SUM(CASE WHEN r._deleted_at IS NULL THEN r.credit_amount END) AS credit
  FROM `main`.`visma`.`journal_line` AS r
  LEFT JOIN settled AS s ON s.load_id = r._load_id
  GROUP BY r.company_id
) AS c
ORDER BY company_id, table_name;
