import assert from 'node:assert/strict';
import test from 'node:test';
import {assertLines, countIn, loadedBooks, mapping, openBooks, proofStates} from '../ledger-books.ts';

test('I18 the ledger follows business and names, and rewrites only what they touch', async t => {
  const world = await loadedBooks(t);
  const {visma} = world;
  const before = await countIn(world, 'general_ledger');

  visma.clock.advance(3_600_000);
  for (const {id} of visma.companies) visma.trade({company: id, invoices: 2, payments: 1});
  visma.change({company: 'se', collection: 'account', key: ['3001'], fields: {description: 'Varor, nytt namn'}});
  const second = await world.run('sync');
  assert.deepEqual(second.problems, []);
  await assertLines(world);
  assert.deepEqual(Object.keys(await proofStates(world)), ['proven']);
  assert.equal(await countIn(world, 'general_ledger', "account = '3001' AND account_name <> 'Varor, nytt namn'"), 0);
  assert.equal(await countIn(world, 'gl_revenue', "account = '3001' AND account_name <> 'Varor, nytt namn'"), 0);
  const touched = await countIn(world, 'general_ledger', '_commit > 1');
  assert.ok(touched > 0 && touched < before / 2, `${touched} of ${before} rows were written`);
});

test('I18 a mapping that changes is recorded, and moves the lines that it touches', async t => {
  const world = await loadedBooks(t);
  const revenue = await countIn(world, 'gl_revenue');
  const [, ...others] = mapping.routes;
  const ledger = {...mapping, routes: [...others, {accounts: ['3000-3999'], group: 'sales', table: 'gl_sales'}]};
  const changed = await world.run('sync', {ledger: {...ledger, dimensions: [{segment: 2, column: 'undertaking'}]}});
  assert.equal(changed.exitCode, 0);
  await assertLines(world);
  const [danish] = await world.query(`SELECT COUNT(*) AS found FROM main.visma.general_ledger
    WHERE account LIKE '3%' AND company_id = 'dk'`);
  assert.equal(await countIn(world, 'gl_sales'), revenue - Number(danish?.['found']));
  assert.equal(await countIn(world, 'gl_revenue'), 0, 'no route names it any more');
  assert.equal(
    await countIn(world, 'general_ledger', "undertaking = '000' AND cost_center IS NULL"),
    await countIn(world, 'general_ledger', 'subaccount IS NOT NULL'),
  );
  const [mappings] = await world.query('SELECT COUNT(*) AS found FROM main.visma_control.ledger_mapping');
  assert.equal(Number(mappings?.['found']), 2);
});

test('accounts that no route takes stop the ledger where that is asked for, and no table', async t => {
  const world = await openBooks(t, {
    visma: {companies: ['se']},
    ledger: {routes: mapping.routes.slice(0, 1), unrouted: 'fail'},
  });
  const report = await world.run('sync');
  assert.equal(report.exitCode, 1);
  assert.match(report.problems[0]?.message ?? '', /^no route takes accounts that have posted lines: \d+ of se$/);
  assert.ok((await countIn(world, 'journal_transaction_line')) > 0);
  const mended = await world.run('sync', {ledger: {routes: mapping.routes.slice(0, 1)}});
  assert.equal(mended.exitCode, 0, 'a run that finds nothing new builds it all the same');
  await assertLines(world);
});
