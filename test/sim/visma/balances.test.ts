import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {asker, walk} from './asking.ts';
import {at, type Entity, entitiesIn, exact, numberText} from './exact.ts';
import {plainText, scaled} from './money.ts';
import {startVisma} from './visma.ts';

const sim = await startVisma({companies: ['se'], size: {invoices: 60, journalLines: 600}, nasty: true});
after(() => sim.close());
const ask = await asker(sim, 'se');

const whole = (value: Entity[string]): bigint => scaled(numberText(value) ?? '0', 18);
const retained = '2068';
const result = '2069';

/** Without the two accounts that the ERP keeps by itself. */
const balances = (query: Readonly<Record<string, string>> = {}): readonly Entity[] =>
  sim
    .listed('se', '/v2/generalLedgerBalance', {excludeYTDAccount: 'true', ...query})
    .filter(row => at(row, 'account.number') !== retained);
const systemRows = (number: string, query: Readonly<Record<string, string>> = {}): readonly Entity[] =>
  sim.listed('se', '/v2/generalLedgerBalance', query).filter(row => at(row, 'account.number') === number);
const idOf = (row: Entity): string =>
  ['account.number', 'subaccountId', 'currencyId'].map(name => String(at(row, name))).join(' ');

/** Debit less credit by account and period, of whatever rows. */
function turnover(
  rows: readonly Entity[],
  names: readonly [account: string, period: string, debit: string, credit: string],
) {
  const sums = new Map<string, bigint>();
  const [account, period, debit, credit] = names;
  for (const row of rows) {
    const name = `${String(at(row, account))} ${String(row[period])}`;
    sums.set(name, (sums.get(name) ?? 0n) + whole(row[debit]) - whole(row[credit]));
  }
  return new Map([...sums].filter(([, sum]) => sum !== 0n).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

test('balances, flat lines and posted batches say the same of every account and period', () => {
  const posted = sim.posted('se').map(({account, financialPeriod, debit, credit}) => ({
    account: {number: account},
    financialPeriod,
    debit: exact(plainText(debit, 18)),
    credit: exact(plainText(credit, 18)),
  }));
  const wanted = turnover(posted, ['account.number', 'financialPeriod', 'debit', 'credit']);
  const columns = ['account.number', 'financialPeriod', 'periodToDateDebit', 'periodToDateCredit'] as const;
  assert.deepEqual(turnover(balances(), columns), wanted);
  const flat = sim.listed('se', '/v1/GeneralLedgerTransactions', {ledger: '1'});
  assert.deepEqual(turnover(flat, ['account.number', 'period', 'debitAmount', 'creditAmount']), wanted);
});

test('each balance begins where the one before it ended; income and costs begin at nothing each year', () => {
  const before = new Map<string, Entity>();
  for (const row of balances()) {
    const earlier = before.get(idOf(row));
    const type = String(at(row, 'account.type'));
    const sameYear = String(earlier?.['financialPeriod']).slice(0, 4) === String(row['financialPeriod']).slice(0, 4);
    const carried = type === 'Asset' || type === 'Liability' || sameYear;
    assert.equal(whole(row['beginningBalance']), carried && earlier ? whole(earlier['yearToDateBalance']) : 0n);
    const turned = whole(row['periodToDateDebit']) - whole(row['periodToDateCredit']);
    const sign = type === 'Liability' || type === 'Income' ? -1n : 1n;
    assert.equal(whole(row['yearToDateBalance']), whole(row['beginningBalance']) + sign * turned);
    before.set(idOf(row), row);
  }
});

test('the result of the year moves as income and costs do, and is left out on demand unless that is ignored', () => {
  const net = (rows: readonly Entity[]): bigint =>
    rows.reduce((sum, row) => sum + whole(row['periodToDateDebit']) - whole(row['periodToDateCredit']), 0n);
  for (const period of new Set(systemRows(result).map(row => String(row['financialPeriod'])))) {
    const posted = balances({periodId: period}).filter(row =>
      ['Income', 'Expense'].includes(String(at(row, 'account.type'))),
    );
    assert.equal(net(systemRows(result, {periodId: period})), net(posted));
  }
  assert.ok(systemRows(result).length > 0);
  assert.equal(systemRows(result, {excludeYTDAccount: 'true'}).length, 0);
  sim.behaviour.ignoresExcludeYTD = true;
  assert.ok(systemRows(result, {excludeYTDAccount: 'true'}).length > 0);
  sim.behaviour.ignoresExcludeYTD = false;
});

test('the results of earlier years stand on an account that never moves', () => {
  const rows = systemRows(retained);
  assert.ok(rows.every(row => whole(row['periodToDateDebit']) === 0n && whole(row['periodToDateCredit']) === 0n));
  assert.ok(rows.every(row => whole(row['beginningBalance']) === whole(row['yearToDateBalance'])));
});

test('the signs of liabilities and income are nowhere said: they can be turned, and be as all others', () => {
  const row = (list: readonly Entity[]): bigint =>
    whole(list.find(each => at(each, 'account.type') === 'Income')?.['yearToDateBalance'] ?? exact('0'));
  const usual = row(balances());
  assert.notEqual(usual, 0n);
  assert.equal(row(balances({toggleBalanceSigns: 'true'})), -usual);
  sim.behaviour.balanceSigns = 'debit minus credit';
  assert.equal(row(balances()), -usual);
  sim.behaviour.balanceSigns = 'by account type';
});

test('pages of a period are its balances, and a stamp alone is enough', async () => {
  const pages = await walk(ask, '/v2/generalLedgerBalance?periodId=202601', 40);
  assert.deepEqual(pages.map(idOf), sim.listed('se', '/v2/generalLedgerBalance', {periodId: '202601'}).map(idOf));
  const since = '2026-03-01T00:00:00';
  const delta = await walk(ask, `/v2/generalLedgerBalance?lastModifiedDateTime=${since}`, 1000);
  assert.ok(delta.length > 0 && delta.every(row => String(row['lastModifiedDateTime']) > since));
  sim.behaviour.missingFilter = 'refused';
  assert.equal((await ask('/v2/generalLedgerBalance?pageSize=5')).status, 400);
  sim.behaviour.missingFilter = 'everything';
});

test('a late posting moves its own balance with a stamp, and the opening of later ones with or without', () => {
  const bank = sim.truth('se')['journaltransaction']?.find(({module}) => module === 'ModuleCA');
  assert.ok(bank);
  const lines = entitiesIn(bank['journalTransactionLines']);
  const name = idOf({
    ...lines[1],
    account: {number: lines[1]?.['accountNumber']},
    subaccountId: at(lines[1] ?? {}, 'subaccount.subaccountId'),
    currencyId: bank['currencyId'],
  } as Entity);
  const of = (period: string): Entity => {
    const row = balances({periodId: period}).find(each => idOf(each) === name);
    assert.ok(row, `${name} ${period}`);
    return row;
  };
  const [january, march] = [of('202601'), of('202603')];
  sim.clock.advance(3_600_000);
  const {lastModifiedDateTime: _stamp, timeStamp: _version, ...content} = bank;
  const late = {...content, batchNumber: 'LATE', financialPeriod: '202601', journalTransactionLines: lines};
  sim.insert({company: 'se', collection: 'journaltransaction', record: late});
  const amount = whole(lines[1]?.['creditAmount']);
  assert.equal(whole(of('202601')['periodToDateCredit']), whole(january['periodToDateCredit']) + amount);
  assert.equal(of('202601')['lastModifiedDateTime'], sim.clock.stamp());
  assert.equal(whole(of('202603')['beginningBalance']), whole(march['beginningBalance']) - amount);
  assert.equal(of('202603')['lastModifiedDateTime'], march['lastModifiedDateTime']);
  sim.behaviour.laterBalances = 'stamped';
  assert.equal(of('202603')['lastModifiedDateTime'], sim.clock.stamp());
  sim.behaviour.laterBalances = 'not stamped';
});

test('a table that is touched as a whole is stamped anew, what is made of other tables too', () => {
  const content = (): string => JSON.stringify(balances().map(({lastModifiedDateTime: _, ...rest}) => rest));
  const before = content();
  sim.clock.advance(60_000);
  sim.restamp({company: 'se', collection: 'generalLedgerBalance'});
  assert.equal(content(), before);
  assert.ok(balances().every(row => row['lastModifiedDateTime'] === sim.clock.stamp()));
});

test('flat lines are those of posted batches, unless others are asked for', async () => {
  const fresh = await asker(sim, 'se');
  const count = async (query: string): Promise<number> =>
    (await walk(fresh, `/v1/GeneralLedgerTransactions?ledger=1${query}`, 5000)).length;
  const [posted, unposted, all] = [
    await count(''),
    await count('&includeUnposted=true'),
    await count('&includeUnposted=true&includeUnreleased=true'),
  ];
  assert.ok(posted < unposted && unposted < all);
  assert.equal(await count('&fromPeriod=202601&toPeriod=202603'), posted - (await count('&toPeriod=202513')));
  const numbers = sim.truth('se')['ledger']?.map(({number, internalId}) => [String(number), String(internalId)]);
  sim.behaviour.ledgerNamedBy = 'internalId';
  const byId = await walk(fresh, `/v1/GeneralLedgerTransactions?ledger=${numbers?.[0]?.[1]}`, 5000);
  sim.behaviour.ledgerNamedBy = 'number';
  assert.equal(byId.length, posted);
});

test('what is owed begins where the year before ended, and moves by documents and payments', () => {
  for (const [path, party, documents] of [
    ['/v2/supplier/balance', 'supplier.number', 'purchases'],
    ['/v2/customer/balance', 'customer.number', 'sales'],
  ] as const) {
    const of = (year: number): readonly Entity[] =>
      sim.listed('se', path, {fromFinPeriod: `${year}01`, toFinPeriod: `${year}12`});
    const ended = new Map(of(2025).map(row => [at(row, party), whole(row['yearToDateBalance'])]));
    for (const row of of(2026)) {
      assert.equal(whole(row['beginBalance']), ended.get(at(row, party)) ?? 0n);
      const moved = [documents, 'paymentsAndPrepayments', 'adjustmentsAndDiscounts'].map(name => whole(row[name]));
      const sum = moved.reduce((total, each) => total + each, whole(row['beginBalance']));
      assert.equal(whole(row['yearToDateBalance']), sum);
    }
  }
});
