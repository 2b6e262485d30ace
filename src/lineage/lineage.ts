/**
 * What Unity Catalog shows of where the tables come from, over the workspace's REST interface: an external metadata
 * object for each endpoint of Visma.net, edges to its raw tables, column by column, and tags. The room promises that
 * everything may be repeated, that what another made is neither changed nor removed, and that what it may not do or
 * the workspace does not offer is said once and stops nothing. It reads no row and writes no table.
 */
import type {Clock} from '../base/clock.ts';
import {asSyncError, type SyncError} from '../base/errors.ts';
import type {JsonObject} from '../base/exact-json.ts';
import type {Events} from '../model/events.ts';
import type {Lineage} from '../model/lineage.ts';
import type {RunId} from '../model/names.ts';
import type {Files, Rest} from '../model/ports.ts';
import type {Privacy} from '../model/privacy.ts';
import type {Resource} from '../model/resource.ts';
import {removeAll} from './removal.ts';
import {openShowing, type ShowingEnd, type ShowingOptions} from './showing.ts';
import {type Area, areas, type LineageState, openStateFile} from './state-file.ts';

export interface LineageOptions {
  readonly rest: Rest;
  readonly files: Files;
  /** The folder of the volume that is no resource's. */
  readonly stateFolder: string;
  readonly catalog: string;
  /** The schema of the raw tables. */
  readonly schema: string;
  /** What the paths of endpoints are put after; no trailing slash. */
  readonly apiUrl: string;
  /** Who shall own the objects; absent for whoever creates them. */
  readonly owner?: string;
  /** What is shown at all: objects with their edges, tags. */
  readonly shown: Readonly<Record<Area, boolean>>;
  readonly privacy: Privacy;
  readonly clock: Clock;
  readonly events: Events;
  readonly runId: RunId;
}

/** How a command ended: a row for each resource or object, and what could not be done. */
export interface LineageEnd {
  readonly rows: readonly JsonObject[];
  readonly errors: readonly SyncError[];
}

/** The same for a person, who asks for it: whatever was shown or refused before is looked at again. */
export interface OpenLineage extends Lineage {
  bringUpToDate(resources: readonly Resource[], signal?: AbortSignal): Promise<LineageEnd>;
  /** Removes the objects and edges that this installation made, and no others; no scheduled run makes them again. */
  remove(signal?: AbortSignal): Promise<LineageEnd>;
}

/** What was refused is tried again after a day: a grant may have been given. */
const refusedMs = 24 * 60 * 60 * 1000;

export function openLineage(options: LineageOptions): OpenLineage {
  const {clock, events, shown, stateFolder: folder, files} = options;
  const stateFile = openStateFile({files, folder});
  const showing = openShowing(showingOptions(options));
  const note = (message: string): void => events({event: 'note', message});

  async function show(
    resources: readonly Resource[],
    {state, among}: {readonly state: LineageState; readonly among: readonly Area[]},
    signal?: AbortSignal,
  ): Promise<ShowingEnd> {
    const end = await showing.show(resources, {before: state, among}, signal);
    const taken = end.taken.join(', ');
    if (taken !== '')
      note(`in Unity Catalog others made external metadata objects of these names, which are left: ${taken}`);
    try {
      await stateFile.write(end.state, signal);
    } catch (thrown) {
      if (signal?.aborted) throw thrown;
      note('what Unity Catalog shows now could not be noted in the volume: the next run looks again');
    }
    return end;
  }

  async function refresh(resources: readonly Resource[], signal?: AbortSignal): Promise<void> {
    const state = await stateFile.read(signal);
    if (state.removedAt !== undefined) return;
    const now = clock.now().getTime();
    const isOpen = (area: Area): boolean => {
      const ageMs = now - Date.parse(state.refused[area] ?? '');
      // A time that is no time, or lies ahead, is unknown.
      return shown[area] && !(ageMs >= 0 && ageMs < refusedMs);
    };
    const among = areas.filter(isOpen);
    const stale = resources.filter(resource => among.some(area => !showing.isCurrent(resource, {area, state})));
    if (stale.length === 0) return;
    const {errors} = await show(stale, {state, among}, signal);
    for (const {message, hint} of errors) note(`${message}. ${hint}`);
  }

  return {
    async refresh(resources, signal) {
      try {
        await refresh(resources, signal);
      } catch (thrown) {
        if (signal?.aborted) throw thrown;
        note(`what Unity Catalog shows was not looked after: ${asSyncError(thrown).message}`);
      }
    },
    async bringUpToDate(resources, signal) {
      const {removedAt: _, ...held} = await stateFile.read(signal);
      const state: LineageState = {...held, refused: {}};
      const {rows, errors} = await show(resources, {state, among: areas.filter(area => shown[area])}, signal);
      return {rows, errors};
    },
    async remove(signal) {
      const end = await removeAll(showingOptions(options), signal);
      if (end.errors.length === 0) {
        const held = await stateFile.read(signal);
        await stateFile.write(withoutLineage(held, clock.now()), signal);
      }
      return end;
    },
  };
}

const showingOptions = (options: LineageOptions): ShowingOptions => {
  const {rest, catalog, schema, apiUrl, owner, privacy, clock, runId} = options;
  const installation = {catalog, schema, apiUrl, ...(owner !== undefined && {owner})};
  return {rest, installation, privacy, clock, runId};
};

/** Tags stay: they say of a table what is true of it as long as it is there. */
function withoutLineage({resources, refused}: LineageState, now: Date): LineageState {
  const kept = Object.entries(resources).map(([name, {prints, ...last}]) => {
    const {lineage: _, ...others} = prints;
    return [name, {...last, prints: others}] as const;
  });
  return {resources: Object.fromEntries(kept), refused, removedAt: now.toISOString()};
}
