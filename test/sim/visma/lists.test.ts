import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {asker, walk} from './asking.ts';
import {type Entity, numberText, startVisma} from './visma.ts';

const sim = await startVisma({companies: ['se'], behaviour: {maxPageSize: {'/v1/supplierInvoice': 25}}});
after(() => sim.close());
const ask = await asker(sim, 'se');

const numbers = (records: readonly Entity[]): unknown[] => records.map(record => record['referenceNumber']);
const metadataOf = (record: Entity | undefined) => record?.['metadata'] as {totalCount: number; maxPageSize: number};

test('a page size over the maximum is clamped, and only metadata in every record says so', async () => {
  const {records} = await ask('/v1/supplierInvoice?pageNumber=1&pageSize=5000');
  const total = sim.truth('se')['supplierInvoice']?.length;
  assert.equal(records.length, 25);
  assert.ok(records.every(record => metadataOf(record).totalCount === total && metadataOf(record).maxPageSize === 25));
});

test('without a page size there is a default page, not everything', async () => {
  sim.behaviour.defaultPageSize = 10;
  assert.equal((await ask('/v1/supplierInvoice')).records.length, 10);
  assert.equal((await ask('/v1/supplierInvoice?pageSize=0')).records.length, 10);
});

test('pages together are the whole list, and a page past the end is an empty array', async () => {
  const records = await walk(ask, '/v1/supplierInvoice', 20);
  assert.deepEqual(numbers(records), numbers(sim.truth('se')['supplierInvoice'] ?? []));
  assert.equal((await ask('/v1/supplierInvoice?pageNumber=99&pageSize=20')).text, '[]');
});

test('unknown parameters and the deprecated pair count for nothing', async () => {
  const plain = await ask('/v1/supplierInvoice?pageNumber=1&pageSize=20');
  const odd = await ask(
    '/v1/supplierInvoice?pageNumber=1&pageSize=20&skip=5&numberToRead=2&skipRecords=7&supplierNumber=x',
  );
  assert.equal(odd.text, plain.text);
});

test('a known filter filters', async () => {
  const {records} = await ask('/v1/supplierInvoice?pageNumber=1&pageSize=25&documentType=CreditAdj');
  assert.ok(records.length > 0 && records.every(record => record['documentType'] === 'CreditAdj'));
});

test('a page number that is no number is refused', async () => {
  assert.equal((await ask('/v1/supplier?pageNumber=one')).status, 400);
});

test('accounts come in one answer whatever is asked, with metadata', async () => {
  const {records} = await ask('/v1/account?pageNumber=2&pageSize=3');
  assert.equal(records.length, sim.truth('se')['account']?.length);
  assert.equal(metadataOf(records[0]).totalCount, records.length);
});

test('currencies and periods are bare lists without metadata and without a delta', async () => {
  const plain = await ask('/v1/currency');
  const since = await ask('/v1/currency?lastModifiedDateTime=2030-01-01&lastModifiedDateTimeCondition=%3E');
  assert.equal(since.text, plain.text);
  assert.ok(plain.records.length > 3 && !plain.text.includes('metadata'));
  assert.equal((await ask('/v1/financialPeriod')).records.length, 20);
  const later = await ask('/v1/financialPeriod?greaterThanValue=2025');
  assert.deepEqual(
    later.records.map(({year}) => year),
    [2026, 2026, 2026],
  );
});

test('credit terms come in an envelope', async () => {
  const {text} = await ask('/v1/creditTerm?pageNumber=2&pageSize=5');
  const {pageNumber, pageSize, totalCount, records} = JSON.parse(text);
  assert.deepEqual([pageNumber, pageSize, totalCount, records.length], [2, 5, 8, 3]);
});

test('nested arrays stand in the answer with their flags only', async () => {
  const path = '/v1/customerinvoice?pageNumber=1&pageSize=1000';
  const bare = await ask(path);
  const full = await ask(`${path}&expandTaxDetails=true&expandAttachments=True&expandApplications=true`);
  const count = (records: readonly Entity[], name: string) =>
    records.filter(record => Array.isArray(record[name]) && (record[name] as unknown[]).length > 0).length;
  for (const name of ['taxDetails', 'attachments', 'applications']) {
    assert.equal(count(bare.records, name), 0, name);
    assert.ok(count(full.records, name) > 5, name);
  }
  assert.ok(count(bare.records, 'invoiceLines') > 5);
});

test('credit terms and payment method of a customer invoice are empty in the list and full in the detail', async () => {
  const list = await ask('/v1/customerinvoice?pageNumber=1&pageSize=1');
  const detail = await ask('/v1/customerinvoice/000001');
  assert.equal(list.records[0]?.['creditTerms'], null);
  assert.equal(JSON.parse(detail.text).creditTerms.id, '30');
});

test('flags reach into lines', async () => {
  const path = '/v1/supplierInvoice?pageNumber=1&pageSize=25';
  assert.ok(!(await ask(path)).text.includes('prebookAccount'));
  assert.ok((await ask(`${path}&expandLinePrebookAccounts=true`)).text.includes('prebookAccount'));
});

test('truth is what the lists show', async () => {
  const flags = {expandTaxDetails: 'true'};
  const truth = sim.truth('se', {'/v1/customerinvoice': flags})['customerinvoice'] ?? [];
  const {records} = await ask('/v1/customerinvoice?pageNumber=1&pageSize=1000&expandTaxDetails=true');
  const withoutMetadata = records.map(({metadata: _, ...record}) => record);
  assert.equal(JSON.stringify(withoutMetadata), JSON.stringify(truth));
});

test('numbers stand on the wire digit for digit', async () => {
  const {text, records} = await ask('/v1/customer?pageNumber=1&pageSize=1000');
  for (const digits of [
    '0.0000000001',
    '1e-10',
    '-0.0',
    '1.5E+3',
    '90071992547409931.25',
    '123456789012345678901234567890.5',
  ]) {
    assert.ok(text.includes(`"creditLimit":${digits},`), digits);
  }
  const wide = records.find(({number}) => number === 'WIDE');
  assert.equal(numberText(wide?.['creditLimit']), '123456789012345678901234567890.5');
});

test('keys that differ by case, a trailing space or a letter’s form alone are different records', async () => {
  const codes = (await ask('/v1/account')).records.map(({accountCD}) => String(accountCD));
  for (const code of ['1510x', '1510X', '1511', '1511 ', '\u00c51', 'A\u030a1', '0010', '010'])
    assert.ok(codes.includes(code));
  assert.equal(new Set(codes).size, codes.length);
});

test('answers are zipped where the client takes it', async () => {
  assert.equal((await ask('/v1/account', {'accept-encoding': 'gzip'})).headers.get('content-encoding'), 'gzip');
  assert.equal((await ask('/v1/account', {'accept-encoding': 'identity'})).headers.get('content-encoding'), null);
});

test('the order of a list can be one that moves what was changed', async () => {
  sim.behaviour.order = 'by modification';
  const first = (await ask('/v1/customer?pageNumber=1&pageSize=5')).records.at(-1)?.['number'];
  sim.restamp({company: 'se', collection: 'customer', key: String(first)});
  const {records} = await ask('/v1/customer?pageNumber=1&pageSize=1000');
  sim.behaviour.order = 'as inserted';
  assert.equal(records.at(-1)?.['number'], first);
});
