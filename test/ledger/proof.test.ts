import assert from 'node:assert/strict';
import test, {type TestContext} from 'node:test';
import type {Ledger} from '../../src/model/ledger.ts';
import {RawBooks} from './raw-books.ts';

async function openBooks(t: TestContext): Promise<{books: RawBooks; ledger: Ledger}> {
  const books = await RawBooks.open();
  t.after(() => books.close());
  await books.found({'1910': 'Asset', '3010': 'Income', '5010': 'Expense'});
  return {books, ledger: books.ledger()};
}

const sale = (batch: string, amount: string) => [
  {batch, line: 1, account: '1910', debit: amount},
  {batch, line: 2, account: '3010', credit: amount},
];

/** The balances of sales of so much in a period. */
async function balanced(books: RawBooks, amount: string, period = '202601'): Promise<void> {
  await books.balance({account: '1910', period, type: 'Asset'}, {debit: amount});
  await books.balance({account: '3010', period, type: 'Income'}, {credit: amount});
}

const columns = ['financial_period', 'state', 'cells', 'posted_lines', 'ledger_lines', 'balance_rows'];
const states = (books: RawBooks): Promise<readonly string[]> => books.rows('visma_control.period_proof', columns);

test('I24 a result stands with what was counted of both sides; lines of a budget are accounted for', async t => {
  const {books, ledger} = await openBooks(t);
  await books.put('ledger', [{record_id: 'BUDGET', number: 'BUDGET', balance_type: 'Budget'}]);
  await books.post(sale('1', '10'));
  await books.post(sale('2', '99'), {ledger: 'BUDGET'});
  await balanced(books, '10');
  await books.follow(ledger);
  await books.prove(ledger);
  assert.deepEqual(await states(books), ['202601 proven 2 4 2 2']);
  const evidence = [
    'other_lines',
    'posted_by_ledger',
    'balances_by_ledger',
    'posted_debit',
    'ledger_debit',
    'balance_debit',
  ];
  assert.deepEqual(await books.rows('visma_control.period_proof', evidence), [
    '2 1: 2, BUDGET: 2 1: 2 10.0000000000 10.0000000000 10.0000000000',
  ]);
});

test('I24 a line that somebody wrote twice, into a raw table or into the ledger, proves nothing', async t => {
  for (const table of ['journal_transaction_line', 'general_ledger']) {
    const {books, ledger} = await openBooks(t);
    await books.post(sale('1', '10'));
    await balanced(books, '10');
    await books.follow(ledger);
    const doubled = `SELECT * FROM main.visma.${table} WHERE record_id = 'ModuleGL/1/1'`;
    await books.workspace.query(`INSERT INTO main.visma.${table} ${doubled}`);
    const [proof] = await books.prove(ledger);
    assert.deepEqual(
      [proof?.state, /posted lines, and general_ledger has/.test(proof?.reason ?? '')],
      ['unproven', true],
    );
  }
});

test('I23 an amount that is missing is no 0: neither in the ledger, nor in a proof, nor in a check', async t => {
  const {books, ledger} = await openBooks(t);
  await books.post(sale('1', '0'));
  await books.put('journal_transaction_line', [
    {record_id: 'ModuleGL/1/1', parent_record_id: 'ModuleGL/1', line_number: 1, account_number: '1910', branch: '1'},
  ]);
  await balanced(books, '0');
  await books.follow(ledger);
  const [proof] = await books.prove(ledger);
  assert.deepEqual([proof?.state, proof?.evidence.unreadable], ['unproven', 1]);
  const found = await books.rows('visma_control.journal_check', ['check_name', 'record_id']);
  assert.deepEqual(found, ['unreadable ModuleGL/1']);
  books.next();
  await books.post(sale('1', '0'));
  await books.balance({account: '3010', type: 'Income'}, {credit: null});
  await books.follow(ledger);
  assert.equal((await books.prove(ledger))[0]?.state, 'unproven', 'a balance that can not be read');
  books.next();
  await balanced(books, '0');
  await books.follow(ledger);
  assert.equal((await books.prove(ledger))[0]?.state, 'proven');
});

test('I23 an internal id that two ledgers of a list share makes one ledger of neither', async t => {
  const {books, ledger} = await openBooks(t);
  await books.put('ledger', [
    {record_id: '1', number: '1', balance_type: 'Actual', internal_id: 1},
    {record_id: 'BUDGET', number: 'BUDGET', balance_type: 'Budget', internal_id: 1},
  ]);
  await books.post(sale('1', '10'));
  await books.post(sale('2', '500'), {ledger: 'BUDGET'});
  await balanced(books, '10');
  await books.follow(ledger);
  assert.deepEqual(await books.rows('visma.general_ledger', ['ledger', 'record_id']), [
    '1 ModuleGL/1/1',
    '1 ModuleGL/1/2',
  ]);
  await books.prove(ledger);
  assert.deepEqual(await states(books), ['202601 proven 2 4 2 2']);
});

test('I23 a ledger that is not listed keeps its lines without consent; a new number is no new ledger', async t => {
  const {books, ledger} = await openBooks(t);
  await books.put('ledger', [{record_id: '1', number: '1', balance_type: 'Actual', internal_id: 7}]);
  await books.post(sale('1', '10'));
  await balanced(books, '10');
  await books.follow(ledger);
  await books.prove(ledger);
  books.next();
  const gone = {
    record_id: '1',
    number: '1',
    balance_type: 'Actual',
    internal_id: 7,
    _deleted_at: '2026-02-01T00:00:00',
  };
  await books.put('ledger', [gone]);
  await books.follow(ledger);
  assert.equal((await books.rows('visma.general_ledger', ['record_id'])).length, 2);
  assert.deepEqual((await ledger.standing()).ledgers, [{companyId: 'se', finding: 'vanished', ledger: '1'}]);
  books.next();
  await books.put('ledger', [{record_id: '77', number: '77', balance_type: 'Actual', internal_id: 7}]);
  await books.follow(ledger);
  assert.deepEqual(await books.rows('visma.general_ledger', ['ledger', 'record_id']), [
    '77 ModuleGL/1/1',
    '77 ModuleGL/1/2',
  ]);
  assert.deepEqual((await ledger.standing()).ledgers, []);
  await books.prove(ledger);
  assert.deepEqual(await states(books), ['202601 proven 2 2 2 2']);
  books.next();
  await books.put('ledger', [{...gone, record_id: '77', number: '77'}]);
  await books.follow(ledger);
  assert.equal((await books.rows('visma.general_ledger', ['record_id'])).length, 2);
  await books.follow(ledger, {acceptsDeletions: true});
  assert.deepEqual(await books.rows('visma.general_ledger', ['record_id']), []);
  assert.deepEqual(
    (await ledger.standing()).ledgers.map(({finding}) => finding),
    ['unknown'],
  );
  books.next();
  await books.put('ledger', [{record_id: '77', number: '77', balance_type: 'Actual', internal_id: 7}]);
  await books.follow(ledger);
  books.next();
  await books.put('ledger', [{...gone, record_id: '77', number: '77'}]);
  await books.follow(ledger);
  const held = await books.rows('visma.general_ledger', ['record_id']);
  assert.equal(held.length, 2, 'the consent was given once');
});

test('I24 without a ledger of its own a company is unproven, and so is a line whose ledger nobody knows', async t => {
  const {books, ledger} = await openBooks(t);
  await books.post(sale('1', '10'));
  await books.post(sale('2', '20'), {ledger: 'X', financial_period: '202602'});
  await balanced(books, '10');
  await books.follow(ledger);
  await books.prove(ledger);
  assert.deepEqual(await states(books), ['202601 proven 2 2 2 2', '202602 unproven 0 2 0 0']);
  const other = books.ledger({ledgers: ['ACTUAL']});
  await books.follow(other);
  assert.equal((await books.rows('visma.general_ledger', ['record_id'])).length, 2, 'a typing error empties nothing');
  await books.prove(other);
  const {periods, ledgers} = await other.standing();
  assert.deepEqual(
    periods.map(({state}) => state),
    ['unproven', 'unproven'],
  );
  assert.deepEqual(
    ledgers.map(({finding, ledger: number}) => [finding, number]),
    [
      ['not found', 'ACTUAL'],
      ['unknown', undefined],
    ],
  );
});

test('I25 of more periods that differ than a run reads again or names, each is recorded', async t => {
  const {books, ledger} = await openBooks(t);
  const periods = ['2024', '2025', '2026'].flatMap(year =>
    Array.from({length: 10}, (_, month) => `${year}${String(month + 1).padStart(2, '0')}`),
  );
  for (const period of periods) {
    await books.post([{batch: period, line: 1, account: '1910', debit: '10'}], {financial_period: period});
    await books.balance({account: '1910', period, type: 'Asset'}, {debit: '11'});
  }
  await books.follow(ledger);
  const proofs = await books.prove(ledger);
  assert.equal(proofs.filter(({state}) => state === 'differs').length, 30);
  const recorded = await books.rows('visma_control.period_proof', ['financial_period', 'state', 'differing']);
  assert.deepEqual(
    recorded,
    periods.map(period => `${period} differs 1`),
  );
  assert.deepEqual(await books.rows('visma_control.reconciliation', ['financial_period']), periods);
  assert.equal((await ledger.standing()).periods.length, 30);
});

test('I25 a result is not written if the lease is lost, or if the tables have moved since', async t => {
  const {books, ledger} = await openBooks(t);
  await books.post(sale('1', '10'));
  await balanced(books, '10');
  await books.follow(ledger);
  books.next();
  await books.prove(ledger, async () => books.balance({account: '1910', type: 'Asset'}, {debit: '11'}));
  assert.deepEqual(await states(books), ['202601 due    ']);
  await books.prove(ledger, async lease => {
    await books.workspace.query(`UPDATE main.visma_control.lease SET fence = ${lease.fence + 1}`);
  });
  assert.deepEqual(await states(books), ['202601 due    ']);
  await books.workspace.query("UPDATE main.visma_control.lease SET expires_at = TIMESTAMP '2020-01-01 00:00:00'");
  await books.prove(ledger);
  assert.deepEqual(await states(books), ['202601 differs 2 2 2 2']);
  const {periods} = await ledger.standing();
  assert.deepEqual(
    periods.map(({state, differing}) => [state, differing]),
    [['differs', 1]],
  );
  books.next();
  await books.post(sale('2', '1'));
  await books.follow(ledger);
  assert.equal((await ledger.standing()).periods.length, 1, 'what changed since it differed still stands');
});

test('tables of an earlier version get what they lack, and what was proven before is proved again', async t => {
  const {books, ledger} = await openBooks(t);
  const {workspace} = books;
  await books.post(sale('1', '10'));
  await books.follow(ledger);
  const control = 'main.visma_control';
  await workspace.query(`DROP TABLE ${control}.period_proof`);
  await workspace.query(`DROP TABLE ${control}.company_fact`);
  await workspace.query(`CREATE TABLE ${control}.period_proof (company_id STRING, financial_period STRING, state STRING,
    cells BIGINT, differing BIGINT, run_id STRING, noted_at TIMESTAMP) USING DELTA`);
  await workspace.query(`INSERT INTO ${control}.period_proof VALUES
    ('se', '202601', 'proven', 0, 0, 'old', current_timestamp())`);
  await workspace.query(`UPDATE ${control}.ledger_checkpoint SET fingerprint = 'of an earlier version'`);
  await books.follow(ledger);
  assert.deepEqual(await books.rows('visma_control.period_proof', ['state']), ['due']);
  await books.prove(ledger);
  assert.deepEqual(await books.rows('visma_control.period_proof', ['state', 'reason']), [
    'unproven the ERP lists no balances',
  ]);
});

test('I24 an account that the ERP keeps is recognised, and compared if it does otherwise', async t => {
  const {books, ledger} = await openBooks(t);
  await books.post(sale('1', '10'));
  await books.post([
    {batch: '2', line: 1, account: '5010', debit: '4'},
    {batch: '2', line: 2, account: '1910', credit: '4'},
  ]);
  await books.balance({account: '1910', type: 'Asset'}, {debit: '10', credit: '4'});
  await books.balance({account: '3010', type: 'Income'}, {credit: '10'});
  await books.balance({account: '5010', type: 'Expense'}, {debit: '4'});
  await books.balance({account: '2069', type: 'Liability'}, {debit: '4', credit: '10'});
  for (const [period, begun] of [
    ['202512', '0'],
    ['202601', '50'],
  ] as const) {
    const over = {beginning_balance: begun, year_to_date_balance: begun};
    await books.balance({account: '2068', period, type: 'Liability'}, {}, over);
  }
  await books.follow(ledger);
  const proofs = await books.prove(ledger);
  assert.deepEqual(
    proofs.map(({period, state, evidence}) => [period, state, evidence.systemRows]),
    [
      ['202512', 'proven', 0],
      ['202601', 'proven', 1],
    ],
  );
  const facts = await books.rows('visma_control.company_fact', ['fact', 'answer']);
  assert.deepEqual(facts, ['net_income_account 2069', 'retained_earnings_account 2068', 'system_accounts looked for']);
  books.next();
  await books.balance({account: '2069', type: 'Liability'}, {debit: '5', credit: '10'});
  await books.follow(ledger);
  assert.equal((await books.prove(ledger))[0]?.state, 'differs', 'it no longer does what it was recognised by');
});

test('I24 an account that moves as the result does, and whose lines are lost, differs', async t => {
  const {books, ledger} = await openBooks(t);
  await books.post([{batch: '1', line: 2, account: '3010', credit: '10'}]);
  await books.balance({account: '2440', type: 'Liability'}, {debit: '10'});
  await books.balance({account: '3010', type: 'Income'}, {credit: '10'});
  await books.follow(ledger);
  assert.equal((await books.prove(ledger))[0]?.state, 'differs');
  assert.deepEqual(await books.rows('visma_control.company_fact', ['fact']), ['system_accounts']);
});
