UPDATE `main`.`visma`.`invoice` SET
  `reference_number` = COALESCE(`reference_number`, from_json(`_record`, 'referenceNumber STRING').`referenceNumber`),
  `supplier_number` = COALESCE(`supplier_number`, from_json(`_record`, 'supplier STRUCT<number: STRING>').`supplier`.`number`),
  `amount` = COALESCE(`amount`, from_json(`_record`, 'amount DECIMAL(38,10)').`amount`),
  `document_date` = COALESCE(`document_date`, TRY_CAST(from_json(`_record`, 'documentDate STRING').`documentDate` AS DATE)),
  `created_date_time` = COALESCE(`created_date_time`, TRY_CAST(from_json(`_record`, 'createdDateTime STRING').`createdDateTime` AS TIMESTAMP_NTZ)),
  `hold` = COALESCE(`hold`, from_json(`_record`, 'hold BOOLEAN').`hold`)
WHERE (`reference_number` IS NULL AND from_json(`_record`, 'referenceNumber STRING').`referenceNumber` IS NOT NULL)
  OR (`supplier_number` IS NULL AND from_json(`_record`, 'supplier STRUCT<number: STRING>').`supplier`.`number` IS NOT NULL)
  OR (`amount` IS NULL AND from_json(`_record`, 'amount DECIMAL(38,10)').`amount` IS NOT NULL)
  OR (`document_date` IS NULL AND TRY_CAST(from_json(`_record`, 'documentDate STRING').`documentDate` AS DATE) IS NOT NULL)
  OR (`created_date_time` IS NULL AND TRY_CAST(from_json(`_record`, 'createdDateTime STRING').`createdDateTime` AS TIMESTAMP_NTZ) IS NOT NULL)
  OR (`hold` IS NULL AND from_json(`_record`, 'hold BOOLEAN').`hold` IS NOT NULL);
