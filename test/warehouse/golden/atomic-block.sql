BEGIN ATOMIC
  SELECT 'for :owner;';
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
      ('x\'; DROP TABLE `supplier` --\\', 'unit', '', 7, 8, NULL, NULL, '', 0, 0.001, NULL, NULL, '20260301t060000-c', '["20260301t060000-c"]', NULL)
    ) AS v(company_id, resource, slice, from_sequence, sequence, watermark, next_since, tail_digest, tail_rows, pass_seconds, resume, provisional, load_id, load_ids, rows_held)
    WHERE (SELECT COUNT(*) FROM `main`.`visma_control`.`lease` WHERE owner = 'x\'; DROP TABLE `supplier` --\\' AND fence = 7 AND expires_at > current_timestamp()) = 1
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
    run_id = 'run-7',
    settled_at = current_timestamp()
  WHEN NOT MATCHED AND s.from_sequence = 0 THEN INSERT (company_id, resource, slice, sequence, watermark, next_since, tail_digest, tail_rows, pass_seconds, resume, provisional, load_id, load_ids, rows_held, run_id, settled_at)
  VALUES (s.company_id, s.resource, s.slice, s.sequence, s.watermark, s.next_since, s.tail_digest, s.tail_rows, s.pass_seconds, s.resume, s.provisional, s.load_id, s.load_ids, s.rows_held, 'run-7', current_timestamp());
  SELECT CASE WHEN COUNT(*) = 0 THEN 0 ELSE raise_error('a checkpoint did not move') END AS wrong
  FROM (VALUES
    ('x\'; DROP TABLE `supplier` --\\', 'unit', '', 8)
  ) AS v(company_id, resource, slice, sequence)
  LEFT JOIN `main`.`visma_control`.`checkpoint` AS t
  ON v.company_id = t.company_id AND v.resource = t.resource AND v.slice = t.slice
    AND v.sequence = t.sequence AND t.run_id = 'run-7'
  WHERE t.company_id IS NULL;
END;
