SELECT r.`record_id` AS record_id, CAST(r.`last_modified_date_time` AS STRING) AS stamp, r.`_deleted_at` IS NOT NULL AS is_deleted
FROM `main`.`visma`.`unit` AS r
WHERE r.`company_id` = :company_id;

SELECT r.`record_id` AS record_id, CAST(r.`last_modified_date_time` AS STRING) AS stamp, r.`_deleted_at` IS NOT NULL AS is_deleted
FROM `main`.`visma`.`plan` AS r
WHERE r.`company_id` = :company_id AND r.`branch` = :asked_0 AND CAST(r.`financial_year` AS STRING) = :asked_1;

SELECT r.`record_id` AS record_id, r.`time_stamp` AS row_version, CAST(r.`last_modified_date_time` AS STRING) AS stamp, r.`_deleted_at` IS NOT NULL AS is_deleted
FROM `main`.`visma`.`partner` AS r
WHERE r.`company_id` = :company_id AND r.`financial_period` = :period;

SELECT r.`record_id` AS record_id, r.`time_stamp` AS row_version, CAST(r.`last_modified_date_time` AS STRING) AS stamp, r.`_deleted_at` IS NOT NULL AS is_deleted
FROM `main`.`visma`.`partner` AS r
WHERE r.`company_id` = :company_id AND COALESCE(r.`financial_period`, '') = '';
