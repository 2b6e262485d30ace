MERGE INTO `main`.`visma_control`.`checkpoint` AS t
USING (
  SELECT
    company_id,
    resource,
    slice,
    from_sequence,
    sequence,
    CAST(watermark AS STRING) AS watermark,
    CAST(next_since AS STRING) AS next_since,
    tail_digest,
    tail_rows,
    CAST(pass_seconds AS DECIMAL(18,3)) AS pass_seconds,
    CAST(resume AS STRING) AS resume,
    CAST(provisional AS BOOLEAN) AS provisional,
    load_id,
    load_ids,
    CAST(rows_held AS BIGINT) AS rows_held
  FROM (VALUES
    ('se', 'invoice', '', 0, 2, '2026-03-01T06:59:58.740', '2026-03-01T04:59:46.240', '00ff00ff00ff00ff00ff00ff00ff00ff', 12, 12.5, '{"begunAt":"2026-03-01T06:00:00.000Z"}', true, '20260301t060000-a', '["20260301t050000-a","20260301t060000-a"]', 4000000000),
    ('x\'; DROP TABLE `supplier` --\\', 'unit', '', 7, 8, NULL, NULL, '', 0, 0.001, NULL, NULL, '20260301t060000-c', '["20260301t060000-c"]', NULL)
  ) AS v(company_id, resource, slice, from_sequence, sequence, watermark, next_since, tail_digest, tail_rows, pass_seconds, resume, provisional, load_id, load_ids, rows_held)
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.company_id = s.company_id AND t.resource = s.resource AND t.slice = s.slice
WHEN MATCHED AND t.sequence = s.from_sequence THEN UPDATE SET
  sequence = s.sequence,
  watermark = s.watermark,
  next_since = s.next_since,
  tail_digest = s.tail_digest,
  tail_rows = s.tail_rows,
  pass_seconds = s.pass_seconds,
  resume = s.resume,
  provisional = s.provisional,
  load_id = s.load_id,
  load_ids = s.load_ids,
  rows_held = COALESCE(s.rows_held, t.rows_held),
  run_id = :run_id,
  settled_at = current_timestamp()
WHEN NOT MATCHED AND s.from_sequence = 0 THEN INSERT (company_id, resource, slice, sequence, watermark, next_since, tail_digest, tail_rows, pass_seconds, resume, provisional, load_id, load_ids, rows_held, run_id, settled_at)
VALUES (s.company_id, s.resource, s.slice, s.sequence, s.watermark, s.next_since, s.tail_digest, s.tail_rows, s.pass_seconds, s.resume, s.provisional, s.load_id, s.load_ids, s.rows_held, :run_id, current_timestamp());

MERGE INTO `main`.`visma_control`.`load` AS t
USING (
  SELECT load_id, company_id, resource, slice, sequence, state, CAST(reason AS STRING) AS reason
  FROM (VALUES
    ('a', 'se', 'invoice', '', 1, 'settled', NULL),
    ('b', 'x\'; DROP TABLE `supplier` --\\', 'unit', '', 9, 'set aside', 'isn\'t whole')
  ) AS v(load_id, company_id, resource, slice, sequence, state, reason)
  WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp()) = 1
) AS s
ON t.load_id = s.load_id
WHEN NOT MATCHED THEN INSERT (load_id, company_id, resource, slice, sequence, state, reason, run_id, finished_at)
VALUES (s.load_id, s.company_id, s.resource, s.slice, s.sequence, s.state, s.reason, :run_id, current_timestamp());
