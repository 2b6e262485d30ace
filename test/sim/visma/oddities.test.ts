import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {asker, walk} from './asking.ts';
import {asRealCompanies, type ListOddity} from './behaviour.ts';
import {endpointOf} from './endpoints.ts';
import {scaled} from './money.ts';
import {totalsOf} from './totals.ts';
import {type Entity, numberText, startVisma} from './visma.ts';

const sim = await startVisma({
  companies: ['se', 'no', 'dk'],
  behaviour: {maxPageSize: {'/v1/supplier': 10}},
});
after(() => sim.close());
const ask = await asker(sim, 'se');
const path = '/v1/supplier';
const scale = 20;
const all = sim.truth('se')['supplier'] ?? [];

const countOf = (record: Entity | undefined): unknown =>
  (record?.['metadata'] as {totalCount: number} | undefined)?.totalCount;

/** How many records an odd list brings, how many different ones, and how many it counts. */
async function brought(oddity: ListOddity | undefined): Promise<readonly unknown[]> {
  sim.behaviour.oddLists = oddity === undefined ? {} : {[path]: oddity};
  const records = await walk(ask, path, 10);
  return [records.length, new Set(records.map(({number}) => number)).size, countOf(records[0])];
}

test('an odd list is odd on every read, and the books are as they were', async () => {
  const n = all.length;
  assert.deepEqual(await brought(undefined), [n, n, n]);
  for (let read = 0; read < 2; read++) {
    assert.deepEqual(await brought('a record twice'), [n + 1, n, n + 1]);
    assert.deepEqual(await brought('a record twice, counted once'), [n + 1, n, n]);
    assert.deepEqual(await brought('a record less'), [n - 1, n - 1, n]);
    assert.deepEqual(await brought('count off by one'), [n, n, n + 1]);
    assert.deepEqual(await brought('no metadata'), [n, n, undefined]);
  }
  assert.equal(sim.truth('se')['supplier']?.length, n);
});

test('pages of an odd list are the whole of it, the first one, empty or short', async () => {
  const first = 10;
  const sizesOf = async (oddity: ListOddity): Promise<readonly number[]> => {
    sim.behaviour.oddLists = {[path]: oddity};
    const pages = [1, 2, 3].map(number => ask(`${path}?pageNumber=${number}&pageSize=${first}`));
    return (await Promise.all(pages)).map(({records}) => records.length);
  };
  assert.ok(all.length > 2 * first);
  const third = Math.min(first, all.length - 2 * first);
  assert.deepEqual(await sizesOf('pages ignored'), [all.length, all.length, all.length]);
  assert.deepEqual(await sizesOf('the first page again'), [first, first, first]);
  assert.deepEqual(await sizesOf('an empty middle page'), [first, 0, third]);
  assert.deepEqual(await sizesOf('a short middle page'), [first, first - 1, Math.min(first, third + 1)]);
});

test('lists that are odd by default are lists of the simulator', () => {
  for (const list of Object.keys(asRealCompanies.oddLists)) assert.equal(endpointOf(list).path, list);
});

test('a list that answers with an empty body does so only if it has nothing to list', async () => {
  sim.behaviour.oddLists = {[path]: 'empty body'};
  assert.equal((await ask(`${path}?pageNumber=99&pageSize=10`)).text, '');
  assert.equal((await ask(`${path}?pageNumber=1&pageSize=10`)).records.length, 10);
});

test('totals that were converted once differ from their lines by half a cent a line at most', () => {
  let off = 0;
  for (const {id, currency} of sim.companies) {
    for (const batch of sim.truth(id)['journaltransaction'] ?? []) {
      const lines = batch['journalTransactionLines'] as readonly Entity[];
      for (const [name, sum] of Object.entries(totalsOf(batch, endpointOf('journaltransaction')))) {
        const difference = scaled(numberText(batch[name]) ?? '0', scale) - scaled(numberText(sum) ?? '0', scale);
        if (difference === 0n) continue;
        const halfCents = (difference < 0n ? -difference : difference) / (10n ** BigInt(scale - 2) / 2n);
        off++;
        assert.ok(!name.includes('InCurrency') && batch['currencyId'] !== currency, name);
        assert.ok(halfCents <= BigInt(lines.length), `${name}: ${halfCents} half cents in ${lines.length} lines`);
      }
    }
  }
  assert.ok(off > 20, `${off} totals are off`);
});

test('numbers of 16 and 17 digits stand on every page of the lists of business', async () => {
  sim.behaviour.oddLists = {};
  for (const list of [path, '/v1/supplierInvoice', '/v1/customerinvoice', '/v2/journaltransaction']) {
    for (let page = 1; page <= 3; page++) {
      const {text} = await ask(`${list}?pageNumber=${page}&pageSize=${list === path ? 7 : 30}`);
      const digits = (text.match(/:-?\d+\.\d+(?=[,}\]])/g) ?? []).map(number => number.replace(/\D/g, '').length);
      assert.ok(
        digits.some(count => count === 16 || count === 17),
        `${list}, page ${page}`,
      );
    }
  }
});
