import type {Checkpoint, Manifest} from '../model/load.ts';
import type {RunId} from '../model/names.ts';
import type {Settlement} from '../model/ports.ts';
import type {Creation} from './creation.ts';
import type {HeldState} from './held-state.ts';
import {holderParameters, leaseLost} from './holder.ts';
import {countsIn} from './merge-counts.ts';
import type {Places} from './places.ts';
import {type Fate, type Move, moveCheckpoints, noteLoads} from './sql/settle.ts';

interface Doors {
  readonly creation: Creation;
  readonly state: HeldState;
  readonly places: Places;
}

/**
 * Moves the checkpoints, makes sure that they moved, and only then notes the loads as settled: a load that is noted
 * is never looked at again.
 */
export async function settle(
  settlement: Settlement,
  {creation, state, places}: Doors,
  signal?: AbortSignal,
): Promise<void> {
  const {lease, runId} = settlement;
  const tables = {
    checkpoint: places.control('checkpoint'),
    load: places.control('load'),
    lease: places.control('lease'),
  };
  const envelope = {
    label: 'settle',
    parameters: {...holderParameters(lease), run_id: runId},
    tags: {run: runId},
  };
  state.forget();
  const moves = movesOf(settlement.settled.filter(load => !settlement.moved?.has(load)));
  if (moves.length > 0) {
    const answer = await creation.sendControl({...envelope, sql: moveCheckpoints(tables, moves)}, signal);
    const {inserted, updated} = countsIn(answer);
    // A statement that was sent twice, because its answer was lost, has nothing left to move: then the table tells.
    const moved =
      inserted + updated === moves.length || haveMoved(moves, runId, (await state.read(signal)).checkpoints);
    if (!moved) throw leaseLost(lease);
  }
  const fates = fatesOf(settlement);
  if (fates.length > 0) await creation.sendControl({...envelope, sql: noteLoads(tables, fates)}, signal);
  state.forget();
}

function haveMoved(moves: readonly Move[], runId: RunId, checkpoints: readonly Checkpoint[]): boolean {
  const at = new Map(checkpoints.map(checkpoint => [keyOf(checkpoint), checkpoint]));
  return moves.every(move => {
    const checkpoint = at.get(keyOf(move));
    return checkpoint?.sequence === move.sequence && checkpoint.runId === runId;
  });
}

/** One move for each chain: from before its first load to its last. */
export function movesOf(settled: readonly Manifest[]): readonly Move[] {
  const chains = Map.groupBy(settled, keyOf);
  return [...chains.values()].flatMap(chain => {
    const loads = chain.toSorted((a, b) => a.sequence - b.sequence);
    const [first, last] = [loads[0], loads.at(-1)];
    if (!first || !last) return [];
    const {watermark, nextSince, tailDigest, tailRows, passSeconds, resume, provisional} = last.cursor;
    return {
      companyId: last.companyId,
      resource: last.resource,
      slice: last.slice,
      from: first.sequence - 1,
      sequence: last.sequence,
      watermark,
      nextSince,
      tailDigest,
      tailRows,
      passSeconds,
      resume: resume && JSON.stringify(resume),
      provisional,
      loadId: last.loadId,
      loadIds: JSON.stringify(loads.map(({loadId}) => loadId)),
      rowsHeld: loads.findLast(load => load.cursor.rowsHeld !== undefined)?.cursor.rowsHeld,
    };
  });
}

const keyOf = (chain: {readonly companyId: string; readonly resource: string; readonly slice: string}): string =>
  JSON.stringify([chain.companyId, chain.resource, chain.slice]);

const fatesOf = ({settled, setAside}: Settlement): readonly Fate[] => [
  ...settled.map(manifest => ({...placeOf(manifest), state: 'settled' as const, reason: undefined})),
  ...setAside.map(({manifest, reason}) => ({...placeOf(manifest), state: 'set aside' as const, reason})),
];

const placeOf = ({loadId, companyId, resource, slice, sequence}: Manifest): Omit<Fate, 'state' | 'reason'> => ({
  loadId,
  companyId,
  resource,
  slice,
  sequence,
});
