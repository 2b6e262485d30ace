import assert from 'node:assert/strict';
import test from 'node:test';
import {assertLines, loadedBooks, mappingOf} from '../ledger-books.ts';
import {postedIn, replace} from '../proof-evidence.ts';

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
