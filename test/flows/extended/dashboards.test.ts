import assert from 'node:assert/strict';
import test from 'node:test';
import {resources} from '../../../src/catalogue/catalogue.ts';
import {type DashboardQuery, dashboardQueries, plain} from '../../bundle/dashboards.ts';
import {type Entity, exact} from '../../sim/visma/exact.ts';
import {scaled} from '../../sim/visma/money.ts';
import {consolidated, loadedBooks, openBooks} from '../ledger-books.ts';
import type {World} from '../world.ts';

/*
 * What the bundle's dashboards and alerts show of a real run's tables: each query is run, and what it says is held
 * against what was done to the books.
 */
type Row = Readonly<Record<string, unknown>>;

/** What the configuration of these books names, by word: `ledger` is a group, too. */
const words = [
  ...['account', 'ledger', 'branch', 'financial_period', 'currency_rate', 'subaccount', 'dimension'],
  ...['journal_transaction', 'general_ledger_balance'],
];
const lists = resources
  .filter(({name, groups}) => [name, ...groups].some(word => words.includes(word)))
  .map(({name}) => name);

const journals = {company: 'se', collection: 'journaltransaction'} as const;

const queries = dashboardQueries();

async function rowsOf(world: World, name: string, among: readonly DashboardQuery[] = queries): Promise<readonly Row[]> {
  const query = among.find(one => one.name === name);
  assert.ok(query, name);
  return world.query(query.sql);
}

const lineOf = (batch: Entity, place: number): Entity =>
  ((batch['journalTransactionLines'] ?? []) as readonly Entity[])[place] ?? assert.fail('no such line');

const posted = ({visma}: World, isWanted: (batch: Entity) => boolean): Entity =>
  (visma.truth('se')['journaltransaction'] ?? []).findLast(batch => batch['status'] === 'Posted' && isWanted(batch)) ??
  assert.fail('no such batch');

const keyOf = (batch: Entity): [string, string] => [String(batch['module']), String(batch['batchNumber'])];

async function assertNothingWrong(world: World): Promise<void> {
  const {visma} = world;
  for (const alert of ['visma_stale', 'visma_proof', 'visma_moved'])
    assert.deepEqual(await rowsOf(world, alert), [], alert);
  const periods = await rowsOf(world, 'visma_ledger.close_status');
  const begun = ['se', 'no'].flatMap(company =>
    visma.listed(company, '/v1/financialPeriod').filter(({startDate}) => Date.parse(String(startDate)) <= Date.now()),
  );
  assert.equal(periods.length, begun.length);
  const closed = begun.filter(period => period['closedInGeneralLedger'] === true).length;
  assert.ok(closed > 0 && closed < begun.length);
  assert.equal(periods.filter(({status}) => status === 'closed').length, closed);
  assert.equal(periods.filter(({recorded_at: at}) => at !== null).length, closed);
  assert.deepEqual(new Set(periods.map(({proof}) => proof)), new Set(['proven']));
  assert.deepEqual(new Set(periods.map(({accounts_moved: moved}) => Number(moved))), new Set([0]));
}

async function assertResult(world: World): Promise<void> {
  const expected = new Map<string, bigint>();
  for (const [name, sum] of consolidated(world)) {
    const [period = '', group = '', type = ''] = name.split(' ');
    if (type !== 'Income' && type !== 'Expense') continue;
    expected.set(`${period} ${group}`, (expected.get(`${period} ${group}`) ?? 0n) - sum);
  }
  const shown = await rowsOf(world, 'visma_ledger.profit_and_loss');
  const found = shown.map(row => [
    `${row['financial_period']} ${row['account_group']}`,
    scaled(String(row['result']), 2),
  ]);
  assert.ok(expected.size > 3);
  assert.deepEqual(new Map(found as Array<[string, bigint]>), expected);
  assert.deepEqual(new Set(shown.map(row => row['group_currency'])), new Set(['SEK']));
}

async function assertFreshness(world: World): Promise<void> {
  const {visma} = world;
  const freshness = await rowsOf(world, 'visma_status.freshness');
  assert.deepEqual(new Set(freshness.map(row => row['resource'])), new Set(lists));
  assert.equal(freshness.length, lists.length * 2);
  for (const row of freshness) assert.equal(Number(row['hours_ago']), 0, String(row['resource']));
  const made = Object.entries(visma.requestCounts()).filter(([name]) => / \/v\d\//.test(name));
  const calls = await rowsOf(world, 'visma_status.calls');
  assert.equal(
    calls.reduce((sum, row) => sum + Number(row['calls']), 0),
    made.reduce((sum, [, count]) => sum + count, 0),
  );
  const [busiest] = calls;
  const share = (Number(busiest?.['calls']) * 100) / 15_000;
  assert.ok(Math.abs(Number(busiest?.['percent_of_budget']) - share) <= 0.05);
  const [run] = await rowsOf(world, 'visma_status.runs');
  assert.deepEqual([run?.['command'], run?.['outcome']], ['sync', 'done']);
}

async function assertTold(world: World): Promise<void> {
  const {visma} = world;
  const [closed] = await world.query(
    "SELECT MIN(financial_period) AS period FROM main.visma_control.period_close WHERE company_id = 'se'",
  );
  const period = String(closed?.['period']);
  const changed = posted(world, batch => batch['financialPeriod'] === period);
  visma.clock.advance(3_600_000);
  const fields = {debitAmount: exact('77.25')};
  visma.changeLine({...journals, key: keyOf(changed), place: 0, fields});
  await world.run('sync');
  const moved = await rowsOf(world, 'visma_moved');
  assert.deepEqual(
    moved.map(row => [row['company_id'], row['financial_period']]),
    [['se', period]],
  );
  const before = scaled(String((lineOf(changed, 0)['debitAmount'] as {rawJSON: string}).rawJSON), 10);
  assert.equal(scaled(String(moved[0]?.['debit_more']), 10), 772_500_000_000n - before);
  const gone = posted(world, batch => batch['module'] === 'ModuleCA' && batch['financialPeriod'] !== period);
  visma.delete({...journals, key: keyOf(gone)});
  await world.run('reconcile', {period: String(gone['financialPeriod']).replace(/(\d\d)$/, '-$1')});
  const failed = await rowsOf(world, 'visma_proof');
  assert.deepEqual(
    failed.map(row => [row['company_id'], row['financial_period']]),
    [['se', String(gone['financialPeriod'])]],
  );
  const status = await rowsOf(world, 'visma_ledger.close_status');
  const own = status.filter(row => row['company_id'] === 'se');
  const ofPeriod = (wanted: unknown): Row => own.find(row => row['financial_period'] === wanted) ?? {};
  assert.equal(ofPeriod(gone['financialPeriod'])['proof'], 'differs');
  const {accounts_moved, changes_since_close, late_lines} = ofPeriod(period);
  assert.deepEqual([accounts_moved, changes_since_close].map(Number), [1, 1]);
  assert.ok(Number(late_lines) >= 0);
  const findings = await rowsOf(world, 'visma_ledger.findings');
  const account = `account ${String(lineOf(gone, 0)['accountNumber'])}`;
  assert.ok(findings.some(row => row['finding'] === 'proof' && row['what'] === account));
  assert.ok(findings.some(row => row['finding'] === 'no route'));
}

async function assertLimits(world: World): Promise<void> {
  const variables = {stale_after_hours: '-1', stale_limits: 'budget=2 account=5 ledger=7'};
  const stale = await rowsOf(world, 'visma_stale', dashboardQueries({...plain, variables}));
  const lists = new Set(stale.map(row => String(row['resource'])));
  assert.ok(lists.has('journal_transaction') && lists.has('subaccount'));
  assert.ok(!lists.has('account') && !lists.has('ledger'));
  assert.deepEqual(new Set(stale.map(row => Number(row['hours_allowed']))), new Set([-1]));
}

async function assertWidgets(world: World): Promise<void> {
  const asked = queries.filter(({name}) => name.includes('/'));
  assert.ok(asked.length >= 14);
  for (const {name, sql} of asked) {
    const found = await world.query(sql);
    // Nothing was refused and nothing is missing: a table of that is empty, a count of it is not.
    if (name !== 'visma_status.findings/finding_table') assert.ok(found.length > 0, name);
  }
}

test('dashboards and alerts tell how the books stand, and what was done to them', async t => {
  // Calls are compared with those that this simulator has met, so that the load is its own.
  const world = await openBooks(t, {visma: {companies: ['se', 'no']}});
  await world.run('sync');
  await t.test('nothing is wrong after a first load', () => assertNothingWrong(world));
  await t.test('profit and loss is that of the books, by group and period', () => assertResult(world));
  await t.test('every list of every company has been read, and its calls are those that were made', () =>
    assertFreshness(world),
  );
  await t.test('a closed period that moves and a proof that fails are told, by name', () => assertTold(world));
  await t.test('a list is stale by the limit that is its own, or by the one of all', () => assertLimits(world));
  await t.test('whatever a widget asks of its dataset is there', () => assertWidgets(world));
});

test('I27 freshness is by the clock of the warehouse, and what is unknown is stale', async t => {
  const world = await loadedBooks(t, {visma: {companies: ['se']}});
  const ago = (hours: number): string => `current_timestamp() - INTERVAL ${hours} HOURS`;
  const future = "TIMESTAMP '2099-01-01 00:00:00'";
  const say = async (run: string, settled: string): Promise<number> => {
    await world.query(`UPDATE main.visma_control.run SET started_at = ${future}, ended_at = ${future}, ${run}`);
    await world.query(`UPDATE main.visma_control.checkpoint SET settled_at = ${settled}`);
    return (await rowsOf(world, 'visma_stale')).length;
  };
  const fresh = await rowsOf(world, 'visma_status.freshness');
  assert.ok(fresh.length > 0);
  assert.equal(await say(`recorded_at = ${ago(900)}`, ago(900)), fresh.length, 'a clock ahead makes nothing fresh');
  assert.equal((await rowsOf(world, 'visma_status.runs')).length > 0, true);
  assert.equal(await say('recorded_at = NULL', future), fresh.length, 'unknown');
  assert.deepEqual(await rowsOf(world, 'visma_status.runs'), []);
  assert.deepEqual(await rowsOf(world, 'visma_status.calls'), []);
  const unknown = await rowsOf(world, 'visma_status.freshness');
  assert.deepEqual(new Set(unknown.map(row => row['read_at'])), new Set([null]));
  assert.equal(await say('recorded_at = current_timestamp()', ago(900)), 0, 'a clock ahead makes nothing stale');
});

test('what a run refuses and what a sweep misses are findings', async t => {
  const world = await loadedBooks(t, {visma: {companies: ['se']}});
  assert.deepEqual(await rowsOf(world, 'visma_status.findings'), []);
  world.visma.delete({...journals, key: keyOf(posted(world, () => true))});
  await world.run('sweep', {resources: 'journal_transaction'});
  const found = await rowsOf(world, 'visma_status.findings');
  assert.deepEqual(
    found.map(row => [row['finding'], row['company_id'], row['resource'], Number(row['found'])]),
    [['key missing in Visma.net', 'se', 'journal_transaction', 1]],
  );
});
