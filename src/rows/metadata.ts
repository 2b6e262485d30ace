import {isJsonObject, type Json} from '../base/exact-json.ts';

/** A name within an object, or an index within an array. */
export type Step = string | number;

type Own = Record<string, Json | undefined>;

/** Where within a value there are objects with `metadata`, outer ones first. */
export function metadataPaths(value: Json | undefined, path: readonly Step[]): Step[][] {
  if (typeof value !== 'object' || value === null) return [];
  const own = isJsonObject(value) && 'metadata' in value ? [[...path]] : [];
  const steps: Array<[Step, Json | undefined]> = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  const below = steps
    .filter(([step]) => step !== 'metadata')
    .map(([step, inner]) => metadataPaths(inner, [...path, step]));
  return [...own, ...below.flat()];
}

/**
 * Takes `metadata` out of the object at a path. What lies on the way is copied, so that the record received stays as
 * it is.
 * @param object a copy of the caller's own
 */
export function dropMetadata(object: Own, path: readonly Step[]): void {
  let own: Own | Json[] = object;
  for (const step of path) {
    const inner: Json | undefined = Array.isArray(own) ? own[Number(step)] : own[step];
    const copy: Own | Json[] | undefined = copyOf(inner);
    if (!copy) return;
    put(own, step, copy as Json);
    own = copy;
  }
  if (!Array.isArray(own)) own['metadata'] = undefined;
}

function copyOf(value: Json | undefined): Own | Json[] | undefined {
  if (Array.isArray(value)) return [...value];
  return isJsonObject(value) ? {...value} : undefined;
}

function put(own: Own | Json[], step: Step, value: Json): void {
  if (Array.isArray(own)) own[Number(step)] = value;
  else own[step] = value;
}
