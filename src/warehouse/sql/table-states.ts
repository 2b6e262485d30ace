import {quoteLiteral} from '../../base/quoting.ts';

/** Of each table its newest commit, NULL where it is empty; fails where one is not there. Names are quoted already. */
export const tableStates = (tables: ReadonlyArray<{readonly label: string; readonly name: string}>): string =>
  tables
    .map(
      ({label, name}) => `SELECT ${quoteLiteral(label)} AS table_name, MAX(_commit) AS newest_commit
FROM ${name}`,
    )
    .join('\nUNION ALL\n');
