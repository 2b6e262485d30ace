import assert from 'node:assert/strict';
import test from 'node:test';
import {readText, trackedFiles} from './sources.ts';

interface Package {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly optional?: boolean;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const tracked = trackedFiles();
const manifest = JSON.parse(readText('package.json')) as Package;
const lock = JSON.parse(readText('package-lock.json')) as {packages: Readonly<Record<string, Package>>};

/** What may stand at the top, beside files whose names begin with a dot. */
const topLevel: readonly string[] = [
  ...['bundle', 'docs', 'resources', 'src', 'test'],
  ...['README.md', 'CHANGELOG.md', 'LICENSE'],
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'biome.json', 'esbuild.config.mjs', 'databricks.yml'],
];

/** Traces of the machine that a file was written on. */
const traces: ReadonlyArray<{what: RegExp; why: string}> = [
  {what: /(?<![\w.:})-])\/(?:work|tmp|root|home\/[a-z]+|Users\/[a-z]+)\/[\w.-]/, why: 'a path of one machine'},
  {what: /\bregistry\.[a-z0-9-]+\.[a-z]|\bartifactory\b|\bjfrog\b/i, why: 'the host of a package registry'},
  {what: /\b[A-Z]:\\Users\\/, why: 'a path of one machine'},
];

test('the top level holds what it may', () => {
  const top = new Set(tracked.map(file => file.split('/')[0] ?? ''));
  assert.deepEqual(
    [...top].filter(name => !name.startsWith('.') && !topLevel.includes(name)),
    [],
  );
});

test('package.json pins every version', () => {
  const {dependencies, devDependencies, optionalDependencies} = manifest;
  const loose = Object.entries({...dependencies, ...devDependencies, ...optionalDependencies}).filter(
    ([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version),
  );
  assert.deepEqual(loose, []);
});

test('the README says of every dependency what it is for', () => {
  const {dependencies, devDependencies, optionalDependencies} = manifest;
  const named = [...readText('README.md').matchAll(/`([\w@/*-]+)`/g)].map(([, name = '']) => name);
  const isNamed = (name: string): boolean =>
    named.some(one => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : name === one));
  const silent = Object.keys({...dependencies, ...devDependencies, ...optionalDependencies});
  assert.deepEqual(
    silent.filter(name => !isNamed(name)),
    [],
  );
});

test('the lock file holds no addresses', () => {
  const located = Object.entries(lock.packages).filter(([, {resolved}]) => resolved !== undefined);
  assert.deepEqual(
    located.map(([name]) => name),
    [],
  );
});

test('the lock file holds every package that another one names, or npm ci refuses it', () => {
  const missing = Object.entries(lock.packages).flatMap(([place, {dependencies, optionalDependencies}]) => {
    const named = Object.keys({...dependencies, ...optionalDependencies});
    return named.filter(name => !isFound(place, name)).map(name => `${place}: ${name}`);
  });
  assert.deepEqual(missing, []);
});

test('the lock file names a digest for all that every platform installs', () => {
  const unproved = Object.entries(lock.packages).filter(([place, {integrity, optional}]) => {
    return place !== '' && !optional && integrity === undefined;
  });
  assert.deepEqual(
    unproved.map(([place]) => place),
    [],
  );
});

test('no file bears a trace of the machine that it was written on', () => {
  const found = tracked.filter(isText).flatMap(file => {
    const text = readText(file);
    return traces.flatMap(({what, why}) => (what.test(text) ? [`${file}: ${what.exec(text)?.[0]}: ${why}`] : []));
  });
  assert.deepEqual(found, []);
});

const isText = (file: string): boolean => !/\.(?:png|parquet|gz|ico|woff2?)$/.test(file);

/** Whether Node finds a package from a place in node_modules: beside it, or in a folder further out. */
function isFound(place: string, name: string): boolean {
  for (let folder = place; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const candidate = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (candidate in lock.packages) return true;
    if (folder === '') return false;
  }
}
