SHOW TBLPROPERTIES `main`.`visma_control`.`checkpoint`;
