SELECT MAX(fence) AS fence FROM `main`.`visma_control`.`lease`;

SELECT
  company_id,
  COUNT(*) AS line_count,
  CAST(SUM(debit) AS STRING) AS debit,
  CAST(SUM(credit) AS STRING) AS credit
FROM `main`.`visma`.`general_ledger`
WHERE company_id IN ('se', 'x\'; DROP TABLE `account` --\\')
GROUP BY company_id
ORDER BY company_id;

SELECT
  company_id,
  check_name,
  COUNT(CASE WHEN resolved_at IS NULL THEN 1 END) AS standing,
  COUNT(resolved_at) AS resolved
FROM `main`.`visma_control`.`journal_check`
WHERE company_id IN ('se', 'x\'; DROP TABLE `account` --\\')
GROUP BY company_id, check_name
ORDER BY company_id, check_name;

SELECT
  p.company_id,
  p.financial_period,
  p.state,
  p.reason,
  COALESCE(p.cells, 0) AS cells,
  COALESCE(p.differing, 0) AS differing,
  c.recorded_at,
  c.reopened_at,
  COALESCE(e.events, 0) AS events
FROM `main`.`visma_control`.`period_proof` AS p
LEFT JOIN `main`.`visma_control`.`period_close` AS c
  ON c.company_id = p.company_id AND c.financial_period = p.financial_period
LEFT JOIN (
  SELECT company_id, financial_period, COUNT(*) AS events
  FROM (
    SELECT company_id, period_before AS financial_period FROM `main`.`visma_control`.`period_event`
    UNION ALL
    SELECT company_id, period_after
    FROM `main`.`visma_control`.`period_event`
    WHERE period_before IS NULL OR period_after <> period_before
  ) AS s
  WHERE financial_period IS NOT NULL
  GROUP BY company_id, financial_period
) AS e ON e.company_id = p.company_id AND e.financial_period = p.financial_period
WHERE p.company_id IN ('se', 'x\'; DROP TABLE `account` --\\')
ORDER BY p.company_id, p.financial_period;
