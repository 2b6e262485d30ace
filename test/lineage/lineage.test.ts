import assert from 'node:assert/strict';
import test from 'node:test';
import type {JsonObject} from '../../src/base/exact-json.ts';
import {column, text} from '../../src/model/column.ts';
import type {Resource} from '../../src/model/resource.ts';
import {FakeClock} from '../fake-clock.ts';
import {invoiceColumns, resourceOf} from '../warehouse/resources.ts';
import {type Asked, absent, type Metastore, refused} from './metastore.ts';
import {openOver, statePath} from './opened.ts';

const reading = {kind: 'snapshot', paging: 'unpaged'} as const;
const names = ['bill', 'order', 'receipt'];
const resources = names.map(name => resourceOf({name, reading}));
const [bill] = resources as [Resource];
const wider = resourceOf({
  name: 'bill',
  reading,
  columns: [...invoiceColumns, column('due_date', text, {path: 'dueDate', comment: 'When it is due'})],
});
const name = 'visma_main_visma_bill';

const shownIn = ({objects, edges, tags}: Metastore): readonly unknown[] => [[...objects], [...edges], [...tags]];
const lineageOf = (rows: readonly JsonObject[]): readonly unknown[] => rows.map(row => row['lineage']);
const isOf = ({path}: Asked, part: string): boolean => path.includes(part);

test('what is shown once is not asked for again, in this run or the next', async () => {
  const {lineage, again, metastore, notes} = openOver();
  await lineage.refresh(resources);
  assert.deepEqual([metastore.objects.size, metastore.edges.size, metastore.tags.size], [3, 6, 12]);
  const {length} = metastore.asked;
  await lineage.refresh(resources);
  await again({}).refresh(resources);
  assert.deepEqual([metastore.asked.length, notes], [length, []]);
});

test('a column more is one update of the object and one of the edge', async () => {
  const {lineage, metastore} = openOver();
  await lineage.refresh(resources);
  metastore.asked.length = 0;
  await lineage.refresh([wider, ...resources.slice(1)]);
  assert.deepEqual(metastore.writes, ['PATCH external-metadata', 'PATCH external-lineage']);
  const columns = metastore.objects.get(name)?.['columns'];
  assert.ok(Array.isArray(columns) && columns.includes('dueDate'));
  assert.match(JSON.stringify(metastore.edges.get(`${name} main.visma.bill`)), /dueDate/);
});

test('where an update is refused the object is made anew, with its edges', async () => {
  const {lineage, metastore} = openOver();
  await lineage.refresh(resources);
  metastore.refuse = ({method}) => (method === 'PATCH' ? refused('protocol', 400, 'MALFORMED_REQUEST') : undefined);
  await lineage.refresh([wider]);
  assert.match(JSON.stringify(metastore.objects.get(name)), /dueDate/);
  assert.match(JSON.stringify(metastore.edges.get(`${name} main.visma.bill`)), /dueDate/);
  assert.deepEqual([metastore.objects.size, metastore.edges.size], [3, 6]);
});

test('without the state everything is asked for once, and written not at all', async () => {
  const {lineage, metastore, files} = openOver();
  await lineage.refresh(resources);
  const before = shownIn(metastore);
  for (const bytes of [undefined, new TextEncoder().encode('{"version":1,"resources":{"bill":'), new Uint8Array()]) {
    if (bytes) await files.put(statePath, bytes);
    else await files.remove({path: statePath});
    metastore.asked.length = 0;
    await lineage.refresh(resources);
    assert.ok(metastore.asked.length > 0);
    assert.deepEqual(metastore.writes, []);
    assert.deepEqual(shownIn(metastore), before);
  }
});

test('the owner is given by itself', async () => {
  const {lineage, again, metastore} = openOver();
  await lineage.refresh([bill]);
  metastore.asked.length = 0;
  await again({owner: 'finance'}).refresh([bill]);
  assert.equal(metastore.objects.get(name)?.['owner'], 'finance');
  const patches = metastore.asked.filter(({method}) => method === 'PATCH');
  assert.deepEqual(
    patches.map(({query}) => query['update_mask']),
    ['owner'],
  );
});

test('a missing right is told once, ends what it concerns, and is tried again after a day', async () => {
  const {lineage, metastore, notes, clock} = openOver();
  metastore.refuse = call => (isOf(call, 'lineage-tracking') ? refused('permission', 403) : undefined);
  await lineage.refresh(resources);
  assert.equal(notes.length, 1);
  assert.match(notes[0] ?? '', /not allowed to create external .*GRANT CREATE EXTERNAL METADATA ON METASTORE/);
  assert.equal(metastore.tags.size, 12, 'tags need another right');
  const {length} = metastore.asked;
  await lineage.refresh(resources);
  clock.advance(23 * 3_600_000);
  await lineage.refresh(resources);
  assert.deepEqual([metastore.asked.length, notes.length], [length, 1]);
  clock.advance(3_600_000);
  metastore.refuse = () => undefined;
  await lineage.refresh(resources);
  assert.deepEqual([metastore.objects.size, notes.length], [3, 1]);
});

test('I27 a refusal that a clock ahead of ours has noted is no reason to wait', async () => {
  const {lineage, metastore, again} = openOver({clock: new FakeClock('2031-01-01T00:00:00.000Z')});
  metastore.refuse = call => (isOf(call, 'lineage-tracking') ? refused('permission', 403) : undefined);
  await lineage.refresh(resources);
  metastore.refuse = () => undefined;
  await again({clock: new FakeClock('2026-03-01T06:00:00.000Z')}).refresh(resources);
  assert.equal(metastore.objects.size, 3);
});

test('a refused edge names the table that has to be granted', async () => {
  const {lineage, metastore, notes} = openOver();
  metastore.refuse = call => (isOf(call, 'external-lineage') ? refused('permission', 403) : undefined);
  await lineage.refresh([bill]);
  assert.match(notes.join(), /draw an edge from visma_main_visma_bill .*GRANT MODIFY ON TABLE `main`.`visma`.`bill`/);
});

test('what the workspace does not know is told once, however it says so', async () => {
  const answers = [absent('ENDPOINT_NOT_FOUND'), absent(''), refused('protocol', 400, 'FEATURE_DISABLED')];
  for (const answer of [...answers, refused('protocol', 501)]) {
    const {lineage, metastore, notes} = openOver({shown: {lineage: true, tags: false}});
    metastore.refuse = () => answer;
    await lineage.refresh(resources);
    await lineage.refresh(resources);
    assert.equal(notes.length, 1);
    assert.match(notes[0] ?? '', /does not offer it/);
    assert.ok(metastore.asked.length <= 4);
  }
});

test('a full metastore is told with its limits', async () => {
  const {lineage, metastore, notes} = openOver({shown: {lineage: true, tags: false}});
  metastore.refuse = () => refused('data', 400, 'RESOURCE_EXHAUSTED');
  await lineage.refresh(resources);
  assert.match(notes.join('\n'), /10,000 external metadata objects and 100,000 edges/);
});

test('a table that is gone stops nothing and is told by nobody', async () => {
  const {lineage, metastore, notes} = openOver();
  const isBill = ({path, body}: Asked): boolean =>
    path.includes('main.visma.bill') || JSON.stringify(body?.['target'] ?? '').includes('main.visma.bill');
  metastore.refuse = call => (isBill(call) ? absent('TABLE_DOES_NOT_EXIST') : undefined);
  const {rows, errors} = await lineage.bringUpToDate(resources);
  assert.deepEqual(lineageOf(rows), ['no table', 'created', 'created']);
  assert.deepEqual([errors, notes], [[], []]);
  metastore.refuse = () => undefined;
  await lineage.refresh(resources);
  assert.deepEqual([metastore.edges.size, metastore.tags.size], [6, 12], 'it is shown once it is there');
});

test('one resource that is refused for what it is stops no other', async () => {
  const {lineage, metastore} = openOver();
  metastore.refuse = ({body}) => (body?.['name'] === name ? refused('protocol', 400) : undefined);
  const {rows, errors} = await lineage.bringUpToDate(resources);
  assert.deepEqual(lineageOf(rows), ['failed', 'created', 'created']);
  assert.match(errors[0]?.message ?? '', /for bill: /);
  assert.equal(errors.length, 1);
});

test('what another made under our name is left, and so is a tag with a value of somebody', async () => {
  const {lineage, metastore, notes} = openOver();
  metastore.objects.set(name, {name, properties: {visma_databricks: 'main.other'}});
  metastore.tags.set('main.visma.order source', 'erp');
  const before = metastore.objects.get(name);
  const {rows} = await lineage.bringUpToDate(resources);
  assert.deepEqual(lineageOf(rows), ['taken', 'created', 'created']);
  assert.match(String(rows[1]?.['tags']), /1 of others left/);
  assert.deepEqual(metastore.objects.get(name), before);
  assert.equal(metastore.tags.get('main.visma.order source'), 'erp');
  assert.match(notes.join(), /others made .* left: visma_main_visma_bill/);
});

test('an edge to a table that is no more is removed with the next update', async () => {
  const {lineage, metastore} = openOver();
  await lineage.refresh([bill]);
  await lineage.refresh([{...bill, children: []}]);
  assert.deepEqual([...metastore.edges.keys()], [`${name} main.visma.bill`]);
});

test('remove takes what this installation made, whatever its version, and schedules make nothing again', async () => {
  const {lineage, again, metastore} = openOver();
  await lineage.refresh(resources);
  await again({schema: 'other'}).refresh([bill]);
  const foreign = {source: {}, target: {table: {name: 'main.visma.report'}}};
  metastore.edges.set('visma_main_visma_order main.visma.report', foreign);
  metastore.asked.length = 0;
  const {rows, errors} = await lineage.remove();
  assert.deepEqual(errors, []);
  assert.deepEqual(
    rows.map(({object, removed}) => `${object}: ${removed}`),
    [
      'visma_main_visma_bill: removed',
      'visma_main_visma_order: kept: edges of others hang on it',
      'visma_main_visma_receipt: removed',
    ],
  );
  assert.deepEqual([...metastore.objects.keys()].toSorted(), ['visma_main_other_bill', 'visma_main_visma_order']);
  assert.deepEqual(metastore.edges.size, 3);
  metastore.asked.length = 0;
  await lineage.refresh(resources);
  assert.deepEqual(metastore.asked, []);
  assert.deepEqual(lineageOf((await lineage.bringUpToDate(resources)).rows), ['created', 'updated', 'created']);
});

test('a run that is stopped stops here too', async () => {
  const {lineage, metastore} = openOver();
  const stop = new AbortController();
  metastore.refuse = () => {
    stop.abort(new Error('stopped'));
    return refused('protocol', 400);
  };
  await assert.rejects(lineage.refresh(resources, stop.signal));
});
