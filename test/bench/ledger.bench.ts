import assert from 'node:assert/strict';
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import Table from 'cli-table3';
import {systemClock} from '../../src/base/clock.ts';
import {systemRandom} from '../../src/base/random.ts';
import {openLocalWorkspace} from '../../src/local/local.ts';
import {type Entity, entitiesIn, numberText} from '../sim/visma/exact.ts';
import {plainText, scaled} from '../sim/visma/money.ts';
import {startVisma} from '../sim/visma/visma.ts';
import {measure, stopAll} from './processes.ts';
import type {Measured, Took} from './stage.ts';

/*
 * What the ledger costs: routing, checks and proof as a share of the run's own time without them, in a first load of
 * what the ledger is made of, and in runs after one line in a hundred was added, and was changed. Figures are ratios
 * within one run. Fails where the ledger does not hold what the simulator's journals say, or a period is not proven.
 */
const journalLines = Number(process.env['BENCH_LINES'] ?? 300_000);
const resources = [
  ...['account', 'ledger', 'branch', 'financial_period', 'currency_rate', 'subaccount', 'dimension'],
  ...['journal_transaction', 'general_ledger_balance'],
];
const ledger = {
  routes: [
    {accounts: ['3000-3999', '30000-39999'], group: 'revenue', table: 'gl_revenue', column: 'net_revenue'},
    {accounts: ['4000-4999', '40000-49999'], group: 'cost_of_sales', column: 'cost_of_sales'},
    {accounts: ['5000-8999', '50000-89999'], group: 'other_costs', table: 'gl_costs', column: 'other_costs'},
    {accounts: ['1000-2999', '10000-29999'], group: 'balance_sheet'},
  ],
  dimensions: [{segment: 1, column: 'cost_center'}],
  group_currency: 'SEK',
  rates: {type: 'SPOT', company: 'se'},
};
/** The statements of which the ledger is the reason. */
const own = ['ledger', 'prove', 'reconcile', 'close', 'attest'] as const;

interface Run extends Measured {
  readonly title: string;
  /** Lines of the ledger that this run wrote. */
  readonly written: number;
  readonly lines: number;
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'visma-bench-'));
const visma = await startVisma({size: {invoices: 1000, journalLines}});
const workspace = await openLocalWorkspace({
  folder: path.join(folder, 'workspace'),
  catalog: 'main',
  clock: systemClock,
  random: systemRandom,
});
try {
  const first = await run('first load');
  const empty = await run('nothing new');
  assert.deepEqual([empty.statements, empty.uploads], [0, 0]);
  postMore();
  const added = await run('1 % added');
  changeSome();
  const changed = await run('1 % changed');
  show([first, added, changed]);
} finally {
  stopAll();
  await visma.close();
  await workspace.close();
  await rm(folder, {recursive: true, force: true});
}

async function run(title: string): Promise<Run> {
  const before = await newestCommit();
  const {apiUrl, tokenUrl, clientId, clientSecret, companies} = visma;
  const {host, warehouseId} = workspace;
  const measured = await measure('sync', {
    folder,
    visma: {apiUrl, tokenUrl, clientId, clientSecret, companies},
    workspace: {host, warehouseId, clientId: workspace.clientId, clientSecret: workspace.clientSecret},
    resources,
    ledger,
  });
  const lines = await assertLedger();
  const [row] = await workspace.query(`SELECT COUNT(*) AS n FROM main.visma.general_ledger WHERE _commit > ${before}`);
  return {...measured, title, written: Number(row?.['n']), lines};
}

async function newestCommit(): Promise<number> {
  const [held] = await workspace.query(
    "SELECT 1 AS held FROM information_schema.tables WHERE table_name = 'general_ledger'",
  );
  if (!held) return 0;
  const [row] = await workspace.query('SELECT MAX(_commit) AS newest FROM main.visma.general_ledger');
  return Number(row?.['newest']);
}

function linesOf(batch: Entity): readonly Entity[] {
  return entitiesIn(batch['journalTransactionLines']);
}

function posted(company: string): readonly Entity[] {
  const {rows} = visma.booksOf(company).collection('journaltransaction');
  return rows.filter(({status}) => status === 'Posted');
}

/** A day later, a hundredth of all lines is posted anew, as people do: in the last period. */
function postMore(): void {
  visma.clock.advance(24 * 3_600_000);
  for (const {id: company} of visma.companies) {
    const most = Math.round(journalLines / visma.companies.length / 100);
    const batches = posted(company).filter(batch => linesOf(batch).length > 0);
    let lines = 0;
    for (let number = 1; lines < most; number++) {
      const {lastModifiedDateTime: _, timeStamp: __, ...batch} = batches[number] ?? assert.fail('too few batches');
      const record = {...batch, batchNumber: `N${number}`, financialPeriod: '202603'};
      visma.insert({company, collection: 'journaltransaction', record});
      lines += linesOf(batch).length;
    }
  }
}

/** Another day later a hundredth of all lines bears another text: all over, so that every period is touched. */
function changeSome(): void {
  visma.clock.advance(24 * 3_600_000);
  let place = 0;
  for (const {id: company} of visma.companies) {
    for (const batch of posted(company)) {
      const key = [String(batch['module']), String(batch['batchNumber'])];
      for (const [at] of linesOf(batch).entries()) {
        place += 1;
        if (place % 100 > 0) continue;
        const fields = {transactionDescription: 'corrected'};
        visma.changeLine({company, collection: 'journaltransaction', key, place: at, fields});
      }
    }
  }
}

/** Debit and credit by company, account and period are what the journals add up to, and every period is proven. */
async function assertLedger(): Promise<number> {
  const sums = new Map<string, {debit: bigint; credit: bigint; lines: number}>();
  for (const {id} of visma.companies) {
    for (const batch of posted(id)) {
      for (const line of linesOf(batch)) {
        const name = [id, line['accountNumber'], batch['financialPeriod']].join(' ');
        const {debit, credit, lines} = sums.get(name) ?? {debit: 0n, credit: 0n, lines: 0};
        const of = (side: string): bigint => scaled(numberText(line[side]) ?? '0', 18);
        sums.set(name, {debit: debit + of('debitAmount'), credit: credit + of('creditAmount'), lines: lines + 1});
      }
    }
  }
  const rows = await workspace.query(`SELECT company_id, account, financial_period, COUNT(*) AS lines,
    CAST(SUM(debit) AS STRING) AS debit, CAST(SUM(credit) AS STRING) AS credit
    FROM main.visma.general_ledger GROUP BY 1, 2, 3`);
  const held = rows.map(row =>
    [row['company_id'], row['account'], row['financial_period'], row['lines'], row['debit'], row['credit']].join(' '),
  );
  const expected = [...sums].map(([name, {debit, credit, lines}]) =>
    [name, lines, ...[debit, credit].map(tenDecimals)].join(' '),
  );
  assert.deepEqual(held.toSorted(), expected.toSorted());
  const states = await workspace.query('SELECT DISTINCT state FROM main.visma_control.period_proof');
  assert.deepEqual(
    states.map(({state}) => state),
    ['proven'],
  );
  return [...sums.values()].reduce((total, {lines}) => total + lines, 0);
}

/** Amounts of books that are not nasty have no more decimals than the ledger keeps. */
function tenDecimals(value: bigint): string {
  assert.equal(value % 10n ** 8n, 0n);
  const [whole = '', fraction = ''] = plainText(value, 18).split('.');
  return `${whole}.${fraction.slice(0, 10).padEnd(10, '0')}`;
}

function costOf({took}: Measured): Took {
  const all = own.map(label => took[label] ?? {count: 0, ms: 0});
  return all.reduce((sum, {count, ms}) => ({count: sum.count + count, ms: sum.ms + ms}), {count: 0, ms: 0});
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function show(runs: readonly Run[]): void {
  const [first] = runs;
  if (!first) return;
  const build = costOf(first);
  const table = new Table({
    head: ['run', 'lines', 'written', 'seconds', 'of it ledger', 'to the rest', 'to the first build', 'statements'],
    style: {head: [], border: []},
  });
  for (const each of runs) {
    const {title, lines, written, ms} = each;
    const cost = costOf(each);
    const seconds = [ms, cost.ms].map(value => (value / 1000).toFixed(2));
    const shares = [(cost.ms / (ms - cost.ms)).toFixed(2), percent(cost.ms / build.ms)];
    const statements = `${cost.count} of ${each.statements}, ${percent(cost.count / build.count)}`;
    table.push([title, lines, written, ...seconds, ...shares, statements]);
  }
  process.stdout.write(`${journalLines} journal lines, three companies\n${table.toString()}\n`);
  for (const {title, took} of runs) {
    const named = own.map(
      label => `${label} ${took[label]?.count ?? 0} in ${((took[label]?.ms ?? 0) / 1000).toFixed(2)} s`,
    );
    process.stdout.write(`${title}: ${named.join(' · ')}\n`);
  }
}
