import type {Field} from 'apache-arrow';
import {SyncError} from '../base/errors.ts';
import {columnRows} from '../model/column.ts';
import {generalLedger, ledgerFields} from '../model/general-ledger.ts';
import type {Lease} from '../model/lease.ts';
import type {Consumed, Following} from '../model/ledger.ts';
import type {StatementRow, StatementValue} from '../model/ports.ts';
import {controlTables} from './control-tables.ts';
import {gapErrors} from './gaps.ts';
import {tablesInMapping} from './mapping-record.ts';
import {type SourceTable, sourceTables} from './places.ts';
import {attempt, isAbsent, type Sending} from './sending.ts';
import {createAsOf} from './sql/as-of.ts';
import {takenOf} from './sql/changed-lines.ts';
import {moveProgress, readMappings, readProgress, recordMapping} from './sql/checkpoint.ts';
import {acceptGone, withdrawGone} from './sql/company-fact.ts';
import {addColumns, createTable, describeTable} from './sql/create-table.ts';
import {groupGaps} from './sql/group-gaps.ts';
import {checkJournals} from './sql/journal-check.ts';
import {type Ground, recordCompanies} from './sql/mapped.ts';
import {countUnrouted, mergeLedger} from './sql/merge-ledger.ts';
import {noteEvents} from './sql/period-event.ts';
import {findLost, type Reach} from './sql/posted-lines.ts';
import {noteDue} from './sql/proof.ts';
import {clearRouted, fillRouted} from './sql/routed-table.ts';
import {createViews} from './sql/views.ts';

export interface FollowingDoors {
  readonly send: Sending;
  readonly ground: Ground;
  readonly fingerprint: string;
  /** The mapping as it is recorded. */
  readonly written: string;
  readonly prepareSources: (signal?: AbortSignal) => Promise<void>;
}

/**
 * Brings the ledger up to the raw tables. The checkpoint moves last: whoever dies before is caught up by the next run,
 * which works on the same changes again to no other effect. Where the mapping is another one, or a table was lost or
 * put back, all lines are looked at again, and those that differ are written.
 */
export async function follow(following: Following, doors: FollowingDoors, signal?: AbortSignal): Promise<Consumed> {
  const {whole = []} = following;
  const ground = {...doors.ground, whole};
  const consumed = await bringUp(following, {...doors, ground}, signal);
  await reportGaps(following, doors, signal);
  return consumed;
}

async function bringUp(following: Following, doors: FollowingDoors, signal?: AbortSignal): Promise<Consumed> {
  try {
    return await catchUp(following, {doors, anew: false}, signal);
  } catch (thrown) {
    // What is absent was never made, or was dropped: which of it, no error says.
    if (!isAbsent(thrown)) throw thrown;
    await doors.prepareSources(signal);
    await createAll(doors, signal);
    return catchUp(following, {doors, anew: true}, signal);
  }
}

/** Every time, for as long as the figures lack something. */
async function reportGaps(
  {report, runId}: Following,
  {send, ground}: FollowingDoors,
  signal?: AbortSignal,
): Promise<void> {
  if (!report) return;
  const sql = groupGaps(ground);
  const rows = await send({sql, label: 'ledger', tags: {run: runId}}, signal);
  for (const error of gapErrors(rows, ground.mapping.rates?.type)) report(error);
}

async function catchUp(
  following: Following,
  {doors, anew}: {readonly doors: FollowingDoors; readonly anew: boolean},
  signal?: AbortSignal,
): Promise<Consumed> {
  const {send, ground} = doors;
  const progress = progressIn(await send({sql: readProgress(ground.places), label: 'ledger'}, signal));
  const behind = sourceTables.filter(table => progress.newest[table] !== progress.taken[table]);
  const stands = !anew && isBuilt(progress, doors, following.lease);
  const accepted = stands && (await acceptVanished(following, doors, signal));
  const looksAtAll = accepted || (stands && (await hasLost(following, doors, signal)));
  const comparesAll = following.comparesAll === true;
  if (stands && !looksAtAll && !comparesAll && behind.length === 0) return progress.newest;
  const work = new Work(following, doors, {progress, stands});
  const moved: Reach = stands && !looksAtAll && behind.every(isPartly) ? new Set(behind) : 'all';
  if (!stands) await work.shape({isCreated: anew}, signal);
  await work.bringUp({moved, reach: comparesAll ? 'all' : moved}, signal);
  if (!stands) await work.publish(signal);
  await work.move(progress, signal);
  return progress.newest;
}

/** Records the consent to what lists of ledgers no longer show, if this run has it; whether there was anything. */
async function acceptVanished(
  {lease, runId, acceptsDeletions, renew}: Following,
  {send, ground}: FollowingDoors,
  signal?: AbortSignal,
): Promise<boolean> {
  if (acceptsDeletions !== true) return false;
  await renew(signal);
  const parameters = {owner: lease.owner, fence: BigInt(lease.fence), run_id: runId};
  const [counts] = await send({sql: acceptGone(ground), label: 'ledger', parameters, tags: {run: runId}}, signal);
  return Number(counts?.['num_affected_rows'] ?? 0) > 0;
}

/** Whether lines of companies whose journals are there whole are in no raw table. Without such it asks nothing. */
async function hasLost(
  {whole = [], runId}: Following,
  {send, ground}: FollowingDoors,
  signal?: AbortSignal,
): Promise<boolean> {
  if (whole.length === 0) return false;
  const [row] = await send({sql: findLost(ground, whole), label: 'ledger', tags: {run: runId}}, signal);
  return Number(row?.['lost_lines'] ?? 0) > 0;
}

/** A change of these touches whole companies, and is rare: all lines are looked at. */
const whole: ReadonlySet<SourceTable> = new Set(['ledger', 'branch']);
const isPartly = (table: SourceTable): boolean => !whole.has(table);

type Commits = Readonly<Record<SourceTable, number>>;

interface Progress {
  readonly newest: Commits;
  readonly taken: Partial<Commits>;
  readonly fingerprint: string | undefined;
  /** Undefined where the ledger has no row. */
  readonly built: number | undefined;
}

/**
 * Whether what is built was built with this mapping, and no table is older than it was when it was taken. What was
 * taken under a later fence than ours is of a workspace whose lease was put back: then nothing is believed.
 */
const isBuilt = ({newest, taken, fingerprint, built}: Progress, doors: FollowingDoors, {fence}: Lease): boolean =>
  fingerprint === doors.fingerprint &&
  sourceTables.every(table => newest[table] >= (taken[table] ?? Number.POSITIVE_INFINITY)) &&
  sourceTables.every(table => (taken[table] ?? 0) <= fence) &&
  (built !== undefined || newest.journal_transaction_line === 0);

function progressIn(rows: readonly StatementRow[]): Progress {
  const commitOf = (kind: string, table: string): number | undefined => {
    const row = rows.find(each => each['kind'] === kind && each['table_name'] === table);
    const commit = row?.['newest_commit'];
    return commit === null || commit === undefined ? undefined : Number(commit);
  };
  const entries = sourceTables.map(table => [table, commitOf('held', table) ?? 0] as const);
  const taken = sourceTables.flatMap(table => {
    const commit = commitOf('taken', table);
    return commit === undefined ? [] : [[table, commit] as const];
  });
  const prints = new Set(rows.filter(row => row['kind'] === 'taken').map(row => String(row['fingerprint'])));
  const [print] = prints;
  return {
    newest: Object.fromEntries(entries) as Commits,
    taken: Object.fromEntries(taken) as Partial<Commits>,
    fingerprint: prints.size === 1 ? print : undefined,
    built: commitOf('held', generalLedger),
  };
}

const cluster = ['account_group', 'company_id', 'financial_period'];

/** Everything that the ledger keeps, where it is absent. */
async function createAll({send, ground}: FollowingDoors, signal?: AbortSignal): Promise<void> {
  for (const {name, comment, fields} of controlTables) {
    await send({sql: createTable({name: ground.places.control(name), comment, fields}), label: 'ledger'}, signal);
  }
  const fields = ledgerFields(ground.mapping.dimensions);
  for (const table of [generalLedger, ...routedTables(ground)]) {
    const comment =
      table === generalLedger
        ? 'Every posted journal line of all companies, once'
        : `The lines of ${generalLedger} that are routed here`;
    await send({sql: createTable({name: ground.places.raw(table), comment, fields, cluster}), label: 'ledger'}, signal);
  }
}

const routedTables = ({mapping: {routes}}: Ground): readonly string[] => [
  ...new Set(routes.flatMap(({table}) => (table === undefined ? [] : [table]))),
];

interface Start {
  readonly progress: Progress;
  /** Whether what is built stays, and only changes are worked on. */
  readonly stands: boolean;
}

/** What happens to a closed period is a change of these. */
const eventSources = ['journal_transaction', 'journal_transaction_line'] as const;

/** One bringing up: the statements, in their order, each under the lease. */
class Work {
  readonly #following: Following;
  readonly #doors: FollowingDoors;
  readonly #parameters: Readonly<Record<string, StatementValue>>;
  /** Without lines there is nothing to compare with: then nothing tells what happened to a closed period. */
  readonly #hasLines: boolean;
  #retired: readonly string[] = [];
  #formerTables: readonly string[] = [];

  constructor(following: Following, doors: FollowingDoors, {progress, stands}: Start) {
    const {lease, runId} = following;
    this.#following = following;
    this.#doors = doors;
    this.#hasLines = progress.built !== undefined;
    const taken = (table: SourceTable): number => (stands ? (progress.taken[table] ?? -1) : -1);
    const seen = eventSources.map(table => [`seen_${table}`, BigInt(progress.taken[table] ?? -1)] as const);
    const after = sourceTables.map(table => [takenOf(table), BigInt(taken(table))] as const);
    this.#parameters = {
      // The ledger and its routed tables are written under the fence that takes a commit, or a later one.
      filled_to: BigInt(Math.max(...sourceTables.map(taken))),
      owner: lease.owner,
      fence: BigInt(lease.fence),
      run_id: runId,
      fingerprint: doors.fingerprint,
      mapping: doors.written,
      ...Object.fromEntries([...after, ...seen]),
    };
  }

  /** Gives the tables the columns that program and mapping want, and finds out what former ones had beyond it. */
  async shape({isCreated}: {readonly isCreated: boolean}, signal?: AbortSignal): Promise<void> {
    const {ground} = this.#doors;
    if (!isCreated) await createAll(this.#doors, signal);
    for (const {name, fields: own} of controlTables) await this.#widen(ground.places.control(name), own, signal);
    const fields = ledgerFields(ground.mapping.dimensions);
    for (const table of [generalLedger, ...routedTables(ground)]) {
      const name = ground.places.raw(table);
      const held = await this.#widen(name, fields, signal);
      if (table === generalLedger) this.#retired = held.filter(each => !fields.some(({name: own}) => own === each));
    }
    await this.#send(recordCompanies(ground), signal);
    const rows = await this.#send(readMappings(ground.places), signal);
    const former = rows.flatMap(row => tablesInMapping(String(row['mapping'])));
    const own = new Set(routedTables(ground));
    this.#formerTables = [...new Set(former)].filter(table => !own.has(table));
  }

  /** Adds the columns that a table lacks; gives those that it had. */
  async #widen(name: string, fields: readonly Field[], signal?: AbortSignal): Promise<readonly string[]> {
    const held = columnsIn(await this.#send(describeTable(name), signal));
    const lacking = fields.filter(field => !held.includes(field.name));
    if (lacking.length === 0) return held;
    try {
      await this.#send(addColumns(name, lacking), signal);
    } catch (thrown) {
      // Columns that are there already are refused: so it is when the answer to the first attempt was lost.
      const now = columnsIn(await this.#send(describeTable(name), signal));
      if (!lacking.every(field => now.includes(field.name))) throw thrown;
    }
    return held;
  }

  /** What moved may touch periods; beyond it lines are only put right. */
  async bringUp({moved, reach}: {moved: Reach; reach: Reach}, signal?: AbortSignal): Promise<void> {
    const {ground} = this.#doors;
    const changed = (...tables: readonly SourceTable[]): boolean =>
      moved === 'all' || tables.some(table => moved.has(table));
    const journals = changed('journal_transaction', 'journal_transaction_line');
    if (moved === 'all') await this.#send(withdrawGone(ground.places), signal);
    if (ground.mapping.unrouted === 'fail') await this.#refuseUnrouted(reach, signal);
    if (journals || changed('general_ledger_balance')) await this.#send(noteDue(ground, moved), signal);
    if (journals && this.#hasLines) await this.#send(noteEvents(ground, moved), signal);
    await this.#send(mergeLedger(ground, {reach, retired: this.#retired}), signal);
    for (const table of [...routedTables(ground), ...this.#formerTables]) await this.#route(table, reach, signal);
    if (journals) await this.#send(checkJournals(ground, {all: moved === 'all'}), signal);
  }

  /** What people see of it: the views, the function where the engine has such, and the record of the mapping. */
  async publish(signal?: AbortSignal): Promise<void> {
    const {ground} = this.#doors;
    for (const sql of createViews(ground)) await this.#send(sql, signal);
    await attempt(async () => void (await this.#send(createAsOf(ground.places), signal)));
    await this.#send(recordMapping(ground.places), signal);
  }

  async move({newest}: Progress, signal?: AbortSignal): Promise<void> {
    const taken = sourceTables.map(table => [table, newest[table]] as const);
    await this.#send(moveProgress(this.#doors.ground.places, taken), signal);
  }

  /** Delete before insert; a table that no route names any more is emptied, where it still is. */
  async #route(table: string, reach: Reach, signal?: AbortSignal): Promise<void> {
    const {ground} = this.#doors;
    const isFormer = this.#formerTables.includes(table);
    try {
      await this.#send(clearRouted(ground, table, reach), signal, table);
    } catch (thrown) {
      if (!isFormer || !isAbsent(thrown)) throw thrown;
    }
    if (!isFormer) await this.#send(fillRouted(ground, table, reach), signal, table);
  }

  async #refuseUnrouted(reach: Reach, signal?: AbortSignal): Promise<void> {
    const rows = await this.#send(countUnrouted(this.#doors.ground, reach), signal);
    if (rows.length === 0) return;
    const counts = rows.map(row => `${String(row['accounts'])} of ${String(row['company_id'])}`).join(', ');
    throw new SyncError('data', `no route takes accounts that have posted lines: ${counts}`, {
      hint: 'Add a route for them, or write `unrouted: other`; then unrouted_accounts lists them.',
      facts: {companies: rows.length},
    });
  }

  async #send(sql: string, signal?: AbortSignal, routed?: string): Promise<readonly StatementRow[]> {
    await this.#following.renew(signal);
    const parameters = {...this.#parameters, ...(routed !== undefined && {routed_table: routed})};
    const statement = {sql, label: 'ledger', parameters, tags: {run: this.#following.runId}};
    return this.#doors.send(statement, signal);
  }
}

const columnsIn = (rows: readonly StatementRow[]): readonly string[] =>
  columnRows(rows).map(({col_name: name}) => String(name));
