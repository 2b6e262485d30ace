import {readFileSync} from 'node:fs';
import {isMap, isScalar, isSeq, LineCounter, type Node, parseDocument} from 'yaml';
import type {SyncError} from '../base/errors.ts';
import {type Path, type Problem, refusal} from './problem.ts';

/**
 * What a file says, before anything is made of it: sections, lists and texts, nothing is a number or a boolean yet.
 * Undefined is what a key without a value has.
 */
export type Value = string | undefined | readonly Value[] | Section;
export interface Section {
  readonly [key: string]: Value;
}

export const isSection = (value: Value): value is Section => typeof value === 'object' && !Array.isArray(value);

/** What stands at a path; undefined where a step is missing. */
export const valueAt = (value: Value, path: Path): Value =>
  path.reduce<Value>((inner, part) => {
    if (typeof part === 'number') return Array.isArray(inner) ? inner[part] : undefined;
    return isSection(inner) ? inner[part] : undefined;
  }, value);

export interface Document {
  readonly values: Section;
  /** The line that a path stands on, or the nearest one above it that the file has; from 1. */
  lineOf(path: Path): number | undefined;
}

/** Reads a YAML file. Throws `configuration` where there is none, or where it cannot be read as one. */
export function readDocument(file: string): Document {
  const lines = new LineCounter();
  // With the failsafe schema every scalar is its text: an id of 007 or NO stays what was written.
  const document = parseDocument(decode(file, readBytes(file)), {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
  });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const wrong = [...document.errors, ...document.warnings].map(({code, pos: [offset]}) => ({
    line: lineAt(offset),
    message: malformed[code] ?? `no valid YAML (${code})`,
  }));
  // One slip may upset the parser several times on its line; the first says it best.
  const slips = wrong.filter(({line}, index) => wrong.findIndex(other => other.line === line) === index);
  if (slips.length > 0) throw unreadable(file, ...slips.map(({line, message}) => `line ${line}: ${message}`));
  if (document.contents === null)
    throw unreadable(file, 'the file is empty; bundle/visma.yml shows what belongs in it');
  const problems: Problem[] = [];
  const values = toValue(document.contents, [], problems);
  const lineOf = (path: Path): number | undefined => nearestLine(document.contents, path, lineAt);
  if (problems.length > 0) throw refusal(file, problems, path => lineText(lineOf(path)));
  if (!isSection(values)) throw unreadable(file, 'the file must be sections of keys, beginning with `visma:`');
  return {values, lineOf};
}

export const lineText = (line: number | undefined): string | undefined =>
  line === undefined ? undefined : `line ${line}`;

/** By the parser's codes; its messages may quote the file, and so a secret. */
const malformed: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'this key stands there twice; keep one',
  TAB_AS_INDENT: 'a tab indents this line; use spaces',
  BAD_INDENT: 'this line is indented differently from those it belongs to',
  MULTIPLE_DOCS: 'a second document begins; keep one',
  MISSING_CHAR: 'a quote, a bracket, or the colon after a key is missing',
  BAD_SCALAR_START: 'a value begins with a character that YAML reserves; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'two keys stand on one line; put the value in quotes where its colon is part of it',
  UNEXPECTED_TOKEN: 'something stands where it cannot; inside { } and [ ] a reference needs quotes',
  NON_STRING_KEY: 'a key must be a text',
  TAG_RESOLVE_FAILED: 'a tag (!) is not understood; leave it out',
};

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
    const what = code === 'ENOENT' ? 'there is no such file' : `the file cannot be read (${code})`;
    throw unreadable(file, `${what}; name another with --config`);
  }
}

function decode(file: string, bytes: Buffer): string {
  const mark = bytes.subarray(0, 2).toString('hex');
  if (mark === 'fffe' || mark === 'feff') throw unreadable(file, 'the file is in UTF-16; save it as UTF-8');
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
  } catch {
    throw unreadable(file, 'the file is not in UTF-8; save it as UTF-8');
  }
}

function unreadable(file: string, ...messages: readonly string[]): SyncError {
  return refusal(
    file,
    messages.map(message => ({path: [], message})),
    () => undefined,
  );
}

const absent: ReadonlySet<string> = new Set(['', '~', 'null', 'Null', 'NULL']);

function toValue(node: Node | null, path: Path, problems: Problem[]): Value {
  if (isMap<Node, Node | null>(node)) {
    return Object.fromEntries(
      node.items.map(({key, value}) => [keyText(key), toValue(value, [...path, keyText(key)], problems)]),
    );
  }
  if (isSeq<Node>(node)) return node.items.map((item, index) => toValue(item, [...path, index], problems));
  if (isScalar(node)) {
    const text = String(node.value);
    return text === '' || (node.type === 'PLAIN' && absent.has(text)) ? undefined : text;
  }
  if (node) problems.push({path, message: 'an alias (*) is not understood here; write the value itself'});
  return undefined;
}

const keyText = (key: Node): string => (isScalar(key) ? String(key.value) : '');

function nearestLine(root: Node | null, path: Path, lineAt: (offset: number) => number): number | undefined {
  let node = root;
  let offset: number | undefined;
  for (const part of path) {
    let next: Node | null = null;
    if (isMap<Node, Node | null>(node)) {
      const pair = node.items.find(({key}) => keyText(key) === part);
      if (!pair) break;
      offset = pair.key.range?.[0];
      next = pair.value;
    } else if (isSeq<Node>(node) && typeof part === 'number') {
      next = node.items[part] ?? null;
      offset = next?.range?.[0] ?? offset;
    }
    node = next;
  }
  return offset === undefined ? undefined : lineAt(offset);
}
