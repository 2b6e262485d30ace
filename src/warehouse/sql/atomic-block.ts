import {quoteLiteral} from '../../base/quoting.ts';
import {indented} from '../../base/sql-layout.ts';
import type {StatementValue} from '../../model/ports.ts';

export interface Bound {
  readonly sql: string;
  readonly parameters?: Readonly<Record<string, StatementValue>>;
}

/**
 * Statements as one, of which all happen or none. Its answer is that of the last. Markers can't be relied on inside a
 * block, so that what was bound to them is written out.
 */
export const atomicBlock = (statements: readonly Bound[]): string =>
  `BEGIN ATOMIC\n${statements.map(each => `${indented(withLiterals(each), 2)};\n`).join('')}END`;

/** Literals and quoted names are passed by: a marker is one only outside of them. */
const markers = /'(?:[^'\\]|\\.)*'|`[^`]*`|(?<![:\w]):([A-Za-z_]\w*)/gs;

export const withLiterals = ({sql, parameters = {}}: Bound): string =>
  sql.replace(markers, (found, name: string | undefined) => {
    const value = name === undefined ? undefined : parameters[name];
    return value === undefined ? found : literalOf(value);
  });

const literalOf = (value: StatementValue): string =>
  value === null ? 'NULL' : typeof value === 'string' ? quoteLiteral(value) : String(value);
