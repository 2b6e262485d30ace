import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {Schema} from 'apache-arrow';
import {quoteName} from '../../src/base/quoting.ts';
import {column, count} from '../../src/model/column.ts';
import type {StatementValue} from '../../src/model/ports.ts';
import type {Resource} from '../../src/model/resource.ts';
import {rawSchema} from '../../src/model/table.ts';
import {createSchema} from '../../src/warehouse/sql/create-schema.ts';
import {createTable} from '../../src/warehouse/sql/create-table.ts';
import {delta, invoice, invoiceColumns, linesOf, partner, plan, resourceOf, unit} from '../warehouse/resources.ts';
import {land, warehouseOn} from '../warehouse/workspace.ts';
import {Both, type Outcome} from './both.ts';

/*
 * Every statement that was reviewed, as it stands in its golden file, on both engines and tables that have rows:
 * the same rows, counts and refusals.
 */
const folder = path.join(import.meta.dirname, '../warehouse/golden');
const statementsOf = (file: string): readonly string[] =>
  readFileSync(path.join(folder, file), 'utf8').trimEnd().replace(/;$/, '').split(';\n\n');

/** What Spark refuses, and the product tries and does without. */
const refused: ReadonlyMap<string, string> = new Map([
  ['primary-key.sql', 'UNSUPPORTED_FEATURE.TABLE_OPERATION'],
  ['atomic-block.sql', 'PARSE_SYNTAX_ERROR'],
]);
/** What a statement raises by itself, about rows that are not as it expects. */
const raised = 'USER_RAISED_EXCEPTION';

/**
 * What is compared of an answer. Delta's own DESCRIBE shows the columns and not what the table is clustered by, which
 * Databricks shows below them; and each engine has properties of its own.
 */
const compared = (file: string, {rows, errorClass}: Outcome): Outcome => {
  if (file === 'table-properties.sql') return {rows: [], errorClass};
  if (file !== 'describe-table.sql') return {rows, errorClass};
  return {rows: [...new Set(rows)].filter(row => !row.includes('"col_name":"#')), errorClass};
};

/** Before all others, in this order. */
const first = ['create-schema.sql', 'create-table.sql', 'alter-table.sql'];
const files = [...first, ...readdirSync(folder).filter(file => !first.includes(file))];

let both: Both;
before(async () => {
  both = await Both.open();
});
after(() => both.close());

const values: Readonly<Record<string, StatementValue>> = {
  owner: 'run',
  fence: 1n,
  exit_code: 0,
  started_at: '2026-03-01T06:00:00.000Z',
  ended_at: '2026-03-01T06:01:00.250Z',
};

/** A value for each parameter of a statement; strings and names hold none. */
function parametersOf(sql: string): Readonly<Record<string, StatementValue>> {
  const bare = sql.replace(/'(?:[^'\\]|\\[\s\S])*'|`[^`]*`/g, '');
  const names = [...bare.matchAll(/(?<!:):([a-z]\w*)/g)].map(([, name = '']) => name);
  return Object.fromEntries(names.map(name => [name, values[name] ?? 'a value']));
}

/** As an older version made it: what the golden statements of a migration expect. */
const older = resourceOf({
  name: 'invoice',
  reading: delta,
  columns: [
    ...invoiceColumns.slice(0, 1),
    ...invoiceColumns.slice(3),
    column('count', count, {path: 'count', comment: 'How many'}),
  ],
});

/** One golden statement marks partners within slices. */
const slicedPartner = {
  ...partner,
  table: {
    ...partner.table,
    schema: new Schema([...partner.table.schema.fields, ...plan.table.schema.fields.slice(-2)]),
  },
};

async function makeTables(): Promise<void> {
  await both.do(async workspace => {
    await workspace.query(createSchema({name: quoteName('main', 'odd`schema'), comment: 'Odd'}));
    const odd = {
      name: quoteName('main', 'odd`schema', 'invoice'),
      comment: 'Odd',
      fields: rawSchema(unit.table).fields,
    };
    await workspace.query(createTable({...odd, key: ['company_id', 'record_id']}));
    const details = {name: quoteName('main', 'visma', 'invoice_tax_detail'), comment: 'More lines'};
    const warehouse = warehouseOn(workspace, [older, unit]);
    const tables = [older, unit, slicedPartner, plan].flatMap(each => [each.table, linesOf(each)]);
    await warehouse.prepare(tables);
    await workspace.query(createTable({...details, fields: rawSchema(linesOf(invoice)).fields}));
  });
}

/** Rows in staging under the load ids that the golden statements name, and a lease for their owner. */
async function fillTables(): Promise<void> {
  const loads: ReadonlyArray<readonly [Resource, string, number]> = [
    ...(['20260301t060000-a', '20260301t070000-b'] as const).map((id, at) => [invoice, id, at + 1] as const),
    ...(['20260301t060000-c', '20260301t070000-d'] as const).map((id, at) => [unit, id, at + 1] as const),
  ];
  await both.do(async workspace => {
    const warehouse = warehouseOn(workspace, [invoice, unit]);
    await warehouse.prepare([invoice, unit].flatMap(each => [each.table, linesOf(each)]));
    for (const [resource, id, sequence] of loads) {
      const records = ['1', '2'].map(key => ({
        referenceNumber: `${key}${sequence}`,
        amount: sequence,
        documentDate: '2026-02-28T00:00:00',
        supplier: {number: "o'clock \\ `"},
        lines: [{lineNumber: 1, amount: 5}, {lineNumber: 2}],
      }));
      const manifest = await land(workspace, {resource, id, sequence, records});
      for (const {table, name, columns} of manifest.files) {
        const paths = [`/Volumes/main/visma_staging/landing/${resource.name}/${id}/${name}`];
        const staged = [resource.table, linesOf(resource)].find(each => each.name === table);
        if (staged) await warehouse.copy({table: staged.name, columns, paths}, staged);
      }
    }
    const lease = await warehouse.acquire('run');
    return lease?.fence;
  });
}

test('every golden statement runs on Spark as on the local workspace', async t => {
  let tried = 0;
  for (const [index, file] of files.entries()) {
    if (index === 2) await makeTables();
    if (index === first.length) await fillTables();
    await t.test(file, async () => {
      for (const sql of statementsOf(file)) {
        tried += 1;
        const {spark, local} = await both.outcome({sql, parameters: parametersOf(sql)});
        const missing = refused.get(file);
        if (missing !== undefined) {
          assert.equal(spark.errorClass, missing, sql);
          continue;
        }
        assert.deepEqual(compared(file, spark), compared(file, local), sql);
        assert.ok(spark.errorClass === undefined || spark.errorClass === raised, `${spark.errorClass}: ${sql}`);
      }
    });
  }
  t.diagnostic(`${tried} golden statements`);
});
