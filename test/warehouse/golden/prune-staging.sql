DELETE FROM `main`.`visma_staging`.`invoice` WHERE _load_id IN ('20260301t060000-a', '20260301t070000-b');

UPDATE `main`.`visma_control`.`load` SET pruned_at = current_timestamp() WHERE pruned_at IS NULL AND load_id IN ('20260301t060000-a');
