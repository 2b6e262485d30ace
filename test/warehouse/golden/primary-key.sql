ALTER TABLE `main`.`visma`.`invoice` ADD CONSTRAINT `invoice_key` PRIMARY KEY (`company_id`, `record_id`);
