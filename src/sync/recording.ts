import type {RunRecord} from '../model/ports.ts';
import type {Doors} from './doors.ts';

/**
 * Leaves a run's record: in the control tables where the run woke the warehouse anyway, together with the records that
 * wait in the volume; else there, beside them. What a run is about is done by now, so that failing to changes nothing.
 */
export async function leaveRecord(
  record: RunRecord,
  {awake, doors}: {readonly awake: boolean; readonly doors: Doors},
  signal?: AbortSignal,
): Promise<void> {
  const {events, notes} = doors;
  try {
    if (awake) return await recordAll(record, doors, signal);
  } catch {
    events({event: 'note', message: "the control tables did not take the run's record: it is left in the volume"});
  }
  try {
    await notes.leave(record, signal);
  } catch {
    events({event: 'note', message: "the run's own record could not be written"});
  }
}

/** A record that was written and not removed, because the run died in between, is written again to no effect. */
async function recordAll(record: RunRecord, {warehouse, notes, events}: Doors, signal?: AbortSignal): Promise<void> {
  const {records, unreadable} = await notes.waiting(signal).catch(() => ({records: [], unreadable: []}));
  for (const {name, reason} of unreadable) {
    events({event: 'note', message: `the record of a run can't be read and stays in the volume: ${name}: ${reason}`});
  }
  await warehouse.recordRuns([...records, record], signal);
  await notes
    .remove(
      records.map(({runId}) => runId),
      signal,
    )
    .catch(() => undefined); // the next run removes them
}
