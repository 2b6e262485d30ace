import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {endpointOf} from './endpoints.ts';
import {at, numberText} from './exact.ts';
import {scaled} from './money.ts';
import {added, totalsOf} from './totals.ts';
import {type Entity, startVisma} from './visma.ts';

const sim = await startVisma({nasty: false});
after(() => sim.close());

const all = (collection: string): readonly Entity[] => sim.companies.flatMap(({id}) => sim.truth(id)[collection] ?? []);
const linesOf = (record: Entity, name: string): readonly Entity[] => record[name] as readonly Entity[];
const value = (text: string | undefined): bigint => scaled(text ?? '0', 20);
const same = (left: string | undefined, right: string | undefined): boolean => value(left) === value(right);

test('three legal entities hold some hundreds of invoices and about ten thousand journal lines', () => {
  const lines = all('journaltransaction').reduce(
    (sum, batch) => sum + linesOf(batch, 'journalTransactionLines').length,
    0,
  );
  assert.deepEqual(
    sim.companies.map(({id, currency}) => [id, currency]),
    [
      ['se', 'SEK'],
      ['no', 'NOK'],
      ['dk', 'DKK'],
    ],
  );
  assert.equal(all('supplierInvoice').length + all('customerinvoice').length, 600);
  assert.ok(lines >= 10_000 && lines < 11_000);
});

test('the same seed gives the same books, another seed others', async () => {
  const [twin, stranger] = [await startVisma({nasty: false}), await startVisma({nasty: false, seed: 2})];
  await Promise.all([twin.close(), stranger.close()]);
  assert.equal(JSON.stringify(twin.truth('no')), JSON.stringify(sim.truth('no')));
  assert.notEqual(JSON.stringify(stranger.truth('no')), JSON.stringify(sim.truth('no')));
});

test('totals are the sums of lines, except in company currency those of batches in another currency', () => {
  for (const {id, currency} of sim.companies) {
    for (const collection of ['supplierInvoice', 'customerinvoice', 'journaltransaction']) {
      for (const record of sim.truth(id)[collection] ?? []) {
        const isForeignBatch = collection === 'journaltransaction' && record['currencyId'] !== currency;
        for (const [name, sum] of Object.entries(totalsOf(record, endpointOf(collection)))) {
          if (isForeignBatch && !name.endsWith('InCurrency')) continue;
          assert.ok(same(numberText(record[name]), numberText(sum)), `${collection} ${name}`);
        }
      }
    }
  }
});

test('tax details add up to the tax of their document', () => {
  for (const [collection, name] of [
    ['supplierInvoice', 'taxDetailLines'],
    ['customerinvoice', 'taxDetails'],
  ] as const) {
    for (const record of all(collection)) {
      const tax = added(linesOf(record, name).map(({vatAmount}) => vatAmount));
      assert.ok(same(tax, numberText(record['vatTotal'])));
    }
  }
});

test('every batch balances, in the company’s currency and in its own', () => {
  for (const batch of all('journaltransaction')) {
    assert.ok(same(numberText(batch['debitTotal']), numberText(batch['creditTotal'])));
    assert.ok(same(numberText(batch['debitTotalInCurrency']), numberText(batch['creditTotalInCurrency'])));
  }
});

test('every released invoice has its batch of the same amount, and an unreleased one has none', () => {
  for (const {id} of sim.companies) {
    const truth = sim.truth(id);
    for (const [collection, module] of [
      ['supplierInvoice', 'AP'],
      ['customerinvoice', 'AR'],
    ] as const) {
      const batches = (truth['journaltransaction'] ?? []).filter(batch => batch['module'] === `Module${module}`);
      for (const invoice of truth[collection] ?? []) {
        const text = `${invoice['documentType']} ${invoice['referenceNumber']}`;
        const batch = batches.find(({description}) => description === text);
        const released = invoice['status'] === 'Open' || invoice['status'] === 'Closed';
        assert.equal(batch !== undefined, released, text);
        if (!batch) continue;
        const {debitTotal} = totalsOf(batch, endpointOf('journaltransaction'));
        assert.ok(same(numberText(debitTotal), numberText(invoice['amount'])), text);
      }
    }
  }
});

test('what is posted balances over all accounts of each period', () => {
  for (const {id} of sim.companies) {
    const sums = new Map<string, bigint>();
    for (const {financialPeriod, debit, credit} of sim.posted(id)) {
      sums.set(financialPeriod, (sums.get(financialPeriod) ?? 0n) + debit - credit);
    }
    assert.equal(sums.size, 20);
    assert.deepEqual(
      [...sums.keys()].filter(period => period.endsWith('13')),
      ['202413', '202513'],
    );
    assert.ok([...sums.values()].every(sum => sum === 0n));
  }
});

test('every account of a line is in the chart, and keys are unique', () => {
  for (const {id} of sim.companies) {
    const truth = sim.truth(id);
    const codes = new Set((truth['account'] ?? []).map(({accountCD}) => accountCD));
    const lines = (truth['journaltransaction'] ?? []).flatMap(batch => linesOf(batch, 'journalTransactionLines'));
    assert.ok(lines.every(({accountNumber}) => codes.has(accountNumber)));
    for (const [collection, records] of Object.entries(truth)) {
      const keys = records.map(record => JSON.stringify(endpointOf(collection).key.map(name => at(record, name))));
      assert.equal(new Set(keys).size, keys.length, collection);
    }
  }
});

test('numbers repeat across document types and across modules', () => {
  const types = new Set(
    (sim.truth('se')['supplierInvoice'] ?? [])
      .filter(({referenceNumber}) => referenceNumber === '000001')
      .map(({documentType}) => documentType),
  );
  const modules = new Set(
    (sim.truth('se')['journaltransaction'] ?? [])
      .filter(({batchNumber}) => batchNumber === '000003')
      .map(({module}) => module),
  );
  assert.ok(types.size > 1 && modules.size > 2);
});

test('a day of business adds invoices with their batches and closes old ones, all stamped now', () => {
  const before = {...sim.truth('dk')};
  sim.clock.advance(86_400_000);
  assert.deepEqual(sim.trade({company: 'dk', invoices: 6, payments: 4}), {invoices: 6, payments: 4});
  const stamp = sim.clock.stamp();
  const truth = sim.truth('dk');
  const fresh = (collection: string): number =>
    (truth[collection] ?? []).filter(({lastModifiedDateTime}) => lastModifiedDateTime === stamp).length;
  assert.equal(fresh('supplierInvoice') + fresh('customerinvoice'), 10);
  assert.equal(truth['supplierInvoice']?.length, (before['supplierInvoice']?.length ?? 0) + 3);
  assert.ok(fresh('journaltransaction') >= 4);
  assert.equal(
    sim.posted('dk').reduce((sum, {debit, credit}) => sum + debit - credit, 0n),
    0n,
  );
});
