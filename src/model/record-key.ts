import type {JsonObject} from '../base/exact-json.ts';
import {recordId} from './record-id.ts';
import type {Resource} from './resource.ts';

/** What tells records of one pass apart: the key, or the whole content where a record bears none. */
export const recordKey = (record: JsonObject, resource: Resource): string =>
  recordId(record, resource) ?? `\0${contentOf(record)}`;

/** A record as text, without the metadata, whose counts move from page to page. */
export const contentOf = (record: JsonObject): string => JSON.stringify({...record, metadata: undefined});

/** How many lines of the cut array a record, or a fragment of one, brings. */
export function linesIn(record: Readonly<Record<string, unknown>>, resource: Resource): number {
  const lines = resource.cut === undefined ? undefined : record[resource.cut.lines];
  return Array.isArray(lines) ? lines.length : 0;
}
