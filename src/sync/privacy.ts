import {asSyncError, type SyncError} from '../base/errors.ts';
import type {Lease} from '../model/lease.ts';
import type {Checkpoint} from '../model/load.ts';
import type {ResourceName, RunId} from '../model/names.ts';
import type {Pending, PrivacyChange} from '../model/ports.ts';
import {protectedColumns, saltLengthMin, saltVariable} from '../model/privacy.ts';
import type {Resource} from '../model/resource.ts';
import type {Doors} from './doors.ts';
import {changesOf, effectiveRules, underRules} from './rules.ts';

/** What a run finds of these resources' rules: those that differ from what their rows are held under. */
export const changedRules = async (
  resources: readonly Resource[],
  {warehouse, privacy}: Doors,
  signal?: AbortSignal,
): Promise<readonly PrivacyChange[]> => changesOf(resources, {privacy, held: await warehouse.readPrivacy(signal)});

/** Those of them that have been read before: of others no rows are held. */
export const withRows = (
  changes: readonly PrivacyChange[],
  checkpoints: readonly Checkpoint[],
): readonly PrivacyChange[] => concerning(changes, checkpoints);

interface Applying {
  readonly resources: readonly Resource[];
  readonly pending: Pending;
  readonly lease: Lease;
  readonly runId: RunId;
}

/** A resource whose rows could not be brought under the rules of this run. */
export interface RuleFailure {
  readonly resource: ResourceName;
  readonly error: SyncError;
}

/**
 * Before anything is committed: brings what is held under the rules of this run, and notes them. If that fails for all
 * together, each resource is tried by itself. The loads of those that fail must wait; the others go on.
 */
export async function applyRules(
  {resources, pending, lease, runId}: Applying,
  doors: Doors,
  signal?: AbortSignal,
): Promise<readonly RuleFailure[]> {
  const {warehouse, privacy} = doors;
  const found = await changedRules(resources, doors, signal);
  if (found.length === 0) return [];
  const checkpoints = await warehouse.readCheckpoints(signal);
  const {others} = underRules(pending.loads, {resources, privacy});
  // A load whose commit was cut short may have left rows before there was a checkpoint.
  const changes = concerning(found, [...checkpoints, ...others, ...pending.unusable]);
  const due = new Set([...changes, ...concerning(found, pending.loads)]);
  if (due.size === 0) return [];
  const failed: RuleFailure[] = [];
  const apply = (some: readonly PrivacyChange[]): Promise<void> =>
    applyChanges({due: some, changes: some.filter(each => changes.includes(each)), lease, runId}, doors, signal);
  try {
    await apply([...due]);
  } catch (thrown) {
    throwIfRunEnds(thrown, signal);
    for (const change of due) {
      try {
        await apply([change]);
      } catch (reason) {
        throwIfRunEnds(reason, signal);
        failed.push({resource: change.resource.name, error: asSyncError(reason)});
      }
    }
  }
  const waiting = new Set(failed.map(({resource}) => resource));
  for (const change of withRows(changes, checkpoints))
    if (!waiting.has(change.resource.name)) tellChange(change, doors);
  return failed;
}

/** Safe to repeat: until the rules are noted, all of it is done again. */
async function applyChanges(
  {due, changes, lease, runId}: Pick<Applying, 'lease' | 'runId'> & Record<'due' | 'changes', readonly PrivacyChange[]>,
  {warehouse, privacy, copies}: Doors,
  signal?: AbortSignal,
): Promise<void> {
  const rows = due.map(({resource}) => effectiveRules(resource, privacy));
  // The copies first: once the rules are noted, nobody looks for former text any more.
  const columns = changes.flatMap(({newly}) => newly);
  const renew = (stop?: AbortSignal): Promise<void> => warehouse.renew(lease, stop);
  if (columns.length > 0) await copies.mask({columns, lease, renew}, signal);
  await warehouse.applyPrivacy({changes, rows, lease, runId}, signal);
}

function throwIfRunEnds(thrown: unknown, signal?: AbortSignal): void {
  const error = asSyncError(thrown);
  if (error.kind === 'lease' || error.kind === 'cancelled' || signal?.aborted) throw error;
}

function concerning(
  changes: readonly PrivacyChange[],
  named: ReadonlyArray<{readonly resource: ResourceName}>,
): readonly PrivacyChange[] {
  const names = new Set(named.map(each => each.resource));
  return changes.filter(({resource}) => names.has(resource.name));
}

const dayMs = 24 * 60 * 60 * 1000;
/** What Delta and VACUUM keep where nothing else is said. */
const historyDays = 7;

function tellChange({resource, newly}: PrivacyChange, {events, clock, settings}: Doors): void {
  const {name} = resource;
  const facts = {resource: name, columns: newly.map(({table, column}) => `${table}.${column}`).join(' ')};
  const dayAfter = (ms: number): string => new Date(clock.now().getTime() + ms).toISOString().slice(0, 10);
  const message =
    newly.length === 0
      ? [`the privacy rules of ${name} were loosened: it is read again in full, and its live rows show it`]
      : [
          `the privacy rules of ${name} changed: what they protect was blanked in the rows held, and it is read again`,
          'in full. The former text still stands in the history of its tables and their change data feed until VACUUM',
          `has run on or after ${dayAfter(historyDays * dayMs)}, in files of the volume until a run prunes them on or`,
          `after ${dayAfter(settings.retentionMs)}, and in control.reject until it is deleted there:`,
          'docs/privacy.md says how to end that sooner',
        ];
  events({event: 'note', message: message.join(' '), facts});
}

/** Once a run: what would be hashed by default has no salt to be hashed with. */
export function tellUnsalted(
  resources: readonly Resource[],
  {privacy, events}: Pick<Doors, 'privacy' | 'events'>,
): void {
  if (privacy.salt) return;
  const dropped = resources.filter(resource =>
    protectedColumns(resource, privacy).some(({byDefault, isText}) => byDefault && isText),
  );
  if (dropped.length === 0) return;
  const names = dropped.map(resource => resource.name).join(', ');
  const message = [
    `personal columns of ${names} are dropped, for there is no salt to hash them with: set the environment variable`,
    `${saltVariable} to ${saltLengthMin} random characters or more, the same in every run, and they are hashed`,
  ];
  events({event: 'note', message: message.join(' '), facts: {resources: dropped.length}});
}
