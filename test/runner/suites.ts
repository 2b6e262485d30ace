import {globSync} from 'node:fs';
import path from 'node:path';

interface Suite {
  readonly what: string;
  /** Paths of its test files, from the root of the project. */
  readonly files: RegExp;
  /** Commands that some of its tests call. */
  readonly needs: readonly string[];
  /** Whether its files run one after the other, each with all processors. */
  readonly oneByOne?: boolean;
}

/**
 * Which suite a test is in follows from its path. `npm test` runs the first three. docs/testing.md has the table for
 * people, with the suites that have runners of their own (`crash` and `Spark`).
 */
export const suites = {
  house: {what: 'rules of the source tree', files: /^test\/house\//, needs: ['git']},
  unit: {
    what: 'one room each',
    files: /^test\/(?!(?:flows|hostile|house|build|bundle|death|spark)\/)[a-z-]+\/(?!.*\bextended\/)/,
    needs: ['openssl'],
  },
  flows: {what: 'whole runs, one for each main promise', files: /^test\/flows\/(?!extended\/)/, needs: []},
  extended: {what: 'longer runs, histories drawn by seed', files: /^test\/[a-z-]+\/extended\//, needs: []},
  hostile: {what: 'whole runs against what means harm', files: /^test\/hostile\//, needs: ['openssl']},
  build: {what: 'the built file', files: /^test\/build\//, needs: []},
  bundle: {
    what: 'the bundle as a cluster runs it',
    files: /^test\/bundle\//,
    needs: ['python3', 'git'],
    oneByOne: true,
  },
} as const satisfies Readonly<Record<string, Suite>>;

export type SuiteName = keyof typeof suites;

export const suiteNames = Object.keys(suites) as readonly SuiteName[];

export const isSuite = (name: string): name is SuiteName => Object.hasOwn(suites, name);

/** All test files, by paths from the root of the project, with `/`. */
export const testFiles = (root: string): readonly string[] =>
  globSync('test/**/*.test.ts', {cwd: root})
    .map(file => file.split(path.sep).join('/'))
    .toSorted();

/** The suites that hold a file: exactly one, or none if it has a runner of its own. */
export const suitesOf = (file: string): readonly SuiteName[] =>
  suiteNames.filter(name => suites[name].files.test(file));

/** Test files that share a process. */
export interface Group {
  readonly name: string;
  readonly files: readonly string[];
}

/**
 * Small files of one folder share a process, because starting one costs more than most of them take. A longer file has
 * a process of its own, so that processors share the work evenly.
 */
export function groupsOf(files: readonly string[]): readonly Group[] {
  const byName = Map.groupBy(files, file => {
    const [suite] = suitesOf(file);
    return suite === 'house' || suite === 'unit' ? path.posix.dirname(file) : file;
  });
  return [...byName].map(([name, members]) => ({name, files: members}));
}
