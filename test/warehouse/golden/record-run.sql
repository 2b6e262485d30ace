SELECT report FROM `main`.`visma_control`.`run` WHERE run_id = :run_id;

SELECT MAX(run_id) AS run_id
FROM `main`.`visma_control`.`run`
WHERE get_json_object(report, '$.certificate.sha256') IS NOT NULL;

SELECT MAX(run_id) AS run_id
FROM `main`.`visma_control`.`run`
WHERE get_json_object(report, '$.certificate.sha256') IS NOT NULL AND run_id <= :run_id;

MERGE INTO `main`.`visma_control`.`run` AS t
USING (
  SELECT
    run_id, command, program,
    CAST(started_at AS TIMESTAMP) AS started_at, CAST(ended_at AS TIMESTAMP) AS ended_at,
    timestampadd(SECOND, -seconds_ago, current_timestamp()) AS recorded_at, exit_code, report
  FROM (VALUES
    ('run-1', 'sync', '0.2.0', '2026-03-01T06:00:00.000Z', '2026-03-01T06:01:00.250Z', 0, 0, '{"notes":[]}'),
    ('run-2', 'land', '0.2.0', '2026-03-01T06:00:00.000Z', '2026-03-01T06:01:00.250Z', 90, 3, '{"company":"x\'; DROP TABLE `supplier` --\\"}')
  ) AS v(run_id, command, program, started_at, ended_at, seconds_ago, exit_code, report)
) AS s
ON t.run_id = s.run_id
WHEN NOT MATCHED THEN INSERT (run_id, command, version, started_at, ended_at, recorded_at, exit_code, report)
VALUES (s.run_id, s.command, s.program, s.started_at, s.ended_at, s.recorded_at, s.exit_code, s.report);

MERGE INTO `main`.`visma_control`.`table_run` AS t
USING (
  SELECT v.* FROM (VALUES
    ('run-1', 'invoice', 5, 3, 1, 0)
  ) AS v(run_id, table_name, staged, inserted, updated, gone)
) AS s
ON t.run_id = s.run_id AND t.table_name = s.table_name
WHEN NOT MATCHED THEN INSERT (run_id, table_name, staged, inserted, updated, gone)
VALUES (s.run_id, s.table_name, s.staged, s.inserted, s.updated, s.gone);

MERGE INTO `main`.`visma_control`.`api_call` AS t
USING (
  SELECT run_id, company_id, CAST(resource AS STRING) AS resource, status, calls, bytes
  FROM (VALUES
    ('run-1', 'se', NULL, 200, 1, 900),
    ('run-2', 'x\'; DROP TABLE `supplier` --\\', 'invoice', 429, 2, 0)
  ) AS v(run_id, company_id, resource, status, calls, bytes)
) AS s
ON t.run_id = s.run_id AND t.company_id = s.company_id AND t.status = s.status
  AND t.resource IS NOT DISTINCT FROM s.resource
WHEN NOT MATCHED THEN INSERT (run_id, company_id, resource, status, calls, bytes)
VALUES (s.run_id, s.company_id, s.resource, s.status, s.calls, s.bytes);
