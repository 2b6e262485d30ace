import {castTo, literal} from './cast.ts';
import {Cursor} from './cursor.ts';
import {parameterAbsent, syntaxError} from './sql-error.ts';
import {readType} from './sql-type.ts';
import {type Token, toTokens} from './token.ts';

/** A value bound to a statement; one without a type or value is NULL. */
export interface Parameter {
  readonly name?: string | undefined;
  readonly type?: string | undefined;
  readonly value?: string | undefined;
}

/**
 * Puts values where the statement has `:name` or `?`, and names where it has IDENTIFIER('…'). A value stays one
 * token whatever it holds, so that it can never become SQL.
 */
export function bindParameters(tokens: readonly Token[], parameters: readonly Parameter[]): Token[] {
  const byName = new Map(parameters.map(parameter => [parameter.name?.toLowerCase(), parameter]));
  const inOrder = parameters.values();
  const bound: Token[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (!token) break;
    const parameter = token.kind === 'parameter' ? byName.get(token.text.toLowerCase()) : undefined;
    if (token.kind === 'parameter' && !parameter) throw parameterAbsent(`Found the unbound parameter: ${token.text}`);
    const isMark = token.kind === 'symbol' && token.text === '?';
    const value = parameter ?? (isMark ? inOrder.next().value : undefined);
    if (isMark && !value) throw parameterAbsent('Found more parameter markers than parameters');
    if (isIdentifier(tokens, index)) {
      bound.push(...nameTokens(tokens[index + 2], byName));
      index += 3;
    } else bound.push(value ? valueToken(value, token) : token);
  }
  return bound;
}

/** `IDENTIFIER ( one )` begins here. */
function isIdentifier(tokens: readonly Token[], index: number): boolean {
  const [word, open, , close] = tokens.slice(index, index + 4);
  return word?.kind === 'word' && /^identifier$/i.test(word.text) && open?.text === '(' && close?.text === ')';
}

function nameTokens(token: Token | undefined, byName: ReadonlyMap<string | undefined, Parameter>): Token[] {
  const text = token?.kind === 'parameter' ? byName.get(token.text.toLowerCase())?.value : token?.text;
  if (text === undefined || (token?.kind !== 'parameter' && token?.kind !== 'text')) {
    throw syntaxError('IDENTIFIER takes one text or parameter');
  }
  const cursor = new Cursor(toTokens(text));
  const parts = cursor.parts();
  cursor.end();
  const at = token.at;
  return parts.flatMap((part, index): Token[] => [
    ...(index > 0 ? [{kind: 'symbol' as const, text: '.', at}] : []),
    {kind: 'name', text: part, at},
  ]);
}

function valueToken({type, value}: Parameter, {at}: Token): Token {
  if (type === undefined || value === undefined || /^VOID$/i.test(type)) return {kind: 'value', text: 'NULL', at};
  const cursor = new Cursor(toTokens(type));
  const sqlType = readType(cursor);
  cursor.end();
  return {kind: 'value', text: castTo(literal(value), sqlType), at};
}
