import assert from 'node:assert/strict';
import test from 'node:test';
import type {Entity} from '../sim/visma/exact.ts';
import {assertLines, loadedBooks, mappingOf, openBooks, proofStates} from './ledger-books.ts';
import type {World} from './world.ts';

/*
 * What a proof is drawn from, when it is written, and how long it is reported. The simulator serves the accounts that
 * the ERP keeps by itself, and here ignores the parameter that leaves one of them out.
 */

const keyOf = (batch: Entity): [string, string] => [String(batch['module']), String(batch['batchNumber'])];

function postedIn({visma}: World, module: string, period?: string): Entity {
  const batches = visma.truth('se')['journaltransaction'] ?? [];
  const found = batches.findLast(
    batch =>
      batch['status'] === 'Posted' &&
      batch['module'] === module &&
      (period === undefined || batch['financialPeriod'] === period),
  );
  return found ?? assert.fail(`no batch of ${module}`);
}

/** Deletes a batch silently and posts another one like it: the ERP has one, the tables have two. */
function replace(world: World, batch: Entity, batchNumber: string): void {
  const {lastModifiedDateTime: _, timeStamp: __, ...content} = batch;
  world.visma.clock.advance(3_600_000);
  world.visma.insert({company: 'se', collection: 'journaltransaction', record: {...content, batchNumber}});
  world.visma.delete({company: 'se', collection: 'journaltransaction', key: keyOf(batch)});
}

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

test('I25 what differs is a problem of every run, also of one that finds nothing new', async t => {
  const world = await loadedBooks(t, {visma: {companies: ['se']}});
  const batch = postedIn(world, 'ModuleCA');
  const period = String(batch['financialPeriod']);
  replace(world, batch, 'N1');
  const red = await world.run('sync');
  const quiet = await world.run('sync');
  const messages = red.problems.map(({message}) => message);
  assert.deepEqual(messages, [`the ledger of se is not what the ERP's balances say in ${period}`]);
  assert.deepEqual([quiet.exitCode, quiet.statements], [1, 0]);
  assert.deepEqual(
    quiet.problems.map(({message}) => message),
    messages,
  );
  const status = await world.run('status');
  assert.deepEqual([status.exitCode, status.notes.filter(note => messages.includes(note)).length], [0, 1]);
  const warned = await world.run('sync', {ledger: {...mappingOf(['se']), on_difference: 'warn'}});
  assert.deepEqual([warned.exitCode, warned.problems.length], [0, 1]);
  const repaired = await world.run('reconcile', {period: period.replace(/(\d\d)$/, '-$1'), repair: true});
  assert.deepEqual(repaired.problems, []);
  assert.equal((await world.run('sync')).exitCode, 0, 'a newer look has replaced it');
});

test('I25 a result that is older than another never overwrites it', async t => {
  const world = await loadedBooks(t, {visma: {companies: ['se']}});
  const {visma} = world;
  const later = postedIn(world, 'ModuleCA');
  const second = String(later['financialPeriod']);
  const earlier = (visma.truth('se')['journaltransaction'] ?? []).find(
    each => each['status'] === 'Posted' && each['module'] === 'ModuleCA' && each['financialPeriod'] !== second,
  );
  assert.ok(earlier);
  const first = String(earlier['financialPeriod']);
  const {lastModifiedDateTime: _, timeStamp: __, ...like} = postedIn(world, 'ModuleGL', first);
  replace(world, later, 'A2');
  visma.insert({company: 'se', collection: 'journaltransaction', record: {...like, batchNumber: 'A1'}});
  let other: number | undefined;
  visma.fault({
    kind: 'run',
    path: '/v2/journaltransaction',
    query: {periodId: second},
    action: async () => {
      replace(world, earlier, 'B1');
      other = (await world.run('sync')).exitCode;
    },
  });
  await world.run('sync');
  assert.equal(other, 1);
  const [row] = await world.query(
    `SELECT state FROM main.visma_control.period_proof WHERE financial_period = '${first}'`,
  );
  assert.equal(row?.['state'], 'differs');
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

test('I25 accounts without a type are a problem of every run until they have one', async t => {
  const world = await loadedBooks(t, {visma: {companies: ['se']}});
  const {visma} = world;
  const accounts = visma.listed('se', '/v1/account', {includeAccountClassDescription: 'true'});
  const body = JSON.stringify(accounts.map(account => ({...account, type: undefined})));
  const headers = {'content-type': 'application/json'};
  visma.fault({kind: 'answer', status: 200, headers, body, path: '/v1/account', times: Number.POSITIVE_INFINITY});
  for (let run = 0; run < 3; run++) {
    const report = await world.run('sync');
    assert.deepEqual([report.exitCode, report.problems.length], [3, 1]);
    assert.match(report.problems[0]?.message ?? '', /^the figures lack the type of the accounts of \d+ lines of se/);
    if (run > 0) assert.equal(report.statements, 0);
  }
  visma.liftFaults();
  assert.deepEqual((await world.run('sync')).problems, []);
  await assertLines(world);
});
