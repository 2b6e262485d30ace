import {Command, CommanderError, Option} from 'commander';
import type {Request} from '../app/app.ts';
import {SyncError} from '../base/errors.ts';
import {certificate} from './certificate.ts';
import {check} from './check.ts';
import {commit} from './commit.ts';
import {commonOptions, type Entry, ownOptions} from './entry.ts';
import {land} from './land.ts';
import {lineage} from './lineage.ts';
import {plan} from './plan.ts';
import {reconcile} from './reconcile.ts';
import {resync} from './resync.ts';
import {routes} from './routes.ts';
import {status} from './status.ts';
import {sweep} from './sweep.ts';
import {sync} from './sync.ts';

const entries: readonly Entry[] = [
  ...[sync, land, commit, sweep, resync, reconcile, certificate, routes, lineage, plan, check, status],
];
const defaultConfigPath = 'bundle/visma.yml';

/** What a person wants: a command to run, or only a text to read. */
export type Wish =
  | {readonly kind: 'run'; readonly entry: Entry; readonly request: Request}
  | {readonly kind: 'read'; readonly text: string};

/** Whether the report is wanted as JSON: it is, also where the rest of the arguments cannot be understood. */
export const wantsJson = (argv: readonly string[]): boolean => argv.includes('--json');

/** Understands the arguments. Throws `usage` with one message where they make no sense. */
export function parseArguments(argv: readonly string[], version: string): Wish {
  const wishes: Wish[] = [];
  const shown: string[] = [];
  const program = new Command('visma-databricks')
    .description('Visma.net ERP into Databricks')
    .version(version, '--version', 'show the version')
    .helpOption('--help', 'show the commands, or the options of one')
    .exitOverride()
    .configureOutput({writeOut: text => shown.push(text), writeErr: () => undefined});
  for (const entry of entries) addCommand(program, entry, wish => wishes.push(wish));
  try {
    program.parse([...argv], {from: 'user'});
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode === 0) return {kind: 'read', text: shown.join('').trimEnd()};
    throw new SyncError('usage', complaint(thrown), {cause: thrown});
  }
  const [wish] = wishes;
  if (!wish) throw new SyncError('usage', 'no command is given');
  return wish;
}

function addCommand(program: Command, entry: Entry, onWish: (wish: Wish) => void): void {
  const command = program.command(entry.name).description(entry.summary).helpOption('--help', 'show these options');
  command.addOption(new Option('--config <file>', 'the configuration').default(defaultConfigPath));
  for (const [flags, summary] of commonOptions) command.option(flags, summary);
  for (const [flags, summary] of entry.options.map(name => ownOptions[name])) command.option(flags, summary);
  if (entry.argument) command.argument(...entry.argument);
  command.action((...given: readonly unknown[]) => onWish({kind: 'run', entry, request: requestIn(entry, given)}));
}

/** Commander hands over the argument, where the command takes one, and then the options. */
function requestIn(entry: Entry, given: readonly unknown[]): Request {
  if (!entry.argument) return toRequest(entry, given[0] as Given);
  const [argument, options] = given as [string | undefined, Given];
  return {...toRequest(entry, options), ...(argument !== undefined && {run: argument})};
}

/** The options as commander reads them. */
interface Given {
  readonly config: string;
  readonly companies?: readonly string[];
  readonly resources?: readonly string[];
  readonly local?: string;
  readonly period?: string;
  readonly since?: string;
  readonly reason?: string;
  readonly explain?: string;
  readonly repair?: true;
  readonly wait?: true;
  readonly acceptDeletions?: true;
  readonly offline?: true;
  readonly remove?: true;
  readonly output?: string;
}

function toRequest({name}: Entry, given: Given): Request {
  const companies = listed(given.companies);
  const resources = listed(given.resources);
  return {
    command: name,
    configPath: given.config,
    ...(given.local !== undefined && {local: given.local}),
    ...(companies !== undefined && {companies}),
    ...(resources !== undefined && {resources}),
    ...(given.period !== undefined && {period: given.period}),
    ...(given.since !== undefined && {since: given.since}),
    ...(given.reason !== undefined && {reason: given.reason}),
    ...(given.explain !== undefined && {explain: given.explain}),
    ...(given.output !== undefined && {output: given.output}),
    ...(given.repair && {repair: given.repair}),
    wait: given.wait ?? false,
    acceptDeletions: given.acceptDeletions ?? false,
    offline: given.offline ?? false,
    ...(given.remove && {remove: true}),
  };
}

/** Several words are one list; an empty word, as a job's parameter without a value is, narrows nothing. */
function listed(words: readonly string[] = []): string | undefined {
  const text = words.join(',');
  return text.replaceAll(',', '').trim() === '' ? undefined : text;
}

function complaint({code, message}: CommanderError): string {
  if (code === 'commander.help') return 'no command is given';
  if (code === 'commander.unknownCommand') {
    const name = /'(.*)'/.exec(message)?.[1] ?? '';
    return `unknown command '${name}'; there are ${entries.map(entry => entry.name).join(', ')}`;
  }
  return message.replace(/^error: /, '').replaceAll('\n', ' ');
}
