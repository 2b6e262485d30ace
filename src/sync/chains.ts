import type {Checkpoint, Cursor, Manifest, SetAside} from '../model/load.ts';
import type {CompanyId, ResourceName, Slice} from '../model/names.ts';

/** What a checkpoint and a chain of loads belong to. */
export interface ChainKey {
  readonly companyId: CompanyId;
  readonly resource: ResourceName;
  readonly slice: Slice;
}

/** The unbroken loads that start at one checkpoint, in order. */
export interface Chain {
  readonly loads: readonly Manifest[];
}

export interface Chains {
  readonly chains: readonly Chain[];
  readonly setAside: readonly SetAside[];
}

/** Unambiguous whatever a company id holds. */
export const chainKey = ({companyId, resource, slice}: ChainKey): string =>
  JSON.stringify([companyId, resource, slice]);

/**
 * Tells the loads whose checkpoint has moved already from those that wait: their run died before it noted them. They
 * are settled, and all that is left is to note it.
 */
export function movedAmong(
  pending: readonly Manifest[],
  checkpoints: readonly Checkpoint[],
): {readonly moved: readonly Manifest[]; readonly waiting: readonly Manifest[]} {
  const ids = new Set(checkpoints.flatMap(({loadId, loads = []}) => [loadId, ...loads]));
  const sorted = Map.groupBy(pending, ({loadId}) => ids.has(loadId));
  return {moved: sorted.get(true) ?? [], waiting: sorted.get(false) ?? []};
}

/**
 * Sorts what waits in the volume into the unbroken chains that start at each checkpoint, and the rest, with why. Of
 * two loads with one sequence the earliest by first request, then by load_id, is taken. What is set aside loses
 * nothing: its checkpoint has not moved, so that its window is read again.
 */
export function chainsOf(pending: readonly Manifest[], checkpoints: readonly Checkpoint[]): Chains {
  const settled = new Map(checkpoints.map(checkpoint => [chainKey(checkpoint), checkpoint]));
  const chains: Chain[] = [];
  const setAside: SetAside[] = [];
  for (const [key, loads] of groupByChain(pending)) {
    const chain = takeUnbroken(loads, settled.get(key), setAside);
    if (chain.length > 0) chains.push({loads: chain});
  }
  return {chains, setAside};
}

function takeUnbroken(loads: readonly Manifest[], settled: Checkpoint | undefined, setAside: SetAside[]): Manifest[] {
  const chain: Manifest[] = [];
  for (const manifest of [...loads].sort(bySequenceThenAge)) {
    const expected = (settled?.sequence ?? 0) + chain.length + 1;
    const cursor = chain.at(-1)?.cursor ?? settled?.cursor;
    const before = chain.at(-1)?.loadId ?? settled?.loadId;
    if (manifest.sequence !== expected) setAside.push({manifest, reason: whyNot(manifest.sequence, expected)});
    else if (manifest.after !== undefined && manifest.after !== before)
      setAside.push({manifest, reason: 'it means nothing behind another load than the one that it was built on'});
    else if (leavesGap(manifest, cursor))
      setAside.push({manifest, reason: 'it was built on a load that lost its place'});
    else chain.push(manifest);
  }
  return chain;
}

/** Its window begins later than where the load before it has read up to. */
const leavesGap = ({since}: Manifest, before: Cursor | undefined): boolean =>
  since !== undefined && (before?.nextSince === undefined || since > before.nextSince);

const whyNot = (sequence: number, expected: number): string =>
  sequence < expected
    ? `its place is taken, by another load or by itself: sequence ${sequence} where ${expected} comes next`
    : `a load before it is missing: sequence ${sequence} where ${expected} comes next`;

function bySequenceThenAge(a: Manifest, b: Manifest): number {
  return (
    a.sequence - b.sequence ||
    Date.parse(a.startedAt) - Date.parse(b.startedAt) ||
    (a.loadId < b.loadId ? -1 : Number(a.loadId > b.loadId))
  );
}

function groupByChain(pending: readonly Manifest[]): Map<string, Manifest[]> {
  const groups = new Map<string, Manifest[]>();
  for (const manifest of pending) {
    const key = chainKey(manifest);
    const group = groups.get(key);
    if (group) group.push(manifest);
    else groups.set(key, [manifest]);
  }
  return groups;
}

/**
 * Where the next pass of each company, resource and slice begins: at the newest load of an unbroken chain, or at the
 * checkpoint where none waits. What is written as a checkpoint here need not be settled yet.
 */
export function tipsOf(checkpoints: readonly Checkpoint[], chains: readonly Chain[]): ReadonlyMap<string, Checkpoint> {
  const tips = new Map(checkpoints.map(checkpoint => [chainKey(checkpoint), checkpoint]));
  for (const {loads} of chains) {
    const newest = loads.at(-1);
    if (newest) tips.set(chainKey(newest), asCheckpoint(newest));
  }
  return tips;
}

/** What its checkpoint will be once it is settled. */
export const asCheckpoint = ({companyId, resource, slice, sequence, cursor, runId, loadId}: Manifest): Checkpoint => ({
  companyId,
  resource,
  slice,
  sequence,
  cursor,
  runId,
  loadId,
});
