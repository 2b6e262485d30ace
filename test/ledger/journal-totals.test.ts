import assert from 'node:assert/strict';
import test, {type TestContext} from 'node:test';
import {RawBooks} from './raw-books.ts';

async function findings(t: TestContext, header: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const books = await RawBooks.open();
  t.after(() => books.close());
  await books.found({'1910': 'Asset', '3010': 'Income'});
  const line = {parent_record_id: 'ModuleGL/1', branch: '1'};
  await books.put('journal_transaction', [
    {record_id: 'ModuleGL/1', module: 'ModuleGL', batch_number: '1', status: 'Posted', ledger: '1', ...header},
  ]);
  const amounts = (side: string, company: string, document: string) => ({
    [`${side}_amount`]: company,
    [`${side}_amount_in_currency`]: document,
  });
  await books.put('journal_transaction_line', [
    {
      record_id: 'ModuleGL/1/1',
      ...line,
      account_number: '1910',
      ...amounts('debit', '11.51', '1'),
      ...amounts('credit', '0', '0'),
    },
    {
      record_id: 'ModuleGL/1/2',
      ...line,
      account_number: '1910',
      ...amounts('debit', '11.51', '1'),
      ...amounts('credit', '0', '0'),
    },
    {
      record_id: 'ModuleGL/1/3',
      ...line,
      account_number: '3010',
      ...amounts('debit', '0', '0'),
      ...amounts('credit', '23.02', '2'),
    },
  ]);
  await books.follow(books.ledger());
  return books.rows('visma_control.journal_check', ['check_name']);
}

test('a total in company currency may be half a cent a line off in a batch of another currency', async t => {
  assert.deepEqual(await findings(t, {currency_id: 'EUR', debit_total: '23.01', credit_total: '23.02'}), []);
});

test('a total that is further off is a finding', async t => {
  assert.deepEqual(await findings(t, {currency_id: 'EUR', debit_total: '23.00', credit_total: '23.02'}), [
    'debit_total',
  ]);
});

test('in a batch of the company currency a total is compared exactly', async t => {
  assert.deepEqual(await findings(t, {currency_id: 'SEK', debit_total: '23.01'}), ['debit_total']);
});

test('totals in the currency of the batch are compared exactly', async t => {
  const header = {currency_id: 'EUR', debit_total_in_currency: '2', credit_total_in_currency: '2.01'};
  assert.deepEqual(await findings(t, header), ['credit_total_in_currency']);
});
