import {isUpdateRefused} from './answers.ts';
import type {Edge, EndpointObject, Shown} from './endpoint-object.ts';
import {type ExternalLineage, type HeldEdges, isSameMapping, isSameTable} from './external-lineage.ts';
import {type ExternalMetadata, isCurrent, isOwn} from './external-metadata.ts';
import type {Installation} from './installation.ts';
import {needing, toChangeObject, toCreateObjects, toDrawEdge} from './rights.ts';

export interface LineageDoors {
  readonly metadata: ExternalMetadata;
  readonly lineage: ExternalLineage;
  readonly installation: Installation;
}

/** *taken*: an object of this name is there that this installation did not make; it is left alone. */
export type EndpointEnd = 'created' | 'updated' | 'current' | 'taken';

/** Makes an endpoint's object and its edges what they should be, whatever is there of them. Safe to repeat. */
export async function showEndpoint(shown: Shown, doors: LineageDoors, signal?: AbortSignal): Promise<EndpointEnd> {
  const {object, edges} = shown;
  const {metadata, lineage, installation} = doors;
  const found = await metadata.read(object.name, signal);
  // Created by a request whose answer was lost, it is there and ours; held by somebody who shows it to nobody, not.
  if (!found && (await create(object, doors, signal))) {
    await draw({object, edges, held: nothingHangs}, lineage, signal);
    return 'created';
  }
  const now = found ?? (await metadata.read(object.name, signal));
  if (!now || !isOwn(now, installation)) return 'taken';
  const hanging = await needing(toChangeObject(object.name), lineage.of(object.name, signal));
  const kept = isCurrent(now, object);
  if (!kept && !(await tryUpdate(object, {hanging, doors}, signal))) {
    await remove({name: object.name, hanging}, doors, signal);
    await create(object, doors, signal);
    await draw({object, edges, held: nothingHangs}, lineage, signal);
    return 'updated';
  }
  const {owner} = installation;
  const isGiven = owner === undefined || now['owner'] === owner;
  if (!isGiven) await needing(toChangeObject(object.name), metadata.give(object.name, owner, signal));
  const drawn = await draw({object, edges, held: hanging}, lineage, signal);
  return kept && isGiven && drawn === 0 ? 'current' : 'updated';
}

const nothingHangs: HeldEdges = {toTables: [], foreign: 0};

const create = (object: EndpointObject, doors: LineageDoors, signal?: AbortSignal): Promise<boolean> =>
  needing(toCreateObjects, doors.metadata.create(object, doors.installation.owner, signal));

/** False where the workspace refuses to update, and nobody else's edges would go with the object. */
async function tryUpdate(
  object: EndpointObject,
  {hanging, doors}: {readonly hanging: HeldEdges; readonly doors: LineageDoors},
  signal?: AbortSignal,
): Promise<boolean> {
  try {
    await needing(toChangeObject(object.name), doors.metadata.update(object, signal));
    return true;
  } catch (thrown) {
    if (isUpdateRefused(thrown) && hanging.foreign === 0) return false;
    throw thrown;
  }
}

/**
 * Removes an object of ours and our edges from it, the edges first. Where edges of others hang on it the object stays:
 * they would go with it. Gives whether the object is gone, and how many edges were removed.
 */
export async function remove(
  {name, hanging}: {readonly name: string; readonly hanging: HeldEdges},
  {metadata, lineage}: Pick<LineageDoors, 'metadata' | 'lineage'>,
  signal?: AbortSignal,
): Promise<{readonly isGone: boolean; readonly edges: number}> {
  const own = hanging.toTables.filter(edge => edge.isOwn);
  for (const {table} of own) await needing(toDrawEdge(name, table), lineage.remove(name, table, signal));
  if (hanging.foreign === 0) await needing(toChangeObject(name), metadata.remove(name, signal));
  return {isGone: hanging.foreign === 0, edges: own.length};
}

interface Drawing {
  readonly object: EndpointObject;
  readonly edges: readonly Edge[];
  readonly held: HeldEdges;
}

/** Draws, redraws and removes edges; one that somebody else drew between the same two is left. Gives how many. */
async function draw({object, edges, held}: Drawing, lineage: ExternalLineage, signal?: AbortSignal): Promise<number> {
  let changed = 0;
  for (const edge of edges) {
    const before = held.toTables.find(({table}) => isSameTable(table, edge.table));
    if (before && (!before.isOwn || isSameMapping(before.columns, edge.columns))) continue;
    await needing(
      toDrawEdge(object.name, edge.table),
      drawOne(object.name, {edge, isThere: before !== undefined}, lineage, signal),
    );
    changed++;
  }
  const isWanted = (table: string): boolean => edges.some(edge => isSameTable(edge.table, table));
  for (const {table} of held.toTables.filter(edge => edge.isOwn && !isWanted(edge.table))) {
    await needing(toDrawEdge(object.name, table), lineage.remove(object.name, table, signal));
    changed++;
  }
  return changed;
}

async function drawOne(
  object: string,
  {edge, isThere}: {readonly edge: Edge; readonly isThere: boolean},
  lineage: ExternalLineage,
  signal?: AbortSignal,
): Promise<void> {
  if (!isThere && (await lineage.create(object, edge, signal))) return;
  try {
    await lineage.update(object, edge, signal);
  } catch (thrown) {
    if (!isUpdateRefused(thrown)) throw thrown;
    await lineage.remove(object, edge.table, signal);
    await lineage.create(object, edge, signal);
  }
}
