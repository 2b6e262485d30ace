import assert from 'node:assert/strict';
import test from 'node:test';
import {resources} from '../../src/catalogue/catalogue.ts';
import {pathOf} from '../../src/model/column.ts';
import type {Resource, Slicing} from '../../src/model/resource.ts';
import {
  arraysOf,
  isEnvelope,
  parametersOf,
  recordPaths,
  recordSchema,
  recordSchemaAt,
  requiredParametersOf,
  resolved,
  scalarPaths,
  scalars,
} from './openapi.ts';

/** What each kind of slice is asked for, in the order of the endpoint's parameters. */
const asked: Readonly<Record<Slicing, readonly string[]>> = {
  ledger: ['ledger'],
  budget: ['branch', 'ledger', 'financialYear'],
  'financial year': ['fromFinPeriod', 'toFinPeriod'],
};
const askedOf = ({slicing}: Resource): readonly string[] => (slicing === undefined ? [] : asked[slicing]);

/** Flags that are not set, and why. */
const unset: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  general_ledger_transaction: {
    includeUnposted: 'what is not posted may change and vanish without a trace',
    includeUnreleased: 'what is not released may change and vanish without a trace',
    includeTransactionBalance: 'running balances count from the first row of the answer: no two passes would agree',
  },
  supplier_document: {expandLinePrebookAccounts: 'these documents come without lines'},
  customer_document: {
    expandApplications: 'these documents come without arrays',
    expandDunningInformation: 'their records hold no dunning information',
    expandAttachments: 'these documents come without arrays',
    expandTaxDetails: 'these documents come without arrays',
    expandInvoiceAddress: 'their records hold no address',
  },
  cash_sale: {
    expandDunningInformation: 'a cash sale is not dunned',
    expandAttachments: 'its records hold no attachments',
    expandTaxDetails: 'its records hold no VAT details',
  },
};

/** Filters by period that are no periods to read by, and why. */
const unusable: Readonly<Record<string, string>> = {
  purchase_receipt: 'finPeriod: its records say MMYYYY, so that no column holds what the filter takes',
};

for (const resource of resources) {
  test(`${resource.name} is read as its endpoint allows, a list in one answer whole`, () => {
    const parameters = parametersOf(resource);
    const {reading} = resource;
    const paged = parameters.includes('pageNumber');
    assert.equal(reading.paging === 'envelope', isEnvelope(resource));
    assert.equal(reading.paging !== 'unpaged', paged);
    const asDelta = parameters.includes('lastModifiedDateTime') && paged && !isEnvelope(resource);
    assert.equal(reading.kind === 'delta', asDelta);
    const condition = reading.kind === 'delta' && reading.since === 'stamp and condition';
    assert.equal(condition, asDelta && parameters.includes('lastModifiedDateTimeCondition'));
  });

  test(`${resource.name} asks for everything that its endpoint leaves out or brings unasked, or says why not`, () => {
    const flags = parametersOf(resource).filter(name => /^(?:expand|include|exclude)/.test(name));
    const notSet = Object.keys(unset[resource.name] ?? {});
    assert.deepEqual([...Object.keys(resource.query), ...notSet].sort(), flags.sort());
  });

  test(`key, stamp and totals of ${resource.name} are properties that Visma describes`, () => {
    const record = scalarPaths(recordSchema(resource));
    const said = [...record, ...askedOf(resource).map(name => `asked.${name}`)];
    for (const part of resource.key) assert.ok(said.includes(part), part);
    assert.equal(resource.stamp !== undefined, record.includes('lastModifiedDateTime'));
    for (const [line, header] of Object.entries(resource.cut?.totals ?? {})) {
      assert.ok(record.includes(header), header);
      const {lines} = resource.cut ?? {lines: ''};
      assert.ok(scalars(arraysOf(resource).get(lines) ?? {}).includes(`${line}: DECIMAL(38,10)`), line);
    }
  });

  test(`${resource.name} is sliced by what its endpoint must be told`, () => {
    assert.deepEqual(requiredParametersOf(resource), askedOf(resource));
    const columns = resource.table.schema.fields.map(field => pathOf(field).join('.'));
    for (const column of columns.filter(path => path.startsWith('asked.'))) {
      assert.ok(askedOf(resource).includes(column.slice('asked.'.length)), column);
    }
  });

  test(`${resource.name} is read by period where its endpoint filters by period`, () => {
    const filters = parametersOf(resource).filter(name =>
      /^(?:financialPeriod|finPeriod|periodId|fromPeriod|toPeriod)$/.test(name),
    );
    const {periods} = resource;
    const excused = unusable[resource.name]?.split(':')[0];
    assert.deepEqual([...(periods?.parameters ?? []), ...(excused === undefined ? [] : [excused])], filters);
    if (!periods) return;
    assert.ok(resource.table.schema.fields.some(({name}) => name === periods.column));
    for (const [parameter, value] of Object.entries(periods.without ?? {})) {
      assert.ok(parametersOf(resource).includes(parameter), parameter);
      const {enum: values} = resolved(recordSchema(resource).properties?.[parameter] ?? {});
      assert.ok(values?.includes(value), `${parameter} is never ${value}`);
    }
  });

  test(`one record of ${resource.name} is asked for by its key, at a path that Visma has`, () => {
    const {detail, key} = resource;
    if (detail === undefined) return;
    const open = (path: string): string => path.replace(/\{[^}]+\}/g, '{}');
    assert.ok(recordPaths.map(open).includes(open(detail)), detail);
    for (const [, property] of detail.matchAll(/\{([^}]+)\}/g)) assert.ok(key.includes(property ?? ''), detail);
  });

  test(`what ${resource.name} is swept and renamed by stands in its records`, () => {
    const {headers, internalId, key} = resource;
    if (headers !== undefined) {
      const header = scalarPaths(recordSchemaAt(headers));
      for (const property of [...key, 'lastModifiedDateTime', 'timeStamp', 'status']) {
        assert.ok(header.includes(property), property);
      }
    }
    if (internalId === undefined) return;
    assert.ok(scalars(recordSchema(resource)).includes(`${internalId}: BIGINT`), internalId);
    assert.ok(!key.includes(internalId));
  });
}

const namesWhere = (holds: (resource: Resource) => boolean): string[] =>
  resources.filter(holds).map(resource => resource.name);

test('no excuse stands for what is not there', () => {
  for (const name of [...Object.keys(unset), ...Object.keys(unusable)]) {
    assert.ok(namesWhere(() => true).includes(name), name);
  }
});

test('only a resource whose pages count lines has records that are cut in two', () => {
  for (const {name, cut, reading} of resources) assert.equal(cut !== undefined, reading.paging === 'lines', name);
});

test('journals, balances and claims list nothing without a filter; balances are first read by period', () => {
  assert.deepEqual(
    namesWhere(({wantsFilter}) => wantsFilter === true),
    ['journal_transaction', 'general_ledger_balance', 'expense_claim'],
  );
  assert.deepEqual(
    namesWhere(({periods}) => periods?.required === true),
    ['general_ledger_balance'],
  );
});

test('a key that may be changed is known by an id that stays', () => {
  assert.deepEqual(
    namesWhere(({internalId}) => internalId !== undefined),
    ['account', 'ledger', 'branch', 'subaccount', 'supplier', 'customer', 'employee', 'project'],
  );
});

test('what others are sliced by is read before them', () => {
  const order = namesWhere(() => true);
  const last = Math.max(...['ledger', 'branch', 'financial_period'].map(name => order.indexOf(name)));
  for (const name of namesWhere(({slicing}) => slicing !== undefined)) assert.ok(order.indexOf(name) > last, name);
});

test('what is synced unasked is what a ledger needs, in the order of work', () => {
  const lists = 'account ledger branch financial_period currency currency_rate subaccount dimension';
  const masters = 'supplier customer employee cash_account';
  const documents = 'supplier_invoice customer_invoice purchase_order cash_transaction';
  const expected = `${lists} ${masters} journal_transaction general_ledger_balance ${documents}`;
  assert.deepEqual(
    namesWhere(({groups}) => groups.includes('default')),
    expected.split(' '),
  );
});

test('every resource belongs to a group by its subject', () => {
  for (const {name, groups} of resources) assert.ok(groups.filter(group => group !== 'default').length > 0, name);
});
