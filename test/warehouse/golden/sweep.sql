SELECT s.run_id, s.company_id, s.resource, s.slice, s.period, s.keys, s.lacking, s.differing, s.missing, s.marked, s.swept_at, n.read_at
FROM (SELECT current_timestamp() AS read_at) AS n
LEFT JOIN (
  SELECT run_id, company_id, resource, slice, period, keys, lacking, differing, missing, marked, swept_at
  FROM `main`.`visma_control`.`sweep`
  WHERE swept_at <= current_timestamp() + INTERVAL 5 MINUTES
  QUALIFY ROW_NUMBER() OVER (PARTITION BY company_id, resource, slice, period ORDER BY swept_at DESC, run_id DESC) = 1
) AS s ON true;

MERGE INTO `main`.`visma_control`.`sweep` AS t
USING (
  SELECT
    run_id,
    company_id,
    resource,
    slice,
    period,
    keys,
    lacking,
    differing,
    missing,
    marked,
    CAST(swept_at AS TIMESTAMP) AS swept_at
  FROM (VALUES
    ('run-7', 'x\'; DROP TABLE `supplier` --\\', 'invoice', '', '202603', 40, 1, 2, 3, 0, '2026-03-01T06:00:00.000Z')
  ) AS v(run_id, company_id, resource, slice, period, keys, lacking, differing, missing, marked, swept_at)
) AS s
ON t.run_id = s.run_id AND t.company_id = s.company_id AND t.resource = s.resource AND t.slice = s.slice AND t.period = s.period
WHEN MATCHED THEN UPDATE SET
  keys = s.keys,
  lacking = s.lacking,
  differing = s.differing,
  missing = s.missing,
  marked = s.marked,
  swept_at = s.swept_at
WHEN NOT MATCHED THEN INSERT (run_id, company_id, resource, slice, period, keys, lacking, differing, missing, marked, swept_at)
VALUES (s.run_id, s.company_id, s.resource, s.slice, s.period, s.keys, s.lacking, s.differing, s.missing, s.marked, s.swept_at);
