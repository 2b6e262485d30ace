/**
 * The command line: understands the arguments, shows what happens while it happens, and tells the end to a person or,
 * with --json, to a program. The room promises that every end has an exit code and, with --json, that the report is
 * the last line of stdout; that no secret it knows of is shown; and that a first SIGINT or SIGTERM stops the run in
 * good order, a second at once. What a run does is the app's affair.
 */
import {perform, version} from '../app/app.ts';
import {systemClock} from '../base/clock.ts';
import {asSyncError, type ExitCode} from '../base/errors.ts';
import {systemRandom} from '../base/random.ts';
import {environment} from '../config/config.ts';
import type {Stream} from './outside.ts';
import {run} from './run.ts';
import {stopAtSignal} from './stop-signals.ts';

/** Runs this process's command line, all of its output written. Gives the code that the process shall end with. */
export async function runCommandLine(argv: readonly string[]): Promise<ExitCode> {
  const {stdout, stderr} = process;
  const stop = new AbortController();
  stopAtSignal(process, stop);
  // A failure that nobody awaited, in a driver perhaps: the run stops in good order and reports it.
  process.on('uncaughtException', thrown => stop.abort(asSyncError(thrown)));
  const outside = {perform, version, stdout, stderr, stop, environment, clock: systemClock, random: systemRandom};
  const exitCode = await run(argv, outside);
  await Promise.all([stdout, stderr].map(written));
  return exitCode;
}

/** Waits until a stream has taken all that was written to it, or has failed. */
const written = (stream: Stream): Promise<void> => new Promise(resolve => stream.write('', () => resolve()));
