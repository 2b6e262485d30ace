import assert from 'node:assert/strict';
import test from 'node:test';
import type {Entity} from '../sim/visma/visma.ts';
import {World} from './world.ts';

const resources = 'supplier_invoice';
const only = {resources: [resources]};

test('I1 a resync mends what differs, records who, why and how much, and moves no window forward', async t => {
  const world = await openLoaded(t);
  const before = await windowOf(world);
  const [lost, spoilt] = invoicesOf(world);
  const id = keyOf(lost).join('/');
  await world.query(`DELETE FROM main.visma.supplier_invoice WHERE record_id = '${id}'`);
  await world.query(`DELETE FROM main.visma.supplier_invoice_line WHERE parent_record_id = '${id}'`);
  const which = `record_id = '${keyOf(spoilt).join('/')}'`;
  await world.query(`UPDATE main.visma.supplier_invoice SET description = 'no', _hash = 'x' WHERE ${which}`);

  const report = await world.run('resync', {resources, reason: 'somebody wrote into the table'});
  assert.deepEqual(report.problems, []);
  assert.equal(report.exitCode, 0);
  await world.assertTruth(only);
  const lines = (lost?.['invoiceLines'] as readonly unknown[] | undefined)?.length ?? 0;
  const [row] = await world.query('SELECT * FROM main.visma_control.resync');
  assert.deepEqual(
    [row?.['resource'], row?.['scope'], row?.['reason'], row?.['requested_by']],
    ['supplier_invoice', 'all', 'somebody wrote into the table', 'job'],
  );
  assert.equal(Number(row?.['records_read']), invoicesOf(world).length);
  assert.ok(Number(row?.['differing']) >= 2 + Math.min(lines, 1), String(row?.['differing']));
  assert.ok((await windowOf(world)) <= before, 'the window begins no later than it would have');

  world.visma.clock.advance(3_600_000);
  world.visma.trade({company: 'se', invoices: 2});
  assert.equal((await world.run('sync', {resources})).exitCode, 0, 'a later run trusts the checkpoint');
  await world.assertTruth(only);
});

test('a resync of some periods reads these alone and hands the window on as it was', async t => {
  const world = await openLoaded(t);
  const before = await windowOf(world);
  const invoice = invoicesOf(world).find(({status}) => status !== 'Hold');
  const period = String(invoice?.['financialPeriod']);
  const where = `record_id = '${keyOf(invoice).join('/')}'`;
  await world.query(`UPDATE main.visma.supplier_invoice SET description = 'no', _hash = 'x' WHERE ${where}`);
  world.visma.clearLog();
  const written = `${period.slice(0, 4)}-${period.slice(4)}`;
  const report = await world.run('resync', {resources, period: `${written}..${written}`, reason: 'a late posting'});
  assert.equal(report.exitCode, 0);
  const asked = world.visma.requests({path: '/v1/supplierInvoice'}).map(({query}) => query['financialPeriod']);
  assert.deepEqual([...new Set(asked)], [period]);
  assert.equal(await windowOf(world), before);
  const [row] = await world.query('SELECT scope, differing FROM main.visma_control.resync');
  assert.deepEqual([row?.['scope'], Number(row?.['differing'])], [`period ${period}`, 1]);
  await world.assertTruth(only);
});

test('a resync since a stamp reads what changed since, and one behind what was read is refused', async t => {
  const world = await openLoaded(t);
  const before = await windowOf(world);
  world.visma.clearLog();
  const report = await world.run('resync', {resources, since: '2026-01-01T00:00:00', reason: 'to be sure'});
  assert.equal(report.exitCode, 0);
  const [asked] = world.visma.requests({path: '/v1/supplierInvoice'});
  assert.match(asked?.query['lastModifiedDateTime'] ?? '', /^2026-01-01T00:00:00/);
  assert.equal(await windowOf(world), before);
  const [row] = await world.query('SELECT scope, differing FROM main.visma_control.resync');
  assert.deepEqual([row?.['scope'], Number(row?.['differing'])], ['since 2026-01-01T00:00:00.000', 0]);

  const late = await world.run('resync', {resources, since: '2099-01-01T00:00:00', reason: 'to be sure'});
  assert.equal(late.exitCode, 2);
  assert.match(late.problems[0]?.message ?? '', /lies behind what has been read/);
});

test('I24 a resync compares every column, of records and of lines, and rewrites nothing that is as it was', async t => {
  const world = await openLoaded(t);
  const differing = async (): Promise<number> => {
    assert.equal((await world.run('resync', {resources, reason: 'to be sure'})).exitCode, 0);
    await world.assertTruth(only);
    const [row] = await world.query(
      'SELECT differing FROM main.visma_control.resync ORDER BY recorded_at DESC LIMIT 1',
    );
    return Number(row?.['differing']);
  };
  assert.equal(await differing(), 0);
  const id = `record_id = '${keyOf(invoicesOf(world)[0]).join('/')}'`;
  world.visma.clock.advance(3_600_000);
  await world.query(`UPDATE main.visma.supplier_invoice SET amount = amount + 1000 WHERE ${id}`);
  await world.query(`UPDATE main.visma.supplier_invoice_line SET _record = '{}' WHERE parent_${id} AND position = 1`);
  assert.equal(await differing(), 2);
  world.visma.clock.advance(3_600_000);
  await world.query(`UPDATE main.visma.supplier_invoice SET _deleted_at = current_timestamp() WHERE ${id}`);
  assert.equal(await differing(), 1);
});

test('I24 a row that somebody wrote twice stands there once after a resync, its lines too', async t => {
  const world = await openLoaded(t);
  for (const table of ['supplier_invoice', 'supplier_invoice_line']) {
    await world.query(`INSERT INTO main.visma.${table} SELECT * FROM main.visma.${table} LIMIT 3`);
  }
  const report = await world.run('resync', {resources, reason: 'somebody wrote rows twice'});
  assert.deepEqual([report.exitCode, report.problems], [0, []]);
  for (const table of ['supplier_invoice', 'supplier_invoice_line']) {
    assert.match(report.notes.join('\n'), new RegExp(`^3 keys stood in ${table} more than once`, 'm'));
  }
  await world.assertTruth(only);
});

test('a snapshot is read again as a snapshot', async t => {
  const world = await openLoaded(t, 'currency');
  const [currency] = world.visma.truth('se')['currency'] ?? [];
  await world.query(`DELETE FROM main.visma.currency WHERE record_id = '${String(currency?.['id'])}'`);
  const report = await world.run('resync', {resources: 'currency', reason: 'a row was deleted'});
  assert.equal(report.exitCode, 0);
  await world.assertTruth({resources: ['currency']});
});

test('an order that makes no sense is refused with all that is wrong with it, before anything is called', async t => {
  const world = await World.open(t, {visma: {companies: ['se']}});
  const report = await world.run('resync', {period: '2026-13..x', since: 'yesterday'});
  assert.equal(report.exitCode, 2);
  assert.equal(report.problems[0]?.kind, 'usage');
  const message = report.problems[0]?.message ?? '';
  for (const part of [/--resources/, /--reason/, /exclude each other/, /--period must be/]) assert.match(message, part);
  assert.equal(world.visma.requestCount(), 0);
  const unread = await world.run('resync', {resources, since: '2026-01-01T00:00:00', reason: 'too early'});
  assert.equal(unread.exitCode, 2);
  assert.match(unread.problems[0]?.message ?? '', /has not been read yet/);
});

async function openLoaded(t: test.TestContext, loaded = resources): Promise<World> {
  const world = await World.loaded(t, {visma: {companies: ['se']}}, {resources: loaded});
  return world;
}

const invoicesOf = ({visma}: World): readonly Entity[] => visma.truth('se')['supplierInvoice'] ?? [];
const keyOf = (invoice?: Entity): string[] => [String(invoice?.['documentType']), String(invoice?.['referenceNumber'])];

async function windowOf(world: World): Promise<string> {
  const [row] = await world.query('SELECT next_since FROM main.visma_control.checkpoint');
  return String(row?.['next_since']);
}
