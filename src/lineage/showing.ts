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
import {shownOf} from './endpoint-object.ts';
import {openExternalLineage} from './external-lineage.ts';
import {openExternalMetadata} from './external-metadata.ts';
import type {Installation} from './installation.ts';
import {needing, toTag} from './rights.ts';
import {sideBySide} from './side-by-side.ts';
import {type Area, areas, type LineageState, type ShownLast} from './state-file.ts';
import {assignTags, dropPersonalTag, type TagEnd} from './tag-assignments.ts';
import {wantedTags} from './wanted-tags.ts';

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
  const personalOf = (resource: Resource): readonly string[] =>
    tagsOf(resource).flatMap(({type, name}) => (type === 'columns' ? [name] : []));

  async function tag(resource: Resource, last: ShownLast | undefined, signal?: AbortSignal): Promise<TagEnd> {
    const ends: TagEnd[] = [];
    for (const entity of tagsOf(resource)) {
      ends.push(await needing(toTag(entity.name), assignTags(rest, entity, signal)));
    }
    const personal = new Set(personalOf(resource));
    for (const column of (last?.personal ?? []).filter(name => !personal.has(name))) {
      await needing(toTag(column), dropPersonalTag(rest, column, signal));
    }
    const sum = (of: keyof TagEnd): number => ends.reduce((total, end) => total + end[of], 0);
    return {written: sum('written'), left: sum('left')};
  }

  /** What was shown, after what was: an area that was not tried or not shown keeps what it had. */
  function noted(resource: Resource, end: ResourceEnd, last: ShownLast | undefined): ShownLast {
    const prints = {...last?.prints};
    for (const area of areas) if (isDone(end[area])) prints[area] = printOf(resource, area);
    const personal = isDone(end.tags) ? personalOf(resource) : (last?.personal ?? []);
    return {prints, personal, at: clock.now().toISOString(), run: runId};
  }

  return {
    isCurrent: (resource, {area, state}) => state.resources[resource.name]?.prints[area] === printOf(resource, area),
    async show(resources, {before, among}, signal) {
      const attempts = among.map(area => new Attempts(area, signal));
      const trying = Object.fromEntries(attempts.map(each => [each.area, each]));
      const ends = await sideBySide(resources, async resource => {
        const last = before.resources[resource.name];
        const shown = await trying['lineage']?.try(resource.name, () =>
          showEndpoint(shownOf(resource, installation), doors, signal),
        );
        // A table that is not there has no tags either.
        const isGone = shown === 'no table';
        const tags = isGone ? shown : await trying['tags']?.try(resource.name, () => tag(resource, last, signal));
        return {...(shown !== undefined && {lineage: shown}), ...(tags !== undefined && {tags})};
      });
      const notes = resources.map((resource, index) => {
        return [resource.name, noted(resource, ends[index] ?? {}, before.resources[resource.name])] as const;
      });
      const at = clock.now().toISOString();
      const refused = attempts.filter(each => each.isRefused).map(({area}) => [area, at] as const);
      const stillRefused = Object.entries(before.refused).filter(([area]) => !among.some(each => each === area));
      return {
        state: {
          resources: {...before.resources, ...Object.fromEntries(notes)},
          refused: Object.fromEntries([...stillRefused, ...refused]),
        },
        rows: resources.map((resource, index) => rowOf(resource, ends[index] ?? {}, installation)),
        errors: attempts.flatMap(({error}) => error ?? []),
        taken: resources.flatMap((resource, index) =>
          ends[index]?.lineage === 'taken' ? [shownOf(resource, installation).object.name] : [],
        ),
      };
    },
  };
}

const printed = (wanted: unknown): string => hash('sha256', JSON.stringify(wanted), 'hex').slice(0, 32);

/** Whether there is nothing left to do: also where another's object stands in the way. */
const isDone = (end: Outcome<EndpointEnd> | Outcome<TagEnd> | undefined): boolean =>
  end !== undefined && end !== 'no table' && end !== 'refused' && end !== 'failed';

function rowOf(resource: Resource, {lineage, tags}: ResourceEnd, installation: Installation): JsonObject {
  const {object, edges} = shownOf(resource, installation);
  return {
    resource: resource.name,
    object: object.name,
    columns: object.columns.length,
    edges: edges.length,
    lineage: lineage ?? 'off',
    tags: tagWords(tags),
  };
}

function tagWords(tags: Outcome<TagEnd> | undefined): string {
  if (tags === undefined) return 'off';
  if (typeof tags === 'string') return tags;
  const left = tags.left > 0 ? `, ${tags.left} of others left` : '';
  return `${tags.written > 0 ? `${tags.written} written` : 'current'}${left}`;
}
