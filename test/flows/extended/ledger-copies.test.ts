import assert from 'node:assert/strict';
import test from 'node:test';
import {assertLines, loadedBooks, openBooks} from '../ledger-books.ts';

const rules = [
  {resource: 'journal_transaction', columns: ['journal_transaction_line.transaction_description'], rule: 'drop'},
] as const;

for (const [how, ledger] of [
  ['with the ledger section', undefined],
  ['without it', {}],
] as const) {
  test(`I16 a rule that is added reaches the ledger and its routed tables ${how}, and is no event`, async t => {
    const world = await loadedBooks(t, {visma: {companies: ['se']}});
    const left = async (table: string, column = 'description'): Promise<number> => {
      const rows = await world.query(`SELECT COUNT(${column}) AS n FROM main.visma.${table}`);
      return Number(rows[0]?.['n']);
    };
    const kept = await left('general_ledger', 'account_name');
    assert.ok((await left('general_ledger')) > 0 && (await left('gl_revenue')) > 0 && kept > 0);
    const report = await world.run('sync', {...(ledger && {ledger}), privacy: rules});
    assert.equal(report.exitCode, 0);
    assert.deepEqual([await left('general_ledger'), await left('gl_revenue')], [0, 0]);
    assert.equal(await left('general_ledger', 'account_name'), kept, 'what no rule names stays');
    const [events] = await world.query('SELECT COUNT(*) AS n FROM main.visma_control.period_event');
    assert.equal(Number(events?.['n']), 0);
  });
}

test('I27 a lease, or all that the sync knows, that was dropped hides no row from the ledger', async t => {
  const world = await openBooks(t, {visma: {companies: ['se']}});
  for (let day = 0; day < 3; day++) {
    assert.equal((await world.run('sync')).exitCode, 0);
    world.visma.clock.advance(3_600_000);
    world.visma.trade({company: 'se', invoices: 1});
  }
  for (const lost of ['TABLE main.visma_control.lease', 'SCHEMA main.visma_control CASCADE']) {
    await world.query(`DROP ${lost}`);
    world.visma.clock.advance(3_600_000);
    world.visma.trade({company: 'se', invoices: 2, payments: 1});
    assert.equal((await world.run('sync')).exitCode, 0);
    await assertLines(world);
  }
});

test('I23 journals that were dropped stay in the ledger until they are read again', async t => {
  const world = await loadedBooks(t, {visma: {companies: ['se']}});
  const lines = async (): Promise<number> => {
    const rows = await world.query('SELECT COUNT(*) AS n FROM main.visma.general_ledger');
    return Number(rows[0]?.['n']);
  };
  const before = await lines();
  for (const table of ['journal_transaction', 'journal_transaction_line']) {
    await world.query(`DROP TABLE main.visma.${table}`);
  }
  const journals = world.visma.truth('se')['journaltransaction'] ?? [];
  const batch = journals.findLast(({status, module}) => status === 'Posted' && module === 'ModuleCA');
  const key = [String(batch?.['module']), String(batch?.['batchNumber'])];
  world.visma.delete({company: 'se', collection: 'journaltransaction', key});
  assert.equal((await world.run('commit')).exitCode, 0);
  assert.ok(before > 0);
  assert.equal(await lines(), before, 'nothing is read again yet');
  await world.run('sync');
  await world.run('sweep', {resources: 'journal_transaction'});
  assert.ok((await lines()) < before);
  await assertLines(world);
});

test('what a list was asked for has its column and is no part of _record', async t => {
  const resources = 'ledger,general_ledger_transaction';
  const world = await openBooks(t, {visma: {companies: ['se']}});
  await world.run('sync', {resources});
  const odd = async (condition: string): Promise<number> => {
    const rows = await world.query(
      `SELECT COUNT(*) AS n FROM main.visma.general_ledger_transaction WHERE ${condition}`,
    );
    return Number(rows[0]?.['n']);
  };
  assert.ok((await odd('asked_ledger IS NOT NULL')) > 0);
  assert.equal(await odd("asked_ledger IS NULL OR _record LIKE '%asked%'"), 0);
  await world.query(`UPDATE main.visma.general_ledger_transaction
    SET _record = CONCAT(LEFT(_record, LENGTH(_record) - 1), ',"asked":{"ledger":"', asked_ledger, '"}}')`);
  world.visma.clock.advance(3_600_000);
  await world.run('resync', {resources: 'general_ledger_transaction', reason: 'rows of an earlier version'});
  const [row] = await world.query('SELECT differing FROM main.visma_control.resync');
  assert.equal(Number(row?.['differing']), 0, 'rows that an earlier version wrote are as good as others');
});
