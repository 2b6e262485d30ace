import assert from 'node:assert/strict';
import test from 'node:test';
import {
  byPeriod,
  countOf,
  detailOf,
  invoicesOf,
  keyOf,
  markedIn,
  only,
  openLoaded,
  remove,
  resources,
} from '../sweep.ts';

test('I12 a document that moved to another period behind every stamp is not marked', async t => {
  const world = await openLoaded(t, byPeriod);
  const invoice = invoicesOf(world).find(({status}) => status !== 'Hold');
  assert.ok(invoice);
  const period = invoicesOf(world).find(({financialPeriod, status}) => {
    return status !== 'Hold' && financialPeriod !== invoice['financialPeriod'];
  })?.['financialPeriod'];
  assert.ok(period);
  const which = {company: 'se', collection: 'supplierInvoice', key: keyOf(invoice)};
  world.visma.change({...which, fields: {financialPeriod: period}, stamp: false});
  for (let sweep = 0; sweep < 2; sweep++) {
    const report = await world.run('sweep', {resources});
    assert.equal(report.exitCode, 0);
    assert.equal(await markedIn(world), 0);
  }
  await world.assertTruth(only);
  assert.equal(await countOf(world, 'visma_control.missing_key'), 0);
});

test('I12 a period of which every document is gone is marked all the same', async t => {
  const world = await openLoaded(t, byPeriod);
  const [{financialPeriod} = {}] = invoicesOf(world).filter(({status}) => status !== 'Hold');
  const gone = invoicesOf(world).filter(invoice => invoice['financialPeriod'] === financialPeriod);
  for (const invoice of gone) remove(world, invoice);
  for (let sweep = 0; sweep < 2; sweep++) assert.equal((await world.run('sweep', {resources})).exitCode, 0);
  assert.equal(await markedIn(world), gone.length);
  await world.assertTruth(only);
});

test('I12 beyond the guard a sweep marks nothing and says how many; --accept-deletions marks them', async t => {
  const world = await openLoaded(t, {visma: {size: {invoices: 80, journalLines: 100, suppliers: 12, customers: 12}}});
  const gone = invoicesOf(world).slice(0, 22);
  for (const invoice of gone) remove(world, invoice);
  assert.equal((await world.run('sweep', {resources})).exitCode, 0);
  const refused = await world.run('sweep', {resources});
  assert.equal(refused.exitCode, 1);
  assert.deepEqual([refused.problems[0]?.kind, refused.problems[0]?.facts['gone']], ['guard', 22]);
  assert.equal(await markedIn(world), 0);
  const accepted = await world.run('sweep', {resources, acceptDeletions: true});
  assert.equal(accepted.exitCode, 0);
  assert.equal(await markedIn(world), 22);
  await world.assertTruth(only);
});

test('I12 where a key can not be asked for by itself, a third complete reading has to lack it too', async t => {
  const world = await openLoaded(t, {resources: 'supplier_document', sync: {resources: 'all'}});
  const gone = remove(world, invoicesOf(world)[0]);
  await world.run('sweep', {resources: 'supplier_document'});
  world.visma.clearLog();
  const report = await world.run('sweep', {resources: 'supplier_document'});
  assert.equal(report.exitCode, 0);
  assert.equal(detailOf(report)?.['marked'], 1);
  assert.equal(world.visma.requestCount({path: '/v1/supplierdocument'}), 2, 'walked twice in this run');
  const marked = await world.query('SELECT record_id FROM main.visma.supplier_document WHERE _deleted_at IS NOT NULL');
  assert.deepEqual(
    marked.map(row => row['record_id']),
    [keyOf(gone).join('/')],
  );
});

test('I12 a batch of lines that is gone is marked with all of its lines', async t => {
  const world = await openLoaded(t, {resources: 'journal_transaction', sync: {sweep_whole_max: 0, page_size: 7}});
  const [batch] = world.visma.truth('se')['journaltransaction'] ?? [];
  assert.ok(batch);
  const key = [String(batch['module']), String(batch['batchNumber'])];
  world.visma.delete({company: 'se', collection: 'journaltransaction', key});
  for (let sweep = 0; sweep < 2; sweep++) {
    assert.equal((await world.run('sweep', {resources: 'journal_transaction'})).exitCode, 0);
  }
  assert.equal(await countOf(world, 'visma.journal_transaction WHERE _deleted_at IS NOT NULL'), 1);
  await world.assertTruth({resources: ['journal_transaction']});
});

test('a sweep that its share of the window cuts short goes on from there the next time', async t => {
  const sync = {...byPeriod.sync, sweep_share: 0.1};
  const world = await openLoaded(t, {sync, visma: {companies: ['se'], behaviour: {rateLimit: 100}}});
  const wanted = {path: '/v1/supplierInvoice', method: 'GET'};
  world.visma.clearLog();
  const swept: number[] = [];
  for (let run = 0; run < 20; run++) {
    const before = world.visma.requestCount(wanted);
    const report = await world.run('sweep', {resources});
    swept.push(world.visma.requestCount(wanted) - before);
    world.visma.clock.advance(3_600_000);
    if (report.exitCode === 0) break;
    assert.equal(report.exitCode, 3);
    assert.equal(report.problems[0]?.kind, 'limited');
    assert.match(report.problems[0]?.message ?? '', /sweep's share/);
    assert.match(report.problems[0]?.hint ?? '', /Run again after \d{4}-/);
  }
  const asked = world.visma.requests(wanted).map(({query}) => query['financialPeriod'] ?? query['status']);
  assert.ok(swept.length > 1 && swept.every(calls => calls <= 10), String(swept));
  assert.equal(new Set(asked).size, asked.length, 'no part is walked twice');

  const again = await world.run('sweep', {resources});
  assert.ok(Number(detailOf(again)?.['left']) > 0, 'once all is done a new sweep begins');
});

test('what a sweep has agreed with is proved, and status says so', async t => {
  const world = await openLoaded(t, {sync: {page_size: 5}});
  const stateOf = async (): Promise<unknown> => (await world.run('status', {resources})).details?.[0]?.['state'];
  assert.equal(await stateOf(), 'provisional');
  const report = await world.run('sweep', {resources});
  assert.equal(report.exitCode, 0);
  assert.equal(await stateOf(), 'proven');
  world.visma.clock.advance(3_600_000);
  world.visma.trade({company: 'se', invoices: 2});
  assert.equal((await world.run('sync', {resources})).exitCode, 0);
  assert.equal(await stateOf(), 'proven');
  await world.assertTruth(only);
});
