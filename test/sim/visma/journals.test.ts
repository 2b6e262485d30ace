import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {asker, walk} from './asking.ts';
import {type Entity, startVisma} from './visma.ts';

const sim = await startVisma({companies: ['se'], behaviour: {maxPageSize: {'/v2/journaltransaction': 500}}});
after(() => sim.close());
const ask = await asker(sim, 'se');

const path = '/v2/journaltransaction';
const linesOf = (batch: Entity): readonly Entity[] => batch['journalTransactionLines'] as readonly Entity[];
const keyOf = (batch: Entity): string => `${batch['module']}/${batch['batchNumber']}`;
const count = (batches: readonly Entity[]): number => batches.reduce((sum, batch) => sum + linesOf(batch).length, 0);
const metadataOf = (batch: Entity | undefined) => batch?.['metadata'] as {totalCount: number; maxPageSize: number};

test('pages and totals count lines, and the maximum is clamped', async () => {
  const {records} = await ask(`${path}?pageNumber=1&pageSize=5000`);
  assert.equal(count(records), 500);
  assert.deepEqual(metadataOf(records[0]), {
    totalCount: count(sim.truth('se')['journaltransaction'] ?? []),
    maxPageSize: 500,
  });
});

test('a batch is cut over pages with its header repeated, and its fragments are the whole', async () => {
  const fragments = await walk(ask, path, 41);
  const truth = sim.truth('se')['journaltransaction'] ?? [];
  assert.ok(fragments.length > truth.length);
  const whole = new Map<string, Entity[]>();
  for (const fragment of fragments)
    whole.set(keyOf(fragment), [...(whole.get(keyOf(fragment)) ?? []), ...linesOf(fragment)]);
  assert.equal(whole.size, truth.length);
  for (const batch of truth) assert.equal(JSON.stringify(whole.get(keyOf(batch))), JSON.stringify(linesOf(batch)));
});

test('a batch larger than a page stands alone on some', async () => {
  const largest = Math.max(...(sim.truth('se')['journaltransaction'] ?? []).map(batch => linesOf(batch).length));
  assert.ok(largest > 400);
  const pages = await walk(ask, path, 200);
  assert.ok(pages.some(batch => linesOf(batch).length === 200));
});

test('a batch without lines is never in a list, or counts as a line', async () => {
  const find = async () => (await walk(ask, path, 500)).some(({batchNumber}) => batchNumber === 'NASTY3');
  const total = async () => metadataOf((await ask(`${path}?pageNumber=1&pageSize=1`)).records[0]).totalCount;
  assert.equal(await find(), false);
  const before = await total();
  sim.behaviour.emptyBatches = 'counted';
  assert.equal(await find(), true);
  assert.equal(await total(), before + 1);
  sim.behaviour.emptyBatches = 'absent';
});

test('a stamp alone filters, strictly unless told, and a condition counts for nothing', async () => {
  const batch = sim.restamp({company: 'se', collection: 'journaltransaction', key: ['ModuleGL', '000002']});
  assert.equal(batch, undefined);
  const now = sim.clock.stamp();
  const since = async (stamp: string, rest = '') =>
    (await ask(`${path}?pageNumber=1&pageSize=500&lastModifiedDateTime=${stamp}${rest}`)).records.map(keyOf);
  assert.deepEqual(await since(now), []);
  sim.behaviour.sinceInclusive = true;
  assert.deepEqual(await since(now), ['ModuleGL/000002']);
  sim.behaviour.sinceInclusive = false;
  assert.deepEqual(await since('2026-03-20T08:29:59.999', '&lastModifiedDateTimeCondition=%3C'), ['ModuleGL/000002']);
});

test('a period and a module select; the module is GL in the filter and ModuleGL in the record', async () => {
  const {records} = await ask(`${path}?pageNumber=1&pageSize=500&periodId=202601&module=AP`);
  assert.ok(records.length > 0);
  assert.ok(records.every(batch => batch['financialPeriod'] === '202601' && batch['module'] === 'ModuleAP'));
  assert.equal((await ask(`${path}?periodId=202601&module=ModuleAP`)).text, '[]');
});

test('where a filter is mandatory, a list without any is refused', async () => {
  sim.behaviour.missingFilter = 'refused';
  assert.equal((await ask(path)).status, 400);
  assert.equal((await ask(`${path}?periodId=202601`)).status, 200);
  sim.behaviour.missingFilter = 'everything';
});
