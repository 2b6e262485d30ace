import type {Request} from '../app/app.ts';
import type {Report} from '../model/report.ts';

/** One command as people see it: its name, what it is for, what it takes, and how its end reads. */
export interface Entry {
  readonly name: Request['command'];
  readonly summary: string;
  /** What it takes without a name: as help shows it, and what it is. */
  readonly argument?: readonly [form: string, summary: string];
  /** The options that it takes beside those of every command. */
  readonly options: ReadonlyArray<keyof typeof ownOptions>;
  /** What it found or did, as lines of text; problems and notes are told beside it. */
  readonly toText: (report: Report) => string;
}

/** Options that every command takes. */
export const commonOptions: ReadonlyArray<readonly [flags: string, summary: string]> = [
  ['--companies <ids...>', 'only these companies; ids separated by comma or space'],
  ['--resources <names...>', 'only these resources; names as the tables bear them'],
  ['--local <dir>', 'a folder on this machine in place of the Databricks workspace'],
  ['--json', 'one JSON line for each event, and the report as the last line of stdout'],
];

/** Options that some commands take. */
export const ownOptions = {
  wait: ['--wait', 'wait for a spent rate window or a lease that is held, instead of ending'],
  acceptDeletions: ['--accept-deletions', 'this once, mark more rows as gone than sync.deletion_guard allows'],
  period: ['--period <period>', 'only what bears these financial periods: 2026-03, or 2026-03..2026-05'],
  since: ['--since <stamp>', "only what changed since, by the ERP's own clock: 2026-03-01T00:00:00"],
  reason: ['--reason <text>', 'why, for the record in control.resync; it has to be said'],
  repair: ['--repair', 'where the ledger differs, look for batches that are gone as well, and prove it again'],
  explain: ['--explain <account>', 'which route takes this account, and why the others do not'],
  remove: ['--remove', 'take away the objects and edges that this installation made, and no others'],
  output: ['--output <file>', 'where the page goes; certificate-<run>.html in this folder where none is named'],
  offline: ['--offline', 'check the program and its configuration only; nothing is called'],
} as const satisfies Record<string, readonly [flags: string, summary: string]>;
