ALTER TABLE `main`.`visma`.`invoice` ADD COLUMNS (
  `supplier_number` STRING COMMENT 'The supplier\'s number',
  `amount` DECIMAL(38,10) COMMENT 'Its total'
);

ALTER TABLE `main`.`visma`.`invoice` SET TBLPROPERTIES ('delta.enableTypeWidening' = 'true');

ALTER TABLE `main`.`visma`.`invoice` ALTER COLUMN `count` TYPE BIGINT;

ALTER TABLE `main`.`visma`.`invoice` ALTER COLUMN `count` COMMENT 'How many: the supplier\'s';
