import {SyncError} from '../base/errors.ts';
import {heldByStretches, type Manifest} from '../model/load.ts';
import type {CompanyId, LoadId} from '../model/names.ts';
import type {CommitScope, CopyBatch, GoneCount, MergeCounts, Statement} from '../model/ports.ts';
import {type Resource, tablesOf} from '../model/resource.ts';
import {contentColumnsOf, stagingSchema, type Table} from '../model/table.ts';
import {internalIdOf} from './bounds.ts';
import {controlTables} from './control-tables.ts';
import {copyStatements} from './copying.ts';
import type {Creation} from './creation.ts';
import type {HeldState} from './held-state.ts';
import {holderParameters} from './holder.ts';
import {countsIn} from './merge-counts.ts';
import {hasParts, lackingColumns, planOf} from './merging.ts';
import type {Places} from './places.ts';
import {pruningOf} from './pruning.ts';
import type {Sender} from './sender.ts';
import {countGone} from './sql/count-gone.ts';
import {countStaged} from './sql/count-staged.ts';
import {mergeLines} from './sql/merge-lines.ts';
import {mergeRecords} from './sql/merge-records.ts';
import {notePruned, pruneStaging} from './sql/prune-staging.ts';
import {readContents} from './sql/read-contents.ts';

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
    const target = {name: places.staging(table.name), fields: stagingSchema(table).fields, volumeFolder};
    for (const statement of copyStatements(batch, target)) await sender.send(statement, signal);
  }

  async copyControl(batch: CopyBatch, signal?: AbortSignal): Promise<void> {
    const {creation, places, volumeFolder} = this.#options;
    const control = controlTables.find(each => each.name === batch.table);
    if (!control) throw unknownTable(batch);
    const target = {name: places.control(control.name), fields: control.fields, volumeFolder};
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
    const {name} = scope.resource.table;
    const {marks} = planOf(scope);
    if (marks.length === 0) return [];
    const sql = countGone({raw: places.raw(name), staging: places.staging(name)}, marks);
    const rows = await sender.send({sql, label: 'count gone', table: name, tags: tagsOf(scope)}, signal);
    return rows.map(({company_id: company, gone, live}) => ({
      company: String(company),
      gone: Number(gone),
      live: Number(live),
    }));
  }

  async mergeRecords(scope: CommitScope, signal?: AbortSignal): Promise<MergeCounts> {
    const {places} = this.#options;
    const {table} = scope.resource;
    const sql = (): string =>
      mergeRecords({...sidesOf(scope, {table, places}), internalId: internalIdOf(scope.resource)});
    return this.#merge(scope, {table, sql}, signal);
  }

  async mergeLines(scope: CommitScope, table: Table, signal?: AbortSignal): Promise<MergeCounts> {
    const {places} = this.#options;
    const own = scope.resource.table;
    const parent = {
      raw: places.raw(own.name),
      staging: places.staging(own.name),
      internalId: internalIdOf(scope.resource),
      lacking: lackingColumns(scope.loads, own),
    };
    const sql = (): string => mergeLines({...sidesOf(scope, {table, places}), parent});
    return this.#merge(scope, {table, sql}, signal);
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

  /** Sends nothing where these loads brought no records and nothing is to be marked. */
  async #merge(
    scope: CommitScope,
    {table, sql}: {readonly table: Table; readonly sql: () => string},
    signal?: AbortSignal,
  ): Promise<MergeCounts> {
    const brought = hasParts(scope.loads, scope.resource.table.name);
    if (!brought && planOf(scope).marks.length === 0) return {inserted: 0, updated: 0};
    const parameters = holderParameters(scope.lease);
    const statement: Statement = {sql: sql(), label: 'merge', table: table.name, parameters, tags: tagsOf(scope)};
    return countsIn(await this.#options.sender.send(statement, signal));
  }
}

/** What every MERGE into a raw table is told. */
const sidesOf = (scope: CommitScope, {table, places}: {readonly table: Table; readonly places: Places}) => ({
  ...planOf(scope),
  raw: places.raw(table.name),
  staging: places.staging(table.name),
  lease: places.control('lease'),
  content: contentColumnsOf(table),
  lacking: lackingColumns(scope.loads, table),
});

/** In the query history: the run, and the load where it is one. */
function tagsOf({lease, loads}: CommitScope): Readonly<Record<string, string>> {
  const [only] = loads;
  return {run: lease.owner, ...(only && loads.length === 1 && {load: only.loadId})};
}

const unknownTable = ({table}: CopyBatch): SyncError =>
  new SyncError('data', `a load brings rows for ${table}, which is no table of this version`, {
    hint: 'A newer version of the program landed it. Run that version, or a later one.',
    facts: {table},
  });
