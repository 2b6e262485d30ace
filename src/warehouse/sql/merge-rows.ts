import {quoteIdentifier} from '../../base/quoting.ts';
import {columnOf, indented, lines, nameList} from '../../base/sql-layout.ts';

export interface MergeRows {
  /** Quoted. */
  readonly target: string;
  /**
   * A query with the content's columns, `_load_id`, `_is_first` and `_gone`: one row for each key that is new,
   * changed, alive again or gone.
   */
  readonly source: string;
  /** The names of the columns that come from a part, the key among them. */
  readonly content: readonly string[];
  /** Those of which one differs when a row has changed. */
  readonly compared: readonly string[];
}

const key = ['company_id', 'record_id'];
const history = ['_load_id', '_ingested_at', '_commit', '_first_seen_at', '_deleted_at'];
const stamped = ['`_load_id` = s.`_load_id`', '`_ingested_at` = current_timestamp()', '`_commit` = :fence'];

/** Every column but the key: also those that somebody wrote into the table while the hash stayed as it was. */
export const compared = (names: readonly string[]): readonly string[] => names.filter(name => !key.includes(name));

/** One MERGE into a raw table. What is unchanged is not written: repeating it writes nothing. Parameter :fence. */
export function mergeRows({target, source, content, compared}: MergeRows): string {
  const changed = [...compared.map(name => differs(name, content)), 't.`_deleted_at` IS NOT NULL'];
  const updates = content
    .filter(name => !key.includes(name))
    .map(name => `${quoteIdentifier(name)} = ${columnOf('s', name)}`);
  const values = [
    ...content.map(name => columnOf('s', name)),
    's.`_load_id`',
    'current_timestamp()',
    ':fence',
    'CASE WHEN s.`_is_first` THEN NULL ELSE current_timestamp() END',
    'NULL',
  ];
  return `MERGE INTO ${target} AS t
USING (
${indented(source, 2)}
) AS s
ON ${key.map(name => `${columnOf('t', name)} = ${columnOf('s', name)}`).join(' AND ')}
WHEN MATCHED AND s.\`_gone\` AND t.\`_deleted_at\` IS NULL THEN UPDATE SET
${lines([...stamped, '`_deleted_at` = current_timestamp()'], 2)}
WHEN MATCHED AND NOT s.\`_gone\` AND (${changed.join(' OR ')}) THEN UPDATE SET
${lines([...updates, ...stamped, '`_deleted_at` = NULL'], 2)}
WHEN NOT MATCHED AND NOT s.\`_gone\` THEN INSERT (
  ${nameList([...content, ...history])}
) VALUES (
  ${values.join(', ')}
)`;
}

/**
 * Version 0.2.0 wrote what a list was asked for at the end of `_record`: a row from then is as good as one without. Its
 * columns are compared themselves.
 */
function differs(name: string, content: readonly string[]): string {
  const [own, other] = [columnOf('t', name), columnOf('s', name)];
  const plain = `${own} IS DISTINCT FROM ${other}`;
  if (name !== '_record' || !content.some(each => each.startsWith('asked_'))) return plain;
  return `(${plain} AND NOT COALESCE(${own} LIKE '%,"asked":{%}}'
    AND LEFT(${own}, LENGTH(${other}) - 1) = LEFT(${other}, LENGTH(${other}) - 1), false))`;
}

export interface Source {
  /** Members of WITH. */
  readonly members: readonly string[];
  readonly content: readonly string[];
  /** The name of the member with the rows as they were read, and in `_gone` whether they say that their key is gone. */
  readonly taken: string;
  /** Members with further keys that are gone, none in two of them. */
  readonly gone: readonly string[];
  /** The condition without which the whole source is empty. */
  readonly condition: string;
}

/** What is there and what is gone as one query. */
export function sourceOf({members, content, taken, gone, condition}: Source): string {
  const here = [...content.map(quoteIdentifier), '`_load_id`', '`_is_first`', '`_gone`'];
  const away = content.map(name => (key.includes(name) ? quoteIdentifier(name) : `NULL AS ${quoteIdentifier(name)}`));
  const there = [...away, '`_load_id`', 'false AS `_is_first`', 'true AS `_gone`'];
  const select = (columns: readonly string[], from: string): string => `SELECT\n${lines(columns, 2)}\nFROM ${from}`;
  const rows = [select(here, taken), ...gone.map(member => select(there, member))].join('\nUNION ALL\n');
  return `WITH ${members.join(',\n')}
SELECT * FROM (
${indented(rows, 2)}
) AS c
WHERE ${condition}`;
}
