/** Rows of col_name, data_type, comment; what follows an empty name or one that begins with `#` is no column. */
export const describeTable = (name: string): string => `DESCRIBE TABLE ${name}`;
