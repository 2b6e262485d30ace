import type {SyncError} from '../../base/errors.ts';
import {chainKey} from '../chains.ts';
import type {Doors} from '../doors.ts';
import {fromTables, type Run, readHeld, type Start, tipsIn} from '../start/start.ts';
import {commitIfOurs, type OwnEnd} from '../under-lease.ts';
import type {RunEnd} from '../verdict.ts';
import {type SweepEnd, type Sweeping, sweepAll} from './sweep.ts';

/** What a sweep came to, and its last commit where there was one. */
export type DueSwept = SweepEnd & {readonly commitErrors?: readonly SyncError[]};

/** Compares whole lists with the tables, reads what they lack, marks what is proved gone, and commits by itself. */
export async function sweep(run: Run, doors: Doors, signal?: AbortSignal): Promise<RunEnd> {
  const start = await fromTables(run, doors, signal);
  const recovered = await commitIfOurs(start, {accepts: () => false, doors}, signal);
  const swept = await sweepWhatIsDue(start, {due: 'by hand', doors}, signal);
  return {
    errors: [...start.errors, ...swept.errors],
    // What recovery met is met again by a commit that follows it.
    commitErrors: swept.commitErrors ?? recovered.errors,
    anythingDone: swept.completed + recovered.settled.length > 0,
    details: swept.details,
  };
}

/**
 * A step of a scheduled run, after its commit and only where the warehouse is awake anyway: sweeps what was last read
 * whole longer ago than the interval. Nothing where there is none. What its share of the rate window leaves is due the
 * next time, and makes no run partial.
 */
export async function sweepDue(start: Start, doors: Doors, signal?: AbortSignal): Promise<DueSwept> {
  if (doors.settings.sweepEveryMs === undefined) return {errors: [], completed: 0, details: []};
  const swept = await sweepWhatIsDue(start, {due: 'by schedule', doors}, signal);
  for (const {message, facts} of swept.errors.filter(isLimit)) {
    doors.events({event: 'note', message: `${message}: the sweep goes on with the next run`, facts});
  }
  return {...swept, errors: swept.errors.filter(error => !isLimit(error))};
}

const isLimit = ({kind}: SyncError): boolean => kind === 'limited';

async function sweepWhatIsDue(
  start: Start,
  {due, doors}: {due: Sweeping['due']; doors: Doors},
  signal?: AbortSignal,
): Promise<DueSwept> {
  const {run, lost} = start;
  const held = await readHeld(run, doors, signal);
  // What has never been settled, is held under other privacy rules, or is lost, is not in the tables as it would be
  // read: the next sync reads it whole.
  const changed = new Set(held.changes.map(({resource}) => resource.name));
  const gone = new Set(lost.map(chainKey));
  const known = held.checkpoints.filter(
    checkpoint => !checkpoint.cursor.resume && !changed.has(checkpoint.resource) && !gone.has(chainKey(checkpoint)),
  );
  const settled = new Set(known.map(chainKey));
  const tips = new Map([...tipsIn({run, held}, doors)].filter(([key]) => settled.has(key)));
  let last: OwnEnd | undefined;
  const commit = async (): Promise<void> => {
    last = await commitIfOurs({...start, held}, {accepts: () => false, doors}, signal);
  };
  const swept = await sweepAll({...run, tips, due, commit}, doors, signal);
  return {...swept, ...(last && {commitErrors: last.errors})};
}
