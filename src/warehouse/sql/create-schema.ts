import {quoteLiteral} from '../../base/quoting.ts';

/** @param name quoted */
export const createSchema = ({name, comment}: {name: string; comment: string}): string =>
  `CREATE SCHEMA IF NOT EXISTS ${name} COMMENT ${quoteLiteral(comment)}`;
