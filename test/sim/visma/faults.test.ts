import assert from 'node:assert/strict';
import {after, afterEach, test} from 'node:test';
import {asker, mint} from './asking.ts';
import {startVisma} from './visma.ts';

const sim = await startVisma({companies: ['se', 'no']});
after(() => sim.close());
afterEach(() => sim.liftFaults());
const ask = await asker(sim, 'se');

const statuses = async (times: number, path = '/v1/currency'): Promise<number[]> => {
  const seen: number[] = [];
  for (let time = 0; time < times; time++) seen.push((await ask(path)).status);
  return seen;
};

test('a fault strikes the n-th matching request and as many as told', async () => {
  const fault = sim.fault({kind: 'answer', status: 500, path: '/v1/currency', nth: 2, times: 2});
  assert.deepEqual(await statuses(4), [200, 500, 500, 200]);
  assert.equal(fault.struck, 2);
});

test('it strikes only the company, path and query it names', async () => {
  const norwegian = await asker(sim, 'no');
  sim.fault({kind: 'answer', status: 503, company: 'no', times: Number.POSITIVE_INFINITY});
  sim.fault({kind: 'answer', status: 403, path: '/v1/supplier*', query: {pageNumber: '2'}});
  assert.deepEqual(await statuses(1), [200]);
  assert.equal((await norwegian('/v1/currency')).status, 503);
  assert.equal((await ask('/v1/supplierInvoice?pageNumber=2')).status, 403);
});

test('errors come in every shape the vendor has shown', async () => {
  const seen = new Map<number, string>();
  for (const status of [400, 401, 403, 429, 500, 502, 503]) {
    sim.fault({kind: 'answer', status, path: '/v1/currency'});
    seen.set(status, (await ask('/v1/currency')).text);
  }
  assert.match(seen.get(400) ?? '', /^\{"message":/);
  assert.equal(seen.get(401), '');
  assert.match(seen.get(403) ?? '', /"ExceptionType":"IPPException"/);
  assert.equal(seen.get(429), 'Same request made too many times');
  assert.match(seen.get(500) ?? '', /^\{"Message":/);
  assert.match(seen.get(502) ?? '', /<html>/);
  assert.equal(seen.get(503), '');
});

test('status, headers and body can be chosen, with Retry-After or without', async () => {
  sim.fault({kind: 'answer', status: 429, headers: {'retry-after': '7'}, body: 'slow down'});
  const told = await ask('/v1/currency');
  assert.deepEqual([told.status, told.headers.get('retry-after'), told.text], [429, '7', 'slow down']);
  sim.fault({kind: 'answer', status: 429});
  assert.equal((await ask('/v1/currency')).headers.get('retry-after'), null);
});

test('before its effect a request costs nothing, after it the work was done', async () => {
  const before = sim.remaining('se');
  sim.fault({kind: 'answer', status: 500, when: 'before'});
  await ask('/v1/currency');
  assert.equal(sim.remaining('se'), before);
  sim.fault({kind: 'answer', status: 500, when: 'after'});
  await ask('/v1/currency');
  assert.equal(sim.remaining('se'), before - 1);
});

test('token requests fail in the same ways', async () => {
  sim.fault({kind: 'answer', status: 502, path: '/connect/token', company: 'se'});
  assert.equal((await mint(sim, 'se')).status, 502);
  assert.equal((await mint(sim, 'se')).status, 200);
});

test('a connection can be reset, or end in the middle of a body', async () => {
  sim.fault({kind: 'reset', path: '/v1/currency'});
  await assert.rejects(ask('/v1/currency'));
  sim.fault({kind: 'cut', path: '/v1/account'});
  await assert.rejects(ask('/v1/account'));
  assert.equal((await ask('/v1/account')).status, 200);
});

test('JSON can stop in the middle of a whole answer', async () => {
  sim.fault({kind: 'truncate', path: '/v1/account'});
  const {status, text} = await ask('/v1/account');
  assert.equal(status, 200);
  assert.throws(() => JSON.parse(text), SyntaxError);
});

test('a page can come twice, or empty', async () => {
  const page = async (number: number) => (await ask(`/v1/customer?pageNumber=${number}&pageSize=5`)).text;
  const [first, second] = [await page(1), await page(2)];
  sim.fault({kind: 'same page', path: '/v1/customer', query: {pageNumber: '2'}});
  assert.equal(await page(2), first);
  assert.equal(await page(2), second);
  sim.fault({kind: 'empty', path: '/v1/customer'});
  assert.equal(await page(1), '[]');
});

test('something can happen between two pages', async () => {
  sim.fault({
    kind: 'run',
    path: '/v1/customer',
    query: {pageNumber: '2'},
    action: () => sim.delete({company: 'se', collection: 'customer', key: '10000'}),
  });
  const page = async (number: number) =>
    (await ask(`/v1/customer?pageNumber=${number}&pageSize=2`)).records.map(({number: key}) => key);
  assert.deepEqual(
    [await page(1), await page(2)],
    [
      ['10000', '10001'],
      ['10003', '10004'],
    ],
  );
});

test('a slow answer comes all the same', async () => {
  sim.fault({kind: 'slow', ms: 15, path: '/v1/currency'});
  const startedAtMs = performance.now();
  assert.equal((await ask('/v1/currency')).status, 200);
  assert.ok(performance.now() - startedAtMs >= 14);
});

test('requests are counted and logged with what befell them', async () => {
  sim.clearLog();
  sim.fault({kind: 'answer', status: 500, path: '/v1/currency'});
  await statuses(2);
  await ask('/v1/account');
  assert.deepEqual(sim.requestCounts(), {'se /v1/currency': 2, 'se /v1/account': 1});
  assert.deepEqual(
    sim.requests({path: '/v1/currency'}).map(({status, faults}) => [status, faults]),
    [
      [500, ['answer']],
      [200, []],
    ],
  );
});
