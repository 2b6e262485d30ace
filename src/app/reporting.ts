import {compactInstant} from '../base/clock.ts';
import {asSyncError, type ExitCode, type SyncError} from '../base/errors.ts';
import type {JsonObject} from '../base/exact-json.ts';
import {maskSecrets, type Secret} from '../base/secret.ts';
import type {CertificateMark} from '../model/certificate.ts';
import type {Event, Events} from '../model/events.ts';
import {type RunId, runId} from '../model/names.ts';
import type {RunRecord} from '../model/ports.ts';
import type {Report} from '../model/report.ts';
import {Tally, type Witnessed} from '../sync/sync.ts';
import type {Request, Surroundings} from './request.ts';

/** Follows one execution from its first event to its report. */
export class Reporting {
  readonly runId: RunId;
  readonly #request: Request;
  readonly #version: string;
  readonly #surroundings: Surroundings;
  readonly #tally = new Tally();
  readonly #startedAt: Date;
  readonly #startedMs: number;
  #secrets: readonly Secret[] = [];
  #certificate: CertificateMark | undefined;

  constructor(request: Request, version: string, surroundings: Surroundings) {
    const {clock, random} = surroundings;
    this.#startedAt = clock.now();
    this.#startedMs = clock.monotonicMs();
    this.runId = runId(`${compactInstant(this.#startedAt)}-${random.id()}`);
    this.#request = request;
    this.#version = version;
    this.#surroundings = surroundings;
  }

  /** From here on these are masked in whatever is said, wherever the words came from. */
  keep(secrets: readonly Secret[]): void {
    this.#secrets = secrets;
  }

  /** Counts an event, then hands it on. */
  readonly events: Events = (event: Event) => {
    const shown = 'message' in event ? {...event, message: maskSecrets(event.message, this.#secrets)} : event;
    this.#tally.listen(shown);
    this.#surroundings.events(shown);
  };

  /** A failure as an event: once, whatever sees it. */
  tell(thrown: unknown): SyncError {
    const error = asSyncError(thrown);
    const {kind, verdict, message, hint, facts} = error;
    this.events({event: 'problem', kind, verdict, message, hint, facts});
    return error;
  }

  end(exitCode: ExitCode, details?: readonly JsonObject[]): Report {
    const seconds = this.#seconds();
    this.events({event: 'run ended', run: this.runId, exitCode, seconds});
    return this.#report(exitCode, seconds, details);
  }

  /** Whether any statement was sent so far. */
  get wokeWarehouse(): boolean {
    return this.#tally.statements > 0;
  }

  /** Whether the run settled or proved anything. */
  get changed(): boolean {
    return this.#tally.changed;
  }

  /** What its certificate can say without asking the tables. */
  witness(exitCode: ExitCode): Omit<Witnessed, 'configuration' | 'catalog' | 'schema'> {
    const {command, version, startedAt, outcome, calls, statements, ...rest} = this.#report(exitCode, this.#seconds());
    const {passes, tables, problems, notes} = rest;
    const {loads} = this.#tally;
    return {command, version, startedAt, exitCode, outcome, calls, statements, passes, loads, tables, problems, notes};
  }

  /** Takes up where the certificate lies, for the report. */
  certified(mark: CertificateMark | undefined): void {
    this.#certificate = mark;
  }

  /** What the run leaves in the control tables. */
  record(exitCode: ExitCode): RunRecord {
    const {tableRuns, callCounts} = this.#tally;
    const report = JSON.parse(JSON.stringify(this.#report(exitCode, this.#seconds()))) as JsonObject;
    return {
      runId: this.runId,
      command: this.#request.command,
      version: this.#version,
      startedAt: this.#startedAt,
      endedAt: this.#surroundings.clock.now(),
      exitCode,
      report,
      tables: tableRuns,
      calls: callCounts,
    };
  }

  #seconds(): number {
    return Math.round(this.#surroundings.clock.monotonicMs() - this.#startedMs) / 1000;
  }

  #report(exitCode: ExitCode, seconds: number, details?: readonly JsonObject[]): Report {
    const {passes, tables, calls, statements, uploads, problems, notes} = this.#tally;
    return {
      run: this.runId,
      command: this.#request.command,
      version: this.#version,
      startedAt: this.#startedAt.toISOString(),
      endedAt: this.#surroundings.clock.now().toISOString(),
      seconds,
      exitCode,
      outcome: outcomes[exitCode],
      passes,
      tables,
      calls,
      statements,
      uploads,
      problems,
      notes,
      ...(this.#certificate && {certificate: this.#certificate}),
      ...(details && {details}),
    };
  }
}

const outcomes: Readonly<Record<ExitCode, Report['outcome']>> = {0: 'done', 1: 'failed', 2: 'refused', 3: 'partial'};
