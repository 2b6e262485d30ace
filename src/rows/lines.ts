import {isJsonObject, type Json, type JsonObject} from '../base/exact-json.ts';
import {keyPart, valueAt} from '../model/record-id.ts';
import type {Child} from '../model/resource.ts';
import type {Faults} from './faults.ts';
import {type Refusal, refusal} from './reject.ts';
import type {Occurrences} from './table-rows.ts';

/** The objects of one array of a page's records, in order. */
export interface Lines extends Occurrences {
  /** For each line, which of the records it belongs to. */
  readonly owners: readonly number[];
}

/** The records whose arrays are read, and where trouble with them is told. */
export interface Parents {
  readonly records: Occurrences;
  readonly faults: Faults;
  readonly refused: Refusal[];
}

/** The lines of all records of a page. An item that is no object is refused; the others keep their positions. */
export function linesOf(child: Child, parents: Parents): Lines {
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
    const set = lineSet(child, {record, owner}, parents);
    if (set.length === 0) continue;
    const parentId = recordIds[owner] ?? '';
    const ids = lineIds(child, set);
    for (const [index, {position, line}] of set.entries()) {
      lines.objects.push(line);
      lines.recordIds.push(`${parentId}/${ids[index]}`);
      lines.parentIds.push(parentId);
      lines.positions.push(String(position));
      lines.stamps.push(stamps[owner] ?? null);
      lines.places.push(places[owner] ?? '');
      lines.owners.push(owner);
    }
  }
  return lines;
}

interface Placed {
  readonly position: number;
  readonly line: JsonObject;
}

function lineSet(child: Child, {record, owner}: {record: JsonObject; owner: number}, parents: Parents): Placed[] {
  const items: Json | undefined = record[child.property];
  if (items === undefined || items === null) return [];
  if (!Array.isArray(items)) {
    parents.faults.row = owner;
    parents.faults.column = child.property;
    parents.faults.note('not an array');
    return [];
  }
  const set: Placed[] = [];
  items.forEach((line: Json, position) => {
    if (isJsonObject(line)) set.push({position, line});
    else {
      const reason = `${child.property} holds an item that is not an object`;
      parents.refused.push(refusal(Number(parents.records.places[owner]), reason, line));
    }
  });
  return set;
}

/** What tells the lines of one set apart: their numbers, or their positions where numbers repeat or are absent. */
function lineIds({number}: Child, set: readonly Placed[]): readonly string[] {
  const positions = (): string[] => set.map(({position}) => String(position));
  if (number === undefined) return positions();
  const path = number.split('.');
  const numbers = set.map(({line}) => keyPart(valueAt(line, path)));
  const absent = keyPart(undefined);
  return numbers.includes(absent) || new Set(numbers).size < numbers.length ? positions() : numbers;
}
