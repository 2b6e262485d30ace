import assert from 'node:assert/strict';
import {after, afterEach, test} from 'node:test';
import {asker, walk} from './asking.ts';
import {at, type Entity, entitiesIn} from './exact.ts';
import {startVisma} from './visma.ts';

const sim = await startVisma({companies: ['se', 'no'], size: {invoices: 80, journalLines: 400}});
after(() => sim.close());
afterEach(() => {
  sim.liftFaults();
  sim.behaviour.unlicensed = {};
});
const ask = await asker(sim, 'se');

const have = (collection: string): readonly Entity[] => sim.truth('se')[collection] ?? [];

test('what a tenant has no licence for is refused, for one company or all, with all below it', async () => {
  const norwegian = await asker(sim, 'no');
  sim.behaviour.unlicensed = {'/v1/project': 403, 'no /v1/expenseClaim': 404};
  const refused = await ask('/v1/project');
  assert.equal(refused.status, 403);
  assert.equal(JSON.parse(refused.text).ExceptionFaultCode, '12027');
  assert.equal((await ask('/v1/project/X')).status, 403);
  assert.equal((await ask('/v1/projectbasic')).status, 200);
  assert.equal((await norwegian('/v1/expenseClaim')).status, 404);
  assert.equal((await ask('/v1/expenseClaim')).status, 200);
});

test('a renamed record keeps its internal id and its content', () => {
  for (const [collection, property, internal] of [
    ['supplier', 'number', 'internalId'],
    ['customer', 'number', 'internalId'],
    ['employee', 'employeeNumber', 'employeeId'],
    ['account', 'accountCD', 'accountID'],
  ] as const) {
    const before = have(collection)[0];
    const count = have(collection).length;
    sim.rename({company: 'se', collection, key: String(before?.[property]), to: 'NEW-NAME'});
    const renamed = have(collection).find(each => each[property] === 'NEW-NAME');
    assert.equal(renamed?.[internal], before?.[internal], collection);
    assert.equal(renamed?.['lastModifiedDateTime'], sim.clock.stamp());
    assert.equal(have(collection).length, count);
    assert.ok(!have(collection).some(each => each[property] === before?.[property]));
  }
});

test('old lines keep a renamed account’s code, or take the new one without a stamp', () => {
  const codes = (): readonly unknown[] =>
    have('journaltransaction').flatMap(batch =>
      entitiesIn(batch['journalTransactionLines']).map(line => line['accountNumber']),
    );
  const stamps = (): string => JSON.stringify(have('journaltransaction').map(batch => batch['lastModifiedDateTime']));
  const before = stamps();
  sim.rename({company: 'se', collection: 'account', key: '7010', to: '7011', stamp: false});
  assert.ok(codes().includes('7010') && !codes().includes('7011'));
  sim.rename({company: 'se', collection: 'account', key: '7011', to: '7012', lines: true});
  sim.rename({company: 'se', collection: 'account', key: '6570', to: '6571', lines: true});
  assert.ok(!codes().includes('6570') && codes().includes('6571'));
  assert.equal(stamps(), before);
});

test('a document moves to another period and is the same document', async () => {
  const invoice = have('supplierInvoice').find(({financialPeriod}) => financialPeriod === '202602');
  const key = [String(invoice?.['documentType']), String(invoice?.['referenceNumber'])];
  sim.movePeriod({company: 'se', collection: 'supplierInvoice', key, period: '202601'});
  const [moved] = (await ask(`/v1/supplierInvoice/${key.join('/')}`)).text.match(/"financialPeriod":"\d+"/) ?? [];
  assert.equal(moved, '"financialPeriod":"202601"');
  const payment = have('customerPayment').find(({type}) => type === 'Payment');
  const paid = ['Payment', String(payment?.['refNbr'])];
  sim.movePeriod({company: 'se', collection: 'customerPayment', key: paid, period: '202512'});
  assert.equal(have('customerPayment').find(({refNbr}) => refNbr === paid[1])?.['applicationPeriod'], '202512');
});

test('a period closes and opens again', () => {
  const closed = (): unknown =>
    have('financialPeriod').find(({year, period}) => year === 2026 && period === '02')?.['closedInGeneralLedger'];
  sim.setPeriod({company: 'se', period: '202602', closed: true});
  assert.equal(closed(), true);
  sim.setPeriod({company: 'se', period: '202602', closed: false, ledgers: ['GeneralLedger']});
  assert.equal(closed(), false);
});

test('the same over HTTP', async () => {
  const commands = [
    {do: 'rename', company: 'se', collection: 'supplier', key: String(have('supplier')[2]?.['number']), to: 'S-HTTP'},
    {do: 'setPeriod', company: 'se', period: '202603', closed: true},
    {do: 'behaviour', unlicensed: {'/v1/vat': 404}},
  ];
  const {status} = await fetch(sim.controlUrl, {method: 'POST', body: JSON.stringify(commands)});
  assert.equal(status, 200);
  assert.ok(have('supplier').some(({number}) => number === 'S-HTTP'));
  assert.equal((await ask('/v1/vat')).status, 404);
});

test('a payment comes with a day of business, and closes its document', () => {
  const before = have('supplierPayment').length + have('customerPayment').length;
  sim.clock.advance(86_400_000);
  const {payments} = sim.trade({company: 'se', invoices: 0, payments: 4});
  const fresh = [...have('supplierPayment'), ...have('customerPayment')].filter(
    each => each['lastModifiedDateTime'] === sim.clock.stamp(),
  );
  assert.equal(fresh.length, payments);
  assert.equal(have('supplierPayment').length + have('customerPayment').length, before + payments);
  const [line] = entitiesIn(fresh[0]?.['paymentLines']);
  const number = line?.['invoiceRefNbr'] ?? line?.['refNbr'];
  assert.ok(
    [...have('supplierInvoice'), ...have('customerinvoice')].some(
      each =>
        each['referenceNumber'] === number &&
        each['status'] === 'Closed' &&
        each['lastModifiedDateTime'] === sim.clock.stamp(),
    ),
  );
});

test('what is inserted or deleted between pages shifts every kind of pages', async () => {
  const fresh = await asker(sim, 'se');
  for (const [collection, path, key] of [
    ['purchaseorder', '/v1/purchaseorder', ['orderType', 'orderNbr']],
    ['cashTransaction', '/v1/cashTransaction', ['tranType', 'referenceNbr']],
    ['subaccount', '/v1/subaccount', ['subaccountNumber']],
    ['supplierInvoice', '/v1/supplierdocument', ['documentType', 'referenceNumber']],
    ['journaltransaction', '/v1/GeneralLedgerTransactions?ledger=1', ['module', 'batchNumber']],
  ] as const) {
    const first = have(collection)[0];
    assert.ok(first);
    const names = key.map(name => String(at(first, name)));
    const action = (): unknown => sim.delete({company: 'se', collection, key: names});
    const before = sim.listed('se', path.split('?')[0] ?? '', {ledger: '1'}).length;
    const fault = sim.fault({kind: 'run', path: path.split('?')[0] ?? '', nth: 2, action});
    const walked = await walk(fresh, path, 3);
    assert.equal(fault.struck, 1);
    assert.ok(walked.length < before, path);
  }
});

test('the envelope counts what was deleted while its pages were read', async () => {
  const fresh = await asker(sim, 'se');
  const action = (): unknown => sim.delete({company: 'se', collection: 'creditTerm', key: '00'});
  sim.fault({kind: 'run', path: '/v1/creditTerm', nth: 2, action});
  const totals: number[] = [];
  for (const page of [1, 2]) {
    totals.push(JSON.parse((await fresh(`/v1/creditTerm?pageNumber=${page}&pageSize=4`)).text).totalCount as number);
  }
  assert.deepEqual(totals, [8, 7]);
});
