COPY INTO `main`.`visma_staging`.`invoice`
FROM (
  SELECT
    CAST(`company_id` AS STRING) AS `company_id`,
    CAST(`record_id` AS STRING) AS `record_id`,
    CAST(`last_modified_date_time` AS TIMESTAMP_NTZ) AS `last_modified_date_time`,
    CAST(`reference_number` AS STRING) AS `reference_number`,
    CAST(`supplier_number` AS STRING) AS `supplier_number`,
    CAST(`amount` AS DECIMAL(38,10)) AS `amount`,
    CAST(`document_date` AS DATE) AS `document_date`,
    CAST(`created_date_time` AS TIMESTAMP_NTZ) AS `created_date_time`,
    CAST(NULL AS BOOLEAN) AS `hold`,
    CAST(`_record` AS STRING) AS `_record`,
    CAST(`_hash` AS STRING) AS `_hash`,
    CAST(`_errors` AS STRING) AS `_errors`,
    CAST(`_load_id` AS STRING) AS `_load_id`,
    CAST(`_place` AS BIGINT) AS `_place`,
    CAST(`_absent` AS STRING) AS `_absent`
  FROM '/Volumes/main/visma_staging/landing'
)
FILEFORMAT = PARQUET
FILES = (
  'invoice/20260301t060000-a/invoice-00000.parquet',
  'invoice/20260301t060000-a/invoice-00001.parquet'
);
