import {isJsonObject, isRawNumber, type Json, type JsonObject, type RawNumber, unwrapped} from '../base/exact-json.ts';

/** What lies at a path of a record; undefined where a step is missing. */
export function valueAt(record: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = record;
  for (const name of path) {
    if (!isJsonObject(value)) return undefined;
    value = name.endsWith(']') ? selected(value, name) : value[name];
  }
  return value;
}

const selection = /^([^[]+)\[([^=]+)=(.*)\]$/;

/** `segments[segmentId=1]`: the object of the array whose property has that value. */
function selected(record: JsonObject, step: string): Json | undefined {
  const [, name = '', property = '', wanted] = selection.exec(step) ?? [];
  const items = record[name];
  if (!Array.isArray(items)) return undefined;
  return items.find((item: Json) => {
    if (!isJsonObject(item)) return false;
    const value = unwrapped(item[property]);
    return (isRawNumber(value) ? value.rawJSON : String(value)) === wanted;
  });
}

/**
 * One part of a key: percent-escaped so that `/` joins parts without doubt; an absent part is `%00`. Half of a
 * surrogate pair, which UTF-8 cannot carry, is escaped as well, so that two such keys stay two.
 */
export function keyPart(value: Json | undefined): string {
  const scalar = unwrapped(value);
  if (scalar === undefined || scalar === null) return '%00';
  if (typeof scalar === 'number') return String(scalar);
  const text = typeof scalar === 'object' && !isRawNumber(scalar) ? JSON.stringify(scalar) : plainText(scalar);
  const escaped = text.includes('%') || text.includes('/') ? escapedText(text) : text;
  return escaped.isWellFormed() ? escaped : escaped.replace(/\p{Cs}/gu, half => `%u${half.charCodeAt(0).toString(16)}`);
}

const plainText = (value: string | boolean | RawNumber): string => (isRawNumber(value) ? value.rawJSON : String(value));
const escapedText = (text: string): string => text.replaceAll('%', '%25').replaceAll('/', '%2F');

/**
 * Visma's key as one text, from the properties that make it. Nothing is trimmed or folded: keys may differ by case,
 * a trailing space or Unicode form alone. Undefined where every part is absent: such a record has no key.
 */
export function recordId(record: JsonObject, key: readonly string[]): string | undefined {
  const parts = key.map(path => keyPart(valueAt(record, path.split('.'))));
  return parts.every(part => part === '%00') ? undefined : parts.join('/');
}

/** The parts of a record id, absent ones undefined. Undefined where half of a surrogate pair was escaped. */
export function recordParts(id: string): ReadonlyArray<string | undefined> | undefined {
  if (/%u/.test(id)) return undefined;
  return id.split('/').map(part => (part === '%00' ? undefined : part.replaceAll('%2F', '/').replaceAll('%25', '%')));
}
