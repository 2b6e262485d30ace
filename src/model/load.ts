import type {CompanyId, LoadId, ResourceName, RunId, Slice, Stamp, TableName} from './names.ts';

/** How far one company's resource, or slice of it, has been read and committed. A row of the checkpoint table. */
export interface Checkpoint {
  readonly companyId: CompanyId;
  readonly resource: ResourceName;
  readonly slice: Slice;
  /** Which load of the chain this settles; it only grows. */
  readonly sequence: number;
  readonly cursor: Cursor;
  readonly runId: RunId;
  /** The load that was settled last; absent in what versions before 0.2 wrote. */
  readonly loadId?: LoadId;
  /** All that its last move settled, whether noted or not; absent in what versions before 0.2 wrote. */
  readonly loads?: readonly LoadId[];
  /** True if its `resume` cannot be read, so that the next read begins at the start. Never stored. */
  readonly startsOver?: boolean;
}

/** What a pass leaves for the next one. */
export interface Cursor {
  /** The greatest stamp seen that is not later than the ERP's own clock allows. */
  readonly watermark?: Stamp;
  /** Where the next delta begins: watermark − overlap − the pass's duration. */
  readonly nextSince?: Stamp;
  /** Digest over what was seen at or after nextSince, blind to its order and to stamps; empty where nothing was. */
  readonly tailDigest: string;
  /** Rows in that tail. */
  readonly tailRows: number;
  readonly passSeconds: number;
  /** For a snapshot or a first load, how many records there were. */
  readonly rowsHeld?: number;
  /** A long first load that is not done: where the next pass goes on. */
  readonly resume?: Resume;
  /**
   * True if several pages were read and one may have moved past the reader, until a sweep has agreed; or if the list is
   * odd, as one that counts more records than it brings: until a sweep has agreed, or a whole list is odd no longer.
   */
  readonly provisional?: boolean;
}

/** How far a long first load has come, over all of its stretches. */
export interface Resume {
  /** When the first request of all left, by the server's clock, ISO with Z: the first delta begins before. */
  readonly begunAt: string;
  /** The load whose folder holds the keys of all stretches so far. */
  readonly heldIn: LoadId;
  /** Lines of the records held, where the list counts lines. */
  readonly lines: number;
  /** What the unfiltered list counted when it was last asked. */
  readonly total: number;
  /** The page to begin with, of pages of this size; or the periods that are done. */
  readonly next: {readonly page: number; readonly size: number} | {readonly periods: readonly string[]};
}

/**
 * *first*: nothing was settled before. *delta*: what changed since. *snapshot*: the whole list. *sweep*: what a sweep
 * found lacking or gone. *resync*: read again on purpose.
 */
export type PassKind = 'first' | 'delta' | 'snapshot' | 'sweep' | 'resync';

/** The place of a row in staging that says that its record is gone: no record has one below 0. */
export const gonePlace = -1;

/** One Parquet file of a load. */
export interface PartFile {
  readonly table: TableName;
  /** The file's name in the load's folder: `supplier-00000.parquet`. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** `load.json`: all that is needed to finish a load without Visma. Written last: with it the load is sealed. */
export interface Manifest {
  readonly version: 1 | 2;
  readonly loadId: LoadId;
  readonly runId: RunId;
  readonly companyId: CompanyId;
  readonly tenantId: string;
  readonly resource: ResourceName;
  readonly slice: Slice;
  readonly sequence: number;
  readonly kind: PassKind;
  /** True if it was read again on purpose: rows are then compared by every column, not only by their hash. */
  readonly reread?: boolean;
  /** When the pass's first request left, by the server's clock, ISO with Z. */
  readonly startedAt: string;
  /** Where its window began; absent where everything was read. What it follows must have read up to there. */
  readonly since?: Stamp;
  /** The load that it was built on, where it means nothing behind another: a stretch, a sweep, a part read again. */
  readonly after?: LoadId;
  /** The fingerprint of the rules that its rows were made under; absent where nothing was protected. */
  readonly privacy?: string;
  /** The file with the keys held so far, of a stretch of a long first load. */
  readonly held?: HeldFile;
  readonly counts: PassCounts;
  /** By path, how many records came without an array: their lines stay as they are. Absent if all arrays arrived. */
  readonly absent?: Readonly<Record<string, number>>;
  /** What is known of each record that was refused; absent if none was, or too many to tell one by one. */
  readonly refusals?: readonly RefusedHint[];
  readonly files: readonly PartFile[];
  readonly cursor: Cursor;
}

/** What is known of a record that was refused. */
export interface RefusedHint {
  /** The parts of its key, as they stand in a record id; null for those that could not be read. */
  readonly parts: ReadonlyArray<string | null>;
  readonly internalId?: string;
  /** A digest of what it holds beside its key. */
  readonly content?: string;
}

/** A file beside the parts that is no table's. */
export interface HeldFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** read = landed + refused + repeated + unchanged, counted in records. */
export interface PassCounts {
  readonly read: number;
  readonly landed: number;
  readonly refused: number;
  readonly repeated: number;
  /** Held just so already: known, and left out, only where a whole table was touched. */
  readonly unchanged?: number;
  /** Values that became null because they did not fit; absent if there are none. */
  readonly unfit?: number;
  /** Arrays that did not arrive with their records, whose lines stay as they are; absent if there are none. */
  readonly absentArrays?: number;
}

/** The counts of two parts of one pass together. */
export function sumOfCounts(a: PassCounts, b: PassCounts): PassCounts {
  const optional = (['unchanged', 'unfit', 'absentArrays'] as const).flatMap(name => {
    const sum = (a[name] ?? 0) + (b[name] ?? 0);
    return sum > 0 ? [[name, sum] as const] : [];
  });
  return {
    read: a.read + b.read,
    landed: a.landed + b.landed,
    refused: a.refused + b.refused,
    repeated: a.repeated + b.repeated,
    ...Object.fromEntries(optional),
  };
}

/** A load that will not be committed, and why. Its window is read again. */
export interface SetAside {
  readonly manifest: Manifest;
  readonly reason: string;
}

/**
 * Whether a whole list shows what is deleted. An empty one shows nothing, an odd one may hold more than it brings, and
 * what it refused may seem to be missing: something has to be known of each refused record.
 */
export const provesAbsence = ({counts, refusals, cursor}: Manifest): boolean =>
  counts.landed > 0 && cursor.provisional !== true && (counts.refused === 0 || refusals !== undefined);

/** Loads whose folders hold what the next stretch of a first load goes on from: they stay, however old they are. */
export const heldByStretches = (checkpoints: readonly Checkpoint[]): ReadonlySet<string> =>
  new Set(checkpoints.flatMap(({cursor}) => cursor.resume?.heldIn ?? []));
