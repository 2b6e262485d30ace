import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import fc from 'fast-check';
import {type JsonObject, parseExactJson} from '../../src/base/exact-json.ts';
import type {Manifest} from '../../src/model/load.ts';
import type {Warehouse} from '../../src/model/ports.ts';
import type {Resource} from '../../src/model/resource.ts';
import {invoice, linesOf, unit} from '../warehouse/resources.ts';
import {copy, land, type Workspace, warehouseOn} from '../warehouse/workspace.ts';
import {Both, inOrder} from './both.ts';

/*
 * What any sequence of inserts, changes, deletions, re-stamps and retries leaves in the tables: on both engines the
 * same, in every column. Another seed: SPARK_SEED=7 npm run test:spark test/spark/equal-tables.test.ts
 */
const seed = Number(process.env['SPARK_SEED'] ?? 20_260_301);
const sequences = Number(process.env['SPARK_SEQUENCES'] ?? 2);

let both: Both;
let companies = 0;
before(async () => {
  both = await Both.open();
});
after(() => both.close());

const id = fc.constantFrom('a', 'b/%', "c'\\`", 'Ø\n😀');
const amount = fc.constantFrom('0.1', '-90071992547409931.25', '1e3', '12345678901234567890.00000000005', 'null');
const record = fc.record({
  id,
  amount,
  stamp: fc.integer({min: 0, max: 3}),
  lines: fc.uniqueArray(fc.record({number: fc.integer({min: 1, max: 3}), amount}), {
    selector: ({number}) => number,
    maxLength: 3,
  }),
});
type Retry = 'none' | 'answers lost' | 'committed twice' | 'killed before the lines';
const load = fc.record({
  records: fc.array(record, {minLength: 1, maxLength: 4}),
  retry: fc.constantFrom<Retry>('none', 'answers lost', 'committed twice', 'killed before the lines'),
});
type Load = typeof load extends fc.Arbitrary<infer Value> ? Value : never;

function recordOf({id: key, amount: total, stamp, lines}: Load['records'][number]): JsonObject {
  return {
    referenceNumber: key,
    amount: exact(total),
    supplier: {number: `${key} "x"`},
    documentDate: `2026-02-0${stamp + 1}T00:00:00`,
    lastModifiedDateTime: `2026-03-01T0${stamp}:00:00.${stamp}4`,
    hold: stamp > 1,
    lines: lines.map(({number, amount: own}) => ({lineNumber: number, amount: exact(own)})),
  };
}

const exact = (text: string): JsonObject[string] =>
  text === 'null' ? null : ((parseExactJson(`{"value":${text}}`) as JsonObject)['value'] ?? null);

async function commitLoad(
  {workspace, warehouse}: {workspace: Workspace; warehouse: Warehouse},
  {resource, manifest, retry}: {resource: Resource; manifest: Manifest; retry: Retry},
): Promise<readonly unknown[]> {
  const held = await warehouse.acquire('run');
  assert.ok(held);
  const marking = new Set(resource.reading.kind === 'snapshot' ? [manifest.companyId] : []);
  const scope = {resource, loads: [manifest], marking, lease: held};
  workspace.before = () => (retry === 'answers lost' ? 'answer lost' : undefined);
  await copy(warehouse, resource, [manifest]);
  const counts: unknown[] = [await warehouse.mergeRecords(scope)];
  if (retry !== 'killed before the lines') counts.push(await warehouse.mergeLines(scope, linesOf(resource)));
  workspace.before = () => undefined;
  if (retry === 'committed twice') counts.push(await warehouse.mergeRecords(scope));
  await warehouse.release(held);
  workspace.clock.advance(60_000);
  return counts;
}

async function play(loads: readonly Load[], resource: Resource): Promise<void> {
  const company = `company'\\${++companies}`;
  for (const [index, {records, retry}] of loads.entries()) {
    const sequence = index + 1;
    await both.do(async workspace => {
      const warehouse = warehouseOn(workspace, [invoice, unit]);
      await warehouse.prepare([resource.table, linesOf(resource)]);
      const id = `load-${companies}-${sequence}`;
      const manifest = await land(workspace, {resource, company, sequence, id, records: records.map(recordOf)});
      return commitLoad({workspace, warehouse}, {resource, manifest, retry});
    });
  }
  for (const table of [resource.table, linesOf(resource)]) {
    const rows = await both.do(async workspace =>
      inOrder(await workspace.query(`SELECT * FROM main.visma.${table.name}`)),
    );
    assert.ok(table.ofLines || rows.length > 0);
  }
}

for (const resource of [invoice, unit]) {
  test(`any sequence of loads of ${resource.name} leaves the same tables on both engines`, async t => {
    const histories = fc.array(load, {minLength: 2, maxLength: 3});
    await fc.assert(
      fc.asyncProperty(histories, loads => play(loads, resource)),
      {numRuns: sequences, seed, endOnFailure: true},
    );
    t.diagnostic(`${sequences} sequences, seed ${seed}`);
  });
}
