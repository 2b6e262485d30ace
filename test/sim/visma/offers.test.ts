import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {asker, walk} from './asking.ts';
import {propertiesOf} from './data/filler.ts';
import {endpointOf, endpoints} from './endpoints.ts';
import {at, type Entity, entitiesIn, isEntity} from './exact.ts';
import {startVisma} from './visma.ts';

const sim = await startVisma({companies: ['se'], nasty: false});
after(() => sim.close());
const ask = await asker(sim, 'se');

/** What makes a list answer at all. */
const needs: Readonly<Record<string, string>> = {
  '/v1/GeneralLedgerTransactions': '?ledger=1',
  '/v1/budget': '?branch=1&ledger=BUDGET&financialYear=2025',
  '/v2/supplier/balance': '?fromFinPeriod=202501&toFinPeriod=202512',
  '/v2/customer/balance': '?fromFinPeriod=202501&toFinPeriod=202512',
};

const lists = endpoints.filter(({paging, ids}) => paging !== 'envelope' && ids === undefined);
const paged = lists.filter(({paging}) => paging !== 'unpaged');

test('every list has records, with metadata in each or in none', async () => {
  for (const {path, metadata} of lists) {
    const {status, records} = await ask(`${path}${needs[path] ?? ''}`);
    assert.equal(status, 200, path);
    assert.ok(records.length > 0, path);
    assert.ok(
      records.every(record => 'metadata' in record === metadata),
      path,
    );
  }
});

test('pages of every list together are the whole of it, each record once', async () => {
  for (const {path, key, paging} of paged.filter(each => each.paging === 'records')) {
    const query = Object.fromEntries(new URLSearchParams(needs[path]));
    const walked = await walk(ask, `${path}${needs[path] ?? ''}`, 97);
    const names = walked.map(record => JSON.stringify(key.map(name => at(record, name))));
    assert.equal(new Set(names).size, names.length, `${path} ${paging}`);
    assert.equal(walked.length, sim.listed('se', path, query).length, path);
    for (const record of walked.filter(({metadata}) => isEntity(metadata))) {
      assert.equal((record['metadata'] as Entity)['totalCount'], walked.length, path);
    }
  }
});

test('records have every property that the schema names, at any depth', () => {
  const shapes: Readonly<Record<string, string>> = {
    employee: 'EmployeeDto',
    purchaseorder: 'PurchaseOrderDto',
    purchaseorderbasic: 'PurchaseOrderBasicDto',
    purchaseReceipt: 'PurchaseReceiptDto',
    supplierPayment: 'SupplierPaymentDto',
    customerPayment: 'PaymentDto',
    supplierdocument: 'SupplierDocumentDto',
    customerdocument: 'CustomerDocumentDto',
    cashTransaction: 'CashTransactionDto',
    expenseClaim: 'ExpenseClaimDto',
    project: 'ProjectDto',
    generalLedgerTransaction: 'GeneralLedgerTransactionDetailsDto',
    generalLedgerBalance: 'GeneralLedgerBalanceDto',
    supplierBalance: 'SupplierBalanceV2Dto',
    customerBalance: 'CustomerBalanceV2Dto',
    budget: 'BudgetDto',
    location: 'LocationDto',
  };
  for (const [collection, shape] of Object.entries(shapes)) {
    const versioned = endpointOf(collection).rowVersion !== undefined;
    for (const record of sim.truth('se')[collection] ?? []) {
      // A document on hold may lack its period altogether.
      const lacking = propertiesOf(shape).filter(name => !(name in record) && !(name === 'timeStamp' && !versioned));
      assert.deepEqual(lacking, [], collection);
    }
  }
});

test('documents on hold bear no period: a status finds them, no period does', async () => {
  const hold = [
    ...['/v1/supplierInvoice', '/v1/customerinvoice', '/v1/supplierPayment', '/v1/customerPayment'],
    ...['/v1/customerCreditNote', '/v1/supplierdocument', '/v1/customerdocument', '/v1/cashsale'],
  ];
  for (const path of hold) {
    const held = await walk(ask, `${path}?status=Hold`, 1000);
    assert.ok(held.length > 0, path);
    assert.ok(
      held.every(record => (record['financialPeriod'] ?? record['applicationPeriod'] ?? null) === null),
      path,
    );
    let withPeriod = 0;
    for (const {year, period} of sim.truth('se')['financialPeriod'] ?? []) {
      withPeriod += (await walk(ask, `${path}?financialPeriod=${String(year)}${String(period)}`, 1000)).length;
    }
    assert.equal(withPeriod + held.length, (await walk(ask, path, 1000)).length, path);
  }
});

test('a document appears in a list of its own and among the headers of its ledger, with one stamp', () => {
  const {supplierInvoice = [], supplierdocument = [], customerPayment = [], customerdocument = []} = sim.truth('se');
  const nameOf = ({documentType, referenceNumber}: Entity): string =>
    `${String(documentType)} ${String(referenceNumber)}`;
  const stamps = new Map(supplierdocument.map(each => [nameOf(each), each['lastModifiedDateTime']]));
  for (const invoice of supplierInvoice) assert.equal(stamps.get(nameOf(invoice)), invoice['lastModifiedDateTime']);
  assert.ok(
    stamps.has(`Check ${String(sim.truth('se')['supplierPayment']?.find(({type}) => type === 'Payment')?.['refNbr'])}`),
  );
  const payment = customerPayment.find(({type}) => type === 'Payment');
  assert.ok(customerdocument.some(each => nameOf(each) === `Payment ${String(payment?.['refNbr'])}`));
});

test('a payment may name one document in several lines, and no line has a number', () => {
  for (const collection of ['customerPayment', 'supplierPayment']) {
    const lines = (sim.truth('se')[collection] ?? []).map(({paymentLines}) => entitiesIn(paymentLines));
    const names = lines.map(set =>
      set.map(
        line => `${String(line['docType'] ?? line['documentType'])} ${String(line['refNbr'] ?? line['invoiceRefNbr'])}`,
      ),
    );
    assert.ok(
      names.some(set => set.length > 1 && new Set(set).size < set.length),
      collection,
    );
    assert.ok(
      lines.flat().every(line => !('lineNumber' in line) && !('lineNbr' in line)),
      collection,
    );
  }
});

test('orders are asked for in headers too, and by the same stamp', () => {
  const {purchaseorder = [], purchaseorderbasic = []} = sim.truth('se');
  assert.deepEqual(
    purchaseorderbasic.map(({orderType, orderNbr, timeStamp}) => [orderType, orderNbr, timeStamp]),
    purchaseorder.map(({orderType, orderNbr, timeStamp}) => [orderType, orderNbr, timeStamp]),
  );
  assert.ok(purchaseorder.every(order => 'shipTo' in order) && purchaseorderbasic.every(order => !('shipTo' in order)));
  assert.match(JSON.stringify(purchaseorder), /[æøå]/);
});

test('dates may be the first or the last of all, and stamps lie in the hour that autumn has twice', () => {
  const all = JSON.stringify(sim.truth('se'));
  for (const date of ['0001-01-01T00:00:00', '9999-12-31T00:00:00']) assert.ok(all.includes(date), date);
  for (const collection of ['purchaseorder', 'employee', 'cashTransaction', 'supplierPayment']) {
    const stamps = (sim.truth('se')[collection] ?? []).map(record => String(record['lastModifiedDateTime']));
    assert.ok(
      stamps.some(stamp => stamp.startsWith('2025-10-26T02:')),
      collection,
    );
  }
});

test('dimensions are a list of ids; each holds its segments, with their values where they are asked for', async () => {
  const ids = JSON.parse((await ask('/v1/dimension')).text) as string[];
  assert.ok(ids.includes('SUBACCOUNT') && ids.every(id => typeof id === 'string'));
  const bare = JSON.parse((await ask('/v1/dimension/SUBACCOUNT')).text);
  const full = JSON.parse((await ask('/v1/dimension/SUBACCOUNT?expandSegmentsValues=true')).text);
  assert.deepEqual(
    bare.segments.map((each: Entity) => each['segmentValues']),
    [[], []],
  );
  assert.ok(full.segments[0].segmentValues.length > 2 && full.lastModifiedDateTime === undefined);
  const segment = JSON.parse((await ask('/v1/dimension/SUBACCOUNT/2')).text);
  assert.deepEqual(segment, full.segments[1]);
  assert.equal(JSON.parse((await ask('/v1/dimension/SUBACCOUNT/2/100')).text).valueId, '100');
  assert.equal((await ask('/v1/dimension/SUBACCOUNT/3')).status, 404);
});

test('every record is found by itself, with its row version as ETag', async () => {
  for (const endpoint of lists.filter(each => each.details)) {
    const {path, details = [], rowVersion} = endpoint;
    const record = sim.listed('se', path, Object.fromEntries(new URLSearchParams(needs[path])))[0];
    assert.ok(record, path);
    const own = (details[0]?.path ?? '').replace(/\{([^}]+)\}/g, (_, name: string) => packed(at(record, name)));
    const {status, text, headers} = await ask(own);
    assert.equal(status, 200, own);
    const found = JSON.parse(text) as Entity;
    const named = [...(details[0]?.path ?? '').matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name);
    for (const name of named) assert.deepEqual(at(found, name), at(record, name), own);
    if (rowVersion) assert.equal(headers.get('etag'), `"${String(found[rowVersion])}"`, own);
  }
});

const packed = (value: unknown): string => `b64(${Buffer.from(String(value)).toString('base64url')})`;

test('what a list must be told it is told, or it refuses', async () => {
  for (const path of Object.keys(needs)) assert.equal((await ask(path)).status, 400, path);
  assert.equal((await ask('/v1/GeneralLedgerTransactions?ledger=nobody')).text, '[]');
  assert.equal((await ask('/v1/budget?branch=1&ledger=1&financialYear=2025')).text, '[]');
  const budget = await ask(`/v1/budget${needs['/v1/budget']}`);
  assert.ok(budget.records.length > 0 && budget.records.every(record => !('ledger' in record)));
});

test('a delta of every list with a condition brings what came since, and none without the condition', async () => {
  const since = '2025-12-01T00:00:00';
  for (const {path, stamp, paging, inner = []} of lists.filter(({delta}) => delta === 'with condition')) {
    const own = `${path}${needs[path] ?? '?'}&lastModifiedDateTime=${since}`;
    const counted = async (query: string): Promise<number> =>
      paging === 'unpaged' ? (await ask(query)).records.length : (await walk(ask, query, 5000)).length;
    const all = sim.listed('se', path, Object.fromEntries(new URLSearchParams(needs[path])));
    assert.equal(await counted(own), all.length, path);
    if (stamp === undefined || inner.includes(stamp)) continue;
    const wanted = all.filter(record => String(record[stamp]) >= since);
    assert.equal(await counted(`${own}&lastModifiedDateTimeCondition=%3E%3D`), wanted.length, path);
  }
});
