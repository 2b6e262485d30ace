import type {Field} from 'apache-arrow';
import {pathOf} from '../model/column.ts';
import {type Slice, wholeResource} from '../model/names.ts';
import type {Resource} from '../model/resource.ts';
import type {Bound} from './sql/occurrence.ts';

/** The column of a resource's own table whose value lies at this path of its records. */
export const columnAt = ({table}: Resource, path: string): Field | undefined =>
  table.schema.fields.find(field => pathOf(field).join('.') === path);

/**
 * What tells the rows of a slice from others, given its text, a query such as `branch=1&ledger=BUDGET`: the columns
 * that hold what was asked for, and their values. None for the whole of a resource that is read whole.
 * Undefined where the columns do not tell.
 */
export function boundsOf(resource: Resource, slice: Slice): readonly Bound[] | undefined {
  if (resource.slicing === undefined) return slice === wholeResource ? [] : undefined;
  const bounds = [...new URLSearchParams(slice)].map(([parameter, value]) => {
    const field = columnAt(resource, resource.sliceColumns?.[parameter] ?? `asked.${parameter}`);
    return field && {field, value};
  });
  const told = bounds.filter(bound => bound !== undefined);
  return told.length > 0 && told.length === bounds.length ? told : undefined;
}

/**
 * The column with the id that stays when a key is changed; undefined where there is none. Not for what is read slice by
 * slice: the places of loads in different chains say nothing about which was read last.
 */
export const internalIdOf = (resource: Resource): Field | undefined =>
  resource.internalId === undefined || resource.slicing !== undefined
    ? undefined
    : columnAt(resource, resource.internalId);
