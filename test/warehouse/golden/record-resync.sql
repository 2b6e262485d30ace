MERGE INTO `main`.`visma_control`.`resync` AS t
USING (SELECT * FROM (VALUES
  ('run-7', 'se', 'invoice', '', 'period 202603', 'anna@example.com', 'x\'; DROP TABLE `supplier` --\\', 40, 2)
) AS v(run_id, company_id, resource, slice, scope, requested_by, reason, records_read, differing) WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1) AS s
ON t.run_id = s.run_id AND t.company_id = s.company_id AND t.resource = s.resource AND t.slice = s.slice AND t.scope = s.scope
WHEN NOT MATCHED THEN INSERT (run_id, company_id, resource, slice, scope, requested_by, reason, records_read, differing, recorded_at)
VALUES (s.run_id, s.company_id, s.resource, s.slice, s.scope, s.requested_by, s.reason, s.records_read, s.differing, current_timestamp());
