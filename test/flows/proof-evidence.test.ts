import assert from 'node:assert/strict';
import test from 'node:test';
import {assertLines, loadedBooks, openBooks, proofStates} from './ledger-books.ts';
import {postedIn, replace} from './proof-evidence.ts';
import type {World} from './world.ts';

const ledgerLines = async (world: World): Promise<number> =>
  Number((await world.query('SELECT COUNT(*) AS n FROM main.visma.general_ledger'))[0]?.['n']);

const factsOf = async (world: World): Promise<readonly string[]> => {
  const rows = await world.query('SELECT DISTINCT fact, answer FROM main.visma_control.company_fact ORDER BY 1, 2');
  return rows.map(({fact, answer}) => `${String(fact)} ${String(answer)}`);
};

test('I24 accounts that the ERP keeps by itself fail no proof, also if it lists all of them', async t => {
  const world = await openBooks(t, {visma: {companies: ['se'], behaviour: {ignoresExcludeYTD: true}}});
  const report = await world.run('sync');
  assert.deepEqual([report.exitCode, report.problems], [0, []]);
  assert.deepEqual(Object.keys(await proofStates(world)), ['proven']);
  const facts = await factsOf(world);
  assert.ok(facts.includes('net_income_account 2069'), facts.join());
  const [counted] =
    await world.query(`SELECT MIN(cells) AS least, SUM(system_rows) AS kept, SUM(posted_lines) AS posted,
    SUM(ledger_lines) AS held FROM main.visma_control.period_proof`);
  assert.ok(Number(counted?.['least']) > 0 && Number(counted?.['kept']) > 0);
  assert.equal(Number(counted?.['posted']), Number(counted?.['held']));
  await assertLines(world);

  const batch = postedIn(world, 'ModuleCA');
  replace(world, batch, 'N1');
  const red = await world.run('sync');
  assert.equal(red.exitCode, 1);
  assert.deepEqual(
    red.problems.map(({facts: named}) => [named['company'], named['period']]),
    [['se', String(batch['financialPeriod'])]],
  );
});

test('I25 reconcile proves only the periods whose balances it read to the end', async t => {
  const world = await loadedBooks(t, {visma: {companies: ['se']}});
  const path = '/v2/generalLedgerBalance';
  world.visma.fault({kind: 'answer', status: 403, path, times: Number.POSITIVE_INFINITY});
  const report = await world.run('reconcile');
  const own = `SELECT COUNT(*) AS n FROM main.visma_control.period_proof WHERE run_id = '${report.run}'`;
  assert.deepEqual([report.exitCode, report.details, Number((await world.query(own))[0]?.['n'])], [1, [], 0]);
  world.visma.liftFaults();
  const whole = await world.run('reconcile');
  assert.deepEqual([...new Set(whole.details?.map(({state}) => state))], ['proven']);
});

test('I23 a ledger that a short list leaves out empties nothing: it is a problem until it is listed again', async t => {
  const world = await loadedBooks(t, {visma: {companies: ['se']}});
  const {visma} = world;
  const before = await ledgerLines(world);
  const [actual] = visma.truth('se')['ledger']?.filter(({balanceType}) => /^A/i.test(String(balanceType))) ?? [];
  assert.ok(actual);
  const {lastModifiedDateTime: _, ...content} = actual;
  visma.delete({company: 'se', collection: 'ledger', key: [String(actual['number'])]});
  const short = await world.run('sync');
  assert.equal(await ledgerLines(world), before);
  const marked = await world.query('SELECT number FROM main.visma.ledger WHERE _deleted_at IS NOT NULL');
  const isMarked = marked.length > 0;
  assert.equal(
    short.problems.some(({message}) => message.includes('no longer listed')),
    isMarked,
  );
  visma.insert({company: 'se', collection: 'ledger', record: content});
  await world.run('sync');
  const again = await world.run('sync');
  assert.deepEqual([again.exitCode, again.problems, await ledgerLines(world)], [0, [], before]);
});
