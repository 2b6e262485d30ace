import {type Field, Schema} from 'apache-arrow';
import {resourceName, tableName} from '../model/names.ts';
import type {Child, Reading, Resource} from '../model/resource.ts';

/**
 * What a resource belongs to, for those who sync a part of the catalogue. `default` is a group as the others are: the
 * resources that are synced where the configuration names none.
 */
export type Group = 'default' | 'ledger' | 'payables' | 'receivables' | 'purchasing' | 'cash' | 'organisation';

export interface ArrayEntry {
  /** The property that holds the array. */
  readonly property: string;
  /** What its table's name adds to the resource's: `line`, or the property's name in the singular, snake_case. */
  readonly name: string;
  /** Where it lies inside the objects of another array: see Child. */
  readonly outer?: Child['outer'];
  /** The property that numbers its objects; absent where their position is the key. */
  readonly number?: string;
  /** What a row of the table is. */
  readonly comment: string;
  readonly columns: readonly Field[];
}

/** An entry of the catalogue: a Resource in the form in which it is written down. */
interface Entry extends Omit<Resource, 'name' | 'query' | 'groups' | 'table' | 'children'> {
  /** What a row of the table is. */
  readonly comment: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly groups: readonly Group[];
  readonly columns: readonly Field[];
  readonly arrays?: readonly ArrayEntry[];
}

/** Makes a resource of its entry: the table bears the resource's name, the tables of its arrays begin with it. */
export function resource(name: string, {comment, query = {}, columns, arrays = [], ...rest}: Entry): Resource {
  return {
    ...rest,
    name: resourceName(name),
    query,
    table: {name: tableName(name), comment, schema: new Schema([...columns]), ofLines: false},
    children: arrays.map(array => childOf(name, array)),
  };
}

function childOf(resource: string, {property, name, outer, number, comment, columns}: ArrayEntry): Child {
  return {
    property,
    ...(outer === undefined ? {} : {outer}),
    ...(number === undefined ? {} : {number}),
    table: {name: tableName(`${resource}_${name}`), comment, schema: new Schema([...columns]), ofLines: true},
  };
}

/** A delta whose records are modified at `lastModifiedDateTime`, asked for with the stamp and its condition. */
export const pagedDelta: Reading = {kind: 'delta', since: 'stamp and condition', paging: 'records'};
/**
 * A list in one answer, read whole each time, though it may offer a delta: that would be one call as well, and only the
 * whole list shows what is gone, and names that changed without moving a stamp.
 */
export const unpagedSnapshot: Reading = {kind: 'snapshot', paging: 'unpaged'};
/** The same, of a list whose records carry no count. */
export const uncountedDelta: Reading = {...pagedDelta, uncounted: true};
/** A list that offers no delta, comes in pages, and whose records carry no count. */
export const uncountedSnapshot: Reading = {kind: 'snapshot', paging: 'records', uncounted: true};
