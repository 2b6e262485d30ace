import {createHmac} from 'node:crypto';
import {isPersonal, pathOf, sqlType} from '../../src/model/column.ts';
import type {Resource} from '../../src/model/resource.ts';
import {type Entity, isEntity, isExact, type Json} from '../sim/visma/exact.ts';

/** A rule as the configuration has it. */
export interface Rule {
  readonly resource: string;
  readonly columns: readonly string[];
  readonly rule: string;
}

export interface Veiling {
  readonly privacy?: readonly Rule[];
  readonly salt?: string | undefined;
}

/*
 * Records as they may be written, by other code than the product's: where a path leads, through whatever objects and
 * arrays, the value is hidden.
 */
export function veiled(record: Entity, resource: Resource, {privacy = [], salt}: Veiling): Entity {
  const tables = [
    {table: resource.table, above: [] as readonly string[]},
    ...resource.children.map(({table, property, outer}) => ({
      table,
      above: outer ? [outer.property, property] : [property],
    })),
  ];
  let result: Json | undefined = record;
  for (const {table, above} of tables) {
    for (const field of table.schema.fields) {
      const names = [field.name, `${table.name}.${field.name}`];
      const rule = privacy.find(each => each.resource === resource.name && each.columns.some(n => names.includes(n)));
      const isText = sqlType(field.type) === 'STRING';
      const how = rule?.rule ?? (isPersonal(field) ? (isText ? 'hash' : 'drop') : 'keep');
      if (how === 'keep') continue;
      const path = [...above, ...pathOf(field).map(part => part.replace(/\[.*/, ''))];
      result = hidden(result, path, how === 'hash' ? salt : undefined);
    }
  }
  return result as Entity;
}

function hidden(
  value: Json | undefined,
  [name, ...rest]: readonly string[],
  salt: string | undefined,
): Json | undefined {
  if (value === null || value === undefined) return value;
  if (name === undefined) {
    const text = isExact(value) ? value.rawJSON : String(value);
    return salt === undefined ? undefined : createHmac('sha256', salt).update(text).digest('hex');
  }
  if (Array.isArray(value)) return value.map((item: Json) => hidden(item, [name, ...rest], salt) ?? null);
  if (!isEntity(value) || !(name in value)) return value;
  const inner = hidden(value[name], rest, salt);
  const others = Object.entries(value).filter(([other]) => other !== name || inner !== undefined);
  return {...Object.fromEntries(others), ...(inner !== undefined && {[name]: inner})};
}
