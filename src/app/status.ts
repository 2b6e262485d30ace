import type {JsonObject} from '../base/exact-json.ts';
import type {SweepRecord} from '../model/key-register.ts';
import type {Checkpoint} from '../model/load.ts';
import {type Doors, lastSwept, type Run, standingOf} from '../sync/sync.ts';

/**
 * How far each company, resource and slice has come: a row for each checkpoint, one for what was never read, and what
 * waits in the volume.
 */
export async function status({scope}: Run, doors: Doors, signal?: AbortSignal): Promise<readonly JsonObject[]> {
  const checkpoints = await doors.warehouse.readCheckpoints(signal);
  const {sweeps} = await doors.warehouse.readSweeps(signal);
  const {loads} = await doors.landing.pending(await doors.warehouse.readFinishedLoads(signal), signal);
  return scope.companies.flatMap(({id}) =>
    scope.resources.flatMap(({name}) => {
      const isOwn = ({companyId, resource}: Pick<Checkpoint, 'companyId' | 'resource'>): boolean =>
        companyId === id && resource === name;
      const own = checkpoints.filter(isOwn);
      const waiting = loads.filter(isOwn);
      const slices = new Set([...own, ...waiting].map(({slice}) => slice));
      const rows = [...(slices.size > 0 ? slices : [''])].toSorted().map(slice => ({
        company: id,
        resource: name,
        slice,
        ...standing(
          own.find(checkpoint => checkpoint.slice === slice),
          sweeps,
        ),
        waiting: waiting.filter(load => load.slice === slice).length,
      }));
      return rows;
    }),
  );
}

function standing(checkpoint: Checkpoint | undefined, sweeps: readonly SweepRecord[]): JsonObject {
  return {
    loads: checkpoint?.sequence ?? 0,
    state: checkpoint ? standingOf(checkpoint.cursor) : 'not read',
    swept: (checkpoint && lastSwept(checkpoint, sweeps)?.toISOString()) ?? null,
    watermark: checkpoint?.cursor.watermark ?? null,
    next: checkpoint?.cursor.nextSince ?? null,
    run: checkpoint?.runId ?? null,
  };
}
