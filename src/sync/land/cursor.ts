import type {Cursor} from '../../model/load.ts';
import {type Stamp, stampBefore, stampMs, toStamp} from '../../model/names.ts';
import {type Pass, requestSince} from '../../model/pass.ts';
import type {SeenRecords, Tail} from './seen-records.ts';

/** No zone lies further ahead of UTC than this, so that a later stamp can't be the ERP's own clock. */
const zoneMaxMs = 14 * 60 * 60 * 1000;

/** Follows the greatest stamp that a pass may believe. The clock is the ERP's, never ours. */
export class Watermark {
  #greatest: Stamp | undefined;
  #ahead = 0;

  constructor(previous: Stamp | undefined) {
    this.#greatest = previous;
  }

  /** A stamp later than the answer's own time plus any zone is kept with its record and moves nothing. */
  see(stamp: Stamp, servedAt: Date): void {
    if (stampMs(stamp) > servedAt.getTime() + zoneMaxMs) this.#ahead++;
    else if (this.#greatest === undefined || stamp > this.#greatest) this.#greatest = stamp;
  }

  get stamp(): Stamp | undefined {
    return this.#greatest;
  }

  /** Records whose stamp lies in the future. */
  get ahead(): number {
    return this.#ahead;
  }
}

export interface PassEnd {
  readonly pass: Pass;
  readonly seen: SeenRecords;
  readonly watermark: Stamp | undefined;
  /** When the first request left, by the server's clock. */
  readonly startedAt: Date;
  readonly passMs: number;
  readonly overlapMs: number;
  /** Several pages came, and the list may have moved between them; or the list is odd. */
  readonly moved?: boolean;
  /** Where the next window begins, where changes were read from there on at the end of a long first load. */
  readonly windowSince?: Stamp | undefined;
}

/**
 * What a complete pass leaves: the next window begins at watermark − overlap − the pass's own duration, for a record
 * changed behind the pass's back bears a stamp as old as the pass. It never moves backward.
 */
export function cursorAfter(end: PassEnd): Cursor {
  const {pass, seen, watermark, passMs, moved = false} = end;
  const passSeconds = Math.ceil(passMs) / 1000;
  const isSnapshot = pass.resource.reading.kind === 'snapshot';
  const provisional = moved || (!isSnapshot && pass.previous?.cursor.provisional === true) ? {provisional: true} : {};
  if (isSnapshot || watermark === undefined) {
    const {digest, rows} = seen.tail(undefined);
    return {tailDigest: digest, tailRows: rows, passSeconds, rowsHeld: rows, ...provisional};
  }
  const nextSince = nextSinceOf(end, watermark);
  const {digest, rows} = tailFrom(pass, seen, nextSince);
  const held = pass.kind === 'delta' ? {} : {rowsHeld: seen.distinct};
  return {watermark, nextSince, tailDigest: digest, tailRows: rows, passSeconds, ...held, ...provisional};
}

function nextSinceOf({pass, startedAt, passMs, overlapMs, windowSince}: PassEnd, watermark: Stamp): Stamp {
  if (windowSince !== undefined) return windowSince;
  const computed = stampBefore(earlier(watermark, startedAt), overlapMs + Math.ceil(passMs));
  const former = pass.previous?.cursor.nextSince;
  if (former === undefined) return computed;
  // Whoever reads again on purpose doubts what was read: the window begins no later than it would have.
  if (pass.kind === 'resync') return former < computed ? former : computed;
  return former > computed ? former : computed;
}

/**
 * One record stamped some hours ahead must not hide what changes in these hours: the window begins no later than the
 * pass itself, by the clock of UTC, which no Nordic ERP is behind.
 */
function earlier(watermark: Stamp, startedAt: Date): Stamp {
  const begun = toStamp(startedAt.toISOString());
  return begun !== undefined && begun < watermark ? begun : watermark;
}

/** Whether every row of the pass is what the previous one left in its tail. */
export function endedAsLastTime(pass: Pass, seen: SeenRecords): boolean {
  const previous = pass.previous?.cursor;
  if (!previous) return false;
  const tail = previous.nextSince === undefined ? seen.tail(undefined) : tailFrom(pass, seen, previous.nextSince);
  return tail.rows === seen.distinct && tail.rows === previous.tailRows && tail.digest === previous.tailDigest;
}

const tailFrom = (pass: Pass, seen: SeenRecords, since: Stamp): Tail => seen.tail(stampMs(requestSince(pass, since)));
