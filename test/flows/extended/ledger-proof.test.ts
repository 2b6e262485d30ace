import assert from 'node:assert/strict';
import test from 'node:test';
import {type Entity, exact, numberText} from '../../sim/visma/exact.ts';
import {assertLines, findings, loadedBooks, proofStates} from '../ledger-books.ts';
import type {World} from '../world.ts';

const journals = {collection: 'journaltransaction'} as const;

const keyOf = (batch: Entity): [string, string] => [String(batch['module']), String(batch['batchNumber'])];

function postedBatch({visma}: World, company: string, module: string): Entity {
  const batches = visma.truth(company)['journaltransaction'] ?? [];
  const found = batches.findLast(batch => batch['status'] === 'Posted' && batch['module'] === module);
  assert.ok(found);
  return found;
}

const periodText = (batch: Entity): string => String(batch['financialPeriod']).replace(/(\d\d)$/, '-$1');

const lineOf = (batch: Entity, place: number): Entity =>
  ((batch['journalTransactionLines'] ?? []) as readonly Entity[])[place] ?? assert.fail('no such line');

test('I19 a batch that does not balance is a finding until it does, and no row is dropped for it', async t => {
  const world = await loadedBooks(t, {visma: {companies: ['se']}});
  const {visma} = world;
  assert.deepEqual(await findings(world), []);

  visma.clock.advance(3_600_000);
  const batch = postedBatch(world, 'se', 'ModuleCA');
  const line = lineOf(batch, 0);
  const place = {company: 'se', ...journals, key: keyOf(batch), place: 0};
  visma.changeLine({...place, fields: {debitAmount: exact('1234567.89')}, totals: false});
  const report = await world.run('sync');
  assert.equal(report.exitCode, 0, 'the ERP says so itself: the proof holds');
  const id = keyOf(batch).join('/');
  assert.deepEqual(await findings(world), [`se balance ${id}`, `se control_total ${id}`, `se debit_total ${id}`]);
  await assertLines(world);

  visma.clock.advance(3_600_000);
  visma.changeLine({...place, fields: {debitAmount: exact(numberText(line['debitAmount']) ?? '')}});
  await world.run('sync');
  assert.deepEqual(await findings(world), []);
  const [resolved] = await world.query(`SELECT COUNT(*) AS found FROM main.visma_control.journal_check
    WHERE resolved_at IS NOT NULL`);
  assert.equal(Number(resolved?.['found']), 3);
});

test('I20 what changed silently and what was renamed is found by reconcile, and read again', async t => {
  const world = await loadedBooks(t, {visma: {companies: ['se', 'no']}});
  const {visma} = world;
  const batch = postedBatch(world, 'se', 'ModuleGL');
  const fields = {accountNumber: '6212'};
  visma.changeLine({company: 'se', ...journals, key: keyOf(batch), place: 0, fields, stamp: false, rowVersion: false});
  assert.equal((await world.run('sync')).statements, 0, 'no stamp tells of it');
  const found = await world.run('reconcile', {period: periodText(batch)});
  assert.match(found.notes.join('\n'), /^2 of \d+ accounts of se differ .*: both are read again$/m);
  assert.deepEqual(found.problems, [], 'what does not stand twice is no failure');
  await assertLines(world);

  visma.rename({company: 'no', collection: 'account', key: ['5000'], to: '5009', lines: true, stamp: false});
  const renamed = await world.run('reconcile');
  assert.match(renamed.notes.join('\n'), /^\d+ of \d+ accounts of no differ /m);
  assert.deepEqual(renamed.problems, []);
  await assertLines(world);
  assert.deepEqual(Object.keys(await proofStates(world)), ['proven']);
});

test('I20 a batch that was deleted fails the proof by its cells, and repair finds that it is gone', async t => {
  const world = await loadedBooks(t, {visma: {companies: ['se']}});
  const {visma} = world;
  const batch = postedBatch(world, 'se', 'ModuleCA');
  visma.delete({company: 'se', ...journals, key: keyOf(batch)});
  const period = periodText(batch);
  const failed = await world.run('reconcile', {period});
  assert.equal(failed.exitCode, 1);
  assert.deepEqual(
    failed.problems.map(({facts}) => [facts['company'], facts['period']]),
    [['se', String(batch['financialPeriod'])]],
  );
  const accounts = new Set(failed.details?.map(({account}) => account));
  assert.ok(accounts.has(String(lineOf(batch, 0)['accountNumber'])), 'the cells are named');
  const repaired = await world.run('reconcile', {period, repair: true});
  assert.deepEqual(repaired.problems, []);
  await assertLines(world);
  assert.deepEqual(Object.keys(await proofStates(world)), ['proven']);
  const number = Number(batch['batchNumber']);
  assert.ok((await findings(world)).every(each => each === `se gap ModuleCA/${number}..${number}`));
});

test('I24 what somebody wrote into the ledger is found by a proof, and mended by repair and by a resync', async t => {
  const world = await loadedBooks(t, {visma: {companies: ['se']}});
  const [one] = await world.query(`SELECT record_id, financial_period FROM main.visma.general_ledger
    WHERE routed_table = 'gl_revenue' ORDER BY record_id LIMIT 1`);
  const line = `record_id = '${String(one?.['record_id'])}'`;
  const period = String(one?.['financial_period']).replace(/(\d\d)$/, '-$1');
  await world.query(`UPDATE main.visma.general_ledger SET debit = 777 WHERE ${line}`);
  await world.query(`UPDATE main.visma.gl_revenue SET account_name = 'no', debit = 777 WHERE ${line}`);
  const mended = await world.run('reconcile', {repair: true, period});
  assert.ok(mended.notes.some(note => /^1 of \d+ accounts of se differ/.test(note)));
  assert.deepEqual([mended.exitCode, await proofStates(world)], [0, {proven: 20}]);
  await assertLines(world);
  await world.query(`DELETE FROM main.visma.general_ledger WHERE ${line}`);
  await world.query('INSERT INTO main.visma.gl_revenue SELECT * FROM main.visma.gl_revenue LIMIT 2');
  const resync = {resources: 'journal_transaction', reason: 'somebody wrote into the ledger'};
  assert.equal((await world.run('resync', resync)).exitCode, 0);
  await assertLines(world);
  assert.deepEqual(await world.query('SELECT event FROM main.visma_control.period_event'), []);
  assert.deepEqual(await proofStates(world), {proven: 20});
});
