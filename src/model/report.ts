import type {ExitCode, Facts, Verdict} from '../base/errors.ts';
import type {JsonObject} from '../base/exact-json.ts';
import type {CertificateMark} from './certificate.ts';
import type {PassOutcome} from './events.ts';
import type {CompanyId, LoadId, ResourceName, RunId, Slice, Stamp, TableName} from './names.ts';

/** What one execution did: the last line of stdout with --json, the closing table on a terminal. */
export interface Report {
  readonly run: RunId;
  readonly command: string;
  readonly version: string;
  /** ISO instants with Z, by this machine's clock. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly seconds: number;
  readonly exitCode: ExitCode;
  readonly outcome: 'done' | 'partial' | 'failed' | 'refused';
  readonly passes: readonly PassReport[];
  readonly tables: readonly TableReport[];
  /** Requests to Visma, tokens included; statements to the warehouse; files put into the volume. */
  readonly calls: number;
  readonly statements: number;
  readonly uploads: number;
  readonly problems: readonly Problem[];
  /** What a person should know that is no problem: who holds the lease, what is provisional. */
  readonly notes: readonly string[];
  /** Where the run's certificate lies; absent where it changed nothing. */
  readonly certificate?: CertificateMark;
  /** What a command that only looks has found, as rows of one table. */
  readonly details?: readonly JsonObject[];
}

/** One company, resource and slice: what was read, counted in records. */
export interface PassReport {
  readonly company: CompanyId;
  readonly resource: ResourceName;
  readonly slice: Slice;
  readonly outcome: PassOutcome;
  /** Where its window began; absent where the whole list was read. */
  readonly since?: Stamp;
  /** Of its last walk; `listed` is Visma's own count, in lines where pages count lines. */
  readonly pages: number;
  readonly listed?: number;
  readonly read: number;
  readonly landed: number;
  readonly refused: number;
  readonly repeated: number;
  readonly unchanged?: number;
  /** Values that became null because they did not fit; arrays that did not arrive, whose lines stay as they are. */
  readonly unfit?: number;
  readonly absentArrays?: number;
  readonly calls: number;
  readonly seconds: number;
  readonly load?: LoadId;
  readonly reason?: string;
}

/** One table over all companies: rows staged, and what the MERGE made of them. */
export interface TableReport {
  readonly table: TableName;
  readonly read: number;
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly gone: number;
  readonly statements: number;
}

export interface Problem {
  readonly kind: string;
  /** When the same thing may be tried again: what follows from the kind. */
  readonly verdict: Verdict;
  readonly message: string;
  readonly hint: string;
  readonly facts: Facts;
}
