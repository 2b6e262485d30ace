import type {JsonObject} from '../base/exact-json.ts';
import type {Doors, Run} from '../sync/sync.ts';

/** How far each company and resource has come: a row for each checkpoint, and what waits in the volume after it. */
export async function status({scope}: Run, doors: Doors, signal?: AbortSignal): Promise<readonly JsonObject[]> {
  const checkpoints = await doors.warehouse.readCheckpoints(signal);
  const {loads} = await doors.landing.pending(await doors.warehouse.readFinishedLoads(signal), signal);
  const held = new Map(checkpoints.map(checkpoint => [place(checkpoint), checkpoint]));
  return scope.companies.flatMap(company =>
    scope.resources.map(resource => {
      const key = place({companyId: company.id, resource: resource.name});
      const checkpoint = held.get(key);
      return {
        company: company.id,
        resource: resource.name,
        loads: checkpoint?.sequence ?? 0,
        waiting: loads.filter(load => place(load) === key).length,
        watermark: checkpoint?.cursor.watermark ?? null,
        next: checkpoint?.cursor.nextSince ?? null,
        run: checkpoint?.runId ?? null,
      };
    }),
  );
}

const place = ({companyId, resource}: {readonly companyId: string; readonly resource: string}): string =>
  JSON.stringify([companyId, resource]);
