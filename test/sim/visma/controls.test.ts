import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {asker} from './asking.ts';
import {type Entity, exact, numberText, startVisma} from './visma.ts';

const sim = await startVisma({companies: ['se']});
after(() => sim.close());
const ask = await asker(sim, 'se');

const invoice = {company: 'se', collection: '/v1/supplierInvoice', key: ['Invoice', '000005']};
const stands = (key: readonly string[] = invoice.key): Entity | undefined =>
  sim
    .truth('se')
    ['supplierInvoice']?.find(
      ({documentType, referenceNumber}) => documentType === key[0] && referenceNumber === key[1],
    );
const linesOf = (record: Entity | undefined) => (record?.['invoiceLines'] ?? []) as readonly Entity[];
const marks = (record: Entity | undefined) => [record?.['lastModifiedDateTime'], record?.['timeStamp']];

test('a change moves stamp and row version, a silent one neither', () => {
  const before = marks(stands());
  sim.changeSilently({...invoice, fields: {description: 'silent'}});
  assert.deepEqual(marks(stands()), before);
  assert.equal(stands()?.['description'], 'silent');
  sim.change({...invoice, fields: {description: 'loud'}});
  assert.equal(stands()?.['lastModifiedDateTime'], sim.clock.stamp());
  assert.notEqual(stands()?.['timeStamp'], before[1]);
});

test('a stamp that is given is kept', () => {
  sim.change({...invoice, fields: {lastModifiedDateTime: '1999-01-01T00:00:00'}});
  assert.equal(stands()?.['lastModifiedDateTime'], '1999-01-01T00:00:00');
});

test('a changed line changes the totals of its header, unless told not to', () => {
  sim.change({
    ...invoice,
    fields: {
      invoiceLines: [
        {lineNumber: 1, cost: exact('1.10')},
        {lineNumber: 2, cost: exact('2.2000')},
      ],
    },
  });
  sim.changeLine({...invoice, place: 1, fields: {cost: exact('0.00000000000001')}});
  assert.equal(numberText(stands()?.['detailTotal']), '1.10000000000001');
  sim.changeLine({...invoice, place: 0, fields: {cost: exact('5')}, totals: false});
  assert.equal(numberText(stands()?.['detailTotal']), '1.10000000000001');
});

test('the last line can be removed and a line added', () => {
  const count = linesOf(stands()).length;
  sim.removeLastLine(invoice);
  assert.equal(linesOf(stands()).length, count - 1);
  sim.addLine({...invoice, line: {lineNumber: 99, cost: exact('7')}});
  assert.equal(linesOf(stands()).at(-1)?.['lineNumber'], 99);
});

test('what is deleted is gone from the list and kept apart', async () => {
  const gone = sim.delete({...invoice, key: ['Invoice', '000006']});
  assert.equal(stands(['Invoice', '000006']), undefined);
  assert.deepEqual(sim.deleted('se')['supplierInvoice'], [gone]);
  assert.equal((await ask('/v1/supplierInvoice/Invoice/000006')).status, 404);
});

test('what is inserted first shifts every page', async () => {
  const page = async () => (await ask('/v1/customer?pageNumber=1&pageSize=3')).records.map(({number}) => number);
  const before = await page();
  sim.insert({company: 'se', collection: 'customer', record: {number: 'NEW'}, place: 'first'});
  assert.deepEqual(await page(), ['NEW', ...before.slice(0, 2)]);
});

test('all records can be stamped anew without a change of content', () => {
  const content = (records: readonly Entity[] = []) =>
    JSON.stringify(records.map(({lastModifiedDateTime: _a, timeStamp: _b, ...rest}) => rest));
  const before = content(sim.truth('se')['supplier']);
  sim.clock.advance(60_000);
  sim.restamp({company: 'se', collection: 'supplier'});
  assert.equal(content(sim.truth('se')['supplier']), before);
  assert.ok(sim.truth('se')['supplier']?.every(record => record['lastModifiedDateTime'] === sim.clock.stamp()));
});

test('another process has the same controls over HTTP, numbers exact', async () => {
  const post = async (command: string): Promise<Response> => fetch(sim.controlUrl, {method: 'POST', body: command});
  const command =
    '{"do":"change","company":"se","collection":"customer","key":"10001",' +
    '"fields":{"creditLimit":90071992547409931.2500}}';
  assert.equal((await post(command)).status, 200);
  assert.ok((await ask('/v1/customer/10001')).text.includes('"creditLimit":90071992547409931.2500,'));
  assert.equal((await post('[{"do":"clock","advanceMs":1000},{"do":"behaviour","rateLimit":77}]')).status, 200);
  assert.equal(sim.behaviour.rateLimit, 77);
  assert.equal((await post('{"do":"explode"}')).status, 400);
  const counts = await (await fetch(`${sim.controlUrl}/counts`)).json();
  assert.deepEqual(counts, sim.requestCounts());
  const truth = await (await fetch(`${sim.controlUrl}/truth?company=se`)).text();
  assert.equal(truth, JSON.stringify(sim.truth('se')));
});

test('a fault set over HTTP can carry commands to run between two requests', async () => {
  const commands = [{do: 'delete', company: 'se', collection: 'customer', key: '10002'}];
  const fault = {do: 'fault', kind: 'run', path: '/v1/customer', nth: 2, commands};
  assert.equal((await fetch(sim.controlUrl, {method: 'POST', body: JSON.stringify(fault)})).status, 200);
  const total = async () => (await ask('/v1/customer?pageSize=1')).records[0]?.['metadata'] as {totalCount: number};
  const [before, then] = [await total(), await total()];
  assert.equal(then.totalCount, before.totalCount - 1);
});
