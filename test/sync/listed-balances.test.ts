import assert from 'node:assert/strict';
import test from 'node:test';
import {resources} from '../../src/catalogue/catalogue.ts';
import {companyId, resourceName, runId, wholeResource} from '../../src/model/names.ts';
import type {Page, Pass} from '../../src/model/pass.ts';
import type {Source, Warehouse} from '../../src/model/ports.ts';
import {ListedBalances} from '../../src/sync/proof/listed-balances.ts';

const found = resources.find(({name}) => name === resourceName('general_ledger_balance'));
assert.ok(found);
const balances = found;
const company = {id: companyId('se'), name: 'Nordic', tenantId: 't', currency: 'SEK'};
const refuse = (): never => assert.fail('nobody asks for this');

const balance = (account: string) => ({
  ...{branch: {number: '1'}, ledger: {id: '1'}, financialPeriod: '202603', account: {number: account}},
  ...{subaccountId: null, currencyId: 'SEK'},
});
const idOf = (account: string): string => `1/1/202603/${account}/%00/SEK`;

const pass = (over: Partial<Pass> = {}): Pass => ({
  ...{runId: runId('run'), company, resource: balances, slice: wholeResource, kind: 'resync', sequence: 2},
  ...{portion: {kind: 'period', period: '202603'}},
  ...over,
});

/** A source of these accounts' balances, which may fail behind its only page. */
const sourceOf = (accounts: readonly string[], {fails = false} = {}): Source => ({
  async *read(): AsyncIterable<Page> {
    const records = accounts.map(balance);
    yield {records, servedAt: new Date(0), number: 1, size: 100, last: true};
    if (fails) throw new Error('it moved');
  },
  ...{slices: refuse, periods: refuse, count: refuse, readOne: refuse, window: refuse, check: refuse},
});

const holding = (accounts: readonly string[]): Warehouse => {
  const keys = [...accounts.map(idOf).map(recordId => ({recordId, isDeleted: false}))];
  const gone = {recordId: idOf('gone'), isDeleted: true};
  return {readKeys: async () => [...keys, gone]} as unknown as Warehouse;
};

const evidence = {
  ...{postedLines: 0, otherLines: 0, ledgerLines: 0, unreadable: 0, balanceRows: 0, systemRows: 0},
  ...{postedByLedger: '', balancesByLedger: ''},
};
const proof = (count: number) => ({
  ...{companyId: company.id, period: '202603', state: 'proven' as const, cells: 1, balances: count, differing: 0},
  evidence: {...evidence, balanceRows: count},
});

async function drain(pages: AsyncIterable<Page>): Promise<void> {
  for await (const page of pages) assert.ok(page.records.length >= 0);
}

test('a row that the table holds and the list lacks is named; one that is marked is not', async () => {
  const listed = new ListedBalances(balances);
  await drain(listed.watch(sourceOf(['1910'])).read(pass()));
  const unlisted = await listed.unlisted([proof(2)], holding(['1910', '3010']));
  assert.deepEqual(unlisted, [{companyId: 'se', recordId: idOf('3010')}]);
});

test('nobody is asked for keys where the table holds no more than the list', async () => {
  const listed = new ListedBalances(balances);
  await drain(listed.watch(sourceOf(['1910'])).read(pass()));
  const warehouse = {readKeys: refuse} as unknown as Warehouse;
  assert.deepEqual(await listed.unlisted([proof(1)], warehouse), []);
});

test('a list that was not read to its end, or only since a stamp, says nothing of what is lacking', async () => {
  const listed = new ListedBalances(balances);
  await assert.rejects(drain(listed.watch(sourceOf(['1910'], {fails: true})).read(pass())));
  const {portion: _, ...whole} = pass();
  await drain(listed.watch(sourceOf(['1910'])).read(whole));
  assert.deepEqual(await listed.unlisted([proof(2)], holding(['1910', '3010'])), []);
});
