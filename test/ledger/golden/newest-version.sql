DESCRIBE HISTORY `main`.`visma`.`general_ledger` LIMIT 1;
