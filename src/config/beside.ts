import {isSection, type Section, valueAt} from './document.ts';
import type {Environment} from './environment.ts';
import {type Path, type Problem, spelled} from './problem.ts';

/** What unified auth and its tools take from the environment, and so does the sync where the file is silent. */
const standIns = [
  {key: 'host', variable: 'DATABRICKS_HOST'},
  {key: 'warehouse_id', variable: 'DATABRICKS_WAREHOUSE_ID'},
] as const;

/** The place of the tables, as a deployment gives it to its jobs: it stands above what the file says. */
const places = [
  {key: 'catalog', variable: 'VISMA_CATALOG'},
  {key: 'schema', variable: 'VISMA_SCHEMA'},
] as const;

/** Values together with those that come from beside the file, and the origin of each of these by its path. */
export interface Merged {
  readonly values: Section;
  readonly origins: ReadonlyMap<string, string>;
}

/** Puts values in place by their dotted keys; an empty one counts as not given. */
export function overridden(values: Section, overrides: Readonly<Record<string, string>>): Merged {
  const given = Object.entries(overrides).filter(([, value]) => value !== '');
  return {
    values: given.reduce((merged, [key, value]) => withValue(merged, key.split('.'), value), values),
    origins: new Map(given.map(([key]) => [key, 'given beside the file'])),
  };
}

/**
 * Puts the place in which a deployment wants the tables above the file's, so that one file serves every deployment and
 * a trial never writes where production does.
 */
export function deployed(merged: Merged, environment: Environment): Merged {
  return places
    .filter(({key}) => !merged.origins.has(spelled(['databricks', key])))
    .reduce((all, place) => fromEnvironment(all, place, environment), merged);
}

/** Puts in from the environment what neither the file nor an override speaks of. */
export function completed(
  merged: Merged,
  {environment, unresolved}: {environment: Environment; unresolved: readonly Problem[]},
): Merged {
  const isSpokenOf = (path: Path): boolean =>
    valueAt(merged.values, path) !== undefined || unresolved.some(one => spelled(one.path) === spelled(path));
  return standIns
    .filter(({key}) => !isSpokenOf(['databricks', key]))
    .reduce((all, standIn) => fromEnvironment(all, standIn, environment), merged);
}

function fromEnvironment(
  {values, origins}: Merged,
  {key, variable}: {key: string; variable: string},
  environment: Environment,
): Merged {
  const value = environment[variable];
  if (!value) return {values, origins};
  const path = ['databricks', key];
  return {
    values: withValue(values, path, value),
    origins: new Map([...origins, [spelled(path), `environment variable ${variable}`]]),
  };
}

function withValue(section: Section, [key = '', ...rest]: readonly string[], value: string): Section {
  if (rest.length === 0) return {...section, [key]: value};
  const inner = section[key];
  return {...section, [key]: withValue(isSection(inner) ? inner : {}, rest, value)};
}
