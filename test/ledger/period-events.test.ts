import assert from 'node:assert/strict';
import test, {type TestContext} from 'node:test';
import {RawBooks} from './raw-books.ts';

async function openClosed(t: TestContext): Promise<RawBooks> {
  const books = await RawBooks.open();
  t.after(() => books.close());
  await books.found({'1910': 'Asset', '3010': 'Income'});
  await books.post(sale('1', '10'));
  await books.follow(books.ledger());
  await books.workspace.query(`INSERT INTO main.visma_control.period_close
    (company_id, financial_period, recorded_at, run_id) VALUES ('se', '202601', TIMESTAMP '2026-02-01 00:00:00', 'r')`);
  books.next();
  return books;
}

const sale = (batch: string, amount: string, account = '1910') => [
  {batch, line: 1, account, debit: amount},
  {batch, line: 2, account: '3010', credit: amount},
];

const events = (books: RawBooks): Promise<readonly string[]> =>
  books.rows('visma_control.period_event', ['event', 'record_id']);

test('a line that is added, removed and added again to a closed period is three events', async t => {
  const books = await openClosed(t);
  const [line] = sale('2', '900');
  assert.ok(line);
  for (const status of ['Posted', 'Balanced', 'Posted']) {
    await books.post([line], {status});
    await books.follow(books.ledger());
    await books.follow(books.ledger());
    books.next();
  }
  assert.deepEqual(await events(books), ['added ModuleGL/2/1', 'added ModuleGL/2/1', 'removed ModuleGL/2/1']);
});

test('a ledger that is configured, or left out, makes no event: nobody posted anything', async t => {
  const books = await openClosed(t);
  await books.post(sale('2', '5'), {ledger: 'BUDGET'});
  await books.follow(books.ledger());
  await books.put('ledger', [{record_id: '2', number: 'BUDGET', balance_type: 'Budget'}]);
  for (const ledgers of [['1', 'BUDGET'], ['BUDGET'], ['1']]) await books.follow(books.ledger({ledgers}));
  assert.deepEqual(await events(books), []);
});

test('texts, names and renamed accounts are no event, another account is one', async t => {
  const books = await openClosed(t);
  await books.put('account', [
    {record_id: '1910', account_cd: '1910', account_id: 5, type: 'Asset', _deleted_at: '2026-02-02T00:00:00'},
    {record_id: '1911', account_cd: '1911', account_id: 5, type: 'Asset'},
    {record_id: '1920', account_cd: '1920', account_id: 6, type: 'Asset'},
  ]);
  await books.post(sale('1', '10', '1911'), {description: 'another text'});
  await books.follow(books.ledger());
  assert.deepEqual(await events(books), []);
  books.next();
  await books.post(sale('1', '10', '1920'));
  await books.follow(books.ledger());
  assert.deepEqual(await events(books), ['changed ModuleGL/1/1']);
});

test('a ledger that was dropped and built again makes no event, for it has nothing to compare with', async t => {
  const books = await openClosed(t);
  await books.workspace.query('DROP TABLE main.visma.general_ledger');
  await books.follow(books.ledger());
  assert.deepEqual(await events(books), []);
  assert.equal((await books.rows('visma.general_ledger', ['record_id'])).length, 2);
});
