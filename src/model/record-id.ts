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

/** The properties that make a key; of those that may be absent, the ones that are absent together with them. */
export interface KeyProperties {
  readonly key: readonly string[];
  readonly optionalKey?: Readonly<Record<string, readonly string[]>>;
}

/** What stands in the place of a part of a key that came in another shape than a single value. */
const misshapen = Symbol('misshapen');

/**
 * Visma's key as one text, from the properties that make it. Nothing is trimmed or folded: keys may differ by case,
 * a trailing space or Unicode form alone. Undefined if a part is absent that every record has, or is a list or an
 * object: such a record has no key, because a key without that part would be the key of another record.
 */
export function recordId(record: JsonObject, properties: KeyProperties): string | undefined {
  const paths = pathsOf(properties.key);
  let id = '';
  let known = false;
  for (let index = 0; index < paths.length; index++) {
    const path = paths[index] as readonly string[];
    const value = partAt(record, path);
    if (value === misshapen || (value === undefined && !mayBeAbsent(record, path, properties))) return undefined;
    known ||= value !== undefined;
    id += index === 0 ? keyPart(value) : `/${keyPart(value)}`;
  }
  return known ? id : undefined;
}

/** Why a record has no key, by the names of its properties; undefined if it has one. */
export function keyFault(record: JsonObject, properties: KeyProperties): string | undefined {
  const paths = pathsOf(properties.key);
  const values = paths.map(path => partAt(record, path));
  const named = (wanted: readonly boolean[]): string => properties.key.filter((_, index) => wanted[index]).join(', ');
  const shaped = named(values.map(value => value === misshapen));
  if (shaped !== '') return `the key is not a single value: ${shaped}`;
  if (values.every(value => value === undefined)) return `no key: ${properties.key.join(', ')}`;
  const absent = named(
    values.map((value, index) => value === undefined && !mayBeAbsent(record, paths[index] ?? [], properties)),
  );
  return absent === '' ? undefined : `the key lacks ${absent}`;
}

/** The parts of a key as far as they can be read, written as in a record id; undefined for the others. */
export const readableParts = (record: JsonObject, {key}: KeyProperties): ReadonlyArray<string | undefined> =>
  pathsOf(key).map(path => {
    const value = partAt(record, path);
    return value === misshapen || value === undefined ? undefined : keyPart(value);
  });

/** The single value at a path; undefined if it is absent or null. */
function partAt(record: JsonObject, path: readonly string[]): Json | undefined | typeof misshapen {
  let value: Json | undefined = record;
  for (const name of path) {
    if (!isJsonObject(value)) return misshapen;
    value = value[name];
    if (value === undefined || value === null) return undefined;
  }
  if (typeof value !== 'object') return value;
  const scalar = unwrapped(value);
  if (scalar === null) return undefined;
  return typeof scalar !== 'object' || isRawNumber(scalar) ? scalar : misshapen;
}

/** A part that may be absent is not if what always comes with it is there: then its own property is lost. */
function mayBeAbsent(record: JsonObject, path: readonly string[], {optionalKey}: KeyProperties): boolean {
  const together = optionalKey?.[path.join('.')];
  return together?.every(name => (record[name] ?? null) === null) === true;
}

const splitKeys = new WeakMap<readonly string[], ReadonlyArray<readonly string[]>>();

/** The paths of a key. Each key is split once, because every record of a list asks for it. */
function pathsOf(key: readonly string[]): ReadonlyArray<readonly string[]> {
  let paths = splitKeys.get(key);
  if (!paths) {
    paths = key.map(path => path.split('.'));
    splitKeys.set(key, paths);
  }
  return paths;
}

/** The parts of a record id, absent ones undefined. Undefined where half of a surrogate pair was escaped. */
export function recordParts(id: string): ReadonlyArray<string | undefined> | undefined {
  if (/%u/.test(id)) return undefined;
  return id.split('/').map(part => (part === '%00' ? undefined : part.replaceAll('%2F', '/').replaceAll('%25', '%')));
}
