import assert from 'node:assert/strict';
import test from 'node:test';
import {type Fault, type FaultyProxy, startFaultyProxy} from '../../sim/faulty-proxy.ts';
import {exact} from '../../sim/visma/visma.ts';
import {World} from '../world.ts';

const resources = 'supplier_invoice';
const only = {resources: [resources]};

/** The statements of a commit between which a run may end, each by a part of its text. */
const places: ReadonlyArray<readonly [what: string, statement: string]> = [
  ['COPY INTO staging of the header', 'COPY INTO `main`.`visma_staging`.`supplier_invoice`\n'],
  ['COPY INTO staging of the lines', 'COPY INTO `main`.`visma_staging`.`supplier_invoice_line`\n'],
  ["the header's MERGE", 'MERGE INTO `main`.`visma`.`supplier_invoice` '],
  ["the lines' MERGE", 'MERGE INTO `main`.`visma`.`supplier_invoice_line` '],
  ["the checkpoint's MERGE", 'MERGE INTO `main`.`visma_control`.`checkpoint`'],
  ["the load's note", 'MERGE INTO `main`.`visma_control`.`load`'],
];

test('I3 an answer that is lost after its effect is asked for again, and nothing is doubled', async t => {
  const {world, proxy} = await openBehindProxy(t);
  let dropped = 0;
  for (const [what, statement] of places) {
    await t.test(what, async () => {
      changeDocuments(world);
      const lift = proxy.add({statement, nth: 1, does: 'drop answer'});
      const report = await world.run('sync', {resources, host: proxy.host});
      lift();
      assert.equal(proxy.calls.filter(({outcome}) => outcome === 'answer dropped').length, ++dropped);
      assert.deepEqual(report.problems, []);
      assert.equal(report.exitCode, 0);
      await world.assertTruth(only);
      await assertClean(world);
    });
  }
});

test('I10 I15 a run killed between any two statements of a commit is finished by the next one', async t => {
  const {world, proxy} = await openBehindProxy(t);
  for (const [what, statement] of places) {
    for (const when of ['before', 'after'] as const) {
      await t.test(`killed ${when} ${what}`, async () => {
        changeDocuments(world);
        await runUntilDeath(world, proxy, {statement, nth: 1, when});
        await expireLease(world);
        world.visma.clearLog();
        const report = await world.run('commit', {resources});
        assert.deepEqual(report.problems, []);
        assert.equal(world.visma.requestCount({method: 'GET'}), 0, 'without calling Visma again');
        await world.assertTruth(only);
        await assertClean(world);
      });
    }
  }
});

test('I2 a run killed before it sealed has landed nothing, and the next one reads again', async t => {
  const {world, proxy} = await openBehindProxy(t);
  for (const [what, path] of [
    ['a part', 'supplier_invoice_line-00000.parquet'],
    ['the manifest', 'load.json'],
  ] as const) {
    await t.test(`killed before it put ${what}`, async () => {
      changeDocuments(world);
      await runUntilDeath(world, proxy, {method: 'PUT', path, nth: 1, when: 'before'});
      const [held] = await world.query('SELECT COUNT(*) AS loads FROM main.visma_control.load');
      const committed = await world.run('commit', {resources});
      assert.equal(committed.exitCode, 0);
      const [after] = await world.query('SELECT COUNT(*) AS loads FROM main.visma_control.load');
      assert.deepEqual(after, held, 'nothing was there to commit');
      assert.equal((await world.run('sync', {resources})).exitCode, 0);
      await world.assertTruth(only);
    });
  }
});

test('I4 a checkpoint moves only after its load is committed', async t => {
  const {world, proxy} = await openBehindProxy(t);
  changeDocuments(world);
  const before = await world.query('SELECT * FROM main.visma_control.checkpoint');
  await runUntilDeath(world, proxy, {
    statement: 'MERGE INTO `main`.`visma`.`supplier_invoice` ',
    nth: 1,
    when: 'after',
  });
  assert.deepEqual(await world.query('SELECT * FROM main.visma_control.checkpoint'), before);
});

test('a token that expires in mid-commit is renewed', async t => {
  const {world, proxy} = await openBehindProxy(t);
  changeDocuments(world);
  const expired = {status: 401, body: '{"error_code":"UNAUTHENTICATED","message":"expired"}'};
  proxy.add({statement: 'COPY INTO `main`.`visma_staging`.`supplier_invoice_line`', nth: 1, does: expired});
  proxy.add({method: 'PUT', path: 'load.json', nth: 1, does: expired});
  const report = await world.run('sync', {resources, host: proxy.host});
  assert.deepEqual(report.problems, []);
  await world.assertTruth(only);
});

async function openBehindProxy(t: test.TestContext): Promise<{world: World; proxy: FaultyProxy}> {
  const world = await World.loaded(t, {visma: {companies: ['se']}}, {resources});
  const proxy = await startFaultyProxy({host: world.workspace.host});
  t.after(() => proxy.close());
  return {world, proxy};
}

/** New documents, one that changes its lines' amounts, and one that loses its last line. */
function changeDocuments({visma}: World): void {
  visma.clock.advance(3 * 3_600_000);
  visma.trade({company: 'se', invoices: 3, payments: 1});
  const documents = visma.truth('se')['supplierInvoice'] ?? [];
  const long = documents.filter(({invoiceLines}) => Array.isArray(invoiceLines) && invoiceLines.length > 1);
  const keyOf = (at: number): string[] => [String(long[at]?.['documentType']), String(long[at]?.['referenceNumber'])];
  const which = {company: 'se', collection: 'supplierInvoice'};
  visma.changeLine({...which, key: keyOf(0), place: 0, fields: {cost: exact(`${Date.now()}.0000000001`)}});
  visma.removeLastLine({...which, key: keyOf(1)});
}

type Place = Omit<Fault, 'does' | 'before' | 'after'> & {readonly when: 'before' | 'after'};

/** Runs a sync that ends without another word at that place: nothing that it would still send arrives. */
async function runUntilDeath(world: World, proxy: FaultyProxy, {when, ...place}: Place): Promise<void> {
  const stop = new AbortController();
  const lifts: Array<() => void> = [];
  let died = false;
  const die = (): void => {
    died = true;
    lifts.push(proxy.add({does: 'refuse'}));
    stop.abort();
  };
  const death: Fault =
    when === 'before' ? {...place, does: 'refuse', before: die} : {...place, does: 'drop answer', after: die};
  lifts.push(proxy.add(death));
  await world.run('sync', {resources, host: proxy.host, signal: stop.signal});
  for (const lift of lifts) lift();
  assert.ok(died, 'the place was reached');
}

/** As time would: the dead run's lease runs out by the warehouse's clock. */
async function expireLease(world: World): Promise<void> {
  await world.query('UPDATE main.visma_control.lease SET expires_at = current_timestamp()');
}

/** Nothing is left over: no load waits, and no staged row counts twice. */
async function assertClean(world: World): Promise<void> {
  const report = await world.run('commit', {resources});
  assert.equal(report.exitCode, 0);
  assert.deepEqual(report.tables, [], 'no load waits');
}
