import {castTo, literal, quoted} from './cast.ts';
import {Cursor, cutAtCommas} from './cursor.ts';
import {callFunction} from './functions.ts';
import {readInterval} from './interval.ts';
import {constantNamed, contextual, keywords, refusedWords} from './keywords.ts';
import {parameterAbsent, syntaxError, unsupported} from './sql-error.ts';
import {readType, typeNamed} from './sql-type.ts';
import type {Token} from './token.ts';
import {type TableName, tableNamed, type Work} from './work.ts';

/** What a translation knows and gathers. */
export interface Scope extends Pick<Work, 'session' | 'catalog' | 'now'> {
  /** Tables that the statement names, to be looked for before the engine is asked. */
  readonly tables: TableName[];
  /** Names that stand for a query and not for a table: those of WITH. */
  readonly queries: ReadonlySet<string>;
}

export const scopeOf = ({session, catalog, now}: Work): Scope => ({
  session,
  catalog,
  now,
  tables: [],
  queries: new Set(),
});

/**
 * A query or an expression of Spark's SQL as the engine's SQL. Works on tokens: what is known is rewritten, words
 * that are no keyword here are names and get quoted, and what neither knows fails.
 */
export function translate(tokens: readonly Token[], scope: Scope): string {
  return new Translation(tokens, scope).run();
}

/** Where in a query we are, as far as it decides what a word means. */
type Place = 'list' | 'table' | 'alias' | 'condition';

class Translation {
  readonly #cursor: Cursor;
  #scope: Scope;
  readonly #parts: string[] = [];
  #place: Place = 'list';

  constructor(tokens: readonly Token[], scope: Scope, place: Place = 'list') {
    this.#cursor = new Cursor(tokens);
    this.#scope = scope;
    this.#place = place;
  }

  run(): string {
    if (this.#cursor.isWord('WITH')) this.#readWith();
    if (this.#cursor.isWord('VALUES') && this.#cursor.isSymbol('(', 1)) this.#parts.push(this.#values());
    while (!this.#cursor.done) this.#step();
    return this.#parts.join(' ');
  }

  #inner(tokens: readonly Token[], place: Place = 'list'): string {
    return new Translation(tokens, this.#scope, place).run();
  }

  #last(): string {
    return this.#parts.at(-1) ?? '';
  }

  #pop(): string {
    return this.#parts.pop() ?? this.#cursor.fail();
  }

  #step(): void {
    const token = this.#cursor.peek();
    // A text in the place of a table would be a file to the engine.
    if (this.#place === 'table' && /^(?:text|number|value)$/.test(token?.kind ?? '')) this.#cursor.fail();
    if (token?.kind === 'text') this.#parts.push(this.#text());
    else if (token?.kind === 'number') this.#parts.push(number(this.#cursor.next().text));
    else if (token?.kind === 'value') this.#parts.push(this.#cursor.next().text);
    else if (token?.kind === 'parameter') throw parameterAbsent(`Found the unbound parameter: ${token.text}`);
    else if (token?.kind === 'symbol') this.#symbol();
    else this.#word();
  }

  /** Literals beside each other are one. */
  #text(): string {
    let text = '';
    while (this.#cursor.peek()?.kind === 'text') text += this.#cursor.text();
    return literal(text);
  }

  #symbol(): void {
    const text = this.#cursor.peek()?.text ?? '';
    if (text === '(' || text === '[') {
      if (text === '(') this.#group();
      else this.#element();
      return;
    }
    this.#cursor.next();
    if (text === ',') this.#comma();
    else if (text === '.') this.#parts.push(`(${this.#pop()}).${quoted(this.#cursor.name())}`);
    else if (text === '::') this.#parts.push(castTo(this.#pop(), readType(this.#cursor)));
    else if (text === '*' && this.#isStar()) this.#star('*');
    else if (text === '<=>') this.#parts.push('IS NOT DISTINCT FROM');
    else if (text === '==') this.#parts.push('=');
    else if (/^(?:[-+*/%=<>]|<>|!=|<=|>=|\|\|)$/.test(text)) this.#parts.push(text);
    else throw syntaxError(`Syntax error at or near '${text}'`);
  }

  #comma(): void {
    if (this.#cursor.done || this.#cursor.isWord('FROM')) throw syntaxError("Syntax error at or near ','");
    this.#parts.push(',');
    if (this.#place === 'alias' || this.#place === 'condition') this.#place = 'table';
  }

  #isStar(): boolean {
    return this.#parts.length === 0 || /^(?:,|SELECT|DISTINCT|ALL)$/.test(this.#last());
  }

  #star(star: string): void {
    const except = this.#cursor.isWord('EXCEPT') && this.#cursor.isSymbol('(', 1);
    if (!except || /^SELECT$/i.test(this.#cursor.peek(2)?.text ?? '')) {
      this.#parts.push(star);
      return;
    }
    this.#cursor.expectWord('EXCEPT');
    const names = this.#cursor.list().map(item => quoted(new Cursor(item).name()));
    this.#parts.push(`${star} EXCLUDE (${names.join(', ')})`);
  }

  #group(): void {
    const tokens = this.#cursor.group();
    if (this.#place !== 'table') {
      this.#parts.push(`(${this.#inner(tokens)})`);
      return;
    }
    const isQuery = /^(?:SELECT|WITH|VALUES|FROM)$/i.test(tokens[0]?.text ?? '') || tokens[0]?.text === '(';
    this.#parts.push(`(${this.#inner(tokens, isQuery ? 'list' : 'table')})`);
    this.#place = 'alias';
  }

  /** `list[0]`: Spark counts from nought, the engine from one. */
  #element(): void {
    this.#cursor.expectSymbol('[');
    const token = this.#cursor.wholeNumber();
    this.#cursor.expectSymbol(']');
    this.#parts.push(`list_extract(${this.#pop()}, ${token + 1})`);
  }

  #word(): void {
    const cursor = this.#cursor;
    const token = cursor.peek();
    if (token?.kind === 'word' && !cursor.isSymbol('.', 1) && this.#last() !== 'AS') {
      const upper = token.text.toUpperCase();
      if (this.#special(upper)) return;
      if (refusedWords.has(upper)) throw unsupported(`${upper} is not run by the local workspace`);
      if (this.#isKeyword(upper)) {
        cursor.next();
        this.#keyword(upper);
        return;
      }
    }
    if (this.#place === 'table') this.#table();
    else if (this.#last() === 'AS' || this.#place === 'alias') this.#alias();
    else if (cursor.isSymbol('(', 1)) this.#call();
    else this.#chain();
  }

  #isKeyword(upper: string): boolean {
    if (/^(?:LEFT|RIGHT|IF|ANY|SOME|REPLACE)$/.test(upper) && this.#cursor.isSymbol('(', 1)) {
      return /^(?:ANY|SOME)$/.test(upper) && /^[<>=!]+$/.test(this.#last());
    }
    if (!contextual.has(upper)) return keywords.has(upper);
    const next = this.#cursor.peek(1)?.text.toUpperCase() ?? '';
    return contextual.get(upper)?.test(`${this.#last()} ${next}`) ?? false;
  }

  /** Words that begin a form of their own; true where one was read. */
  #special(upper: string): boolean {
    const cursor = this.#cursor;
    if (upper === 'CASE') return this.#push(this.#case());
    if (/^(?:TRY_)?CAST$/.test(upper) && cursor.isSymbol('(', 1)) return this.#push(this.#cast(upper !== 'CAST'));
    if (upper === 'EXTRACT' && cursor.isSymbol('(', 1)) return this.#push(this.#extract());
    if (upper === 'IDENTIFIER' && cursor.isSymbol('(', 1))
      throw unsupported('IDENTIFIER() stands in a place of no name');
    if (upper === 'INTERVAL' && !cursor.isSymbol('(', 1)) {
      cursor.next();
      return this.#push(readInterval(cursor));
    }
    if (upper === 'VALUES' && cursor.isSymbol('(', 1)) {
      const inFrom = this.#place === 'table';
      if (inFrom) this.#place = 'alias';
      return this.#push(inFrom ? `(${this.#values()})` : this.#values());
    }
    const type = cursor.peek(1)?.kind === 'text' ? typeNamed(upper) : undefined;
    if (type && /^(?:DATE|TIMESTAMP)/.test(type.engine)) {
      cursor.next();
      return this.#push(castTo(literal(cursor.text()), type));
    }
    const constant = cursor.isSymbol('(', 1) ? undefined : constantNamed(upper, this.#scope);
    if (constant === undefined || this.#place === 'table' || this.#place === 'alias') return false;
    cursor.next();
    return this.#push(constant);
  }

  #push(part: string): true {
    this.#parts.push(part);
    return true;
  }

  #keyword(upper: string): void {
    const cursor = this.#cursor;
    if (upper === 'FROM' || upper === 'JOIN') this.#place = 'table';
    else if (upper === 'ON') this.#place = 'condition';
    else if (/^(?:WHERE|GROUP|ORDER|HAVING|QUALIFY|LIMIT|WINDOW|UNION|EXCEPT|MINUS|INTERSECT|SELECT)$/.test(upper)) {
      this.#place = 'list';
    }
    if (upper === 'DISTINCT' && /^(?:IS|NOT)$/.test(this.#last())) {
      cursor.expectWord('FROM');
      this.#parts.push('DISTINCT FROM');
    } else if (upper === 'LEFT' && (cursor.isWord('SEMI') || cursor.isWord('ANTI'))) {
      this.#parts.push(cursor.next().text.toUpperCase());
    } else if (upper === 'MINUS') this.#parts.push('EXCEPT');
    else if (upper === 'DIV') this.#parts.push('//');
    else if (upper === 'LIKE' || upper === 'ILIKE') this.#like(upper);
    else if (upper === 'RLIKE' || upper === 'REGEXP') this.#parts.push(`SIMILAR TO ${regex(cursor.text())}`);
    else if (upper === 'IGNORE') this.#ignoreNulls();
    else this.#parts.push(upper);
  }

  /** Spark's LIKE escapes with a backslash where nothing else is said; the engine's has no escape then. */
  #like(upper: string): void {
    this.#parts.push(upper);
    this.#step();
    if (this.#cursor.isWord('ESCAPE')) return;
    if (this.#cursor.peek()?.kind === 'symbol' && /^[-+*/|]/.test(this.#cursor.peek()?.text ?? '')) {
      throw unsupported('A computed pattern of LIKE has to stand in parentheses');
    }
    this.#parts.push("ESCAPE '\\'");
  }

  #ignoreNulls(): void {
    this.#cursor.expectWord('NULLS');
    const call = this.#pop();
    if (!call.endsWith(')')) this.#cursor.fail();
    this.#parts.push(`${call.slice(0, -1)} IGNORE NULLS)`);
  }

  #case(): string {
    this.#cursor.next();
    const tokens = this.#cursor.until('END');
    this.#cursor.expectWord('END');
    return `CASE ${this.#inner(tokens)} END`;
  }

  #cast(attempt: boolean): string {
    this.#cursor.next();
    const inner = new Cursor(this.#cursor.group());
    const operand = this.#inner(inner.until('AS'));
    inner.expectWord('AS');
    const type = readType(inner);
    inner.end();
    return castTo(operand, type, {attempt});
  }

  #extract(): string {
    this.#cursor.next();
    const inner = new Cursor(this.#cursor.group());
    const field = inner.name();
    inner.expectWord('FROM');
    return `EXTRACT(${field.toUpperCase()} FROM ${this.#inner(inner.rest())})`;
  }

  /** Rows written out. Spark names their columns col1, col2 where nothing else does. */
  #values(): string {
    this.#cursor.expectWord('VALUES');
    const rows: string[][] = [];
    do {
      const row = this.#cursor.isSymbol('(') ? this.#cursor.list() : this.#cursor.fail();
      rows.push(row.map(item => this.#inner(item)));
    } while (this.#cursor.isSymbol(',') && this.#cursor.isSymbol('(', 1) && this.#cursor.takeSymbol(','));
    const width = rows[0]?.length ?? 0;
    if (rows.some(row => row.length !== width)) throw syntaxError('Rows of VALUES differ in their number of columns');
    const names = Array.from({length: width}, (_, index) => quoted(`col${index + 1}`));
    const lines = rows.map(row => `(${row.join(', ')})`);
    return `SELECT * FROM (VALUES ${lines.join(', ')}) AS "values"(${names.join(', ')})`;
  }

  #readWith(): void {
    this.#cursor.expectWord('WITH');
    if (this.#cursor.isWord('RECURSIVE')) throw unsupported('WITH RECURSIVE is not run by the local workspace');
    const definitions: string[] = [];
    do {
      const name = this.#cursor.name();
      const columns = this.#cursor.isSymbol('(') ? `(${this.#names(this.#cursor.list())})` : '';
      this.#cursor.expectWord('AS');
      definitions.push(`${quoted(name)}${columns} AS (${this.#inner(this.#cursor.group())})`);
      this.#scope = {...this.#scope, queries: new Set([...this.#scope.queries, name.toLowerCase()])};
    } while (this.#cursor.takeSymbol(','));
    this.#parts.push(`WITH ${definitions.join(', ')}`);
  }

  #names(items: readonly (readonly Token[])[]): string {
    return items.map(item => quoted(new Cursor(item).name())).join(', ');
  }

  #table(): void {
    const parts = this.#cursor.parts();
    if (this.#cursor.isSymbol('(')) throw unsupported(`The table function ${parts.join('.')} is not run here`);
    const [only = ''] = parts;
    this.#place = 'alias';
    if (parts.length === 1 && this.#scope.queries.has(only.toLowerCase())) {
      this.#parts.push(quoted(only));
      return;
    }
    const table = tableNamed(parts, this.#scope);
    this.#scope.tables.push(table);
    this.#parts.push(`${quoted(table.schema)}.${quoted(table.table)}`);
  }

  #alias(): void {
    const name = quoted(this.#cursor.name());
    const inFrom = this.#place === 'alias';
    const columns = inFrom && this.#cursor.isSymbol('(') ? `(${this.#names(this.#cursor.list())})` : '';
    this.#parts.push(`${inFrom && this.#last() !== 'AS' ? 'AS ' : ''}${name}${columns}`);
  }

  #call(): void {
    const name = this.#cursor.next().text;
    const tokens = this.#cursor.group();
    const distinct = /^DISTINCT$/i.test(tokens[0]?.kind === 'word' ? tokens[0].text : '');
    const items = cutAtCommas(distinct ? tokens.slice(1) : tokens);
    const args = items.map(item => ({tokens: item, sql: this.#inner(item)}));
    this.#parts.push(callFunction({name: name.toLowerCase(), args, distinct, scope: this.#scope}));
  }

  #chain(): void {
    const parts = [this.#cursor.name()];
    while (this.#cursor.takeSymbol('.')) {
      if (this.#cursor.takeSymbol('*')) {
        this.#star(`${parts.map(quoted).join('.')}.*`);
        return;
      }
      parts.push(this.#cursor.name());
    }
    const full = parts.length > 3 && parts[0]?.toLowerCase() === this.#scope.catalog.toLowerCase();
    const names = full ? parts.slice(1) : parts;
    // After an operand and without AS, as in `count(*) n`: the name of a column.
    this.#parts.push(names.map(quoted).join('.'));
  }
}

/** Spark marks a number's type by a letter: `1L`, `1.5BD`. */
function number(text: string): string {
  const match = /^([\d.]+(?:e[+-]?\d+)?)(BD|[LSYDF])?$/i.exec(text);
  const suffix = match?.[2]?.toUpperCase();
  const digits = match?.[1] ?? text;
  if (suffix === undefined || suffix === 'BD') return digits;
  const types: Readonly<Record<string, string>> = {L: 'BIGINT', S: 'SMALLINT', Y: 'TINYINT', D: 'DOUBLE', F: 'FLOAT'};
  return `CAST(${digits} AS ${types[suffix]})`;
}

/** RLIKE finds its pattern anywhere in the text; SIMILAR TO has to match the whole. */
const regex = (pattern: string): string => literal(`(?s:.*)(?:${pattern})(?s:.*)`);
