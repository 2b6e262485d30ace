CREATE SCHEMA IF NOT EXISTS `main`.`visma` COMMENT 'Visma.net ERP: live rows are those without _deleted_at';

CREATE SCHEMA IF NOT EXISTS `main`.`visma_staging` COMMENT 'Visma.net ERP: what has landed and is not merged yet';

CREATE SCHEMA IF NOT EXISTS `main`.`visma_control` COMMENT 'Visma.net ERP: what the sync knows';
