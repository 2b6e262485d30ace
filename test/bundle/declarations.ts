import {execFileSync} from 'node:child_process';
import {globSync, readFileSync, statSync} from 'node:fs';
import path from 'node:path';
import {parse} from 'yaml';

export const root = path.join(import.meta.dirname, '../..');

export type Value = string | number | boolean | null | undefined | readonly Value[] | Section;
export interface Section {
  readonly [key: string]: Value;
}

export const isSection = (value: Value): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands at a path of keys; undefined where a step is missing. */
export const at = (value: Value, ...keys: readonly string[]): Value =>
  keys.reduce<Value>((inner, key) => (isSection(inner) ? inner[key] : undefined), value);

export const sectionAt = (value: Value, ...keys: readonly string[]): Section => {
  const found = at(value, ...keys);
  return isSection(found) ? found : {};
};

export const listAt = (value: Value, ...keys: readonly string[]): readonly Value[] => {
  const found = at(value, ...keys);
  return Array.isArray(found) ? found : [];
};

export const textAt = (value: Value, ...keys: readonly string[]): string => String(at(value, ...keys) ?? '');

export const readYaml = (file: string): Section => parse(readFileSync(path.join(root, file), 'utf8')) as Section;

export const bundle: Section = readYaml('databricks.yml');

/** Every file of resources, those that a user has to switch on too. */
export const resourceFiles: readonly string[] = globSync('resources/**/*.yml', {cwd: root}).sort();

export interface Resource {
  readonly file: string;
  /** `jobs`, `schemas`, … */
  readonly kind: string;
  readonly key: string;
  readonly body: Section;
}

export const resources: readonly Resource[] = resourceFiles.flatMap(file =>
  Object.entries(sectionAt(readYaml(file), 'resources')).flatMap(([kind, bodies]) =>
    Object.entries(isSection(bodies) ? bodies : {}).map(([key, body]) => ({
      file,
      kind,
      key,
      body: isSection(body) ? body : {},
    })),
  ),
);

export const jobs: readonly Resource[] = resources.filter(({kind}) => kind === 'jobs');

/** The tasks of a job, those inside a for_each_task too. */
export const tasksOf = ({body}: Resource): readonly Section[] =>
  listAt(body, 'tasks').flatMap(task => {
    const inner = at(task, 'for_each_task', 'task');
    return [task, inner].filter(isSection);
  });

/** Every text in a value, however deep. */
export function textsIn(value: Value): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isSection(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** What `databricks bundle deploy` uploads: what git knows or would add, in the synced paths, and what is included. */
export function uploaded(): readonly string[] {
  const paths = listAt(bundle, 'sync', 'paths').map(String);
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z', '--', ...paths], {
    cwd: root,
    encoding: 'utf8',
  });
  const included = listAt(bundle, 'sync', 'include').flatMap(pattern => globSync(String(pattern), {cwd: root}));
  const isFile = (file: string): boolean => statSync(path.join(root, file)).isFile();
  return [...new Set([...listed.split('\0').filter(Boolean), ...included])].filter(isFile).sort();
}
