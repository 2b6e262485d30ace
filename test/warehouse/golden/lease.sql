MERGE INTO `main`.`visma_control`.`lease` AS t
USING (SELECT 'commit' AS name) AS s
ON t.name = s.name
WHEN MATCHED AND t.owner = :owner AND t.expires_at > current_timestamp() THEN UPDATE SET
  expires_at = current_timestamp() + INTERVAL 900 SECONDS
WHEN MATCHED AND t.expires_at <= current_timestamp() THEN UPDATE SET
  owner = :owner,
  fence = CASE WHEN t.fence = 0 THEN 0 ELSE GREATEST(t.fence, :above) + 1 END,
  expires_at = current_timestamp() + INTERVAL 900 SECONDS
WHEN NOT MATCHED THEN INSERT (name, owner, fence, expires_at)
VALUES (s.name, :owner, 0, current_timestamp() + INTERVAL 900 SECONDS);

UPDATE `main`.`visma_control`.`lease` SET expires_at = current_timestamp() + INTERVAL 900 SECONDS WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp();

SELECT owner, fence FROM `main`.`visma_control`.`lease` WHERE expires_at > current_timestamp();

UPDATE `main`.`visma_control`.`lease` SET expires_at = current_timestamp() WHERE owner = :owner AND fence = :fence AND expires_at > current_timestamp();

UPDATE `main`.`visma_control`.`lease` SET fence = :above + 1
WHERE owner = :owner AND fence = 0 AND expires_at > current_timestamp();

SHOW TABLES IN `main`.`visma`;

SELECT MAX(_commit) AS newest_commit FROM `main`.`visma`.`invoice`;
