import type {Checkpoint, Cursor} from '../model/load.ts';
import {companyId, type LoadId, loadId, resourceName, runId, type Stamp, slice} from '../model/names.ts';
import type {HeldRules, StatementRow} from '../model/ports.ts';
import {tenantOf} from '../model/tenant.ts';
import type {Creation} from './creation.ts';
import type {Places} from './places.ts';
import {parseResume} from './resume.ts';
import {has, instantOf, numberOf, textOf} from './row-values.ts';
import {readState} from './sql/read-state.ts';

/** A load that has been settled or set aside. */
export interface FinishedLoad {
  readonly loadId: LoadId;
  readonly resource: string;
  readonly finishedAt: Date;
}

/** What the control tables said at one moment. */
export interface State {
  /** Company id to tenant, in its one spelling. */
  readonly tenants: ReadonlyMap<string, string>;
  readonly checkpoints: readonly Checkpoint[];
  readonly finished: readonly FinishedLoad[];
  readonly privacy: readonly HeldRules[];
  /** Who holds the lease; absent where nobody does. */
  readonly holder: {readonly owner: string; readonly fence: number} | undefined;
}

/** The control tables' content, read in one statement when it is first asked for, and again after it was forgotten. */
export class HeldState {
  readonly #creation: Creation;
  readonly #sql: string;
  #state: Promise<State> | undefined;

  constructor(creation: Creation, places: Places) {
    this.#creation = creation;
    this.#sql = readState({
      company: places.control('company'),
      checkpoint: places.control('checkpoint'),
      load: places.control('load'),
      lease: places.control('lease'),
      privacy: places.control('privacy'),
    });
  }

  read(signal?: AbortSignal): Promise<State> {
    if (this.#state) return this.#state;
    const reading = this.#read(signal);
    this.#state = reading;
    reading.catch(() => {
      if (this.#state === reading) this.#state = undefined;
    });
    return reading;
  }

  /** What was read is no longer so: another run, or this one, has written since. */
  forget(): void {
    this.#state = undefined;
  }

  async #read(signal?: AbortSignal): Promise<State> {
    const rows = await this.#creation.sendControl({sql: this.#sql, label: 'read'}, signal);
    const of = (kind: string): readonly StatementRow[] => rows.filter(row => row['kind'] === kind);
    const [holder] = of('lease');
    return {
      tenants: new Map(of('company').map(row => [textOf(row, 'company_id'), tenantOf(textOf(row, 'tenant_id'))])),
      checkpoints: of('checkpoint').map(toCheckpoint),
      finished: of('load').map(row => ({
        loadId: loadId(textOf(row, 'load_id')),
        resource: textOf(row, 'resource'),
        finishedAt: instantOf(row, 'finished_at'),
      })),
      privacy: of('privacy').map(row => ({
        resource: resourceName(textOf(row, 'resource')),
        fingerprint: textOf(row, 'fingerprint'),
        rules: textOf(row, 'rules'),
      })),
      holder: holder && {owner: textOf(holder, 'owner'), fence: numberOf(holder, 'fence')},
    };
  }
}

function toCheckpoint(row: StatementRow): Checkpoint {
  const resume = has(row, 'resume') ? parseResume(textOf(row, 'resume')) : undefined;
  const startsOver = has(row, 'resume') && resume === undefined;
  const cursor = toCursor(row);
  return {
    companyId: companyId(textOf(row, 'company_id')),
    resource: resourceName(textOf(row, 'resource')),
    slice: slice(textOf(row, 'slice')),
    sequence: numberOf(row, 'sequence'),
    cursor: startsOver ? withoutPlace(cursor) : {...cursor, ...(resume && {resume})},
    runId: runId(textOf(row, 'run_id')),
    ...(has(row, 'load_id') && {loadId: loadId(textOf(row, 'load_id'))}),
    ...(has(row, 'load_ids') && {loads: loadsIn(textOf(row, 'load_ids'))}),
    ...(startsOver && {startsOver}),
  };
}

/** None where it was made unreadable by hand: then `load_id` tells of the last one. */
function loadsIn(text: string): readonly LoadId[] {
  try {
    const ids: unknown = JSON.parse(text);
    return Array.isArray(ids) ? ids.filter(id => typeof id === 'string').map(loadId) : [];
  } catch {
    return [];
  }
}

function toCursor(row: StatementRow): Cursor {
  return {
    // Stamps were normalised before they were written.
    ...(has(row, 'watermark') && {watermark: textOf(row, 'watermark') as Stamp}),
    ...(has(row, 'next_since') && {nextSince: textOf(row, 'next_since') as Stamp}),
    tailDigest: textOf(row, 'tail_digest'),
    tailRows: numberOf(row, 'tail_rows'),
    passSeconds: numberOf(row, 'pass_seconds'),
    ...(has(row, 'rows_held') && {rowsHeld: numberOf(row, 'rows_held')}),
    ...(typeof row['provisional'] === 'boolean' && {provisional: row['provisional']}),
  };
}

/**
 * Nobody knows where the initial load goes on, and to go on from anywhere else would lose what lies between. So the
 * next read of this chain begins at the start. An empty digest with rows is the end of no read.
 */
const withoutPlace = ({nextSince: _, ...cursor}: Cursor): Cursor => ({
  ...cursor,
  tailDigest: '',
  tailRows: Math.max(cursor.tailRows, cursor.rowsHeld ?? 0),
});
