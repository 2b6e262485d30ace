import {isSection, type Section, valueAt} from './document.ts';
import type {Environment} from './environment.ts';
import {type Problem, spelled} from './problem.ts';

/** What unified auth and its tools take from the environment, and so does the sync where the file is silent. */
const standIns = [
  {key: 'host', variable: 'DATABRICKS_HOST'},
  {key: 'warehouse_id', variable: 'DATABRICKS_WAREHOUSE_ID'},
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

/** Puts in from the environment what neither the file nor an override speaks of. */
export function completed(
  {values, origins}: Merged,
  {environment, unresolved}: {environment: Environment; unresolved: readonly Problem[]},
): Merged {
  let merged = values;
  const all = new Map(origins);
  for (const {key, variable} of standIns) {
    const path = ['databricks', key];
    const value = environment[variable];
    const spoken = valueAt(values, path) !== undefined || unresolved.some(one => spelled(one.path) === spelled(path));
    if (spoken || !value) continue;
    merged = withValue(merged, path, value);
    all.set(spelled(path), `environment variable ${variable}`);
  }
  return {values: merged, origins: all};
}

function withValue(section: Section, [key = '', ...rest]: readonly string[], value: string): Section {
  if (rest.length === 0) return {...section, [key]: value};
  const inner = section[key];
  return {...section, [key]: withValue(isSection(inner) ? inner : {}, rest, value)};
}
