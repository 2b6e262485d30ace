import {syntaxError} from './sql-error.ts';
import type {Token} from './token.ts';

/** A place in a statement's tokens, with what is asked there. Words are compared without regard to case. */
export class Cursor {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length;
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  /** Whether these words stand here, in this order. */
  isWord(...words: readonly string[]): boolean {
    return words.every((word, index) => {
      const token = this.peek(index);
      return token?.kind === 'word' && token.text.toUpperCase() === word;
    });
  }

  isSymbol(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token?.kind === 'symbol' && token.text === text;
  }

  next(): Token {
    const token = this.peek();
    if (!token) throw syntaxError('Syntax error at or near end of input');
    this.#at += 1;
    return token;
  }

  takeWord(...words: readonly string[]): boolean {
    if (!this.isWord(...words)) return false;
    this.#at += words.length;
    return true;
  }

  takeSymbol(text: string): boolean {
    if (!this.isSymbol(text)) return false;
    this.#at += 1;
    return true;
  }

  expectWord(...words: readonly string[]): void {
    if (!this.takeWord(...words)) this.fail();
  }

  expectSymbol(text: string): void {
    if (!this.takeSymbol(text)) this.fail();
  }

  /** One part of a name, quoted or not. */
  name(): string {
    const token = this.peek();
    if (token?.kind !== 'word' && token?.kind !== 'name') return this.fail();
    return this.next().text;
  }

  /** A name of one part or of several with dots between. */
  parts(): string[] {
    const parts = [this.name()];
    while (this.takeSymbol('.')) parts.push(this.name());
    return parts;
  }

  /** A string literal. */
  text(): string {
    const token = this.peek();
    return token?.kind === 'text' ? this.next().text : this.fail();
  }

  wholeNumber(): number {
    const token = this.peek();
    return token?.kind === 'number' && /^\d+$/.test(token.text) ? Number(this.next().text) : this.fail();
  }

  /** What stands in the parentheses that open here. */
  group(): Token[] {
    this.expectSymbol('(');
    const begin = this.#at;
    for (let depth = 1; depth > 0; ) {
      const {kind, text} = this.next();
      if (kind === 'symbol' && text === '(') depth += 1;
      if (kind === 'symbol' && text === ')') depth -= 1;
    }
    return this.#tokens.slice(begin, this.#at - 1);
  }

  /** What stands in the parentheses that open here, cut at its commas. */
  list(): Token[][] {
    return cutAtCommas(this.group());
  }

  /** The tokens up to one of these words outside of parentheses and CASE, or to the end. */
  until(...words: readonly string[]): Token[] {
    const begin = this.#at;
    let depth = 0;
    while (!this.done) {
      if (depth === 0 && words.some(word => this.isWord(word))) break;
      const {kind, text} = this.next();
      if (kind === 'symbol' && text === '(') depth += 1;
      if (kind === 'symbol' && text === ')') depth -= 1;
      if (kind === 'word' && /^case$/i.test(text)) depth += 1;
      if (kind === 'word' && /^end$/i.test(text)) depth -= 1;
    }
    return this.#tokens.slice(begin, this.#at);
  }

  rest(): Token[] {
    const rest = this.#tokens.slice(this.#at);
    this.#at = this.#tokens.length;
    return rest;
  }

  /** The statement must end here. */
  end(): void {
    if (!this.done) this.fail();
  }

  fail(): never {
    const token = this.peek();
    throw syntaxError(token ? `Syntax error at or near '${token.text}'` : 'Syntax error at or near end of input');
  }
}

/** A list's items. An empty item, as in `a, , b` or after a last comma, is a syntax error; no tokens are no items. */
export function cutAtCommas(tokens: readonly Token[]): Token[][] {
  if (tokens.length === 0) return [];
  const items: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    const {kind, text} = token;
    if (kind === 'symbol' && /^[([]$/.test(text)) depth += 1;
    if (kind === 'symbol' && /^[)\]]$/.test(text)) depth -= 1;
    if (kind === 'symbol' && text === ',' && depth === 0) items.push([]);
    else items.at(-1)?.push(token);
  }
  if (items.some(item => item.length === 0)) throw syntaxError("Syntax error at or near ','");
  return items;
}
