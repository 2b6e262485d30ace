import assert from 'node:assert/strict';
import test, {type TestContext} from 'node:test';
import {companyId} from '../../../src/model/names.ts';
import {RawBooks} from '../raw-books.ts';

const se = companyId('se');

/** Books of two companies whose ledger is built. */
async function openBooks(t: TestContext): Promise<RawBooks> {
  const books = await RawBooks.open();
  t.after(() => books.close());
  await books.found({1910: 'Asset', 3010: 'Income'}, ['se', 'no']);
  for (const company of ['se', 'no']) for (const batch of ['1', '2', '3']) await post(books, batch, company);
  await books.follow(books.ledger());
  assert.equal((await linesOf(books)).length, 12);
  return books;
}

const post = (books: RawBooks, batch: string, company = 'se'): Promise<void> =>
  books.post([
    {batch, line: 1, account: '1910', debit: '10', company},
    {batch, line: 2, account: '3010', credit: '10', company},
  ]);

const linesOf = (books: RawBooks, company?: string): Promise<readonly string[]> =>
  books.rows(`visma.general_ledger${company === undefined ? '' : ` WHERE company_id = '${company}'`}`, ['record_id']);

async function drop(books: RawBooks, ...tables: readonly string[]): Promise<void> {
  for (const table of tables) await books.workspace.query(`DROP TABLE main.visma.${table}`);
}

const both = ['journal_transaction', 'journal_transaction_line'];

for (const dropped of [both, both.slice(1)]) {
  test(`I23 lines of ${dropped.join(' and ')} stay in the ledger after a drop`, async t => {
    const books = await openBooks(t);
    await drop(books, ...dropped);
    await books.follow(books.ledger());
    assert.equal((await linesOf(books)).length, 12, 'nothing is read again yet');
    books.next();
    await post(books, '1');
    await books.follow(books.ledger());
    assert.equal((await linesOf(books)).length, 12, 'the reading was cut short');
    await books.put('ledger', [{record_id: '1', number: '1', balance_type: 'Actual', description: 'Renamed'}]);
    await books.follow(books.ledger());
    assert.equal((await linesOf(books)).length, 12, 'when all lines are looked at again');
    await post(books, '2');
    await books.follow(books.ledger(), {whole: [se]});
    const left = ['ModuleGL/1/1', 'ModuleGL/1/2', 'ModuleGL/2/1', 'ModuleGL/2/2'];
    const kept = dropped.length === 2 ? left : [...left, 'ModuleGL/3/1', 'ModuleGL/3/2'];
    assert.deepEqual(await linesOf(books, 'se'), kept, 'what the whole list no longer has is gone');
    assert.equal((await linesOf(books, 'no')).length, 6, 'another company waits for its own');
  });
}

test('I23 a lost line goes if its batch is out, or came later without it', async t => {
  const books = await openBooks(t);
  await drop(books, 'journal_transaction_line');
  await books.put('journal_transaction', [
    {record_id: 'ModuleGL/1', module: 'ModuleGL', batch_number: '1', status: 'Posted', _deleted_at: '2026-02-01'},
  ]);
  await books.follow(books.ledger());
  assert.deepEqual(await linesOf(books, 'se'), ['ModuleGL/2/1', 'ModuleGL/2/2', 'ModuleGL/3/1', 'ModuleGL/3/2']);
  for (let commit = 0; commit < 50; commit++) books.next();
  await books.post([{batch: '2', line: 1, account: '1910', debit: '10'}]);
  await books.put('branch', [{record_id: '1', number: '1', is_main_branch: true}]);
  await books.follow(books.ledger());
  assert.deepEqual(await linesOf(books, 'se'), ['ModuleGL/2/1', 'ModuleGL/3/1', 'ModuleGL/3/2']);
});
