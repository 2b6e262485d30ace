import {SyncError} from '../base/errors.ts';
import type {Json, JsonObject} from '../base/exact-json.ts';
import {isJsonObject} from '../base/exact-json.ts';
import type {Rest} from '../model/ports.ts';

/** Whether what was to be created is there already: made by a request whose answer was lost, or by another run. */
export const isThere = (thrown: unknown): boolean =>
  thrown instanceof SyncError && thrown.kind === 'data' && thrown.facts['status'] === 409;

export const isForbidden = (thrown: unknown): boolean => thrown instanceof SyncError && thrown.kind === 'permission';

export const isAbsent = (thrown: unknown): boolean => thrown instanceof SyncError && thrown.kind === 'absent';

const unknownCodes: ReadonlySet<unknown> = new Set(['ENDPOINT_NOT_FOUND', 'FEATURE_DISABLED', 'NOT_IMPLEMENTED']);

/** Whether the workspace does not know this part of the interface at all, or has it switched off. */
export const isUnknown = (thrown: unknown): boolean =>
  thrown instanceof SyncError &&
  (unknownCodes.has(thrown.facts['errorCode']) || thrown.facts['status'] === 501 || thrown.facts['offered'] === false);

/** For a request that names nothing which could be missing: where it finds nothing, there is no such interface. */
export async function offered<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (thrown) {
    if (!(thrown instanceof SyncError) || thrown.kind !== 'absent') throw thrown;
    const {message, facts} = thrown;
    throw new SyncError('absent', message, {facts: {...facts, offered: false}, cause: thrown});
  }
}

/** Whether an update was not understood, so that removing and creating again is left. */
export const isUpdateRefused = (thrown: unknown): boolean =>
  thrown instanceof SyncError && (thrown.kind === 'protocol' || thrown.kind === 'absent');

/** Runs a request whose object may be gone already; gives whether it was there. */
export async function unlessAbsent(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (thrown) {
    if (isAbsent(thrown)) return false;
    throw thrown;
  }
}

/** Runs a creation; gives whether it was needed. */
export async function unlessThere(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (thrown) {
    if (isThere(thrown)) return false;
    throw thrown;
  }
}

export interface Listing {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** The property of the answer that holds the items. */
  readonly items: string;
  /** What the interface calls the size of a page. */
  readonly sizeParameter: 'page_size' | 'max_results';
}

const pageSize = '1000';

/** All items of a list. A page may be empty and not be the last: the token alone says that. */
export async function listAll(rest: Rest, listing: Listing, signal?: AbortSignal): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  for (let token: Json | undefined = ''; typeof token === 'string'; ) {
    const query: Record<string, string> = {
      ...listing.query,
      [listing.sizeParameter]: pageSize,
      ...(token !== '' && {page_token: token}),
    };
    const answer: JsonObject = await rest.request({method: 'GET', path: listing.path, query}, signal);
    found.push(...objectsIn(answer[listing.items]));
    token = answer['next_page_token'] === '' ? undefined : answer['next_page_token'];
  }
  return found;
}

export const objectsIn = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : [];

/** A text at a path of objects; undefined where there is none. */
export function textAt(value: Json | undefined, ...path: readonly string[]): string | undefined {
  let at: Json | undefined = value;
  for (const name of path) at = isJsonObject(at) ? at[name] : undefined;
  return typeof at === 'string' ? at : undefined;
}
