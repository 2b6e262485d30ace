import {quoteIdentifier} from '../../base/quoting.ts';
import {nameList} from '../../base/sql-layout.ts';

/**
 * The key as Unity Catalog shows it, for information only. Plain Spark has no such constraint: the statement is
 * optional.
 */
export const addPrimaryKey = ({
  name,
  constraint,
  key,
}: {
  name: string;
  constraint: string;
  key: readonly string[];
}): string => `ALTER TABLE ${name} ADD CONSTRAINT ${quoteIdentifier(constraint)} PRIMARY KEY (${nameList(key)})`;
