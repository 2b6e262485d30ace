import assert from 'node:assert/strict';
import {SyncError} from '../../src/base/errors.ts';
import type {Statement, StatementRow} from '../../src/model/ports.ts';
import {Workspace} from '../warehouse/workspace.ts';

/** One workspace on each engine. What is done to both is to give the same on both. */
export class Both {
  readonly spark: Workspace;
  readonly local: Workspace;

  private constructor(spark: Workspace, local: Workspace) {
    this.spark = spark;
    this.local = local;
  }

  static async open(): Promise<Both> {
    return new Both(await Workspace.open('spark'), await Workspace.open('local'));
  }

  get each(): readonly Workspace[] {
    return [this.spark, this.local];
  }

  /** Does the same on both, side by side. */
  async do<T>(action: (workspace: Workspace) => Promise<T>): Promise<T> {
    const [spark, local] = await Promise.all([action(this.spark), action(this.local)]);
    assert.deepEqual(spark, local);
    return spark;
  }

  /** What a statement gives on both: its rows in any order, or the class of its refusal. */
  async outcome(statement: Omit<Statement, 'label'>): Promise<{spark: Outcome; local: Outcome}> {
    const [spark, local] = await Promise.all(this.each.map(workspace => outcomeOf(workspace, statement)));
    assert.ok(spark && local);
    return {spark, local};
  }

  async close(): Promise<void> {
    await Promise.all(this.each.map(workspace => workspace.close()));
  }
}

export interface Outcome {
  readonly rows: readonly string[];
  readonly errorClass?: unknown;
}

async function outcomeOf(workspace: Workspace, statement: Omit<Statement, 'label'>): Promise<Outcome> {
  try {
    return {rows: inOrder(await workspace.run({...statement, label: 'tried'}))};
  } catch (thrown) {
    if (!(thrown instanceof SyncError)) throw thrown;
    return {rows: [], errorClass: thrown.facts['errorClass']};
  }
}

/** Rows as texts, sorted: no table has an order. */
export const inOrder = (rows: ReadonlyArray<Readonly<Record<string, unknown>>>): readonly string[] =>
  rows
    .map(row => JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)))
    .toSorted();

/** Every row and column of a table. */
export const wholeTable = async (workspace: Workspace, table: string): Promise<readonly StatementRow[]> =>
  workspace.query(`SELECT * FROM main.${table} ORDER BY 1, 2`);
