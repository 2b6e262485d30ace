import assert from 'node:assert/strict';
import test, {type TestContext} from 'node:test';
import {SyncError} from '../../../src/base/errors.ts';
import type {Mapping, Route} from '../../../src/model/ledger.ts';
import {companyId} from '../../../src/model/names.ts';
import {RawBooks} from '../raw-books.ts';

const range = (from: string, to = from): Route['accounts'] => [{from, to}];
const revenue: Route = {accounts: range('3000', '3999'), group: 'revenue', table: 'gl_revenue', intercompany: false};
const sales: Route = {...revenue, table: 'gl_sales', group: 'sales'};
const columns = ['company_id', 'record_id', 'account', 'account_group', 'branch', 'debit', 'credit', 'amount'];

async function openBooks(t: TestContext): Promise<RawBooks> {
  const books = await RawBooks.open();
  t.after(() => books.close());
  await books.found({'1910': 'Asset', '3010': 'Income', '0100': 'Asset', '100': 'Asset'}, ['se', 'no']);
  return books;
}

const sale = (batch: string, amount: string) => [
  {batch, line: 1, account: '1910', debit: amount, branch: null},
  {batch, line: 2, account: '3010', credit: amount},
];

test('a line is posted or it is not: what is not posted, gone, or of another ledger has no place', async t => {
  const books = await openBooks(t);
  const ledger = books.ledger({routes: [revenue]});
  await books.post(sale('1', '10.0000000001'));
  await books.post(sale('2', '20'), {status: 'Balanced'});
  await books.post(sale('3', '30'), {ledger: 'BUDGET'});
  await books.post(sale('4', '40'), {_deleted_at: '2026-02-01T00:00:00'});
  await books.follow(ledger);
  assert.deepEqual(await books.rows('visma.general_ledger', columns), [
    'se ModuleGL/1/1 1910 other 1 10.0000000001 0.0000000000 10.0000000001',
    'se ModuleGL/1/2 3010 revenue 1 0.0000000000 10.0000000001 -10.0000000001',
  ]);
  assert.deepEqual(await books.rows('visma.gl_revenue', ['record_id']), ['ModuleGL/1/2']);
  books.next();
  await books.post(sale('1', '11'), {status: 'Voided'});
  await books.post(sale('2', '20'), {status: 'Posted'});
  await books.follow(ledger);
  assert.deepEqual(await books.rows('visma.general_ledger', ['record_id']), ['ModuleGL/2/1', 'ModuleGL/2/2']);
  assert.deepEqual(await books.rows('visma.gl_revenue', ['record_id']), ['ModuleGL/2/2']);
});

test('an account has one route: the first that takes it, and codes are texts', async t => {
  const books = await openBooks(t);
  await books.post(['0100', '100', '3010', '30100', '3010x'].map((account, line) => ({batch: '1', line, account})));
  await books.post([{batch: '1', line: 1, account: '3010', company: 'no'}]);
  const ofNorway: Route = {...sales, companies: [companyId('no')]};
  const assets: Route = {accounts: range('0000', '0999'), group: 'assets', intercompany: true};
  await books.follow(books.ledger({routes: [ofNorway, revenue, assets]}));
  assert.deepEqual(await books.rows('visma.general_ledger', ['company_id', 'account', 'account_group']), [
    'no 3010 sales',
    'se 0100 assets',
    'se 100 other',
    'se 3010 revenue',
    'se 30100 other',
    'se 3010x other',
  ]);
  assert.deepEqual(await books.rows('visma.unrouted_accounts', ['account']), ['100', '30100', '3010x']);
  const wrong: Route = {...revenue, accounts: [...range('3010'), ...range('301'), ...range('8000', '8999')]};
  await books.follow(books.ledger({routes: [{...wrong, companies: [companyId('se'), companyId('dk')]}, assets]}));
  const unknown = ['route', 'account_group', 'company_id', 'first_account', 'last_account'];
  assert.deepEqual(await books.rows('visma.unknown_accounts', unknown), [
    '1 revenue dk 301 301',
    '1 revenue dk 3010 3010',
    '1 revenue dk 8000 8999',
    '1 revenue se 301 301',
    '1 revenue se 8000 8999',
  ]);
  await books.follow(books.ledger());
  assert.deepEqual(await books.rows('visma.unknown_accounts', unknown), []);
});

test('nothing that changed costs one statement, and what changed is all that is written', async t => {
  const books = await openBooks(t);
  const ledger = books.ledger({routes: [revenue]});
  await books.post(sale('1', '10'));
  await books.follow(ledger);
  books.workspace.takeLabels();
  await books.follow(ledger);
  assert.deepEqual(
    books.workspace.takeLabels().filter(label => label === 'ledger'),
    ['ledger'],
  );
  books.next();
  await books.post(sale('2', '20'));
  await books.put('account', [{record_id: '1910', account_cd: '1910', type: 'Asset', description: 'Cash'}]);
  const consumed = await books.follow(ledger);
  assert.deepEqual([consumed['journal_transaction'], consumed['account'], consumed['branch']], [1, 1, 0]);
  assert.deepEqual(await books.rows('visma.general_ledger', ['record_id', 'account_name', '_commit']), [
    'ModuleGL/1/1 Cash 3',
    'ModuleGL/1/2 Account 3010 1',
    'ModuleGL/2/1 Cash 3',
    'ModuleGL/2/2 Account 3010 3',
  ]);
});

test('a routed table follows what is added, written again, moved and taken away, and touches nothing else', async t => {
  const books = await openBooks(t);
  const costs: Route = {accounts: range('5000', '5999'), group: 'costs', table: 'gl_costs', intercompany: false};
  const ledger = books.ledger({routes: [revenue, costs]});
  for (const batch of ['1', '2', '3', '4']) await books.post(sale(batch, '10'));
  await books.follow(ledger);
  const columns = ['record_id', 'credit', 'account_name', '_commit'];
  books.next();
  await books.post([{batch: '1', line: 2, account: '3010', credit: '11'}]);
  await books.post([{batch: '2', line: 2, account: '5010', credit: '10'}]);
  await books.put('journal_transaction', [
    {record_id: 'ModuleGL/3', status: 'Voided', module: 'ModuleGL', ledger: '1'},
  ]);
  await books.post(sale('5', '50'));
  await books.follow(ledger);
  assert.deepEqual(await books.rows('visma.gl_revenue', columns), [
    'ModuleGL/1/2 11.0000000000 Account 3010 2',
    'ModuleGL/4/2 10.0000000000 Account 3010 1',
    'ModuleGL/5/2 50.0000000000 Account 3010 2',
  ]);
  assert.deepEqual(await books.rows('visma.gl_costs', columns), ['ModuleGL/2/2 10.0000000000  2']);
  books.next();
  await books.put('account', [{record_id: '3010', account_cd: '3010', type: 'Income', description: 'Sales'}]);
  await books.follow(ledger);
  assert.deepEqual(await books.rows('visma.gl_revenue', ['record_id', 'account_name', '_commit']), [
    'ModuleGL/1/2 Sales 3',
    'ModuleGL/4/2 Sales 3',
    'ModuleGL/5/2 Sales 3',
  ]);
  assert.equal((await books.rows('visma.gl_costs', columns)).length, 1);
});

test('a ledger of an earlier version gets the columns that it lacks', async t => {
  const books = await openBooks(t);
  await books.post(sale('1', '10'));
  await books.follow(books.ledger());
  await books.workspace.query('DROP TABLE main.visma_control.period_close');
  await books.workspace.query(`CREATE TABLE main.visma_control.period_close (company_id STRING, financial_period STRING,
    recorded_at TIMESTAMP, reopened_at TIMESTAMP, run_id STRING) USING DELTA`);
  await books.follow(books.ledger({routes: [revenue]}));
  assert.deepEqual(await books.rows('visma_control.period_close', ['ledger_version']), []);
});

test('what was dropped is made again, and filled', async t => {
  const books = await openBooks(t);
  const ledger = books.ledger({routes: [revenue]});
  await books.post(sale('1', '10'));
  await books.follow(ledger);
  for (const dropped of ['visma.gl_revenue', 'visma.general_ledger', 'visma_control.period_event']) {
    await books.workspace.query(`DROP TABLE main.${dropped}`);
    books.next();
    await books.post(sale('2', '20'));
    await books.follow(ledger);
    assert.deepEqual(await books.rows('visma.gl_revenue', ['record_id']), ['ModuleGL/1/2', 'ModuleGL/2/2'], dropped);
    assert.equal((await books.rows('visma.general_ledger', ['record_id'])).length, 4);
  }
});

test('I18 killed at any statement, or with answers lost, the next run ends in the same ledger', async t => {
  const former: Partial<Mapping> = {routes: [revenue], dimensions: [{by: {segment: 1}, column: 'cost_center'}]};
  const later: Partial<Mapping> = {routes: [sales], dimensions: [{by: {segment: 2}, column: 'undertaking'}]};
  for (const end of ['died', 'answer lost'] as const) {
    const books = await openBooks(t);
    let step = 0;
    let deaths = 0;
    for (let at = 1; ; at++) {
      // Now and then the mapping is another one, so that everything is built anew on the way.
      const ledger = books.ledger(step % 3 === 2 ? later : former);
      const died = await followDying(books, ledger, {at, end});
      if (died) {
        deaths++;
        continue;
      }
      await assertSame(books, step % 3 === 2 ? 'gl_sales' : 'gl_revenue');
      if (++step > 2) break;
      at = 0;
      books.next();
      await books.post(sale(String(step), `${step}.10`));
      await books.post(sale(String(step - 1), '1'), {status: step % 2 === 0 ? 'Voided' : 'Posted'});
    }
    assert.ok(end === 'answer lost' || deaths > 20, `${deaths} deaths`);
  }
});

interface Death {
  readonly at: number;
  readonly end: 'died' | 'answer lost';
}

/** One run that dies at its n-th statement; false where it came to its end before that. */
async function followDying(
  books: RawBooks,
  ledger: ReturnType<RawBooks['ledger']>,
  {at, end}: Death,
): Promise<boolean> {
  let sent = 0;
  books.workspace.before = ({label}) => {
    if (label === 'lease' || label === 'read') return undefined;
    sent++;
    if (end === 'answer lost') return end;
    if (sent >= at) throw new SyncError('cancelled', 'died');
    return undefined;
  };
  try {
    await books.follow(ledger);
    return false;
  } catch (thrown) {
    if (thrown instanceof SyncError && thrown.message === 'died') return true;
    throw thrown;
  }
}

/** The ledger and its routed table are what the raw tables say, by a query of their own. */
async function assertSame(books: RawBooks, routed: string): Promise<void> {
  const expected = await books.workspace.query(`SELECT l.record_id AS id, l.account_number AS account
    FROM main.visma.journal_transaction_line l JOIN main.visma.journal_transaction h
    ON h.record_id = l.parent_record_id AND h.company_id = l.company_id WHERE h.status = 'Posted'`);
  const ids = expected.map(({id}) => String(id)).toSorted();
  assert.deepEqual(await books.rows('visma.general_ledger', ['record_id']), ids);
  const sold = expected.filter(({account}) => account === '3010').map(({id}) => String(id));
  assert.deepEqual(await books.rows(`visma.${routed}`, ['record_id']), sold.toSorted());
}
