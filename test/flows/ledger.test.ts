import assert from 'node:assert/strict';
import test from 'node:test';
import {assertLines, consolidated, countIn, groupBalance, openBooks, postedLines, proofStates} from './ledger-books.ts';

test('I18 every posted line of three entities stands in the ledger once, proven and consolidated', async t => {
  const world = await openBooks(t);
  const first = await world.run('sync');
  assert.deepEqual(first.problems, []);
  const lines = await assertLines(world);
  assert.ok(lines > 150);
  assert.deepEqual(Object.keys(await proofStates(world)), ['proven'], 'every period agrees with the balances');
  assert.deepEqual(await groupBalance(world), consolidated(world));
  assert.equal(await countIn(world, 'trial_balance_group', 'lines_without_rate > 0'), 0);
  assert.equal(await countIn(world, 'trial_balance_group', "is_intercompany <> (account_group = 'receivable')"), 0);

  const routed = await countIn(world, 'gl_revenue');
  assert.ok(routed > 0);
  assert.equal(routed, postedLines(world).filter(({account}) => /^3\d{3,4}$/.test(account)).length);
  const [pivot] = await world.query(`SELECT CAST(SUM(net_revenue) AS STRING) AS net, CAST((SELECT SUM(amount)
    FROM main.visma.gl_revenue) AS STRING) AS routed FROM main.visma.general_ledger_by_column`);
  assert.equal(pivot?.['net'], pivot?.['routed']);
  assert.equal(await countIn(world, 'unrouted_accounts', "account LIKE '3%'"), 0);
  assert.ok((await countIn(world, 'unrouted_accounts')) > 0);
  assert.equal(await countIn(world, 'general_ledger', "cost_center = '20' AND cost_center_name <> 'Utveckling'"), 0);
  assert.ok((await countIn(world, 'general_ledger', "project_code = '000'")) > 0);

  const quiet = await world.run('sync');
  assert.deepEqual([quiet.exitCode, quiet.statements], [0, 0], 'nobody is woken for a ledger that is up to date');
});
