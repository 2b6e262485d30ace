MERGE INTO `main`.`visma_control`.`run` AS t
USING (SELECT :run_id AS run_id) AS s
ON t.run_id = s.run_id
WHEN NOT MATCHED THEN INSERT (run_id, command, version, started_at, ended_at, exit_code, report)
VALUES (
  s.run_id, :command, :version,
  CAST(:started_at AS TIMESTAMP), CAST(:ended_at AS TIMESTAMP), :exit_code, :report
);

MERGE INTO `main`.`visma_control`.`table_run` AS t
USING (
  SELECT :run_id AS run_id, v.* FROM (VALUES
    ('invoice', 5, 3, 1, 0)
  ) AS v(table_name, staged, inserted, updated, gone)
) AS s
ON t.run_id = s.run_id AND t.table_name = s.table_name
WHEN NOT MATCHED THEN INSERT (run_id, table_name, staged, inserted, updated, gone)
VALUES (s.run_id, s.table_name, s.staged, s.inserted, s.updated, s.gone);

MERGE INTO `main`.`visma_control`.`api_call` AS t
USING (
  SELECT :run_id AS run_id, company_id, CAST(resource AS STRING) AS resource, status, calls, bytes
  FROM (VALUES
    ('se', NULL, 200, 1, 900),
    ('x\'; DROP TABLE `supplier` --\\', 'invoice', 429, 2, 0)
  ) AS v(company_id, resource, status, calls, bytes)
) AS s
ON t.run_id = s.run_id AND t.company_id = s.company_id AND t.status = s.status
  AND t.resource IS NOT DISTINCT FROM s.resource
WHEN NOT MATCHED THEN INSERT (run_id, company_id, resource, status, calls, bytes)
VALUES (s.run_id, s.company_id, s.resource, s.status, s.calls, s.bytes);
