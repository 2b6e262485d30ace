import {SyncError} from '../base/errors.ts';
import type {Manifest} from '../model/load.ts';
import type {ResourceName, TableName} from '../model/names.ts';
import type {MergeCounts, Statement, StatementRow, WholeCommit, WholeEnd} from '../model/ports.ts';
import {type Resource, tablesOf} from '../model/resource.ts';
import type {Table} from '../model/table.ts';
import {controlTarget, copyStatements, stagingTarget} from './copying.ts';
import type {HeldState} from './held-state.ts';
import {holderParameters} from './holder.ts';
import {lossCounts} from './loss-counts.ts';
import {mergeStatement, tagsOf} from './merge-statement.ts';
import type {Places} from './places.ts';
import type {Sender} from './sender.ts';
import {movesOf} from './settlement.ts';
import {atomicBlock, type Bound} from './sql/atomic-block.ts';
import {countStaged} from './sql/count-staged.ts';
import {expectMoved, expectStaged, expectWithin} from './sql/expectations.ts';
import {moveCheckpoints} from './sql/settle.ts';
import {showProperties} from './sql/table-properties.ts';
import {tally} from './sql/tally.ts';
import {isTransactional, noteOf, type Refusal, refusalOf} from './transactional.ts';

export interface TransactionsOptions {
  readonly sender: Sender;
  readonly state: HeldState;
  readonly places: Places;
  readonly volumeFolder: string;
}

/** What one transaction takes: tables, and changes of one of them. */
const tablesMax = 100;
const changesMax = 100;

interface Block {
  readonly sql: string;
  /** What it ends with, asked for beforehand too; none where no table is merged. */
  readonly count: string | undefined;
}

type Written = MergeCounts & {readonly marked: number};

/**
 * Commits in one transaction, `BEGIN ATOMIC … END` sent as one statement, where the workspace offers it. Whether it
 * does is found out by asking: the checkpoints' table says whether it was created for that, and the first block
 * whether it is taken. A block whose answer is lost may be sent again: its files are known by then, its rows are
 * there, and its checkpoints stand where they should.
 */
export class Transactions {
  readonly #options: TransactionsOptions;
  readonly #refusing = new Set<ResourceName>();
  #offered: Promise<boolean> | undefined;

  constructor(options: TransactionsOptions) {
    this.#options = options;
  }

  async commit(whole: WholeCommit, signal?: AbortSignal): Promise<WholeEnd> {
    const {resource} = whole.scope;
    if (this.#refusing.has(resource.name) || !(await this.#isOffered(signal))) return {committed: false};
    const block = this.#blockOf(whole);
    if (!block) return {committed: false};
    const {sender, state} = this.#options;
    const envelope = {table: resource.table.name, tags: tagsOf(whole.scope)};
    const before =
      block.count === undefined ? [] : await sender.send({...envelope, sql: block.count, label: 'count'}, signal);
    try {
      const after = await sender.send({...envelope, sql: block.sql, label: 'commit'}, signal);
      return {committed: true, counts: countsOf(resource, {before, after})};
    } catch (thrown) {
      const refusal = refusalOf(thrown);
      if (!refusal || signal?.aborted) throw thrown;
      return this.#remember(refusal, resource);
    } finally {
      // Also of an answer that was lost for good nobody knows what it would have told.
      state.forget();
    }
  }

  /** Undefined where there is nothing to do, more than a transaction takes, or a part that this version can't copy. */
  #blockOf(whole: WholeCommit): Block | undefined {
    const {places} = this.#options;
    const {scope} = whole;
    const merges = tablesOf(scope.resource).flatMap(table => mergeStatement(scope, table, places) ?? []);
    const statements = [...checksOf(whole, places), ...merges, ...movesIn(whole, places)];
    const copies = this.#copiesOf(whole);
    if (!copies || copies.length + statements.length === 0) return undefined;
    if (2 * tablesOf(scope.resource).length + 4 > tablesMax || copies.length > changesMax) return undefined;
    const written = merges.flatMap(({table}) => (table === undefined ? [] : {table, raw: places.raw(table)}));
    const {fence} = scope.lease;
    const loads = scope.loads.map(load => load.loadId);
    const count = written.length === 0 ? undefined : tally(written, {fence, loads});
    const sql = atomicBlock([...copies, ...statements, ...(count === undefined ? [] : [{sql: count}])]);
    return {sql, count};
  }

  #isOffered(signal?: AbortSignal): Promise<boolean> {
    this.#offered ??= this.#ask(signal).catch((thrown: unknown) => {
      this.#offered = undefined;
      throw thrown;
    });
    return this.#offered;
  }

  async #ask(signal?: AbortSignal): Promise<boolean> {
    const {sender, places} = this.#options;
    try {
      const sql = showProperties(places.control('checkpoint'));
      return isTransactional(await sender.send({sql, label: 'properties'}, signal));
    } catch (thrown) {
      // Who can't be told does without.
      if (thrown instanceof SyncError && ['data', 'permission', 'absent'].includes(thrown.kind)) return false;
      throw thrown;
    }
  }

  #remember(refusal: Refusal, {name}: Resource): WholeEnd {
    if (refusal.concerns === 'workspace') this.#offered = Promise.resolve(false);
    if (refusal.concerns === 'resource') this.#refusing.add(name);
    const note = noteOf(refusal, name);
    return {committed: false, ...(note !== undefined && {note})};
  }

  #copiesOf({scope, copies}: WholeCommit): readonly Statement[] | undefined {
    const own = new Map<TableName, Table>(tablesOf(scope.resource).map(table => [table.name, table]));
    try {
      return copies.flatMap(batch => {
        const table = own.get(batch.table);
        const target = table ? stagingTarget(table, this.#options) : controlTarget(batch, this.#options);
        return copyStatements(batch, target);
      });
    } catch (thrown) {
      if (thrown instanceof SyncError && thrown.kind === 'data') return undefined;
      throw thrown;
    }
  }
}

/** What has to be true of the rows in staging before anything is merged. */
function checksOf({scope, guard}: WholeCommit, places: Places): readonly Bound[] {
  const {resource, loads} = scope;
  const tables = tablesOf(resource).map(table => ({table: table.name, staging: places.staging(table.name)}));
  const hasFiles = loads.some(load => load.files.length > 0);
  const counted = countStaged(
    tables,
    loads.map(load => load.loadId),
  );
  const losses = guard && lossCounts(scope, places);
  return [
    ...(hasFiles ? [{sql: expectStaged(expectedOf(loads, resource), counted)}] : []),
    ...(guard && losses !== undefined
      ? [{sql: expectWithin({...guard, consented: [...guard.consented]}, losses)}]
      : []),
  ];
}

const expectedOf = (loads: readonly Manifest[], resource: Resource) =>
  loads.flatMap(({loadId, files}) =>
    tablesOf(resource).map(({name}) => ({
      loadId,
      table: name,
      rows: files.reduce((sum, file) => sum + (file.table === name ? file.rows : 0), 0),
    })),
  );

function movesIn({scope, settled, runId}: WholeCommit, places: Places): readonly Bound[] {
  const moves = movesOf(settled);
  if (moves.length === 0) return [];
  const checkpoint = places.control('checkpoint');
  const parameters = {...holderParameters(scope.lease), run_id: runId};
  return [
    {sql: moveCheckpoints({checkpoint, lease: places.control('lease')}, moves), parameters},
    {sql: expectMoved(checkpoint, moves), parameters},
  ];
}

/** Nobody else writes rows while the lease is ours: what came in between the two tallies is what the commit did. */
function countsOf(
  resource: Resource,
  {before, after}: {readonly before: readonly StatementRow[]; readonly after: readonly StatementRow[]},
): ReadonlyMap<TableName, Written> {
  return new Map(
    tablesOf(resource).map(({name}): [TableName, Written] => {
      const [was, is] = [before, after].map(rows => rows.find(row => row['table_name'] === name));
      const more = (column: string): number => Number(is?.[column] ?? 0) - Number(was?.[column] ?? 0);
      const inserted = more('held');
      return [name, {inserted, updated: more('written') - inserted, marked: more('marked')}];
    }),
  );
}
