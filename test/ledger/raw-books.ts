import assert from 'node:assert/strict';
import type {SyncError} from '../../src/base/errors.ts';
import {resources} from '../../src/catalogue/catalogue.ts';
import {ledgerSources, openLedger} from '../../src/ledger/ledger.ts';
import type {Lease} from '../../src/model/lease.ts';
import type {Consumed, Following, Ledger, Mapping, PeriodProof, Proving} from '../../src/model/ledger.ts';
import {companyId, runId} from '../../src/model/names.ts';
import {tablesOf} from '../../src/model/resource.ts';
import {Workspace, warehouseOn} from '../warehouse/workspace.ts';

const followed = new Set<string>(ledgerSources);
const tables = resources.flatMap(tablesOf).filter(({name}) => followed.has(name));

/** A line as a test posts it. */
export interface Posted {
  readonly batch: string;
  readonly line: number;
  readonly account: string;
  readonly debit?: string;
  readonly credit?: string;
  readonly company?: string;
  readonly branch?: string | null;
}

interface FollowOptions extends Pick<Following, 'whole'> {
  readonly acceptsDeletions?: boolean;
  readonly report?: (error: SyncError) => void;
}

type Cells = Readonly<Record<string, string | number | boolean | null>>;

/** Raw tables as a commit would leave them, a ledger over them, and runs of it. */
export class RawBooks {
  readonly workspace: Workspace;
  #runs = 0;
  #commit = 0;

  static async open(): Promise<RawBooks> {
    const workspace = await Workspace.open();
    const books = new RawBooks(workspace);
    const warehouse = warehouseOn(workspace, resources);
    await warehouse.open();
    await warehouse.prepare(tables);
    return books;
  }

  private constructor(workspace: Workspace) {
    this.workspace = workspace;
  }

  /** What is put from now on is of a further commit. */
  next(): void {
    this.#commit += 1;
  }

  async put(table: string, rows: readonly Cells[]): Promise<void> {
    for (const row of rows) {
      const cells: Cells = {company_id: 'se', _commit: this.#commit, ...row};
      const literal = (value: Cells[string]): string =>
        typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : String(value);
      const names = Object.keys(cells);
      const where = ['company_id', 'record_id'].map(name => `${name} = ${literal(cells[name] ?? null)}`).join(' AND ');
      await this.workspace.query(`DELETE FROM main.visma.${table} WHERE ${where}`);
      await this.workspace.query(`INSERT INTO main.visma.${table} (${names.join(', ')})
        VALUES (${names.map(name => literal(cells[name] ?? null)).join(', ')})`);
    }
  }

  /** An account, the actual ledger and the main branch of each company, and periods of 2026. */
  async found(accounts: Readonly<Record<string, string>>, companies: readonly string[] = ['se']): Promise<void> {
    for (const company of companies) {
      await this.put('ledger', [{company_id: company, record_id: '1', number: '1', balance_type: 'Actual'}]);
      await this.put('branch', [{company_id: company, record_id: '1', number: '1', is_main_branch: true}]);
      await this.put(
        'account',
        Object.entries(accounts).map(([code, type]) => ({
          ...{company_id: company, record_id: code, account_cd: code, type, description: `Account ${code}`},
        })),
      );
      await this.put(
        'financial_period',
        ['01', '02', '03'].map((period, place) => ({
          ...{company_id: company, record_id: `2026/${period}`, year: 2026, period},
          ...{start_date: `2026-0${place + 1}-01`, end_date: `2026-0${place + 2}-01`},
        })),
      );
    }
  }

  /** A batch of these lines, posted in a period. */
  async post(lines: readonly Posted[], over: Cells = {}): Promise<void> {
    for (const {batch, line, account, debit = '0', credit = '0', company = 'se', branch = '1'} of lines) {
      const place = {company_id: company, parent_record_id: `ModuleGL/${batch}`};
      await this.put('journal_transaction', [
        {
          ...{company_id: company, record_id: `ModuleGL/${batch}`, module: 'ModuleGL', batch_number: batch},
          ...{status: 'Posted', ledger: '1', financial_period: '202601', ...over},
        },
      ]);
      await this.put('journal_transaction_line', [
        {
          ...{...place, record_id: `ModuleGL/${batch}/${line}`, line_number: line, account_number: account, branch},
          ...{debit_amount: debit, credit_amount: credit},
        },
      ]);
    }
  }

  ledger(mapping: Partial<Mapping> = {}, configured: readonly string[] = ['se', 'no']): Ledger {
    return openLedger({
      statements: this.workspace,
      catalog: 'main',
      schema: 'visma',
      mapping: {ledgers: [], routes: [], unrouted: 'other', dimensions: [], ...mapping},
      companies: [
        {id: companyId('se'), name: 'Nordic', tenantId: 't-se', currency: 'SEK'},
        {id: companyId('no'), name: 'Nordisk', tenantId: 't-no', currency: 'NOK'},
      ].filter(({id}) => configured.includes(id)),
      version: '0.0.1',
      prepareSources: signal => warehouseOn(this.workspace, resources).prepare(tables, signal),
    });
  }

  /** One run that holds the lease, follows, and gives it back, whatever comes. */
  async follow(ledger: Ledger, {acceptsDeletions = false, whole = [], report}: FollowOptions = {}): Promise<Consumed> {
    this.#runs += 1;
    const warehouse = warehouseOn(this.workspace, resources);
    const lease = await warehouse.acquire(`run-${this.#runs}`);
    assert.ok(lease);
    try {
      const renew = (signal?: AbortSignal): Promise<void> => warehouse.renew(lease, signal);
      const renewing = {lease, runId: runId(lease.owner), renew};
      return await ledger.follow({...renewing, acceptsDeletions, whole, ...(report && {report})});
    } finally {
      this.workspace.before = () => undefined;
      await warehouse.release(lease);
    }
  }

  /** One run that compares what waits for it and records the result, unless something comes in between. */
  async prove(
    ledger: Ledger,
    between: (lease: Lease, proving: Proving) => Promise<void> = async () => undefined,
  ): Promise<readonly PeriodProof[]> {
    this.#runs += 1;
    const warehouse = warehouseOn(this.workspace, resources);
    const lease = await warehouse.acquire(`run-${this.#runs}`);
    assert.ok(lease);
    const held = {lease, runId: runId(lease.owner)};
    const proving = await ledger.prove({...held, companies: [companyId('se'), companyId('no')]});
    await between(lease, proving);
    await ledger.record({...held, proving});
    await warehouse.release(lease);
    return proving.proofs;
  }

  /** A balance of the ERP. */
  async balance(
    cell: {readonly account: string; readonly period?: string; readonly ledger?: string; readonly type?: string},
    sums: {readonly debit?: string | null; readonly credit?: string | null} = {},
    over: Cells = {},
  ): Promise<void> {
    const {account, period = '202601', ledger = '1', type} = cell;
    const {debit = '0', credit = '0'} = sums;
    await this.put('general_ledger_balance', [
      {
        ...{record_id: `1/${ledger}/${period}/${account}`, branch_number: '1', ledger_id: ledger},
        ...{financial_period: period, account_number: account, period_to_date_debit: debit},
        ...{period_to_date_credit: credit, ...(type !== undefined && {account_type: type})},
        ...over,
      },
    ]);
  }

  /** The ledger's rows as texts of these columns, in order. */
  async rows(table: string, columns: readonly string[]): Promise<readonly string[]> {
    const cells = columns.map(name => `CAST(${name} AS STRING) AS ${name}`).join(', ');
    const rows = await this.workspace.query(`SELECT ${cells} FROM main.${table}`);
    return rows.map(row => columns.map(name => String(row[name] ?? '')).join(' ')).toSorted();
  }

  close(): Promise<void> {
    return this.workspace.close();
  }
}
