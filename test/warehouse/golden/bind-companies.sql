MERGE INTO `main`.`visma_control`.`company` AS t
USING (SELECT * FROM (VALUES
  ('se', '7c1f'),
  ('x\'; DROP TABLE `supplier` --\\', '8d20')
) AS v(company_id, tenant_id)) AS s
ON t.company_id = s.company_id
WHEN MATCHED THEN UPDATE SET t.tenant_id = s.tenant_id, t.bound_at = current_timestamp()
WHEN NOT MATCHED THEN INSERT (company_id, tenant_id, bound_at)
VALUES (s.company_id, s.tenant_id, current_timestamp());

SELECT DISTINCT company_id
FROM `main`.`visma_control`.`load`
WHERE state = 'settled' AND company_id IN ('se', 'x\'; DROP TABLE `supplier` --\\');
