import {syntaxError} from './sql-error.ts';

/**
 * One word of a statement. `text` is what it means: a name without its quotes, a literal's characters, a symbol.
 * A word is unquoted and may be a keyword; a name was quoted and is none.
 */
export interface Token {
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'symbol' | 'parameter' | 'value';
  readonly text: string;
  /** Where it begins in the statement. */
  readonly at: number;
}

const symbols = ['<=>', '<>', '!=', '==', '<=', '>=', '||', '::', '->', '=>'];
const wordForm = /[\p{L}_][\p{L}\p{N}_]*/uy;
const numberForm = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?:BD|[LSYDF])?(?![\p{L}\p{N}_])/iuy;
const skipForm = /(?:\s+|--[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const parameterForm = /:[\p{L}_][\p{L}\p{N}_]*/uy;

/** A statement's words, comments left out. Throws PARSE_SYNTAX_ERROR for what Spark's lexer has no word for. */
export function toTokens(sql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (form: RegExp): string | undefined => {
    form.lastIndex = at;
    return form.exec(sql)?.[0];
  };
  while (at < sql.length) {
    const skipped = match(skipForm);
    if (skipped !== undefined) {
      at += skipped.length;
      continue;
    }
    const {token, length} = readToken(sql, at, match);
    const before = tokens.at(-1);
    if (token.kind === 'text' && before?.kind === 'text' && sql[at - 1] === sql[at]) {
      throw syntaxError(`A doubled quote at ${at} means one thing to Spark and another to Databricks; escape it`);
    }
    tokens.push(token);
    at += length;
  }
  return tokens;
}

type Match = (form: RegExp) => string | undefined;

function readToken(sql: string, at: number, match: Match): {token: Token; length: number} {
  const character = sql.charAt(at);
  if (character === "'" || character === '"') return readText(sql, at, at);
  if (/[rR]/.test(character) && /['"]/.test(sql.charAt(at + 1))) return readRawText(sql, at);
  if (character === '`') return readName(sql, at);
  const simple =
    found('number', at, match(numberForm)) ??
    found('word', at, match(wordForm)) ??
    (isPath(sql, at) ? undefined : found('parameter', at, match(parameterForm)));
  if (simple) return simple;
  const symbol = symbols.find(one => sql.startsWith(one, at)) ?? character;
  if (!/^[-+*/%=<>!|&~^(),.;:?[\]]/.test(symbol)) throw syntaxError(`Syntax error at or near '${character}'`);
  if (character === '/' && sql[at + 1] === '*') throw syntaxError('A comment does not end');
  return {token: {kind: 'symbol', text: symbol, at}, length: symbol.length};
}

function found(kind: Token['kind'], at: number, text: string | undefined): {token: Token; length: number} | undefined {
  if (text === undefined) return undefined;
  return {token: {kind, text: kind === 'parameter' ? text.slice(1) : text, at}, length: text.length};
}

/** `column:path` reads inside a VARIANT; only a colon after a space or an operator begins a parameter. */
const isPath = (sql: string, at: number): boolean => /[\p{L}\p{N}_\])`:]$/u.test(sql.slice(Math.max(0, at - 1), at));

function readText(sql: string, at: number, begin: number): {token: Token; length: number} {
  const quote = sql.charAt(at);
  let text = '';
  let here = at + 1;
  for (;;) {
    const character = sql.charAt(here);
    if (character === '') throw syntaxError(`A string that begins at ${begin} does not end`);
    if (character === quote) break;
    if (character !== '\\') {
      text += character;
      here += 1;
      continue;
    }
    const form = /\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}|[\s\S])/y;
    form.lastIndex = here;
    const escaped = form.exec(sql)?.[0];
    if (escaped === undefined) throw syntaxError(`A string that begins at ${begin} does not end`);
    text += unescaped(escaped.slice(1));
    here += escaped.length;
  }
  return {token: {kind: 'text', text, at: begin}, length: here + 1 - begin};
}

const letters: Readonly<Record<string, string>> = {
  '0': '\0',
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  Z: '\u001a',
  '%': '\\%',
  _: '\\_',
};

function unescaped(escaped: string): string {
  if (/^[uU]./.test(escaped)) return String.fromCodePoint(Number.parseInt(escaped.slice(1), 16));
  if (escaped.length === 3) return String.fromCharCode(Number.parseInt(escaped, 8));
  return letters[escaped] ?? escaped;
}

function readRawText(sql: string, at: number): {token: Token; length: number} {
  const end = sql.indexOf(sql.charAt(at + 1), at + 2);
  if (end < 0) throw syntaxError(`A string that begins at ${at} does not end`);
  return {token: {kind: 'text', text: sql.slice(at + 2, end), at}, length: end + 1 - at};
}

function readName(sql: string, at: number): {token: Token; length: number} {
  const form = /`((?:[^`]|``)*)`/y;
  form.lastIndex = at;
  const match = form.exec(sql);
  if (!match?.[1]) throw syntaxError(`A name that begins at ${at} is empty or does not end`);
  return {token: {kind: 'name', text: match[1].replaceAll('``', '`'), at}, length: match[0].length};
}
