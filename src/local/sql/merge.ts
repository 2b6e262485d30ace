import {quoted} from './cast.ts';
import {
  assignments,
  castUnless,
  checkIsTable,
  counted,
  readTarget,
  requireColumn,
  valueFor,
  type Writing,
} from './change.ts';
import {Cursor} from './cursor.ts';
import {type Scope, scopeOf, translate} from './query.ts';
import {SqlError, syntaxError, unsupported} from './sql-error.ts';
import {checkTables, columnsOf, columnsOfQuery, qualified, type TableColumn} from './table-columns.ts';
import type {Token} from './token.ts';
import type {Answer, TableName, Work} from './work.ts';

type Matching = 'MATCHED' | 'NOT MATCHED' | 'NOT MATCHED BY SOURCE';

interface Clause {
  readonly matching: Matching;
  readonly condition: readonly Token[];
  readonly action: 'UPDATE' | 'DELETE' | 'INSERT';
  /** The tokens behind SET or INSERT; empty for a DELETE. */
  readonly body: readonly Token[];
}

interface Merge {
  readonly table: TableName;
  readonly alias: string;
  /** The source's name in the statement. */
  readonly source: string;
  /** The source as the engine's SQL, with its alias. */
  readonly from: string;
  readonly on: string;
  readonly clauses: readonly Clause[];
}

/**
 * MERGE INTO. The source is read once, into a table of this transaction: the engine joins it to the target twice, first
 * for Delta's refusal of several source rows for one target row, which the engine does not make, then for the change.
 */
export async function merge(cursor: Cursor, work: Work): Promise<Answer> {
  const scope = scopeOf(work);
  const parsed = readMerge(cursor, work, scope);
  await checkIsTable(work, parsed.table);
  await checkTables(work, scope.tables);
  await work.duck.run(`CREATE OR REPLACE TEMP TABLE merge_source AS ${parsed.from}`);
  const answer = await apply(parsed, {work, scope});
  await work.duck.run('DROP TABLE temp.merge_source');
  return answer;
}

async function apply(parsed: Merge, {work, scope}: {work: Work; scope: Scope}): Promise<Answer> {
  const columns = await columnsOf(work, parsed.table);
  const say = (tokens: readonly Token[]): string => translate(tokens, scope);
  const join = `${qualified(parsed.table)} AS ${quoted(parsed.alias)}`;
  const source = `temp.merge_source AS ${quoted(parsed.source)}`;
  const given = await columnsOfQuery(work, 'SELECT * FROM temp.merge_source');
  const types = new Map(
    given.map(({name, type}) => [`${quoted(parsed.source)}.${quoted(name)}`.toLowerCase(), type.spark]),
  );
  const whens = parsed.clauses.map(clause => whenClause(clause, {columns, source: parsed.source, say, types}));
  await checkTables(work, scope.tables);
  await refuseAmbiguous(parsed, {work, join, source, say});
  const rows = await work.duck.rows(`MERGE INTO ${join} USING ${source} ON (${parsed.on})
    ${whens.join('\n')} RETURNING merge_action`);
  const count = (action: string): number => rows.filter(row => row[0] === action).length;
  return counted({
    num_affected_rows: rows.length,
    num_updated_rows: count('UPDATE'),
    num_deleted_rows: count('DELETE'),
    num_inserted_rows: count('INSERT'),
  });
}

/**
 * Delta's rule (MergeIntoCommand, findTouchedFiles): several source rows that match one target row fail, by the ON
 * condition alone as soon as there is any clause but WHEN MATCHED; with only those, by their conditions too. A sole
 * unconditional DELETE is no conflict, and a MERGE that only inserts does not look.
 */
async function refuseAmbiguous(
  {clauses, on, alias}: Merge,
  {work, join, source, say}: {work: Work; join: string; source: string; say: (tokens: readonly Token[]) => string},
): Promise<void> {
  const matched = clauses.filter(clause => clause.matching === 'MATCHED');
  const [first] = matched;
  if (!first || (matched.length === 1 && first.action === 'DELETE' && first.condition.length === 0)) return;
  const conditions = matched.map(({condition}) => (condition.length === 0 ? 'TRUE' : `(${say(condition)})`));
  const effective = matched.length === clauses.length ? `AND (${conditions.join(' OR ')})` : '';
  const several = await work.duck.rows(`SELECT 1 FROM ${join} JOIN ${source} ON (${on}) ${effective}
    GROUP BY ${quoted(alias)}.rowid HAVING count(*) > 1 LIMIT 1`);
  if (several.length === 0) return;
  throw new SqlError({
    errorClass: 'DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE',
    sqlState: '21506',
    text: 'Cannot perform Merge as multiple source rows matched and attempted to modify the same target row',
  });
}

function readMerge(cursor: Cursor, work: Work, scope: Scope): Merge {
  const withTokens = cursor.until('MERGE');
  cursor.expectWord('MERGE');
  if (cursor.isWord('WITH')) throw unsupported('MERGE WITH SCHEMA EVOLUTION is not run by the local workspace');
  cursor.expectWord('INTO');
  const {table, alias} = readTarget(cursor, work);
  cursor.expectWord('USING');
  const sourceTokens = cursor.until('ON');
  cursor.expectWord('ON');
  const on = translate(cursor.until('WHEN'), scope);
  const clauses: Clause[] = [];
  while (!cursor.done) clauses.push(readClause(cursor));
  if (clauses.length === 0) throw syntaxError('There must be at least one WHEN clause in a MERGE statement');
  return {table, alias, on, clauses, ...readSource(sourceTokens, withTokens, scope)};
}

function readSource(
  tokens: readonly Token[],
  withTokens: readonly Token[],
  scope: Scope,
): {source: string; from: string} {
  const cursor = new Cursor(tokens);
  let named = 'source';
  if (cursor.isSymbol('(')) cursor.group();
  else named = cursor.parts().at(-1) ?? '';
  cursor.takeWord('AS');
  const source = cursor.done ? named : cursor.name();
  if (cursor.isSymbol('(')) cursor.group();
  cursor.end();
  const select: Token[] = ['SELECT', '*', 'FROM'].map(text => ({kind: text === '*' ? 'symbol' : 'word', text, at: 0}));
  return {source, from: translate([...withTokens, ...select, ...tokens], scope)};
}

function readClause(cursor: Cursor): Clause {
  cursor.expectWord('WHEN');
  const matching = readMatching(cursor);
  const condition = cursor.takeWord('AND') ? cursor.until('THEN') : [];
  cursor.expectWord('THEN');
  if (cursor.takeWord('DELETE')) return checked({matching, condition, action: 'DELETE', body: []});
  if (cursor.takeWord('UPDATE', 'SET'))
    return checked({matching, condition, action: 'UPDATE', body: cursor.until('WHEN')});
  cursor.expectWord('INSERT');
  return checked({matching, condition, action: 'INSERT', body: cursor.until('WHEN')});
}

function checked(clause: Clause): Clause {
  if ((clause.action === 'INSERT') !== (clause.matching === 'NOT MATCHED')) {
    throw syntaxError(`WHEN ${clause.matching} cannot ${clause.action}`);
  }
  return clause;
}

function readMatching(cursor: Cursor): Matching {
  if (cursor.takeWord('MATCHED')) return 'MATCHED';
  cursor.expectWord('NOT', 'MATCHED');
  if (cursor.takeWord('BY', 'SOURCE')) return 'NOT MATCHED BY SOURCE';
  cursor.takeWord('BY', 'TARGET');
  return 'NOT MATCHED';
}

interface Saying extends Writing {
  readonly columns: readonly TableColumn[];
  readonly source: string;
}

function whenClause({matching, condition, action, body}: Clause, saying: Saying): string {
  const when = `WHEN ${matching}${condition.length === 0 ? '' : ` AND (${saying.say(condition)})`} THEN`;
  if (action === 'DELETE') return `${when} DELETE`;
  return `${when} ${action === 'UPDATE' ? updateSet(body, saying) : insertValues(body, saying)}`;
}

const isStar = (body: readonly Token[]): boolean => body.length === 1 && body[0]?.text === '*';

const fromSource = ({columns, source, types}: Saying): {column: TableColumn; value: string}[] =>
  columns.map(column => {
    return {column, value: castUnless(`${quoted(source)}.${quoted(column.name)}`, column, types)};
  });

function updateSet(body: readonly Token[], saying: Saying): string {
  const sets = isStar(body) ? fromSource(saying) : assignments(body, saying.columns, saying);
  return `UPDATE SET ${sets.map(({column, value}) => `${quoted(column.name)} = ${value}`).join(', ')}`;
}

function insertValues(body: readonly Token[], saying: Saying): string {
  const pairs = isStar(body) ? fromSource(saying) : readInsert(body, saying);
  const names = pairs.map(({column}) => quoted(column.name)).join(', ');
  return `INSERT (${names}) VALUES (${pairs.map(({value}) => value).join(', ')})`;
}

function readInsert(body: readonly Token[], saying: Saying): {column: TableColumn; value: string}[] {
  const cursor = new Cursor(body);
  const targets = cursor.list().map(item => requireColumn(saying.columns, new Cursor(item).parts().at(-1) ?? ''));
  cursor.expectWord('VALUES');
  const values = cursor.list();
  cursor.end();
  if (values.length !== targets.length) throw syntaxError('INSERT names other columns than it has values for');
  return targets.map((column, index) => ({column, value: valueFor(column, values[index] ?? [], saying)}));
}
