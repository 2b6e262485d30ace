import assert from 'node:assert/strict';
import test from 'node:test';
import {openOdd} from './odd-lists.ts';
import {World} from './world.ts';

test('I28 a list of lines whose count is off by one lands in one run', async t => {
  const list = '/v2/journaltransaction';
  const world = await openOdd(t, {[list]: 'count off by one'});
  const report = await world.run('sync', {resources: 'journal_transaction'});
  assert.deepEqual([report.exitCode, report.problems], [0, []]);
  assert.match(report.notes.join('\n'), /it counts \d+ lines, and \d+ came/);
  await world.assertTruth({resources: ['journal_transaction']});
});

test('I23 what a list without a count no longer holds is marked after two reads in one run, a call more', async t => {
  const world = await openOdd(t, {});
  const {visma} = world;
  const sync = (): ReturnType<World['run']> => world.run('sync', {resources: 'currency'});
  await sync();
  const [currency] = visma.truth('se')['currency'] ?? [];
  visma.delete({company: 'se', collection: 'currency', key: String(currency?.['id'])});
  const calls = async (): Promise<number> => {
    visma.clearLog();
    assert.equal((await sync()).exitCode, 0);
    return visma.requestCount({path: '/v1/currency'});
  };
  assert.equal(await calls(), 2, 'what may be marked is looked at twice');
  await world.assertTruth({resources: ['currency']});
  assert.equal(await calls(), 1, 'what is as it was is looked at once');
});

test('I28 a record that a whole list brings twice is harmless: what is gone is marked, and a note says so', async t => {
  const world = await openOdd(t, {'/v1/currency': 'a record twice'});
  const {visma} = world;
  const sync = (): ReturnType<World['run']> => world.run('sync', {resources: 'currency'});
  await sync();
  const [currency] = visma.truth('se')['currency'] ?? [];
  visma.delete({company: 'se', collection: 'currency', key: String(currency?.['id'])});
  const report = await sync();
  assert.deepEqual([report.exitCode, report.problems], [0, []]);
  assert.match(report.notes.join('\n'), /the list of currency of se is odd.*1 of its records came more than once/);
  await world.assertTruth({resources: ['currency']});
});

test('I28 an empty body with 200 stands for an empty list, and a lost one is asked for again', async t => {
  const world = await openOdd(t, {'/v1/GeneralLedgerTransactions': 'empty body'});
  const only = 'general_ledger_transaction';
  const first = await world.run('sync', {resources: only});
  assert.deepEqual([first.exitCode, first.problems], [0, []]);
  world.visma.clock.advance(400 * 24 * 3_600_000);
  world.visma.fault({kind: 'answer', status: 200, headers: {}, body: '', path: '/v1/GeneralLedgerTransactions'});
  for (let run = 0; run < 2; run++) {
    const report = await world.run('sync', {resources: only});
    assert.deepEqual([report.exitCode, report.problems], [0, []]);
    await world.assertTruth({resources: [only]});
  }
});

test('I28 batches whose totals were converted once load in one run, for at most one call in twenty more', async t => {
  const loaded = async (convertedTotals: 'sums of lines' | 'converted once'): Promise<number> => {
    const world = await World.open(t, {
      visma: {
        companies: ['se'],
        size: {invoices: 500, journalLines: 4000, suppliers: 12, customers: 12},
        nasty: false,
        behaviour: {convertedTotals, maxPageSize: {'/v2/journaltransaction': 40}},
      },
      sync: {stretch_pages: 1000},
    });
    const report = await world.run('sync', {resources: 'journal_transaction'});
    assert.deepEqual([report.exitCode, report.problems], [0, []]);
    const [off] = await world.query(`SELECT COUNT(*) AS n FROM main.visma.journal_transaction AS h
      JOIN (SELECT parent_record_id, SUM(debit_amount) AS debit FROM main.visma.journal_transaction_line
        GROUP BY parent_record_id) AS l ON l.parent_record_id = h.record_id
      WHERE h.debit_total <> l.debit`);
    assert.equal(Number(off?.['n']) > 10, convertedTotals === 'converted once', `${off?.['n']} totals are off`);
    if (Number(off?.['n']) > 0) await world.assertTruth({resources: ['journal_transaction']});
    return world.visma.requestCount({path: '/v2/journaltransaction'});
  };
  const [plain, odd] = [await loaded('sums of lines'), await loaded('converted once')];
  assert.ok(odd <= plain * 1.05, `${odd} calls instead of ${plain}`);
});
