SELECT company_id, resource, record_id, run_id, CASE WHEN missed_at <= current_timestamp() THEN missed_at END AS missed_at
FROM `main`.`visma_control`.`missing_key`;

MERGE INTO `main`.`visma_control`.`missing_key` AS t
USING (
  SELECT company_id, resource, record_id, CAST(run_id AS STRING) AS run_id
  FROM (VALUES
    ('se', 'invoice', 'found', NULL),
    ('x\'; DROP TABLE `supplier` --\\', 'invoice', 'x\'; DROP TABLE `supplier` --\\', 'run-7')
  ) AS v(company_id, resource, record_id, run_id)
) AS s
ON t.company_id = s.company_id AND t.resource = s.resource AND t.record_id = s.record_id
WHEN MATCHED AND s.run_id IS NULL THEN DELETE
WHEN MATCHED AND (t.missed_at IS NULL OR t.missed_at > current_timestamp()) THEN UPDATE SET
  missed_at = current_timestamp()
WHEN NOT MATCHED AND s.run_id IS NOT NULL THEN INSERT (company_id, resource, record_id, run_id, missed_at)
VALUES (s.company_id, s.resource, s.record_id, s.run_id, current_timestamp());
