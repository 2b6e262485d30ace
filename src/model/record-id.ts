import {isJsonObject, isRawNumber, type Json, type JsonObject} from '../base/exact-json.ts';

/** What lies at a path of a record; undefined where a step is missing. */
export function valueAt(record: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = record;
  for (const name of path) {
    if (!isJsonObject(value)) return undefined;
    value = value[name];
  }
  return value;
}

/** One part of a key: percent-escaped so that `/` joins parts without doubt; an absent part is `%00`. */
export function keyPart(value: Json | undefined): string {
  if (value === undefined || value === null) return '%00';
  const text = isRawNumber(value) ? value.rawJSON : String(value);
  return text.replaceAll('%', '%25').replaceAll('/', '%2F');
}

/**
 * Visma's key as one text, from the properties that make it. Nothing is trimmed or folded: keys may differ by case,
 * a trailing space or Unicode form alone. Undefined where every part is absent: such a record has no key.
 */
export function recordId(record: JsonObject, key: readonly string[]): string | undefined {
  const parts = key.map(path => keyPart(valueAt(record, path.split('.'))));
  return parts.every(part => part === '%00') ? undefined : parts.join('/');
}
