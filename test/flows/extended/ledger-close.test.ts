import assert from 'node:assert/strict';
import test from 'node:test';
import {systemClock} from '../../../src/base/clock.ts';
import {placesIn} from '../../../src/ledger/places.ts';
import {readAsOf} from '../../../src/ledger/sql/as-of.ts';
import {type Entity, entitiesIn, exact} from '../../sim/visma/exact.ts';
import {assertLines, loadedBooks, openBooks, proofStates} from '../ledger-books.ts';
import type {World} from '../world.ts';

const journals = {company: 'se', collection: 'journaltransaction'} as const;

const rowsOf = async (world: World, sql: string): Promise<readonly string[]> =>
  (await world.query(sql)).map(row => Object.values(row).join(' '));

const closedPeriods = (world: World): Promise<readonly string[]> =>
  rowsOf(world, 'SELECT financial_period FROM main.visma_control.period_close WHERE reopened_at IS NULL ORDER BY 1');

const events = (world: World): Promise<readonly string[]> =>
  rowsOf(
    world,
    `SELECT event, period_before, period_after, account_before, account_after, CAST(debit_before AS STRING) AS before,
    CAST(debit_after AS STRING) AS after FROM main.visma_control.period_event ORDER BY record_id, event`,
  );

const lineOf = (batch: Entity, place: number): Entity =>
  ((batch['journalTransactionLines'] ?? []) as readonly Entity[])[place] ?? assert.fail('no such line');

const tenDecimals = (text: string): string => {
  const [whole, fraction = ''] = text.split('.');
  return `${whole}.${fraction.padEnd(10, '0')}`;
};

test('I21 what happens to a closed period is an event, and how it stood at close stays known', async t => {
  const world = await loadedBooks(t, {visma: {companies: ['se']}});
  const {visma} = world;
  const periods = visma.listed('se', '/v1/financialPeriod');
  const closed = periods.filter(each => each['closedInGeneralLedger'] === true);
  assert.deepEqual(
    await closedPeriods(world),
    closed.map(({year, period}) => `${String(year)}${String(period)}`).toSorted(),
  );
  assert.deepEqual(await events(world), [], 'what was closed before it was first read has no history');

  const batches = visma.truth('se')['journaltransaction'] ?? [];
  const inPeriod = (period: string): Entity =>
    batches.find(each => each['status'] === 'Posted' && each['financialPeriod'] === period) ?? assert.fail(period);
  const [period = ''] = await closedPeriods(world);
  const [changed, moved] = [inPeriod(period), inPeriod('202603')];
  const line = lineOf(changed, 0);
  visma.clock.advance(3_600_000);
  const key = [String(changed['module']), String(changed['batchNumber'])] as const;
  visma.changeLine({...journals, key: [...key], place: 0, fields: {debitAmount: exact('77.25')}});
  visma.movePeriod({...journals, key: [String(moved['module']), String(moved['batchNumber'])], period});
  const report = await world.run('sync');
  assert.deepEqual(report.problems, []);
  await assertLines(world);
  const found = await events(world);
  const account = String(line['accountNumber']);
  const before = tenDecimals(String((line['debitAmount'] as {rawJSON: string}).rawJSON));
  assert.ok(
    found.includes(`changed ${period} ${period} ${account} ${account} ${before} 77.2500000000`),
    found.join('\n'),
  );
  const lines = (moved['journalTransactionLines'] as readonly Entity[]).length;
  assert.equal(found.filter(each => each.startsWith(`changed 202603 ${period} `)).length, lines);
  assert.equal(found.length, lines + 1);
  const stood = await rowsOf(
    world,
    `SELECT SUM(debit_now - debit_at_close) AS more, SUM(debit_at_close) AS stood, COUNT(DISTINCT recorded_at) AS closes
    FROM main.visma.ledger_at_close WHERE financial_period = '${period}' AND has_moved`,
  );
  assert.match(stood[0] ?? '', / 1$/);
  const asOf = readAsOf(placesIn({catalog: 'main', schema: 'visma'}), `'${period.slice(0, 4)}-${period.slice(4)}'`);
  const byAccount = (await world.query(asOf)).filter(row => row['has_moved']).map(row => String(row['account']));
  const moves = [
    account,
    ...(moved['journalTransactionLines'] as readonly Entity[]).map(each => each['accountNumber']),
  ];
  assert.deepEqual([...new Set(byAccount)].toSorted(), [...new Set(moves.map(String))].toSorted());

  visma.clock.advance(3_600_000);
  visma.setPeriod({company: 'se', period, closed: false});
  visma.setPeriod({company: 'se', period: '202603', closed: true});
  await world.run('sync');
  const now = await closedPeriods(world);
  assert.deepEqual([now.includes(period), now.includes('202603')], [false, true]);
  assert.deepEqual(Object.keys(await proofStates(world)), ['proven']);
});

test('what is posted after its period ended is late, by company, module and period, and by how many days', async t => {
  const at = new Date('2026-03-25T10:00:00Z');
  const world = await openBooks(t, {visma: {companies: ['se', 'no']}, clock: {...systemClock, now: () => at}});
  const {visma} = world;
  await world.run('sync');
  const late = (): Promise<readonly string[]> =>
    rowsOf(
      world,
      `SELECT company_id, module, financial_period, line_count, batches, days_min, days_max
      FROM main.visma.late_posting ORDER BY ALL`,
    );
  assert.deepEqual(await late(), [], 'a first load says nothing of when a line was posted');
  visma.clock.advance(3_600_000);
  const post = (company: string, batchNumber: string, financialPeriod: string): number => {
    const batches = visma.truth(company)['journaltransaction'] ?? [];
    const like = batches.find(each => each['status'] === 'Posted' && each['module'] === 'ModuleGL') ?? assert.fail();
    const {lastModifiedDateTime: _, timeStamp: __, ...content} = like;
    visma.insert({company, collection: 'journaltransaction', record: {...content, batchNumber, financialPeriod}});
    return entitiesIn(content['journalTransactionLines']).length;
  };
  const [se, no] = [post('se', 'L1', '202512'), post('no', 'L2', '202602')];
  assert.deepEqual([post('se', 'L3', '202512'), post('no', 'L4', '202603') > 0], [se, true], 'March is not over');
  assert.deepEqual((await world.run('sync')).problems, []);
  assert.deepEqual(await late(), [`no ModuleGL 202602 ${no} 1 24 24`, `se ModuleGL 202512 ${2 * se} 2 83 83`]);
});
