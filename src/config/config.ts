/**
 * The configuration: reads the YAML file of design and documentation, resolves its references to the environment, and
 * gives settings in which every value has been checked and every default is in place; or one error that lists all that
 * is wrong, each with its place and what to do. It also selects the companies and resources of a run. It asks nobody
 * whether a host answers or a credential is right, and never says a value that could be a secret.
 */
import type * as z from 'zod';
import type {Secret} from '../base/secret.ts';
import {completed, deployed, overridden} from './beside.ts';
import {contradictions, followsFrom, lackingWarehouse} from './consistency.ts';
import {lineText, readDocument} from './document.ts';
import type {Environment} from './environment.ts';
import {ledgerComplaints} from './ledger-complaints.ts';
import {privacyComplaints, saltIn} from './privacy.ts';
import {type Path, type Problem, refusal, spelled} from './problem.ts';
import {resolveReferences} from './references.ts';
import {configSchema} from './schema.ts';
import type {Config} from './settings.ts';

export {type Environment, environment} from './environment.ts';
export {selectCompanies, selectResources} from './selection.ts';
export type {Config, ConfiguredCompany, DatabricksSettings, SyncSettings, VismaSettings} from './settings.ts';

export interface ConfigSource {
  /** The YAML file. */
  readonly path: string;
  readonly environment: Environment;
  /** Whether a local workspace takes the place of Databricks: the file's `databricks` section is not looked at. */
  readonly local?: boolean;
  /** Values beside the file, by dotted key (`databricks.schema`): they replace the file's and hold no references. */
  readonly overrides?: Readonly<Record<string, string>>;
}

export interface ReadConfig {
  readonly config: Config;
  /** What no message may show. */
  readonly secrets: readonly Secret[];
}

/** Reads the configuration. Throws one `configuration` error that lists every problem found. */
export function readConfig({path: file, environment, local = false, overrides = {}}: ConfigSource): ReadConfig {
  const document = readDocument(file);
  const written = local ? {...document.values, databricks: undefined} : document.values;
  const resolved = resolveReferences(written, environment);
  const given = overridden(resolved.values, overrides);
  const replaced = local ? given : deployed(given, environment);
  const unresolved = resolved.problems.filter(problem => !replaced.origins.has(spelled(problem.path)));
  const merged = local ? replaced : completed(replaced, {environment, unresolved});
  const parsed = configSchema.safeParse(merged.values);
  const issues = parsed.success ? [] : parsed.error.issues;
  const consequences = [
    ...issues.flatMap(wrongValue),
    ...contradictions(merged.values),
    ...privacyComplaints(merged.values, environment),
    ...ledgerComplaints(merged.values),
    ...(local ? [] : lackingWarehouse(merged.values)),
  ];
  const problems = [
    ...issues.flatMap(unknownKeys),
    ...unresolved,
    ...consequences.filter(problem => !followsFrom(unresolved, problem.path)),
  ];
  if (!parsed.success || problems.length > 0) {
    throw refusal(file, problems, at => merged.origins.get(spelled(at)) ?? lineText(document.lineOf(at)));
  }
  const {visma, databricks, privacy} = parsed.data;
  const salt = saltIn(environment);
  const secrets = [visma.clientSecret, databricks.clientSecret, salt].filter(secret => secret !== undefined);
  return {config: {...parsed.data, privacy: {...privacy, ...(salt && {salt})}}, secrets};
}

type Issue = z.core.$ZodIssue;

const pathOf = (issue: Issue): Path => issue.path.filter(part => typeof part !== 'symbol');

/** One issue names all unknown keys of a section; each is a problem with a line of its own. */
function unknownKeys(issue: Issue): readonly Problem[] {
  if (issue.code !== 'unrecognized_keys') return [];
  return issue.keys.map(key => ({path: [...pathOf(issue), key], message: issue.message}));
}

function wrongValue(issue: Issue): readonly Problem[] {
  return issue.code === 'unrecognized_keys' ? [] : [{path: pathOf(issue), message: issue.message}];
}
