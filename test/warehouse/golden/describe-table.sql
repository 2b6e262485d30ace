DESCRIBE TABLE `main`.`odd``schema`.`invoice`;
