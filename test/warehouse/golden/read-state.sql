SELECT
  'company' AS kind,
  company_id,
  tenant_id,
  CAST(NULL AS STRING) AS resource,
  CAST(NULL AS STRING) AS slice,
  CAST(NULL AS BIGINT) AS sequence,
  CAST(NULL AS STRING) AS watermark,
  CAST(NULL AS STRING) AS next_since,
  CAST(NULL AS STRING) AS tail_digest,
  CAST(NULL AS BIGINT) AS tail_rows,
  CAST(NULL AS DECIMAL(18,3)) AS pass_seconds,
  CAST(NULL AS BIGINT) AS rows_held,
  CAST(NULL AS STRING) AS resume,
  CAST(NULL AS BOOLEAN) AS provisional,
  CAST(NULL AS STRING) AS run_id,
  CAST(NULL AS STRING) AS load_id,
  CAST(NULL AS TIMESTAMP) AS finished_at,
  CAST(NULL AS STRING) AS owner,
  CAST(NULL AS BIGINT) AS fence
FROM `main`.`visma_control`.`company`
UNION ALL
SELECT
  'checkpoint' AS kind,
  company_id,
  CAST(NULL AS STRING) AS tenant_id,
  resource,
  slice,
  sequence,
  watermark,
  next_since,
  tail_digest,
  tail_rows,
  pass_seconds,
  rows_held,
  resume,
  provisional,
  run_id,
  load_id,
  CAST(NULL AS TIMESTAMP) AS finished_at,
  CAST(NULL AS STRING) AS owner,
  CAST(NULL AS BIGINT) AS fence
FROM `main`.`visma_control`.`checkpoint`
UNION ALL
SELECT
  'load' AS kind,
  company_id,
  CAST(NULL AS STRING) AS tenant_id,
  resource,
  slice,
  sequence,
  CAST(NULL AS STRING) AS watermark,
  CAST(NULL AS STRING) AS next_since,
  CAST(NULL AS STRING) AS tail_digest,
  CAST(NULL AS BIGINT) AS tail_rows,
  CAST(NULL AS DECIMAL(18,3)) AS pass_seconds,
  CAST(NULL AS BIGINT) AS rows_held,
  CAST(NULL AS STRING) AS resume,
  CAST(NULL AS BOOLEAN) AS provisional,
  CAST(NULL AS STRING) AS run_id,
  load_id,
  finished_at,
  CAST(NULL AS STRING) AS owner,
  CAST(NULL AS BIGINT) AS fence
FROM `main`.`visma_control`.`load`
WHERE pruned_at IS NULL
UNION ALL
SELECT
  'lease' AS kind,
  CAST(NULL AS STRING) AS company_id,
  CAST(NULL AS STRING) AS tenant_id,
  CAST(NULL AS STRING) AS resource,
  CAST(NULL AS STRING) AS slice,
  CAST(NULL AS BIGINT) AS sequence,
  CAST(NULL AS STRING) AS watermark,
  CAST(NULL AS STRING) AS next_since,
  CAST(NULL AS STRING) AS tail_digest,
  CAST(NULL AS BIGINT) AS tail_rows,
  CAST(NULL AS DECIMAL(18,3)) AS pass_seconds,
  CAST(NULL AS BIGINT) AS rows_held,
  CAST(NULL AS STRING) AS resume,
  CAST(NULL AS BOOLEAN) AS provisional,
  CAST(NULL AS STRING) AS run_id,
  CAST(NULL AS STRING) AS load_id,
  CAST(NULL AS TIMESTAMP) AS finished_at,
  owner,
  fence
FROM `main`.`visma_control`.`lease`
WHERE expires_at > current_timestamp();
