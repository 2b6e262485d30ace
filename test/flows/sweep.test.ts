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
} from './sweep.ts';

test('I12 a key that two complete sweeps miss, and that is not found by itself, is marked with its lines', async t => {
  const world = await openLoaded(t);
  remove(world, invoicesOf(world)[0]);

  const first = await world.run('sync', {resources});
  assert.equal(first.exitCode, 0);
  assert.equal(await markedIn(world), 0, 'a delta does not see it');
  const second = await world.run('sweep', {resources});
  assert.deepEqual(second.problems, []);
  assert.equal(second.exitCode, 0);
  assert.equal(await markedIn(world), 0, 'seen missing once');
  assert.equal(await countOf(world, 'visma_control.missing_key'), 1);

  const third = await world.run('sweep', {resources});
  assert.equal(third.exitCode, 0);
  assert.equal(third.tables.find(({table}) => table === 'supplier_invoice')?.gone, 1);
  assert.deepEqual(detailOf(third), {lacking: 0, differing: 0, missing: 1, marked: 1, left: 0});
  await world.assertTruth(only);
  assert.equal(await countOf(world, 'visma_control.missing_key'), 0);

  const fourth = await world.run('sweep', {resources});
  assert.deepEqual(detailOf(fourth), {lacking: 0, differing: 0, missing: 0, marked: 0, left: 0});
  assert.equal(fourth.uploads, 0, 'a sweep that found nothing lands nothing');
});

test('I12 a key that comes back after it was marked lives again, whatever its content', async t => {
  const world = await openLoaded(t);
  const invoice = remove(world, invoicesOf(world)[0]);
  for (let sweep = 0; sweep < 2; sweep++) await world.run('sweep', {resources});
  assert.equal(await markedIn(world), 1);
  world.visma.insert({company: 'se', collection: 'supplierInvoice', record: invoice});
  const report = await world.run('sweep', {resources});
  assert.equal(report.exitCode, 0);
  assert.equal(detailOf(report)?.['lacking'], 1);
  assert.equal(await markedIn(world), 0);
  await world.assertTruth(only);
});

test('a key that the table lacks, and a change behind every stamp, are read at once and told', async t => {
  const world = await openLoaded(t);
  const [lost, changed, touched] = invoicesOf(world);
  assert.ok(lost && changed && touched);
  const id = keyOf(lost).join('/');
  await world.query(`DELETE FROM main.visma.supplier_invoice WHERE record_id = '${id}'`);
  await world.query(`DELETE FROM main.visma.supplier_invoice_line WHERE parent_record_id = '${id}'`);
  const place = {company: 'se', collection: 'supplierInvoice'};
  world.visma.change({...place, key: keyOf(changed), fields: {description: 'paid meanwhile'}, stamp: false});
  world.visma.restamp({...place, key: keyOf(touched), stamp: false});
  const report = await world.run('sweep', {resources});
  assert.equal(report.exitCode, 0);
  assert.deepEqual(detailOf(report), {lacking: 1, differing: 1, missing: 0, marked: 0, left: 0});
  assert.match(report.notes.join('\n'), /1 records lacking and 1 differing/);
  await world.assertTruth(only);
});

test('I12 an empty list marks nothing, notes nothing as missing, and is partial', async t => {
  for (const options of [{}, byPeriod]) {
    const world = await openLoaded(t, options);
    world.visma.fault({path: '/v1/supplierInvoice', kind: 'empty', times: Number.POSITIVE_INFINITY});
    for (let sweep = 0; sweep < 2; sweep++) {
      const report = await world.run('sweep', {resources});
      assert.equal(report.exitCode, 3);
      assert.equal(report.problems[0]?.kind, 'incomplete');
    }
    assert.equal(await countOf(world, 'visma_control.missing_key'), 0);
    await world.assertTruth(only);
  }
});

test('I12 a path that does not find what the list shows proves nothing gone', async t => {
  const world = await openLoaded(t);
  remove(world, invoicesOf(world)[0]);
  await world.run('sweep', {resources});
  const blind = {path: '/v1/supplierInvoice/*', kind: 'answer', status: 404, times: Number.POSITIVE_INFINITY} as const;
  const fault = world.visma.fault(blind);
  const report = await world.run('sweep', {resources});
  assert.equal(report.exitCode, 0);
  assert.equal(await markedIn(world), 0);
  assert.match(report.notes.join('\n'), /proves nothing gone/);
  fault.lift();
  await world.run('sweep', {resources});
  assert.equal(await markedIn(world), 1);
});
