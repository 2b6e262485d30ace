import type {Child} from '../../src/model/resource.ts';
import {at, type Entity, entitiesIn, isEntity, isExact, type Json} from '../sim/visma/exact.ts';

/** A part of a key as record_id has it. */
export const part = (value: Json | undefined): string =>
  value === undefined || value === null
    ? '%00'
    : (isExact(value) ? value.rawJSON : String(value)).split('%').join('%25').split('/').join('%2F');

/** What lies at a path; a part such as `segments[segmentId=1]` is the first object of an array with that value. */
export function valueAt(entity: Entity, path: readonly string[]): Json | undefined {
  let value: Json | undefined = entity;
  for (const step of path) {
    if (!isEntity(value)) return undefined;
    const [, array, property, wanted] = /^(.+)\[(.+)=(.*)\]$/.exec(step) ?? [];
    value =
      array === undefined || property === undefined
        ? value[step]
        : entitiesIn(value[array]).find(item => item[property] !== null && part(item[property]) === part(wanted));
  }
  return value;
}

/** A line of a record: what its id adds to the record's, and its place among all of them. */
export interface Line {
  readonly id: string;
  readonly position: number;
  readonly line: Entity;
}

/** The lines of an array; of those inside the objects of another one, these objects' ids come first. */
export function linesOf(record: Entity, {property, number, outer}: Child): readonly Line[] {
  if (!outer) return numbered(entitiesIn(record[property]), number);
  return numbered(entitiesIn(record[outer.property]), outer.number)
    .flatMap(({id, line}) =>
      numbered(entitiesIn(line[property]), number).map(inner => ({...inner, id: `${id}/${inner.id}`})),
    )
    .map((line, position) => ({...line, position}));
}

/** Numbers tell lines apart only where each has one and none stands twice; else their positions do. */
function numbered(lines: readonly Entity[], number: string | undefined): readonly Line[] {
  const numbers = lines.map(line => (number === undefined ? undefined : at(line, number)));
  const usable =
    numbers.every(each => each !== undefined && each !== null) && new Set(numbers.map(part)).size === lines.length;
  return lines.map((line, position) => ({id: usable ? part(numbers[position]) : String(position), position, line}));
}

/** The arrays inside a child's objects that have tables of their own. */
export const splitFrom = (children: readonly Child[], within: Child | undefined): ReadonlySet<string> =>
  new Set(children.filter(({outer}) => outer?.property === within?.property).map(({property}) => property));
