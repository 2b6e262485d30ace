import {isJsonObject, type Json, type JsonObject, parseExactJson} from '../base/exact-json.ts';
import type {ResourceName} from '../model/names.ts';
import type {Files} from '../model/ports.ts';

/** What is shown in two ways, each of which may be refused by itself. */
export type Area = 'lineage' | 'tags';
export const areas: readonly Area[] = ['lineage', 'tags'];

/** What was shown of one resource when it was shown last. */
export interface ShownLast {
  /** Of all that was shown, by area; absent where it was not. */
  readonly prints: Readonly<Partial<Record<Area, string>>>;
  /** The full names of columns that bear `pii`. */
  readonly personal: readonly string[];
  /** ISO with Z. */
  readonly at: string;
  readonly run: string;
}

/**
 * What this installation has shown, so that a run need not ask the metastore. It is never truth: without it everything
 * is asked for once, and nothing is made twice.
 */
export interface LineageState {
  readonly resources: Readonly<Record<ResourceName, ShownLast>>;
  /** Since when an area is refused, ISO with Z. */
  readonly refused: Readonly<Partial<Record<Area, string>>>;
  /** When a person removed the objects: then no scheduled run makes them again. */
  readonly removedAt?: string;
}

export const emptyState: LineageState = {resources: {}, refused: {}};

const version = 1;

export interface StateFile {
  /** What can't be read counts as nothing shown. */
  read(signal?: AbortSignal): Promise<LineageState>;
  write(state: LineageState, signal?: AbortSignal): Promise<void>;
}

/** The state as `lineage.json` in the folder of the volume that is no resource's. */
export function openStateFile({files, folder}: {readonly files: Files; readonly folder: string}): StateFile {
  const path = `${folder}/lineage.json`;
  return {
    async read(signal) {
      const bytes = await files.read(path, signal);
      return bytes ? stateIn(bytes) : emptyState;
    },
    async write(state, signal) {
      const text = JSON.stringify({version, ...state}, undefined, 1);
      await files.put(path, new TextEncoder().encode(text), signal);
    },
  };
}

function stateIn(bytes: Uint8Array): LineageState {
  try {
    const parsed = parseExactJson(new TextDecoder('utf-8', {fatal: true}).decode(bytes));
    if (!isJsonObject(parsed) || parsed['version'] !== version) return emptyState;
    const {resources, refused, removedAt} = parsed;
    const shown = Object.entries(isJsonObject(resources) ? resources : {}).flatMap(([name, value]) => {
      const read = shownIn(value);
      return read ? [[name, read] as const] : [];
    });
    return {
      resources: Object.fromEntries(shown),
      refused: textsOf(refused),
      ...(typeof removedAt === 'string' && {removedAt}),
    };
  } catch {
    return emptyState;
  }
}

function shownIn(value: Json | undefined): ShownLast | undefined {
  if (!isJsonObject(value)) return undefined;
  const {prints, personal, at, run} = value;
  if (!Array.isArray(personal) || typeof at !== 'string' || typeof run !== 'string') return undefined;
  return {prints: textsOf(prints), personal: personal.filter(name => typeof name === 'string'), at, run};
}

function textsOf(value: Json | undefined): Partial<Record<Area, string>> {
  const given: JsonObject = isJsonObject(value) ? value : {};
  const texts: Partial<Record<Area, string>> = {};
  for (const area of areas) {
    const text = given[area];
    if (typeof text === 'string') texts[area] = text;
  }
  return texts;
}
