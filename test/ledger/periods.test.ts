import assert from 'node:assert/strict';
import test, {type TestContext} from 'node:test';
import type {SyncError} from '../../src/base/errors.ts';
import type {Mapping} from '../../src/model/ledger.ts';
import {companyId} from '../../src/model/names.ts';
import {RawBooks} from './raw-books.ts';

const group: Partial<Mapping> = {groupCurrency: 'SEK', rates: {type: 'SPOT', company: companyId('se')}};

async function openBooks(t: TestContext, companies: readonly string[] = ['se', 'no']): Promise<RawBooks> {
  const books = await RawBooks.open();
  t.after(() => books.close());
  await books.found({'1910': 'Asset', '3010': 'Income'}, companies);
  return books;
}

const sale = (batch: string, amount: string, company = 'no') => [
  {batch, line: 1, account: '1910', debit: amount, company},
  {batch, line: 2, account: '3010', credit: amount, company},
];

const rate = (id: number, day: string, value: string) => ({
  ...{
    record_id: String(id),
    id,
    from_currency_id: 'NOK',
    to_currency_id: 'SEK',
    rate_type: 'SPOT',
    mult_div: 'Multiply',
  },
  ...{rate: value, rate_reciprocal: '1', effective_date: day},
});

const period = (year: number, number: string, [start, end]: readonly [string, string]) => ({
  company_id: 'no',
  record_id: `${year}/${number}`,
  ...{year, period: number, start_date: start, end_date: end},
});

const closingRate = async (books: RawBooks, of: string): Promise<string | undefined> =>
  (await books.rows('visma.general_ledger', ['financial_period', 'account', 'group_rate']))
    .find(row => row.startsWith(`${of} 1910`))
    ?.split(' ')[2];

for (const [form, december, thirteen] of [
  ['its last day', ['2026-12-01', '2026-12-31'], ['2026-12-31', '2026-12-31']],
  ['the day after it', ['2026-12-01', '2027-01-01'], ['2027-01-01', '2027-01-01']],
] as const) {
  test(`a period ends on its own last day, said as ${form}, also beside an adjustment period`, async t => {
    const books = await openBooks(t);
    const january = form === 'its last day' ? '2027-01-31' : '2027-02-01';
    await books.put('financial_period', [
      period(2026, '12', december),
      period(2026, '13', thirteen),
      period(2027, '01', ['2027-01-01', january]),
    ]);
    await books.put('currency_rate', [
      rate(1, '2026-12-30', '0.95'),
      rate(2, '2026-12-31', '1.05'),
      rate(3, '2027-01-01', '1.1'),
      rate(4, '2027-01-31', '1.2'),
    ]);
    await books.post(sale('1', '10'), {financial_period: '202612'});
    await books.post(sale('2', '10'), {financial_period: '202613'});
    await books.post(sale('3', '10'), {financial_period: '202701'});
    await books.follow(books.ledger(group));
    assert.equal(await closingRate(books, '202612'), '1.0500000000');
    assert.equal(await closingRate(books, '202613'), '1.0500000000');
    assert.equal(await closingRate(books, '202701'), '1.2000000000');
  });
}

test('I23 a rate of zero is no rate, and an account of unknown type takes none', async t => {
  const books = await openBooks(t);
  await books.put('currency_rate', [rate(1, '2026-01-10', '1.1'), rate(2, '2026-01-31', '0')]);
  await books.post(sale('1', '10'));
  await books.post([{batch: '2', line: 1, account: '9999', debit: '7', company: 'no'}]);
  const errors = await reported(books);
  assert.equal(await closingRate(books, '202601'), '1.1000000000');
  assert.deepEqual(
    errors.map(({kind, facts}) => [kind, facts['company'], facts['lacking'], facts['lines']]),
    [['incomplete', 'no', 'account_type', 1]],
  );
  const rows = await books.rows('visma.trial_balance_group', ['account_type', 'group_amount', 'lines_without_rate']);
  assert.deepEqual(rows, [' 0.00 1', 'Asset 11.00 0', 'Income -11.00 0']);
});

test('I23 accounts of unknown type are reported whether or not anything is converted', async t => {
  const books = await openBooks(t, ['se']);
  await books.post([{batch: '1', line: 1, account: '9999', debit: '7'}]);
  for (const mapping of [{}, group]) {
    const errors: SyncError[] = [];
    await books.follow(books.ledger(mapping, ['se']), {report: error => errors.push(error)});
    assert.deepEqual(
      errors.map(({facts, message}) => [
        facts['company'],
        facts['lacking'],
        facts['lines'],
        /the type of/.test(message),
      ]),
      [['se', 'account_type', 1, true]],
    );
  }
});

test('I23 a company without any rate of the configured type is reported, one with rates is not', async t => {
  const books = await openBooks(t);
  await books.post(sale('1', '10'));
  const lacking = (await reported(books)).map(({facts}) => facts['lacking']);
  assert.deepEqual(lacking.toSorted(), ['no_rates', 'rate']);
  books.next();
  await books.put('currency_rate', [rate(1, '2026-01-10', '1.1')]);
  assert.deepEqual(await reported(books), []);
});

test('I25 what the figures lack is reported by every run until it is there', async t => {
  const books = await openBooks(t);
  await books.put('currency_rate', [rate(1, '2026-02-10', '1.1')]);
  await books.post(sale('1', '10'));
  for (let run = 0; run < 2; run++) {
    assert.deepEqual(
      (await reported(books)).map(({facts}) => [facts['lacking'], facts['lines']]),
      [['rate', 2]],
    );
  }
  books.next();
  await books.put('currency_rate', [rate(2, '2026-01-31', '1.2')]);
  assert.deepEqual(await reported(books), []);
});

test('I26 a company that leaves the configuration keeps its currency and its figures in the group', async t => {
  const books = await openBooks(t);
  await books.put('currency_rate', [rate(1, '2026-01-10', '1.1')]);
  await books.post(sale('1', '10'));
  await books.follow(books.ledger(group));
  const columns = ['company_id', 'account', 'currency', 'group_amount'];
  const before = await books.rows('visma.general_ledger', columns);
  assert.deepEqual(before, ['no 1910 NOK 11.00000000000000', 'no 3010 NOK -11.00000000000000']);
  const alone = books.ledger(group, ['se']);
  await books.follow(alone);
  assert.deepEqual(await books.rows('visma.general_ledger', columns), before);
  await books.workspace.query('DROP TABLE main.visma_control.ledger_company');
  await books.follow(alone);
  assert.deepEqual(await books.rows('visma.general_ledger', columns), before, 'the ledger itself tells the currency');
});

test('a trial balance adds up to zero in every period and year', async t => {
  const books = await openBooks(t, ['se']);
  const year = (number: number) => ({
    ...{record_id: `${number}/01`, year: number, period: '01'},
    ...{start_date: `${number}-01-01`, end_date: `${number}-02-01`},
  });
  await books.put('financial_period', [year(2027), year(2029)]);
  await books.post(sale('1', '1000', 'se'), {financial_period: '202601'});
  await books.post(
    [
      {batch: '2', line: 1, account: '1920', debit: '5'},
      {batch: '2', line: 2, account: '1910', credit: '5'},
    ],
    {
      financial_period: '202602',
    },
  );
  await books.post(sale('3', '50', 'se'), {financial_period: '202701'});
  await books.post(sale('4', '-7', 'se'), {financial_period: '202901'});
  await books.follow(books.ledger());
  const sums = await books.workspace.query(`SELECT financial_period, SUM(closing_balance) AS sum
    FROM main.visma.trial_balance GROUP BY financial_period`);
  assert.deepEqual(
    sums.map(row => Number(row['sum'])),
    [0, 0, 0, 0],
  );
  const computed = (
    await books.rows('visma.trial_balance', ['account_name', 'financial_period', 'amount', 'closing_balance'])
  )
    .filter(row => row.startsWith('retained_earnings_computed'))
    .map(row => row.replaceAll('.0000000000', ''));
  assert.deepEqual(computed, [
    'retained_earnings_computed 202701 -1000 -1000',
    'retained_earnings_computed 202901 -50 -1050',
  ]);
});

test('a year that the company closed by a journal of its own is not carried twice', async t => {
  const books = await openBooks(t, ['se']);
  await books.put('account', [{record_id: '2091', account_cd: '2091', type: 'Liability', description: 'Retained'}]);
  await books.post(sale('1', '1000', 'se'), {financial_period: '202601'});
  const closing = [
    {batch: '2', line: 1, account: '3010', debit: '1000'},
    {batch: '2', line: 2, account: '2091', credit: '1000'},
  ];
  await books.post(closing, {financial_period: '202603'});
  await books.post(sale('3', '50', 'se'), {financial_period: '202701'});
  await books.follow(books.ledger());
  const rows = await books.rows('visma.trial_balance', ['financial_period', 'account', 'closing_balance']);
  assert.deepEqual(
    rows.filter(row => row.startsWith('202701')).map(row => row.replace('.0000000000', '')),
    ['202701 1910 1050', '202701 2091 -1000', '202701 3010 -50'],
  );
});

async function reported(books: RawBooks): Promise<readonly SyncError[]> {
  const errors: SyncError[] = [];
  await books.follow(books.ledger(group), {report: error => void errors.push(error)});
  return errors;
}
