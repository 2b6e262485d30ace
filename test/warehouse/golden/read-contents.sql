SELECT r.`record_id` AS record_id, CONCAT_WS('|', r.`_hash`) AS content
FROM `main`.`visma`.`unit` AS r
WHERE r.`company_id` = :company AND r.`_deleted_at` IS NULL;

SELECT r.`record_id` AS record_id, CONCAT_WS('|', r.`_hash`, COALESCE(l0.digest, ''), COALESCE(l1.digest, '')) AS content
FROM `main`.`visma`.`invoice` AS r
LEFT JOIN (
  SELECT n.`parent_record_id`, MD5(ARRAY_JOIN(SORT_ARRAY(COLLECT_LIST(
    CONCAT(LPAD(CAST(n.`position` AS STRING), 10, '0'), n.`_hash`)
  )), '')) AS digest
  FROM `main`.`visma`.`invoice_line` AS n
  WHERE n.`company_id` = :company AND n.`_deleted_at` IS NULL
  GROUP BY n.`parent_record_id`
) AS l0 ON l0.`parent_record_id` = r.`record_id`
LEFT JOIN (
  SELECT n.`parent_record_id`, MD5(ARRAY_JOIN(SORT_ARRAY(COLLECT_LIST(
    CONCAT(LPAD(CAST(n.`position` AS STRING), 10, '0'), n.`_hash`)
  )), '')) AS digest
  FROM `main`.`visma`.`invoice_tax_detail` AS n
  WHERE n.`company_id` = :company AND n.`_deleted_at` IS NULL
  GROUP BY n.`parent_record_id`
) AS l1 ON l1.`parent_record_id` = r.`record_id`
WHERE r.`company_id` = :company AND r.`_deleted_at` IS NULL;
