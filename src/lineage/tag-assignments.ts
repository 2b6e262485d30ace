import type {JsonObject} from '../base/exact-json.ts';
import type {Rest} from '../model/ports.ts';
import {isUpdateRefused, listAll, textAt, unlessAbsent, unlessThere} from './answers.ts';
import {needing, toTag} from './rights.ts';
import {columnsAmong, personalTag, personalValues, sourceTag, sourceValue, type TaggedEntity} from './wanted-tags.ts';

const root = '/api/2.1/unity-catalog/entity-tag-assignments';

type Entity = Pick<TaggedEntity, 'type' | 'name'>;

const pathOf = ({type, name}: Entity): string => `${root}/${type}/${encodeURIComponent(name)}/tags`;

/** What became of the tags of one entity. */
export interface TagEnd {
  /** Tags that were written. */
  readonly written: number;
  /** Tags that somebody else gave another value: they are left. */
  readonly left: number;
}

/** Gives tables and columns their tags, and takes `pii` from columns that bore it formerly and shall no more. */
export async function tagAll(
  rest: Rest,
  {entities, formerly}: {readonly entities: readonly TaggedEntity[]; readonly formerly: readonly string[]},
  signal?: AbortSignal,
): Promise<TagEnd> {
  let [written, left] = [0, 0];
  for (const entity of entities) {
    const end = await needing(toTag(entity.name), assignTags(rest, entity, signal));
    written += end.written;
    left += end.left;
  }
  const personal = new Set(columnsAmong(entities));
  for (const column of formerly.filter(name => !personal.has(name))) {
    await needing(toTag(column), dropPersonalTag(rest, column, signal));
  }
  return {written, left};
}

/** Gives a table or column its tags. A tag that bears a value which is none of ours is somebody's: it stays. */
async function assignTags(rest: Rest, entity: TaggedEntity, signal?: AbortSignal): Promise<TagEnd> {
  const held = await heldTags(rest, entity, signal);
  let written = 0;
  let left = 0;
  for (const [key, value] of Object.entries(entity.tags)) {
    const now = held.get(key);
    if (now === value) continue;
    if (now !== undefined && !isOurs(key, held)) left++;
    else {
      await assign(rest, {entity, key, value, isThere: now !== undefined}, signal);
      written++;
    }
  }
  return {written, left};
}

/** Takes a column's `pii` away where it is one of ours. */
async function dropPersonalTag(rest: Rest, column: string, signal?: AbortSignal): Promise<void> {
  const entity: Entity = {type: 'columns', name: column};
  await unlessAbsent(
    (async () => {
      const held = await heldTags(rest, entity, signal);
      if (isOurs(personalTag, held)) await remove(rest, entity, personalTag, signal);
    })(),
  );
}

async function heldTags(rest: Rest, entity: Entity, signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const listing = {path: pathOf(entity), items: 'tag_assignments', sizeParameter: 'max_results'} as const;
  const found = await listAll(rest, listing, signal);
  return new Map(found.map(tag => [textAt(tag, 'tag_key') ?? '', textAt(tag, 'tag_value') ?? '']));
}

function isOurs(key: string, held: ReadonlyMap<string, string>): boolean {
  const value = held.get(key);
  if (key === personalTag) return value !== undefined && personalValues.has(value);
  return held.get(sourceTag) === sourceValue;
}

interface Assignment {
  readonly entity: Entity;
  readonly key: string;
  readonly value: string;
  readonly isThere: boolean;
}

async function assign(rest: Rest, assignment: Assignment, signal?: AbortSignal): Promise<void> {
  const {entity, key, value, isThere} = assignment;
  const body: JsonObject = {entity_type: entity.type, entity_name: entity.name, tag_key: key, tag_value: value};
  const create = (): Promise<boolean> => unlessThere(rest.request({method: 'POST', path: root, body}, signal));
  if (!isThere && (await create())) return;
  const path = `${pathOf(entity)}/${encodeURIComponent(key)}`;
  try {
    await rest.request({method: 'PATCH', path, query: {update_mask: 'tag_value'}, body}, signal);
  } catch (thrown) {
    if (!isUpdateRefused(thrown)) throw thrown;
    await remove(rest, entity, key, signal);
    await create();
  }
}

const remove = (rest: Rest, entity: Entity, key: string, signal?: AbortSignal): Promise<boolean> =>
  unlessAbsent(rest.request({method: 'DELETE', path: `${pathOf(entity)}/${encodeURIComponent(key)}`}, signal));
