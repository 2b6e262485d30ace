import {isJsonObject, isRawNumber, type Json, type JsonObject, unwrapped} from '../base/exact-json.ts';
import {keyPart, valueAt} from '../model/record-id.ts';
import type {Child} from '../model/resource.ts';
import type {Faults} from './faults.ts';
import {type Refusal, refusal} from './reject.ts';
import type {Occurrences} from './table-rows.ts';

/** The objects of one array of a page's records, in order. */
export interface Lines extends Occurrences {
  /** For each line, which of the records it belongs to. */
  readonly owners: readonly number[];
  /** The records whose array did not arrive whole: absent, in another shape, or with an item that is no object. */
  readonly unknown: ReadonlySet<number>;
}

/** The records whose arrays are read, and where trouble with them is told. */
export interface Parents {
  readonly records: Occurrences;
  readonly faults: Faults;
  readonly refused: Refusal[];
}

interface Reading extends Parents {
  readonly unknown: Set<number>;
}

/**
 * The lines of all records of a page. An item that is no object is refused; the others keep their positions. An array
 * that is absent has no lines here, and is not taken for an empty one.
 */
export function linesOf(child: Child, told: Parents): Lines {
  const parents: Reading = {...told, unknown: new Set()};
  const {objects, recordIds, stamps, places} = parents.records;
  const lines = {
    objects: [] as JsonObject[],
    recordIds: [] as string[],
    parentIds: [] as string[],
    positions: [] as string[],
    stamps: [] as Array<string | null>,
    places: [] as string[],
    owners: [] as number[],
  };
  for (const [owner, record] of objects.entries()) {
    const parentId = recordIds[owner] ?? '';
    for (const {id, position, line} of setOf(child, {record, owner}, parents)) {
      lines.objects.push(line);
      lines.recordIds.push(`${parentId}/${id}`);
      lines.parentIds.push(parentId);
      lines.positions.push(String(position));
      lines.stamps.push(stamps[owner] ?? null);
      lines.places.push(places[owner] ?? '');
      lines.owners.push(owner);
    }
  }
  return {...lines, unknown: parents.unknown};
}

interface Owned {
  readonly record: JsonObject;
  readonly owner: number;
}

interface Identified extends Placed {
  readonly id: string;
}

/** A record's lines with what tells them apart; of an array inside another one's objects, those of them all. */
function setOf(child: Child, {record, owner}: Owned, parents: Reading): readonly Identified[] {
  const {property, number, outer} = child;
  if (!outer) return identified(number, lineSet(property, {record, owner}, parents));
  const outers = identified(outer.number, lineSet(outer.property, {record, owner}, {...parents, refused: []}));
  const all = outers.flatMap(({id, line}) =>
    identified(number, lineSet(property, {record: line, owner}, parents)).map(inner => ({
      ...inner,
      id: `${id}/${inner.id}`,
    })),
  );
  return all.map((line, position) => ({...line, position}));
}

function identified(number: string | undefined, set: readonly Placed[]): readonly Identified[] {
  const ids = lineIds(number, set);
  return set.map((placed, index) => ({...placed, id: ids[index] ?? ''}));
}

interface Placed {
  readonly position: number;
  readonly line: JsonObject;
}

function lineSet(property: string, {record, owner}: Owned, parents: Reading): Placed[] {
  const items: Json | undefined = record[property];
  if (!Array.isArray(items)) parents.unknown.add(owner);
  if (items === undefined || items === null) return [];
  if (!Array.isArray(items)) {
    parents.faults.row = owner;
    parents.faults.column = property;
    parents.faults.note('not an array');
    return [];
  }
  const set: Placed[] = [];
  items.forEach((line: Json, position) => {
    if (isJsonObject(line)) set.push({position, line});
    else {
      parents.unknown.add(owner);
      const reason = `${property} holds an item that is not an object`;
      parents.refused.push(refusal(Number(parents.records.places[owner]), reason, line));
    }
  });
  return set;
}

/** What tells the lines of one set apart: their numbers, or their positions where numbers repeat or are absent. */
function lineIds(number: string | undefined, set: readonly Placed[]): readonly string[] {
  const positions = (): string[] => set.map(({position}) => String(position));
  if (number === undefined) return positions();
  const path = number.split('.');
  const numbers = set.map(({line}) => numberOf(valueAt(line, path)));
  const absent = keyPart(undefined);
  return numbers.includes(absent) || new Set(numbers).size < numbers.length ? positions() : numbers;
}

/** An object or a list is no number of a line. */
function numberOf(value: Json | undefined): string {
  const scalar = unwrapped(value);
  return keyPart(typeof scalar === 'object' && !isRawNumber(scalar) ? null : scalar);
}
