import {asSyncError, type ExitCode, SyncError} from '../base/errors.ts';
import type {Secret} from '../base/secret.ts';
import {runId} from '../model/names.ts';
import type {Problem, Report} from '../model/report.ts';
import {parseArguments, type Wish, wantsJson} from './arguments.ts';
import {closingWords} from './closing-words.ts';
import type {Entry} from './entry.ts';
import {secretsAmong, secretsOf} from './known-secrets.ts';
import {Output} from './output.ts';
import type {Outside} from './outside.ts';
import {type Progress, showProgress} from './progress.ts';

/** Runs one command line to its end. Gives the exit code; throws nothing. */
export async function run(argv: readonly string[], outside: Outside): Promise<ExitCode> {
  const secrets = new Set<Secret>(secretsAmong(outside.environment));
  const onLeft = (): void => outside.stop.abort(new SyncError('cancelled', 'nobody reads the output any more'));
  const voice: Voice = {
    out: new Output(outside.stdout, {secrets, onLeft}),
    err: new Output(outside.stderr, {secrets}),
    json: wantsJson(argv),
  };
  try {
    const wish = parseArguments(argv, outside.version);
    if (wish.kind === 'read') return showText(wish.text, {voice, outside});
    for (const secret of secretsOf(wish.request, outside.environment)) secrets.add(secret);
    return await runCommand(wish, {voice, outside});
  } catch (thrown) {
    const command = argv.find(word => !word.startsWith('-')) ?? '';
    return tell(emptyReport({command, error: asSyncError(thrown)}, outside), {voice});
  }
}

/** How a command line speaks: stdout for what was asked, stderr for what a person should know beside it. */
interface Voice {
  readonly out: Output;
  readonly err: Output;
  /** Events and the report as JSON lines on stdout, and nothing else anywhere. */
  readonly json: boolean;
}

interface Setting {
  readonly voice: Voice;
  readonly outside: Outside;
}

async function runCommand({entry, request}: Extract<Wish, {kind: 'run'}>, setting: Setting): Promise<ExitCode> {
  const {voice, outside} = setting;
  const {perform, environment, clock, random, stop, stderr} = outside;
  const progress = voice.json || !voice.err.isTerminal ? logLines(voice.out) : showProgress(stderr);
  const surroundings = {events: progress.events, environment, signal: stop.signal, clock, random};
  const report = await perform(request, surroundings).finally(() => progress.end());
  return tell(report, {voice, entry});
}

const logLines = (out: Output): Progress => ({events: event => out.json(event), end: () => undefined});

/** The end of every command line: the report for a program, or a table and words for a person. */
function tell(report: Report, {voice, entry}: {voice: Voice; entry?: Entry}): ExitCode {
  if (voice.json) {
    voice.out.json(report);
  } else {
    const text = entry?.toText(report) ?? '';
    if (text !== '') voice.out.line(text);
    if (voice.out.isLeft) return report.exitCode;
    for (const line of closingWords(report)) voice.err.line(line);
    if (entry) voice.err.line(`${report.outcome} in ${report.seconds} s`);
  }
  return report.exitCode;
}

function showText(text: string, {voice, outside}: Setting): ExitCode {
  if (voice.json) return tell({...emptyReport({command: ''}, outside), notes: [text]}, {voice});
  voice.out.line(text);
  return 0;
}

const problemOf = ({kind, verdict, message, hint, facts}: SyncError): Problem => ({
  kind,
  verdict,
  message,
  hint,
  facts,
});

/** The report of a command line that ran nothing. */
function emptyReport(
  {command, error}: {command: string; error?: SyncError},
  {version, clock, random}: Outside,
): Report {
  const at = clock.now().toISOString();
  const exitCode = error?.exitCode ?? 0;
  return {
    run: runId(random.id()),
    command,
    version,
    startedAt: at,
    endedAt: at,
    seconds: 0,
    exitCode,
    outcome: exitCode === 0 ? 'done' : exitCode === 2 ? 'refused' : 'failed',
    passes: [],
    tables: [],
    calls: 0,
    statements: 0,
    uploads: 0,
    problems: error ? [problemOf(error)] : [],
    notes: [],
  };
}
