import type {JsonObject} from '../base/exact-json.ts';
import type {KeySet} from '../base/key-set.ts';
import type {Checkpoint, PassKind} from './load.ts';
import {type CompanyId, type RunId, type Slice, type Stamp, stampBefore} from './names.ts';
import type {Resource} from './resource.ts';

/** One legal entity: one tenant of Visma.net. */
export interface Company {
  readonly id: CompanyId;
  readonly name: string;
  readonly tenantId: string;
  readonly currency: string;
}

/** Whose rows they are: a company's id in the tables, and its tenant in Visma.net. */
export type CompanyIdentity = Pick<Company, 'id' | 'tenantId'>;

/** One complete reading of a company, resource and slice. */
export interface Pass {
  readonly runId: RunId;
  readonly company: Company;
  readonly resource: Resource;
  readonly slice: Slice;
  readonly kind: PassKind;
  /** True if a resync reads it: its rows are compared by every column. */
  readonly reread?: boolean;
  /** Where a delta begins; absent for a first pass and for snapshots. */
  readonly since?: Stamp;
  /** What the newest sealed load, or the checkpoint, left; absent on a first pass. */
  readonly previous?: Checkpoint;
  /** The place that its load takes in the chain. */
  readonly sequence: number;
  /** The part of the list that is read now; absent where it is the whole window. */
  readonly portion?: Portion;
  /** For a sweep: only keys, stamps and row versions are wanted, by the cheapest list there is. */
  readonly keysOnly?: boolean;
}

/**
 * A part of a list. *period*: what bears this financial period, YYYYPP. *without period*: what bears none.
 * *pages*: from a page on, where the keys of all pages before it are known.
 */
export type Portion =
  | {readonly kind: 'period'; readonly period: string}
  | {readonly kind: 'without period'}
  | {readonly kind: 'pages'; readonly page: number; readonly size: number; readonly held: KeySet};

/** A financial period of a company, as the ledger knows it. */
export interface FinancialPeriod {
  /** YYYYPP */
  readonly period: string;
  /** Whether the general ledger still takes postings in it. */
  readonly open: boolean;
  /** `yyyy-MM-dd`, where the answer says it. */
  readonly startsOn?: string;
  readonly endsOn?: string;
}

/** How many records a list holds, as far as a page of one tells. */
export interface ListCount {
  /** Records, or lines where pages count lines; absent where the endpoint counts nothing. */
  readonly total?: number;
  /** Records that came with the answer: all of them where the list has no pages. */
  readonly came: number;
  readonly pageSizeMax?: number;
  readonly ms: number;
}

/** One record that was asked for by itself. *another*: the path, which lacks a part of the key, gave another record. */
export type Found = {readonly kind: 'found'; readonly record: JsonObject} | {readonly kind: 'absent' | 'another'};

/** What one answer brought. Records cut in two by pages of lines have been put together again. */
export interface Page {
  readonly records: readonly JsonObject[];
  /** When it was served, by the server's clock. */
  readonly servedAt: Date;
  /** How many there are in all, as this answer says; lines where pages count lines. */
  readonly total?: number;
  /** From 1. */
  readonly number: number;
  /** The size that pages really have; 0 where there are none. */
  readonly size: number;
  readonly last: boolean;
  /**
   * What is odd about the list, in words. It comes with a page of its own behind the last one, without records: what
   * was read may be kept as provisional.
   */
  readonly oddities?: readonly string[];
  /** The list says that there is more than it brings, and brought the same twice. It proves nothing deleted. */
  readonly disputed?: true;
}

/** Endpoints that take the stamp alone do not say whether it is included, and SQL Server's ticks are 3.33 ms. */
const strictnessMs = 10;

/** The first stamp that the database can hold: SQL Server's datetime begins in 1753, .NET's empty one in year 1. */
export const firstStamp = '1753-01-01T00:00:00.000' as Stamp;

/**
 * From where a pass asks, and compares, given where its window begins: a bit earlier where the stamp stands alone, and
 * never before there are stamps.
 */
export function requestSince({resource}: Pick<Pass, 'resource'>, since: Stamp): Stamp {
  const {reading} = resource;
  const isAlone = reading.kind === 'delta' && reading.since === 'stamp alone';
  const asked = isAlone ? stampBefore(since, strictnessMs) : since;
  return asked < firstStamp ? firstStamp : asked;
}
