SELECT company_id, resource, record_id, run_id FROM `main`.`visma_control`.`missing_key`;

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
WHEN NOT MATCHED AND s.run_id IS NOT NULL THEN INSERT (company_id, resource, record_id, run_id)
VALUES (s.company_id, s.resource, s.record_id, s.run_id);
