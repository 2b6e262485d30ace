/** Rows of key and value. */
export const showProperties = (name: string): string => `SHOW TBLPROPERTIES ${name}`;
