import {execFileSync} from 'node:child_process';
import {existsSync, globSync, readFileSync} from 'node:fs';
import path from 'node:path';

export const root = path.join(import.meta.dirname, '../..');

export interface Import {
  /** A package's name as `got` or `@databricks/sql`, or a path below src as `base/clock.ts`. */
  readonly target: string;
  readonly isGuest: boolean;
  readonly isTypeOnly: boolean;
  /** The names between the braces, as they are called in the other file. */
  readonly names: readonly string[];
}

/** A TypeScript file: its text, its text without comments, and that without the contents of strings either. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly code: string;
  readonly bare: string;
  readonly imports: readonly Import[];
}

/** Comments, strings, templates and regular expressions, whichever begins first. */
const tokens = new RegExp(
  [
    String.raw`(?<comment>\/\*[\s\S]*?\*\/|\/\/[^\n]*)`,
    String.raw`(?<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|${'`'}(?:\\[\s\S]|[^${'`'}\\])*${'`'})`,
    String.raw`(?<=[=(,:;!&|?[{}\n]\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*`,
  ].join('|'),
  'g',
);

export const withoutComments = (text: string): string =>
  text.replaceAll(tokens, (token, comment: string | undefined) => (comment === undefined ? token : ''));

const withoutStrings = (code: string): string =>
  code.replaceAll(tokens, (token, _comment, text: string | undefined) => (text === undefined ? token : "''"));

const statement = /^(?:import|export)\b(?<clause>[^;'"]*?)\bfrom\s*['"](?<from>[^'"]+)['"]/gm;
const otherImport = /^import\s*['"]([^'"]+)['"]|\b(?:import|require|require\.resolve)\(\s*['"]([^'"]+)['"]/gm;

/** What a file imports: by statement, for effect, dynamically and by require. Node's own modules aside. */
export function importsOf(file: string, code: string): readonly Import[] {
  const found: Import[] = [];
  for (const {groups} of code.matchAll(statement)) {
    found.push(toImport(file, groups?.['from'] ?? '', groups?.['clause'] ?? ''));
  }
  for (const [, effect, called] of code.matchAll(otherImport)) found.push(toImport(file, effect ?? called ?? '', ''));
  return found.filter(({target}) => !target.startsWith('node:'));
}

function toImport(file: string, from: string, clause: string): Import {
  const isGuest = !from.startsWith('.');
  const packageName = from.startsWith('node:') ? from : /^(?:@[^/]+\/)?[^/]+/.exec(from)?.[0];
  const braces = /\{([\s\S]*)\}/.exec(clause)?.[1] ?? '';
  return {
    target: isGuest ? (packageName ?? from) : path.posix.join(path.posix.dirname(file), from),
    isGuest,
    isTypeOnly: /^\s*type\b/.test(clause),
    names: braces.split(',').flatMap(name => /^\s*(?:type\s+)?(\w+)/.exec(name)?.[1] ?? []),
  };
}

function read(folder: string): readonly Source[] {
  const files = globSync('**/*.ts', {cwd: path.join(root, folder)}).map(file => file.split(path.sep).join('/'));
  return files.sort().map(file => {
    const text = readFileSync(path.join(root, folder, file), 'utf8');
    const code = withoutComments(text);
    return {file, text, code, bare: withoutStrings(code), imports: importsOf(file, code)};
  });
}

/** Every file of the program, by its path below src. */
export const sources = read('src');
/** Every file of the tests, by its path below test. */
export const tests = read('test');

export const roomOf = (file: string): string =>
  file.includes('/') ? file.slice(0, file.indexOf('/')) : file.replace(/\.ts$/, '');

export const readText = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** Every file that git tracks or would take up. */
export function trackedFiles(): readonly string[] {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = execFileSync('git', ['-c', 'safe.directory=*', ...list], {cwd: root, encoding: 'utf8'});
  return listed.split('\0').filter(file => file !== '' && existsSync(path.join(root, file)));
}
