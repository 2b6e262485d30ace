import {heldByStretches, type Manifest} from '../model/load.ts';
import {type CompanyId, type LoadId, tableName} from '../model/names.ts';
import type {CommitScope, CopyBatch, GoneCount, Loss, MergeCounts} from '../model/ports.ts';
import {type Resource, tablesOf} from '../model/resource.ts';
import type {Table} from '../model/table.ts';
import {controlTarget, copyStatements, stagingTarget} from './copying.ts';
import type {Creation} from './creation.ts';
import type {HeldState} from './held-state.ts';
import {lossCounts} from './loss-counts.ts';
import {countsIn} from './merge-counts.ts';
import {mergeStatement, tagsOf} from './merge-statement.ts';
import {planOf} from './merging.ts';
import type {Places} from './places.ts';
import {pruningOf} from './pruning.ts';
import {numberOf, textOf} from './row-values.ts';
import type {Sender} from './sender.ts';
import {countStaged} from './sql/count-staged.ts';
import {notePruned, pruneStaging} from './sql/prune-staging.ts';
import {readContents} from './sql/read-contents.ts';
import {readUnlisted} from './sql/read-unlisted.ts';

export interface StagedTablesOptions {
  readonly sender: Sender;
  readonly creation: Creation;
  readonly state: HeldState;
  readonly places: Places;
  readonly volumeFolder: string;
  readonly resources: readonly Resource[];
}

/** The way of rows: from files to staging, from staging to the raw tables, and out of staging. */
export class StagedTables {
  readonly #options: StagedTablesOptions;

  constructor(options: StagedTablesOptions) {
    this.#options = options;
  }

  async copy(batch: CopyBatch, table: Table, signal?: AbortSignal): Promise<void> {
    const {sender, places, volumeFolder} = this.#options;
    const target = stagingTarget(table, {places, volumeFolder});
    for (const statement of copyStatements(batch, target)) await sender.send(statement, signal);
  }

  async copyControl(batch: CopyBatch, signal?: AbortSignal): Promise<void> {
    const {creation, places, volumeFolder} = this.#options;
    const target = controlTarget(batch, {places, volumeFolder});
    for (const statement of copyStatements(batch, target)) await creation.sendControl(statement, signal);
  }

  async readContents(
    {resource, companyId}: {readonly resource: Resource; readonly companyId: CompanyId},
    signal?: AbortSignal,
  ): Promise<ReadonlyArray<{readonly recordId: string; readonly content: string}>> {
    const {sender, places} = this.#options;
    const lines = resource.children.map(child => places.raw(child.table.name));
    const sql = readContents({raw: places.raw(resource.table.name), lines});
    const statement = {sql, label: 'read contents', table: resource.table.name, parameters: {company: companyId}};
    const rows = await sender.send(statement, signal);
    return rows.map(({record_id: recordId, content}) => ({recordId: String(recordId), content: String(content)}));
  }

  async countStaged(loads: readonly Manifest[], signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const {sender, places, resources} = this.#options;
    const named = new Set(loads.map(load => load.resource));
    const tables = resources
      .filter(resource => named.has(resource.name))
      .flatMap(tablesOf)
      .map(({name}) => ({table: name, staging: places.staging(name)}));
    if (tables.length === 0) return new Map();
    const sql = countStaged(
      tables,
      loads.map(load => load.loadId),
    );
    const rows = await sender.send({sql, label: 'count'}, signal);
    return new Map(rows.map(row => [`${row['load_id']}/${row['table_name']}`, Number(row['staged'])]));
  }

  async countGone(scope: CommitScope, signal?: AbortSignal): Promise<readonly GoneCount[]> {
    const {sender, places} = this.#options;
    const sql = lossCounts(scope, places);
    if (sql === undefined) return [];
    const {name: table} = scope.resource.table;
    const rows = await sender.send({sql, label: 'count gone', table, tags: tagsOf(scope)}, signal);
    return rows.map(row => ({
      company: textOf(row, 'company_id'),
      table: tableName(textOf(row, 'table_name')),
      loss: textOf(row, 'loss') as Loss,
      gone: numberOf(row, 'gone'),
      live: numberOf(row, 'live'),
    }));
  }

  async readUnlisted(
    scope: CommitScope,
    signal?: AbortSignal,
  ): Promise<ReadonlyArray<{readonly recordId: string; readonly record: string}>> {
    const {sender, places} = this.#options;
    const {marks} = planOf(scope);
    if (marks.length === 0) return [];
    const {name: table} = scope.resource.table;
    const sql = readUnlisted({raw: places.raw(table), staging: places.staging(table)}, marks);
    const rows = await sender.send({sql, label: 'read unlisted', table, tags: tagsOf(scope)}, signal);
    return rows.map(row => ({recordId: textOf(row, 'record_id'), record: String(row['record'] ?? '')}));
  }

  /** Merges one of a resource's tables. Sends nothing where nothing can have changed. */
  async merge(scope: CommitScope, table: Table, signal?: AbortSignal): Promise<MergeCounts> {
    const {sender, places} = this.#options;
    const statement = mergeStatement(scope, table, places);
    return statement ? countsIn(await sender.send(statement, signal)) : {inserted: 0, updated: 0};
  }

  async pruneStaging(tables: readonly Table[], loads: readonly LoadId[], signal?: AbortSignal): Promise<void> {
    const {sender, creation, state, places} = this.#options;
    const {finished, checkpoints} = await state.read(signal);
    const held = heldByStretches(checkpoints);
    const {byTable, pruned} = pruningOf(
      {tables, loads},
      finished.filter(load => !held.has(load.loadId)),
    );
    for (const [{name: table}, ids] of byTable) {
      await sender.send({sql: pruneStaging(places.staging(table), ids), label: 'prune', table}, signal);
    }
    if (pruned.length === 0) return;
    await creation.sendControl({sql: notePruned(places.control('load'), pruned), label: 'prune'}, signal);
    state.forget();
  }
}
