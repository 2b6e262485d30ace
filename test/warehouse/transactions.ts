import {SyncError} from '../../src/base/errors.ts';
import {toTokens} from '../../src/local/sql/token.ts';
import type {Statement, StatementRow} from '../../src/model/ports.ts';

const feature = "'delta.feature.catalogManaged' = 'supported'";

/**
 * What a workspace that offers transactions over several tables would do, told from its documentation: it takes the
 * property at creation and shows it, and runs the statements of a block in order, all or none. The engine below knows
 * neither, so that this is a model of the offer and no proof of it.
 */
export class OfferedTransactions {
  /** Tables of other versions: created without the property. */
  readonly #plain: ReadonlySet<string>;

  constructor({plain = []}: {readonly plain?: readonly string[]} = {}) {
    this.#plain = new Set(plain);
  }

  /** The statement as the engine below knows it, or the answer to what it does not know at all. */
  before(statement: Statement): Statement | readonly StatementRow[] {
    const {sql} = statement;
    if (sql.startsWith('CREATE TABLE')) return {...statement, sql: withoutFeature(sql)};
    if (!sql.startsWith('SHOW TBLPROPERTIES')) return statement;
    const isPlain = [...this.#plain].some(name => sql.includes(`\`${name}\``));
    return isPlain ? [] : [{key: 'delta.feature.catalogManaged', value: 'supported'}];
  }

  /** Throws as a block does that writes a table without the property. */
  checkWritten(statements: readonly string[]): void {
    const written = statements.flatMap(sql => /^(?:COPY INTO|MERGE INTO) (\S+)/.exec(sql)?.[1] ?? []);
    const plain = written.find(name => [...this.#plain].some(each => name.endsWith(`\`${each}\``)));
    if (plain === undefined) return;
    throw refusal('TRANSACTION_NOT_SUPPORTED.WRITE_NON_CATALOG_OWNED_TABLE', '0A000');
  }
}

const withoutFeature = (sql: string): string =>
  sql.replace(`, ${feature}`, '').replace(`\nTBLPROPERTIES (${feature})`, '');

export const refusal = (errorClass: string, sqlState: string): SyncError =>
  new SyncError('data', `refused by the warehouse with ${errorClass}`, {facts: {errorClass, sqlState}});

/** The statements of a block, undefined where it is none. Splits where the engine's own tokens end a statement. */
export function statementsOf(sql: string): readonly string[] | undefined {
  const inside = /^BEGIN ATOMIC\n(.*)\nEND$/s.exec(sql)?.[1];
  if (inside === undefined) return undefined;
  const statements: string[] = [];
  let text = '';
  for (const piece of inside.split(/(?<=;)/)) {
    text += piece;
    if (!endsStatement(text)) continue;
    statements.push(text.trim().slice(0, -1));
    text = '';
  }
  if (text.trim() !== '') throw new TypeError('the last statement of a block has no end');
  return statements;
}

/** A semicolon inside of a literal or a quoted name is none of its own: there the text is no whole row of tokens. */
function endsStatement(text: string): boolean {
  try {
    const last = toTokens(text).at(-1);
    return last?.kind === 'symbol' && last.text === ';';
  } catch {
    return false;
  }
}
