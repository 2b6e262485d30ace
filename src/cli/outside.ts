import type {Writable} from 'node:stream';
import type {Request, Surroundings} from '../app/app.ts';
import type {Report} from '../model/report.ts';

/** Where text goes: stdout or stderr. On a terminal it can be written over. */
export type Stream = Writable & {readonly isTTY?: boolean; readonly columns?: number};

/** What a run does; every failure is in the report that it gives. */
export type Perform = (request: Request, surroundings: Surroundings) => Promise<Report>;

/** What the command line stands in, handed in, so that a test can stand in its place. */
export interface Outside extends Omit<Surroundings, 'events' | 'signal'> {
  readonly perform: Perform;
  /** Of this program. */
  readonly version: string;
  readonly stdout: Stream;
  readonly stderr: Stream;
  /** Ends the run before its time, for the reason that is handed to abort. */
  readonly stop: AbortController;
}
