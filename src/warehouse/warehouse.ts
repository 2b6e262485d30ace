/**
 * The tables in the workspace, and the SQL that fills them: creation and widening, COPY INTO, the MERGEs, the lease,
 * the checkpoints, the runs' records, what sweeps know of keys. The room promises that every verb may be repeated, that
 * nothing is merged or settled under a lease that is lost, and that unchanged rows are not written. It reads no files,
 * decides no order of work and knows nothing of Visma; statements are retried below it.
 */
import type {Clock} from '../base/clock.ts';
import type {KeyRegister} from '../model/key-register.ts';
import type {Statements, Warehouse} from '../model/ports.ts';
import type {Resource} from '../model/resource.ts';
import {bindCompanies, foreignCompanies} from './companies.ts';
import {Creation} from './creation.ts';
import {keepOneOfEach} from './doubled-rows.ts';
import {newestCommit, SeenCommits} from './fences.ts';
import {countHeld} from './held-count.ts';
import {HeldState} from './held-state.ts';
import {Holder} from './holder.ts';
import {openKeyRegister} from './key-register.ts';
import {Migration} from './migration.ts';
import {placesIn} from './places.ts';
import {applyPrivacy} from './privacy.ts';
import {lastCertified, readReport, recordRuns} from './run-record.ts';
import {Sender} from './sender.ts';
import {settle} from './settlement.ts';
import {StagedTables} from './staged-tables.ts';
import {Transactions} from './transactions.ts';

export interface WarehouseOptions {
  readonly statements: Statements;
  readonly catalog: string;
  /** The schema of the raw tables; staging and control lie in schemas named after it. */
  readonly schema: string;
  /** The volume's path: `/Volumes/<catalog>/<schema>_staging/landing`. */
  readonly volumeFolder: string;
  readonly clock: Clock;
  /** The program's, for the query history. */
  readonly version: string;
  /** The lease's term after each renewal; longer than the statement timeout. */
  readonly leaseSeconds: number;
  /** After so long the warehouse stops a statement by itself. */
  readonly statementTimeoutSeconds: number;
  /** All that may have rows in staging. */
  readonly resources: readonly Resource[];
  /** Creates nothing: where the control tables are not there, what reads them throws `absent`. */
  readonly readOnly?: boolean;
}

/** Connects to nothing: the first statement is sent by the first verb. Throws `configuration` for a lease too short. */
export function openWarehouse(options: WarehouseOptions): Warehouse & Pick<KeyRegister, 'readTableStates'> {
  const {clock, volumeFolder, leaseSeconds, statementTimeoutSeconds, resources} = options;
  const places = placesIn(options);
  const sender = new Sender(options.statements, {version: options.version});
  const creation = new Creation(sender, places, {readOnly: options.readOnly ?? false});
  const state = new HeldState(creation, places);
  const doors = {sender, creation, state, places};
  const table = places.control('lease');
  const seen = new SeenCommits();
  const holder = new Holder({
    ...{creation, state, clock, table, leaseSeconds, statementTimeoutSeconds, seen},
    newestCommit: (owner, signal) => newestCommit({sender, places, resources}, {run: owner}, signal),
  });
  const migration = new Migration(doors);
  const staged = new StagedTables({...doors, volumeFolder, resources});
  const transactions = new Transactions({...doors, volumeFolder});

  return {
    async open(signal) {
      await state.read(signal);
    },
    foreignCompanies: (companies, signal) => foreignCompanies(companies, doors, signal),
    bindCompanies: (companies, lease, signal) =>
      bindCompanies(companies, {...doors, renew: () => holder.renew(lease, signal)}, signal),
    readCheckpoints: async signal => (await state.read(signal)).checkpoints,
    readFinishedLoads: async signal =>
      new Map((await state.read(signal)).finished.map(({loadId, finishedAt}) => [loadId, finishedAt])),

    readPrivacy: async signal => (await state.read(signal)).privacy,
    applyPrivacy: (application, signal) =>
      applyPrivacy(application, {...doors, renew: () => holder.renew(application.lease, signal)}, signal),

    acquire: (owner, signal) => holder.acquire(owner, signal),
    renew: (lease, signal) => holder.renew(lease, signal),
    release: (lease, signal) => holder.release(lease, signal),

    async prepare(tables, signal) {
      for (const each of tables) await migration.prepare(each, signal);
    },
    copy: (batch, of, signal) => staged.copy(batch, of, signal),
    copyControl: (batch, signal) => staged.copyControl(batch, signal),
    readContents: (of, signal) => staged.readContents(of, signal),
    countStaged: (loads, signal) => staged.countStaged(loads, signal),
    countGone: (scope, signal) => staged.countGone(scope, signal),
    readUnlisted: (scope, signal) => staged.readUnlisted(scope, signal),
    keepOneOfEach: (of, signal) => keepOneOfEach(of, doors, signal),
    mergeRecords: (scope, signal) => staged.merge(scope, scope.resource.table, signal),
    mergeLines: (scope, of, signal) => staged.merge(scope, of, signal),
    commitWhole: (whole, signal) => transactions.commit(whole, signal),
    settle: (settlement, signal) => settle(settlement, doors, signal),
    pruneStaging: (tables, loads, signal) => staged.pruneStaging(tables, loads, signal),
    countHeld: (of, signal) => countHeld(of, doors, signal),
    readReport: (runId, signal) => readReport(runId, doors, signal),
    lastCertified: (upTo, signal) => lastCertified(upTo, doors, signal),
    recordRuns: (records, signal) => recordRuns(records, doors, signal),
    ...openKeyRegister({...doors, migration, seen}),
  };
}
