import type {SqlError} from './sql-error.ts';
import {syntaxError} from './sql-error.ts';
import type {Token} from './token.ts';
import type {Work} from './work.ts';

/** An argument: its tokens as written, and as the engine's SQL. */
export interface Argument {
  readonly tokens: readonly Token[];
  readonly sql: string;
}

/** A function's call in a statement. */
export interface Call {
  readonly name: string;
  readonly args: readonly Argument[];
  readonly distinct: boolean;
  readonly scope: Pick<Work, 'now' | 'session'>;
}

/** How a function is written for the engine. */
export type Rewriting = (call: Call) => string;

export const wrongArguments = ({name, args}: Call): SqlError =>
  syntaxError(`${name} does not take ${args.length} arguments, or not such`);

/** The SQL of the argument at this place, from 0. */
export function operand(call: Call, index: number): string {
  const argument = call.args[index];
  if (!argument) throw wrongArguments(call);
  return argument.sql;
}

/** An argument that has to be a string literal. */
export function textOf(call: Call, index: number): string {
  const tokens = call.args[index]?.tokens ?? [];
  if (tokens.length === 0 || tokens.some(token => token.kind !== 'text')) throw wrongArguments(call);
  return tokens.map(token => token.text).join('');
}

/** An argument that is one bare word, such as a unit of time; undefined for any other. */
export function wordOf({args}: Call, index: number): string | undefined {
  const [token, ...more] = args[index]?.tokens ?? [];
  return token?.kind === 'word' && more.length === 0 ? token.text : undefined;
}

/** A rewriting that takes this many arguments and fails for any other number. */
export const taking =
  (count: number, rewrite: (...operands: string[]) => string): Rewriting =>
  call => {
    if (call.args.length !== count || call.distinct) throw wrongArguments(call);
    return rewrite(...call.args.map(argument => argument.sql));
  };

/** The same call under the engine's name. */
export const named =
  (name: string): Rewriting =>
  ({args, distinct}) =>
    `${name}(${distinct ? 'DISTINCT ' : ''}${args.map(argument => argument.sql).join(', ')})`;
