SELECT
  company_id,
  financial_period,
  CASE WHEN COALESCE(differing, 0) > 0 AND reason IS NULL THEN 'differs' ELSE 'unproven' END AS state,
  COALESCE(cells, 0) AS cells,
  COALESCE(differing, 0) AS differing,
  reason
FROM `main`.`visma_control`.`period_proof`
WHERE state NOT IN ('proven', 'empty') AND (differing > 0 OR reason IS NOT NULL)
ORDER BY company_id, financial_period;

WITH companies AS (
  SELECT company_id, currency FROM (VALUES
    ('se', 'SEK'),
    ('x\'; DROP TABLE `account` --\\', 'NOK')
  ) AS v(company_id, currency)
  UNION ALL
  SELECT company_id, currency FROM `main`.`visma_control`.`ledger_company`
  WHERE company_id NOT IN ('se', 'x\'; DROP TABLE `account` --\\')
),
ledger_ids AS (
  SELECT company_id, internal_id
  FROM `main`.`visma`.`ledger`
  WHERE internal_id > 0
  GROUP BY company_id, internal_id
  HAVING COUNT(CASE WHEN _deleted_at IS NULL THEN 1 END) < 2
),
ledger_numbers AS (
  SELECT
    n.company_id,
    n.number,
    CASE
      WHEN i.internal_id IS NOT NULL THEN CONCAT('id ', CAST(i.internal_id AS STRING))
      ELSE CONCAT('number ', n.number)
    END AS same,
    CASE WHEN UPPER(LEFT(balance_type, 1)) = 'A' THEN 1 ELSE 0 END AS is_picked,
    CASE WHEN balance_type IS NOT NULL THEN 1 ELSE 0 END AS is_typed,
    CASE WHEN _deleted_at IS NULL THEN 1 ELSE 0 END AS is_listed
  FROM `main`.`visma`.`ledger` AS n
  LEFT JOIN ledger_ids AS i ON i.company_id = n.company_id AND i.internal_id = n.internal_id
  WHERE n.number IS NOT NULL
),
ledger_groups AS (
  SELECT
    company_id,
    same,
    MAX(CASE WHEN is_listed = 1 THEN number END) AS current_number,
    SUM(is_listed) AS listed,
    MAX(CASE WHEN is_listed = 1 THEN is_picked ELSE 0 END) AS picked_now,
    MAX(is_picked) AS picked_ever,
    MAX(is_typed) AS is_typed
  FROM ledger_numbers
  GROUP BY company_id, same
),
ledger_choice AS (
  SELECT company_id, MAX(picked_ever) AS has_own FROM ledger_groups GROUP BY company_id
),
ledgers AS (
  SELECT
    n.company_id,
    n.number,
    CASE WHEN g.listed = 1 THEN g.current_number ELSE n.number END AS ledger,
    CASE
      WHEN g.listed = 0 AND f.answer IS NOT NULL THEN false
      WHEN CASE WHEN g.listed = 0 THEN g.picked_ever ELSE g.picked_now END = 1 THEN true
      WHEN g.is_typed = 1 THEN false
    END AS is_own,
    g.listed > 0 AS is_listed
  FROM ledger_numbers AS n
  JOIN ledger_groups AS g ON g.company_id = n.company_id AND g.same = n.same
  JOIN ledger_choice AS c ON c.company_id = n.company_id
  LEFT JOIN (
    SELECT DISTINCT company_id, answer FROM `main`.`visma_control`.`company_fact` WHERE fact = 'ledger_gone'
  ) AS f ON f.company_id = n.company_id AND f.answer = n.number
),
posted AS (
  SELECT h.company_id, h.ledger
  FROM `main`.`visma`.`journal_transaction` AS h
  JOIN companies AS c ON c.company_id = h.company_id
  WHERE h.status = 'Posted' AND h._deleted_at IS NULL
  GROUP BY h.company_id, h.ledger
)
SELECT p.company_id, 'vanished' AS finding, p.ledger
FROM posted AS p
JOIN ledgers AS k ON k.company_id = p.company_id AND k.number = p.ledger
WHERE k.is_own AND NOT k.is_listed
UNION ALL
SELECT p.company_id, 'unknown', CAST(NULL AS STRING)
FROM (SELECT DISTINCT company_id FROM posted) AS p
LEFT ANTI JOIN (SELECT DISTINCT company_id FROM ledgers WHERE is_own) AS k ON k.company_id = p.company_id
ORDER BY 1, 2, 3;

WITH companies AS (
  SELECT company_id, currency FROM (VALUES
    ('se', 'SEK'),
    ('x\'; DROP TABLE `account` --\\', 'NOK')
  ) AS v(company_id, currency)
  UNION ALL
  SELECT company_id, currency FROM `main`.`visma_control`.`ledger_company`
  WHERE company_id NOT IN ('se', 'x\'; DROP TABLE `account` --\\')
),
ledger_ids AS (
  SELECT company_id, internal_id
  FROM `main`.`visma`.`ledger`
  WHERE internal_id > 0
  GROUP BY company_id, internal_id
  HAVING COUNT(CASE WHEN _deleted_at IS NULL THEN 1 END) < 2
),
ledger_numbers AS (
  SELECT
    n.company_id,
    n.number,
    CASE
      WHEN i.internal_id IS NOT NULL THEN CONCAT('id ', CAST(i.internal_id AS STRING))
      ELSE CONCAT('number ', n.number)
    END AS same,
    CASE WHEN number IN ('1', 'A\'B') THEN 1 ELSE 0 END AS is_picked,
    CASE WHEN true THEN 1 ELSE 0 END AS is_typed,
    CASE WHEN _deleted_at IS NULL THEN 1 ELSE 0 END AS is_listed
  FROM `main`.`visma`.`ledger` AS n
  LEFT JOIN ledger_ids AS i ON i.company_id = n.company_id AND i.internal_id = n.internal_id
  WHERE n.number IS NOT NULL
),
ledger_groups AS (
  SELECT
    company_id,
    same,
    MAX(CASE WHEN is_listed = 1 THEN number END) AS current_number,
    SUM(is_listed) AS listed,
    MAX(CASE WHEN is_listed = 1 THEN is_picked ELSE 0 END) AS picked_now,
    MAX(is_picked) AS picked_ever,
    MAX(is_typed) AS is_typed
  FROM ledger_numbers
  GROUP BY company_id, same
),
ledger_choice AS (
  SELECT company_id, MAX(picked_ever) AS has_own FROM ledger_groups GROUP BY company_id
),
ledgers AS (
  SELECT
    n.company_id,
    n.number,
    CASE WHEN g.listed = 1 THEN g.current_number ELSE n.number END AS ledger,
    CASE
      WHEN g.listed = 0 AND f.answer IS NOT NULL THEN false
      WHEN g.picked_ever = 1 THEN true
      WHEN g.is_typed = 1 AND c.has_own = 1 THEN false
    END AS is_own,
    g.listed > 0 AS is_listed
  FROM ledger_numbers AS n
  JOIN ledger_groups AS g ON g.company_id = n.company_id AND g.same = n.same
  JOIN ledger_choice AS c ON c.company_id = n.company_id
  LEFT JOIN (
    SELECT DISTINCT company_id, answer FROM `main`.`visma_control`.`company_fact` WHERE fact = 'ledger_gone'
  ) AS f ON f.company_id = n.company_id AND f.answer = n.number
),
posted AS (
  SELECT h.company_id, h.ledger
  FROM `main`.`visma`.`journal_transaction` AS h
  JOIN companies AS c ON c.company_id = h.company_id
  WHERE h.status = 'Posted' AND h._deleted_at IS NULL
  GROUP BY h.company_id, h.ledger
)
SELECT p.company_id, 'vanished' AS finding, p.ledger
FROM posted AS p
JOIN ledgers AS k ON k.company_id = p.company_id AND k.number = p.ledger
WHERE k.is_own AND NOT k.is_listed
UNION ALL
SELECT p.company_id, 'unknown', CAST(NULL AS STRING)
FROM (SELECT DISTINCT company_id FROM posted) AS p
LEFT ANTI JOIN (SELECT DISTINCT company_id FROM ledgers WHERE is_own) AS k ON k.company_id = p.company_id
UNION ALL
SELECT DISTINCT CAST(NULL AS STRING), 'not found', c.number
FROM (VALUES
  ('1'),
  ('A\'B')
) AS c(number)
LEFT ANTI JOIN ledgers AS k ON k.number = c.number
WHERE (SELECT COUNT(*) FROM ledgers) > 0
ORDER BY 1, 2, 3;
