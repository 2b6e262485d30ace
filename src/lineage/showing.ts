import {hash} from 'node:crypto';
import type {Clock} from '../base/clock.ts';
import type {SyncError} from '../base/errors.ts';
import type {JsonObject} from '../base/exact-json.ts';
import type {RunId} from '../model/names.ts';
import type {Rest} from '../model/ports.ts';
import type {Privacy} from '../model/privacy.ts';
import type {Resource} from '../model/resource.ts';
import {Attempts, type Outcome} from './attempts.ts';
import {type EndpointEnd, showEndpoint} from './endpoint.ts';
import {type Shown, shownOf} from './endpoint-object.ts';
import {openExternalLineage} from './external-lineage.ts';
import {openExternalMetadata} from './external-metadata.ts';
import {type Installation, objectName} from './installation.ts';
import {sideBySide} from './side-by-side.ts';
import {type Area, areas, type LineageState, type ShownLast} from './state-file.ts';
import {type TagEnd, tagAll} from './tag-assignments.ts';
import {columnsAmong, wantedTags} from './wanted-tags.ts';

export interface ShowingOptions {
  readonly rest: Rest;
  readonly installation: Installation;
  readonly privacy: Privacy;
  readonly clock: Clock;
  readonly runId: RunId;
}

export interface ShowingEnd {
  readonly state: LineageState;
  /** A row for each resource, for people. */
  readonly rows: readonly JsonObject[];
  /** What could not be done, once for each area. */
  readonly errors: readonly SyncError[];
  /** Names of objects that another made. */
  readonly taken: readonly string[];
}

interface Before {
  readonly before: LineageState;
  /** In which areas something is done. */
  readonly among: readonly Area[];
}

export interface Showing {
  /** Whether what was shown last of a resource is what should be shown. */
  isCurrent(resource: Resource, at: {readonly area: Area; readonly state: LineageState}): boolean;
  /** Shows these resources, whatever is there of them. Throws nothing but the signal's reason. */
  show(resources: readonly Resource[], before: Before, signal?: AbortSignal): Promise<ShowingEnd>;
}

/** What became of one resource. */
interface ResourceEnd {
  readonly lineage?: Outcome<EndpointEnd>;
  readonly tags?: Outcome<TagEnd>;
}

interface Trying {
  readonly trying: ReadonlyMap<Area, Attempts>;
  readonly last: ShownLast | undefined;
}

export function openShowing(options: ShowingOptions): Showing {
  const {rest, installation, privacy, clock, runId} = options;
  const lineage = openExternalLineage(rest, installation);
  const doors = {metadata: openExternalMetadata(rest), lineage, installation};
  const tagsOf = (resource: Resource): ReturnType<typeof wantedTags> => wantedTags(resource, {installation, privacy});
  const wanted: Readonly<Record<Area, (resource: Resource) => unknown>> = {
    lineage: resource => [shownOf(resource, installation), installation.owner],
    tags: tagsOf,
  };
  const printOf = (resource: Resource, area: Area): string => printed(wanted[area](resource));

  async function showOne(resource: Resource, {trying, last}: Trying, signal?: AbortSignal): Promise<ResourceEnd> {
    const shown = await trying
      .get('lineage')
      ?.try(resource.name, () => showEndpoint(shownOf(resource, installation), doors, signal));
    // A table that is not there has no tags either.
    if (shown === 'no table') return {lineage: shown, ...(trying.has('tags') && {tags: shown})};
    const wanted = {entities: tagsOf(resource), formerly: last?.personal ?? []};
    const tags = await trying.get('tags')?.try(resource.name, () => tagAll(rest, wanted, signal));
    return {...(shown !== undefined && {lineage: shown}), ...(tags !== undefined && {tags})};
  }

  /** What was shown, after what was: an area that was not tried or not shown keeps what it had. */
  function noted(resource: Resource, end: ResourceEnd, last: ShownLast | undefined): ShownLast {
    const prints = {...last?.prints};
    for (const area of areas) if (isDone(end[area])) prints[area] = printOf(resource, area);
    const personal = isDone(end.tags) ? columnsAmong(tagsOf(resource)) : (last?.personal ?? []);
    return {prints, personal, at: clock.now().toISOString(), run: runId};
  }

  return {
    isCurrent: (resource, {area, state}) => state.resources[resource.name]?.prints[area] === printOf(resource, area),
    async show(resources, {before, among}, signal) {
      const trying = new Map(among.map(area => [area, new Attempts(area, signal)]));
      const lastOf = ({name}: Resource): ShownLast | undefined => before.resources[name];
      const shown = await sideBySide(resources, async resource => {
        return {resource, end: await showOne(resource, {trying, last: lastOf(resource)}, signal)};
      });
      const notes = shown.map(({resource, end}) => [resource.name, noted(resource, end, lastOf(resource))] as const);
      return {
        state: {
          resources: {...before.resources, ...Object.fromEntries(notes)},
          refused: refusedAfter(before, trying, clock.now()),
        },
        rows: shown.map(({resource, end}) => rowOf(shownOf(resource, installation), {resource, end})),
        errors: [...trying.values()].flatMap(({error}) => error ?? []),
        taken: shown
          .filter(({end}) => end.lineage === 'taken')
          .map(({resource}) => objectName(installation, resource.name)),
      };
    },
  };
}

/** Since when each area is refused: those that were not tried stay as they were. */
function refusedAfter({refused}: LineageState, trying: Trying['trying'], now: Date): LineageState['refused'] {
  const untried = Object.entries(refused).filter(([name]) => !areas.some(area => area === name && trying.has(area)));
  const anew = [...trying.values()].filter(({isRefused}) => isRefused).map(({area}) => [area, now.toISOString()]);
  return Object.fromEntries([...untried, ...anew]);
}

const printed = (wanted: unknown): string => hash('sha256', JSON.stringify(wanted), 'hex').slice(0, 32);

/** Whether there is nothing left to do: also where another's object stands in the way. */
const isDone = (end: Outcome<EndpointEnd> | Outcome<TagEnd> | undefined): boolean =>
  end !== undefined && end !== 'no table' && end !== 'refused' && end !== 'failed';

function rowOf(
  {object, edges}: Shown,
  {resource, end}: {readonly resource: Resource; readonly end: ResourceEnd},
): JsonObject {
  return {
    resource: resource.name,
    object: object.name,
    columns: object.columns.length,
    edges: edges.length,
    lineage: end.lineage ?? 'off',
    tags: tagWords(end.tags),
  };
}

function tagWords(tags: Outcome<TagEnd> | undefined): string {
  if (tags === undefined) return 'off';
  if (typeof tags === 'string') return tags;
  const left = tags.left > 0 ? `, ${tags.left} of others left` : '';
  return `${tags.written > 0 ? `${tags.written} written` : 'current'}${left}`;
}
