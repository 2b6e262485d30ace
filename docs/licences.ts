import {readFileSync, writeFileSync} from 'node:fs';

/** Where the page stands. */
export const licencesPageUrl = new URL('licences.md', import.meta.url);
const root = new URL('../', import.meta.url);

/** A package that is shipped, and under what. */
export interface Licensed {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
}

interface Locked {
  readonly version: string;
  readonly dev?: boolean;
  readonly license?: string;
  /** For one platform only: installed there and nowhere else. */
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

const readJson = (path: string): Readonly<Record<string, unknown>> =>
  JSON.parse(readFileSync(new URL(path, root), 'utf8')) as Readonly<Record<string, unknown>>;

/** Every package that the lock file ships, developers' tools aside, by name and version. */
export function licences(): readonly Licensed[] {
  const {packages} = readJson('package-lock.json') as {packages: Readonly<Record<string, Locked>>};
  const shipped = Object.entries(packages).filter(([path, {dev}]) => path !== '' && !dev);
  const found = shipped.map(([path, locked]) => ({
    name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    version: locked.version,
    licence: licenceOf(path, locked),
  }));
  const unique = new Map(found.map(each => [`${each.name} ${each.version}`, each]));
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

/** What the package says; of those for one platform what the lock file says, so that the page is the same everywhere. */
function licenceOf(path: string, {license, os, cpu}: Locked): string {
  if (os ?? cpu) return license ?? 'not said';
  const {license: said, licenses: formerly} = readJson(`${path}/package.json`);
  const file = typeof said === 'string' ? /^SEE LICENSE IN (.+)$/.exec(said)?.[1] : undefined;
  return (file && inFile(`${path}/${file}`)) ?? nameOf(said) ?? nameOf(formerly) ?? 'not said';
}

function inFile(path: string): string | undefined {
  const text = readFileSync(new URL(path, root), 'utf8');
  return /Apache License\s+Version 2\.0/.test(text) ? 'Apache-2.0' : undefined;
}

function nameOf(said: unknown): string | undefined {
  if (typeof said === 'string') return said;
  if (Array.isArray(said)) return said.map(nameOf).join(' OR ');
  return said instanceof Object && 'type' in said && typeof said.type === 'string' ? said.type : undefined;
}

/** The page of what is shipped with the program, and under which licences. */
export function licencesPage(): string {
  const all = licences();
  const kinds = Map.groupBy(all, ({licence}) => licence);
  const counts = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([licence, of]) => `${licence} (${of.length})`);
  return [
    '# Licences',
    '',
    'Written by `npm run docs` from the lock file and what each package says of itself. The program is under Apache-2.0.',
    `It is shipped with ${all.length} packages:`,
    `${counts.join(', ')}.`,
    '',
    '| package | version | licence |',
    '|---|---|---|',
    ...all.map(({name, version, licence}) => `| ${name} | ${version} | ${licence} |`),
    '',
  ].join('\n');
}

if (import.meta.main) writeFileSync(licencesPageUrl, licencesPage());
