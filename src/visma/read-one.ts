import {SyncError} from '../base/errors.ts';
import {isJsonObject} from '../base/exact-json.ts';
import type {Company, Found} from '../model/pass.ts';
import {recordId as idOf} from '../model/record-id.ts';
import type {Resource} from '../model/resource.ts';
import {recordPath} from './record-path.ts';
import type {Requests} from './requests.ts';

export interface Wanted {
  readonly company: Company;
  readonly resource: Resource;
  readonly recordId: string;
  /** Whether a sweep asks, which has a share of the rate window of its own. */
  readonly sweeping?: boolean;
}

/**
 * One record by itself. Paths that name a number without its type may give the record of another type; what cannot be
 * asked for by itself is *another* as well: it is not shown to be absent.
 */
export async function readOne(
  {company, resource, recordId, sweeping = false}: Wanted,
  requests: Requests,
  signal?: AbortSignal,
): Promise<Found> {
  const endpoint = recordPath(resource, recordId);
  if (endpoint === undefined) return {kind: 'another'};
  try {
    const place = {company, resource: resource.name, endpoint};
    const {body} = await requests.get({...place, query: resource.query, shrinks: false, sweeping, signal});
    if (!isJsonObject(body)) return {kind: 'another'};
    return idOf(body, resource) === recordId ? {kind: 'found', record: body} : {kind: 'another'};
  } catch (thrown) {
    if (thrown instanceof SyncError && thrown.kind === 'absent' && thrown.facts['status'] === 404)
      return {kind: 'absent'};
    throw thrown;
  }
}
