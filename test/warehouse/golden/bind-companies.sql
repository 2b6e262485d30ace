MERGE INTO `main`.`visma_control`.`company` AS t
USING (SELECT * FROM (VALUES
  ('se', '7c1f'),
  ('x\'; DROP TABLE `supplier` --\\', '8d20')
) AS v(company_id, tenant_id)) AS s
ON t.company_id = s.company_id
WHEN NOT MATCHED THEN INSERT (company_id, tenant_id, bound_at)
VALUES (s.company_id, s.tenant_id, current_timestamp());
