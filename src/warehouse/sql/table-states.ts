import {quoteLiteral} from '../../base/quoting.ts';

/** @param schema quoted; rows of tableName */
export const showTables = (schema: string): string => `SHOW TABLES IN ${schema}`;

/** Of each raw table the newest commit that wrote to it. */
export const newestCommits = (tables: ReadonlyArray<{readonly table: string; readonly raw: string}>): string =>
  tables
    .map(({table, raw}) => `SELECT ${quoteLiteral(table)} AS table_name, MAX(_commit) AS newest_commit FROM ${raw}`)
    .join('\nUNION ALL\n');
