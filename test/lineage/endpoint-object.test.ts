import assert from 'node:assert/strict';
import test from 'node:test';
import {Secret} from '../../src/base/secret.ts';
import {resources} from '../../src/catalogue/catalogue.ts';
import {shownOf} from '../../src/lineage/endpoint-object.ts';
import {objectName} from '../../src/lineage/installation.ts';
import {wantedTags} from '../../src/lineage/wanted-tags.ts';
import {resourceName, tableName} from '../../src/model/names.ts';
import {tablesOf} from '../../src/model/resource.ts';
import {rawSchema} from '../../src/model/table.ts';
import {resourceOf} from '../warehouse/resources.ts';

const installation = {catalog: 'main', schema: 'visma', apiUrl: 'https://api.finance.visma.net'};
const invoice = resourceOf({name: 'invoice', reading: {kind: 'snapshot', paging: 'unpaged'}});

test('an endpoint names every property that a column comes from, and each edge leads property to column', () => {
  const {object, edges} = shownOf(invoice, installation);
  assert.deepEqual(object, {
    name: 'visma_main_visma_invoice',
    system_type: 'OTHER',
    entity_type: 'endpoint',
    url: 'https://api.finance.visma.net/v1/invoice',
    description: 'Visma.net ERP, /v1/invoice: A row for each invoice',
    columns: [
      ...['referenceNumber', 'lastModifiedDateTime', 'supplier.number', 'amount', 'documentDate', 'createdDateTime'],
      ...['hold', 'lines[].lineNumber', 'lines[].amount'],
    ],
    properties: {visma_databricks: 'main.visma', resource: 'invoice', key: 'referenceNumber', read_as: 'snapshot'},
  });
  assert.deepEqual(
    edges.map(({table}) => table),
    ['main.visma.invoice', 'main.visma.invoice_line'],
  );
  assert.deepEqual(
    edges[1]?.columns.map(({source, target}) => `${source} -> ${target}`),
    [
      'referenceNumber -> record_id',
      'lines[].lineNumber -> record_id',
      'referenceNumber -> parent_record_id',
      'lastModifiedDateTime -> last_modified_date_time',
      'lines[].lineNumber -> line_number',
      'lines[].amount -> amount',
    ],
  );
});

test('every endpoint of the catalogue leads to columns that its tables have, each pair once, far within limits', () => {
  const names = new Set<string>();
  for (const resource of resources) {
    const {object, edges} = shownOf(resource, installation);
    names.add(object.name);
    assert.ok(object.columns.length < 1000, resource.name);
    assert.equal(edges.length, tablesOf(resource).length);
    for (const [index, table] of tablesOf(resource).entries()) {
      const columns = new Set(rawSchema(table).fields.map(field => field.name));
      const pairs = edges[index]?.columns ?? [];
      assert.ok(
        pairs.every(({source, target}) => columns.has(target) && object.columns.includes(source)),
        table.name,
      );
      assert.equal(new Set(pairs.map(pair => JSON.stringify(pair))).size, pairs.length, table.name);
      const own = table.schema.fields.filter(field => field.metadata.has('path')).map(field => field.name);
      assert.ok(
        own.every(name => pairs.some(({target}) => target === name)),
        table.name,
      );
    }
  }
  assert.equal(names.size, resources.length);
});

test('a name holds no space and no capital, and stays one of its own', () => {
  const named = (catalog: string, schema = 'visma'): string =>
    objectName({...installation, catalog, schema}, resourceName('supplier'));
  assert.equal(named('main'), 'visma_main_visma_supplier');
  assert.match(named('My data'), /^visma_my_data_visma_supplier_[0-9a-f]{8}$/);
  assert.notEqual(named('My data'), named('my_data'));
  assert.ok(named('a'.repeat(255), 'b'.repeat(255)).length <= 255);
});

test('personal columns say what became of them under the privacy rules', () => {
  const supplier = resources.find(({name}) => name === 'customer');
  assert.ok(supplier);
  const tagsUnder = (rules: readonly ('drop' | 'hash' | 'keep')[], salted: boolean): readonly unknown[] => {
    const personal = wantedTags(supplier, {installation, privacy: {rules: []}}).find(({type}) => type === 'columns');
    const [, , table = '', column = ''] = personal?.name.split('.') ?? [];
    const privacy = {
      rules: rules.map(rule => ({resource: supplier.name, table: tableName(table), column, rule})),
      ...(salted && {salt: new Secret('a salt that is long enough')}),
    };
    const found = wantedTags(supplier, {installation, privacy}).find(({name}) => name === personal?.name);
    return Object.values(found?.tags ?? {});
  };
  assert.deepEqual(tagsUnder([], true), ['hashed']);
  assert.deepEqual(tagsUnder([], false), ['dropped'], 'without a salt nothing can be hashed');
  assert.deepEqual(tagsUnder(['drop'], true), ['dropped']);
  assert.deepEqual(tagsUnder(['keep'], true), ['plain']);
});

test('a column that only a rule protects is tagged too, one that nothing protects is not', () => {
  const rule = {resource: invoice.name, table: invoice.table.name, column: 'supplier_number', rule: 'drop'} as const;
  const columns = (rules: readonly (typeof rule)[]): readonly object[] =>
    wantedTags(invoice, {installation, privacy: {rules}}).filter(({type}) => type === 'columns');
  assert.deepEqual(columns([]), []);
  assert.deepEqual(columns([rule]), [
    {type: 'columns', name: 'main.visma.invoice.supplier_number', tags: {pii: 'dropped'}},
  ]);
});
