import {asSyncError, type SyncError} from '../base/errors.ts';
import type {JsonObject} from '../base/exact-json.ts';
import {textAt} from './answers.ts';
import {remove} from './endpoint.ts';
import {openExternalLineage} from './external-lineage.ts';
import {isOwn, openExternalMetadata} from './external-metadata.ts';
import {needing, toChangeObject} from './rights.ts';
import type {ShowingOptions} from './showing.ts';
import {sideBySide} from './side-by-side.ts';

export interface RemovalEnd {
  /** A row for each object. */
  readonly rows: readonly JsonObject[];
  readonly errors: readonly SyncError[];
}

/** Removes every object that bears this installation's name, of whatever version, with our edges from it. */
export async function removeAll(
  {rest, installation}: Pick<ShowingOptions, 'rest' | 'installation'>,
  signal?: AbortSignal,
): Promise<RemovalEnd> {
  const metadata = openExternalMetadata(rest);
  const lineage = openExternalLineage(rest, installation);
  const own = (await metadata.list(signal)).filter(held => isOwn(held, installation));
  const names = own.flatMap(held => textAt(held, 'name') ?? []).toSorted();
  const errors: SyncError[] = [];
  const rows = await sideBySide(names, async name => {
    try {
      const hanging = await needing(toChangeObject(name), lineage.of(name, signal));
      const {isGone, edges} = await remove({name, hanging}, {metadata, lineage}, signal);
      return {object: name, edges, removed: isGone ? 'removed' : 'kept: edges of others hang on it'};
    } catch (thrown) {
      if (signal?.aborted) throw thrown;
      errors.push(asSyncError(thrown));
      return {object: name, edges: null, removed: 'failed'};
    }
  });
  return {rows, errors};
}
