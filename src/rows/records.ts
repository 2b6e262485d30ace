import {isJsonObject, type Json, type JsonObject, unwrapped} from '../base/exact-json.ts';
import {localTime} from '../model/column.ts';
import {type Stamp, toStamp} from '../model/names.ts';
import {keyFault, recordId, valueAt} from '../model/record-id.ts';
import {askedProperty, type Resource} from '../model/resource.ts';
import type {Faults} from './faults.ts';
import {judgeOf} from './judge.ts';
import {type Refusal, refusal} from './reject.ts';
import type {Occurrences} from './table-rows.ts';

/** The records of a page that have a key, and the others. */
export interface Sifted {
  readonly records: Occurrences;
  /** Each record's stamp, for the watermark. */
  readonly stamps: ReadonlyArray<Stamp | undefined>;
  readonly refused: Refusal[];
}

/**
 * Takes the records of a page apart from what is no object or has no key.
 * @param firstPlace the place of the first of them in its pass
 */
export function sift(
  received: readonly Json[],
  {resource, firstPlace, faults}: {resource: Resource; firstPlace: number; faults: Faults},
): Sifted {
  const objects: JsonObject[] = [];
  const recordIds: string[] = [];
  const places: string[] = [];
  const refused: Refusal[] = [];
  for (const [index, record] of received.entries()) {
    const place = firstPlace + index;
    const id = isJsonObject(record) ? recordId(record, resource) : undefined;
    if (!isJsonObject(record)) refused.push(refusal(place, 'not an object', record));
    else if (id === undefined)
      refused.push(refusal(place, keyFault(record, resource) ?? 'no key', asSent(record, resource)));
    else {
      objects.push(record);
      recordIds.push(id);
      places.push(String(place));
    }
  }
  const sent = objects.map(object => stampSent(object, resource));
  const texts = sent.map((stamp, row) => stampText(stamp, row, faults));
  return {records: {objects, recordIds, places, stamps: texts}, stamps: sent.map(toStamp), refused};
}

/** Without what we put beside it ourselves. */
const asSent = (record: JsonObject, {slicing}: Resource): JsonObject =>
  slicing === undefined ? record : {...record, [askedProperty]: undefined};

function stampSent(object: JsonObject, {stamp}: Resource): Json | undefined {
  return stamp === undefined ? undefined : unwrapped(valueAt(object, stamp.split('.')));
}

const judgeStamp = judgeOf(localTime);

function stampText(stamp: Json | undefined, row: number, faults: Faults): string | null {
  if (stamp === undefined || stamp === null) return null;
  faults.row = row;
  faults.column = 'last_modified_date_time';
  return judgeStamp(stamp, faults.note);
}
