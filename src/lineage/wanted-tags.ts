import {type Privacy, placedColumns, protectedColumns} from '../model/privacy.ts';
import {type Resource, tablesOf} from '../model/resource.ts';
import {fullName, type Installation} from './installation.ts';

/** A table or a column, and the tags that it shall bear. */
export interface TaggedEntity {
  readonly type: 'tables' | 'columns';
  /** Catalog, schema, table and column, joined by dots. */
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
}

export const sourceTag = 'source';
export const sourceValue = 'visma.net';
export const personalTag = 'pii';

/** What became of a person's data under the privacy rules: `plain` stands in the table as Visma sent it. */
const fates = {drop: 'dropped', hash: 'hashed'} as const;
export const personalValues: ReadonlySet<string> = new Set([...Object.values(fates), 'plain']);

/** `source` and `resource` of every table; `pii` of every column that is personal, or that a privacy rule protects. */
export function wantedTags(
  resource: Resource,
  {installation, privacy}: {readonly installation: Installation; readonly privacy: Privacy},
): readonly TaggedEntity[] {
  const tables = tablesOf(resource).map(table => ({
    type: 'tables' as const,
    name: fullName(installation, table.name),
    tags: {[sourceTag]: sourceValue, resource: resource.name},
  }));
  const keyOf = ({table, column}: {readonly table: string; readonly column: string}): string => `${table}.${column}`;
  const fateOf = new Map(protectedColumns(resource, privacy).map(each => [keyOf(each), fates[each.protection]]));
  const columns = placedColumns(resource)
    .filter(column => column.isPersonal || fateOf.has(keyOf(column)))
    .map(column => ({
      type: 'columns' as const,
      name: fullName(installation, keyOf(column)),
      tags: {[personalTag]: fateOf.get(keyOf(column)) ?? 'plain'},
    }));
  return [...tables, ...columns];
}

/** The full names of the columns that bear a tag. */
export const columnsAmong = (entities: readonly TaggedEntity[]): readonly string[] =>
  entities.flatMap(({type, name}) => (type === 'columns' ? [name] : []));
