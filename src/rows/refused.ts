import {isJsonObject, isRawNumber, type Json, type JsonObject, parseExactJson, unwrapped} from '../base/exact-json.ts';
import type {RefusedHint} from '../model/load.ts';
import {readableParts, valueAt} from '../model/record-id.ts';
import type {Resource} from '../model/resource.ts';
import {Content} from './content.ts';

/** A row that a whole list lacks, with its record as it is held. */
export interface HeldRecord {
  readonly recordId: string;
  readonly record: string;
}

/** What is known of a record that was refused: by it a row is told from what may be that record. */
export function hintOf(record: Json | undefined, resource: Resource): RefusedHint {
  if (!isJsonObject(record)) return {parts: resource.key.map(() => null)};
  const parts = readableParts(record, resource).map(part => part ?? null);
  const internalId = internalIdOf(record, resource);
  return {parts, ...(internalId !== undefined && {internalId}), content: contentWithoutKey(record, resource)};
}

/**
 * Of the rows that a whole list lacks, those that may be records which it refused. A row may be one if every part of
 * the key that could be read is its own, and no internal id speaks against it. If the same content or internal id
 * stands in some of these rows, it is they, and no others.
 */
export function mayBeRefused(
  missing: readonly HeldRecord[],
  hints: readonly RefusedHint[],
  resource: Resource,
): ReadonlySet<string> {
  const rows = missing.map(({recordId, record}) => ({recordId, ...heldHint(record, resource)}));
  const spared = new Set<string>();
  for (const hint of hints) {
    const possible = rows.filter(
      row =>
        hasParts(row.recordId, hint) &&
        (row.internalId === undefined || hint.internalId === undefined || row.internalId === hint.internalId),
    );
    const explained = possible.filter(
      row =>
        (hint.internalId !== undefined && row.internalId === hint.internalId) ||
        (hint.content !== undefined && row.content === hint.content),
    );
    for (const {recordId} of explained.length > 0 ? explained : possible) spared.add(recordId);
  }
  return spared;
}

/** Whether every part of a refused record's key that could be read is a part of this one. */
export function hasParts(recordId: string, {parts}: Pick<RefusedHint, 'parts'>): boolean {
  const own = recordId.split('/');
  return parts.every((part, index) => part === null || part === own[index]);
}

function heldHint(text: string, resource: Resource): Pick<RefusedHint, 'internalId' | 'content'> {
  try {
    const record = parseExactJson(text);
    return isJsonObject(record) ? hintOf(record, resource) : {};
  } catch {
    // Somebody else wrote it: then nothing tells the row from any record.
    return {};
  }
}

/** An id that is 0 or negative is none. */
function internalIdOf(record: JsonObject, {internalId}: Resource): string | undefined {
  const value = internalId === undefined ? undefined : unwrapped(valueAt(record, internalId.split('.')));
  const text = isRawNumber(value) ? value.rawJSON : typeof value === 'object' ? '' : String(value ?? '');
  return /^[1-9]\d*$/.test(text) ? text : undefined;
}

function contentWithoutKey(record: JsonObject, {key, children}: Resource): string {
  const left = new Set(['asked', ...key.map(path => path.split('.')[0] ?? '')]);
  const rest = Object.fromEntries(Object.entries(record).filter(([name]) => !left.has(name)));
  const arrays = children.filter(({outer}) => outer === undefined).map(({property}) => property);
  return new Content(arrays).of(rest).hash;
}
