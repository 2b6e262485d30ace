import {alterTable} from './alter-table.ts';
import {insert, remove, truncate, update} from './change.ts';
import {copyInto} from './copy-into.ts';
import {createTable} from './create-table.ts';
import {Cursor} from './cursor.ts';
import {merge} from './merge.ts';
import {bindParameters, type Parameter} from './parameters.ts';
import {scopeOf, translate} from './query.ts';
import {
  commentOn,
  createSchema,
  createView,
  createVolume,
  dropSchema,
  dropTable,
  dropVolume,
} from './schema-statements.ts';
import {describe, show} from './show.ts';
import {catalogAbsent, syntaxError, unsupported} from './sql-error.ts';
import {checkSchema, checkTables} from './table-columns.ts';
import {type Token, toTokens} from './token.ts';
import {type Answer, empty, schemaNamed, type Work} from './work.ts';

/** A statement as it came, with the values bound to it. */
export interface BoundStatement {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

/** Runs one statement of Databricks SQL inside the transaction of `work`. Throws SqlError. */
export async function runStatement({sql, parameters}: BoundStatement, work: Work): Promise<Answer> {
  const tokens = bindParameters(toTokens(sql), parameters);
  while (tokens.at(-1)?.text === ';' && tokens.at(-1)?.kind === 'symbol') tokens.pop();
  if (tokens.length === 0) throw syntaxError('Syntax error at or near end of input');
  if (tokens.some(token => token.kind === 'symbol' && token.text === ';') && !/^begin$/i.test(tokens[0]?.text ?? '')) {
    throw syntaxError("Syntax error at or near ';': one statement at a time");
  }
  const cursor = new Cursor(tokens);
  const word = cursor.peek()?.kind === 'word' ? (cursor.peek()?.text.toUpperCase() ?? '') : '';
  const run = statements[word];
  if (/^(?:CREATE|DROP|ALTER|COMMENT)$/.test(word)) work.known.redefined = true;
  if (run) return run(cursor, work);
  if (word === 'WITH') return isMerge(tokens) ? merge(cursor, work) : query(cursor, work);
  if (/^(?:SELECT|VALUES|FROM)$/.test(word) || cursor.isSymbol('(')) return query(cursor, work);
  if (known.test(word)) throw unsupported(`${word} is not run by the local workspace`);
  throw syntaxError(`Syntax error at or near '${cursor.peek()?.text}'`);
}

const known = new RegExp(
  `^(?:GRANT|REVOKE|BEGIN|COMMIT|ROLLBACK|DECLARE|EXECUTE|CALL|SET|RESET|EXPLAIN|CACHE|REFRESH|ANALYZE|OPTIMIZE|VACUUM|
  RESTORE|UNDROP|REPAIR|MSCK|CLONE|GET|PUT|LIST|REMOVE)$`.replace(/\s+/g, ''),
);

type Run = (cursor: Cursor, work: Work) => Promise<Answer>;

const statements: Readonly<Record<string, Run>> = {
  MERGE: merge,
  COPY: copyInto,
  INSERT: insert,
  UPDATE: update,
  DELETE: remove,
  TRUNCATE: truncate,
  CREATE: create,
  DROP: drop,
  ALTER: (cursor, work) => {
    if (!cursor.isWord('ALTER', 'TABLE'))
      throw unsupported(`ALTER ${cursor.peek(1)?.text} is not run by the local workspace`);
    return alterTable(cursor, work);
  },
  COMMENT: commentOn,
  DESCRIBE: describe,
  DESC: describe,
  SHOW: show,
  USE: use,
};

/** Whether a WITH goes before a MERGE and not before a query. */
function isMerge(tokens: readonly Token[]): boolean {
  const ahead = new Cursor(tokens);
  ahead.until('MERGE', 'SELECT');
  return ahead.isWord('MERGE');
}

async function query(cursor: Cursor, work: Work): Promise<Answer> {
  const scope = scopeOf(work);
  const sql = translate(cursor.rest(), scope);
  await checkTables(work, scope.tables);
  return work.duck.answer(sql);
}

async function create(cursor: Cursor, work: Work): Promise<Answer> {
  if (cursor.isWord('CREATE', 'TABLE') || cursor.isWord('CREATE', 'OR', 'REPLACE', 'TABLE'))
    return createTable(cursor, work);
  cursor.expectWord('CREATE');
  const replace = cursor.takeWord('OR', 'REPLACE');
  if (cursor.takeWord('VIEW')) return createView(cursor, work, {replace});
  if (cursor.takeWord('SCHEMA') || cursor.takeWord('DATABASE')) return createSchema(cursor, work);
  if (cursor.takeWord('VOLUME')) return createVolume(cursor, work);
  throw unsupported(`CREATE ${cursor.peek()?.text} is not run by the local workspace`);
}

async function drop(cursor: Cursor, work: Work): Promise<Answer> {
  cursor.expectWord('DROP');
  if (cursor.takeWord('TABLE')) return dropTable(cursor, work, 'table');
  if (cursor.takeWord('VIEW')) return dropTable(cursor, work, 'view');
  if (cursor.takeWord('SCHEMA') || cursor.takeWord('DATABASE')) return dropSchema(cursor, work);
  if (cursor.takeWord('VOLUME')) return dropVolume(cursor, work);
  throw unsupported(`DROP ${cursor.peek()?.text} is not run by the local workspace`);
}

/** USE [SCHEMA] name | USE CATALOG name, for this session. */
async function use(cursor: Cursor, work: Work): Promise<Answer> {
  cursor.expectWord('USE');
  if (cursor.takeWord('CATALOG')) {
    const name = cursor.name();
    cursor.end();
    if (name.toLowerCase() !== work.catalog.toLowerCase()) throw catalogAbsent(`The catalog \`${name}\` was not found`);
    work.session.catalog = name;
    return empty;
  }
  if (!cursor.takeWord('SCHEMA')) cursor.takeWord('DATABASE');
  const schema = schemaNamed(cursor.parts(), work);
  cursor.end();
  await checkSchema(work, schema);
  work.session.schema = schema;
  return empty;
}
