import {after, before, test} from 'node:test';
import {Schema} from 'apache-arrow';
import {quoteName} from '../../src/base/quoting.ts';
import {amount, column, count} from '../../src/model/column.ts';
import type {Resource} from '../../src/model/resource.ts';
import {rawSchema} from '../../src/model/table.ts';
import {createSchema} from '../../src/warehouse/sql/create-schema.ts';
import {createTable} from '../../src/warehouse/sql/create-table.ts';
import {delta, invoice, invoiceColumns, linesOf, partner, plan, resourceOf, unit} from '../warehouse/resources.ts';
import {land, warehouseOn} from '../warehouse/workspace.ts';
import {Both} from './both.ts';
import {columnsOnly, type Goldens, tablesOnly, tryGoldens} from './goldens.ts';

/*
 * Every statement of the warehouse room, as it stands in its golden file, on both engines and tables that have rows.
 */
const goldens: Goldens = {
  folder: 'warehouse/golden',
  first: ['create-schema.sql', 'create-table.sql', 'alter-table.sql'],
  values: {
    owner: 'run',
    fence: 1n,
    above: 0n,
    exit_code: 0,
    started_at: '2026-03-01T06:00:00.000Z',
    ended_at: '2026-03-01T06:01:00.250Z',
  },
  refused: new Map([
    ['primary-key.sql', 'UNSUPPORTED_FEATURE.TABLE_OPERATION'],
    ['atomic-block.sql', 'PARSE_SYNTAX_ERROR'],
  ]),
  before: async file => {
    if (file === 'alter-table.sql') await makeTables();
    if (file === 'apply-privacy.sql') await fillTables();
  },
  compared: (file, outcome) => {
    // Each engine has properties of its own.
    if (file === 'table-properties.sql') return {...outcome, rows: []};
    if (file === 'lease.sql') return tablesOnly(outcome);
    return file === 'describe-table.sql' ? columnsOnly(outcome) : outcome;
  },
};

let both: Both;
before(async () => {
  both = await Both.open();
});
after(() => both.close());

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
    const journal = {name: quoteName('main', 'visma', 'journal_line'), comment: 'Lines with two sides'};
    const sides = ['debit_amount', 'credit_amount'].map(name => column(name, amount, {comment: 'A side'}));
    await workspace.query(createTable({...journal, fields: [...rawSchema(unit.table).fields, ...sides]}));
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
  t.diagnostic(`${await tryGoldens(t, both, goldens)} golden statements`);
});
