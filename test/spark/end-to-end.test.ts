import assert from 'node:assert/strict';
import test from 'node:test';
import {resources} from '../../src/catalogue/catalogue.ts';
import {World} from '../flows/world.ts';
import {inOrder} from './both.ts';
import {SparkEngine} from './spark-engine.ts';

/*
 * The whole product, from the simulator through the real driver, into Spark and into the local workspace: the same
 * books, told the same changes, give the same tables.
 */
const names = ['supplier', 'journal_transaction', 'currency'];
const chosen = resources.filter(({name}) => names.includes(name));
const tables = chosen.flatMap(({table, children}) => [table, ...children.map(child => child.table)]);
/** What differs from run to run by its nature: of these it is compared whether they are there. */
const ofTheRun = ['_load_id', '_ingested_at', '_first_seen_at', '_deleted_at'];

async function assertEqual(spark: World, local: World): Promise<number> {
  let compared = 0;
  for (const {name, schema, ofLines} of tables) {
    const own = ['company_id', 'record_id', 'last_modified_date_time', '_record', '_hash', '_errors', '_commit'];
    const columns = [
      ...own,
      ...(ofLines ? ['parent_record_id', 'position'] : []),
      ...schema.fields.map(field => field.name),
    ];
    const cells = columns.map(column => `CAST(\`${column}\` AS STRING) AS \`${column}\``);
    const marks = ofTheRun.map(column => `\`${column}\` IS NULL AS \`${column}\``);
    const sql = `SELECT ${[...cells, ...marks].join(', ')} FROM main.visma.${name}`;
    const [one, other] = await Promise.all([spark, local].map(async world => inOrder(await world.query(sql))));
    assert.deepEqual(one, other, name);
    compared += one?.length ?? 0;
  }
  return compared;
}

test('first load, quiet run, changes, re-stamps and deletions end in the same tables on Spark', async t => {
  const spark = await World.open(t, {openEngine: options => SparkEngine.open(options)});
  const local = await World.open(t);
  const worlds = [spark, local];
  const sync = async (): Promise<void> => {
    const reports = await Promise.all(worlds.map(world => world.run('sync', {resources: names.join(' ')})));
    for (const {exitCode, problems} of reports) assert.deepEqual([exitCode, problems], [0, []]);
    // Of the statements Spark refuses the key, and is asked once.
    const [one, other] = reports.map(report => report.tables.map(table => ({...table, statements: 0})));
    assert.deepEqual(one, other);
  };

  await sync();
  const loaded = await assertEqual(spark, local);
  assert.ok(loaded > 300);
  await spark.assertTruth({resources: names, stampsToo: true});

  const [before] = await spark.query('SELECT MAX(sequence) AS sequence FROM main.visma_control.checkpoint');
  await sync();
  const [after] = await spark.query('SELECT MAX(sequence) AS sequence FROM main.visma_control.checkpoint');
  assert.deepEqual(after, before, 'a quiet run moves nothing');

  for (const {visma} of worlds) {
    visma.clock.advance(3_600_000);
    for (const {id} of visma.companies) visma.trade({company: id, invoices: 4, payments: 2});
    visma.restamp({company: 'no', collection: 'supplier'});
    const [currency] = visma.truth('se')['currency'] ?? [];
    visma.delete({company: 'se', collection: 'currency', key: String(currency?.['id'])});
  }
  await sync();
  const changed = await assertEqual(spark, local);
  assert.ok(changed > loaded);
  await spark.assertTruth({resources: names});
  t.diagnostic(`${changed} rows of ${tables.length} tables are the same on both engines`);
});
