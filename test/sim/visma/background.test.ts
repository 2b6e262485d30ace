import assert from 'node:assert/strict';
import {after, afterEach, test} from 'node:test';
import {asker} from './asking.ts';
import {usual} from './behaviour.ts';
import {startVisma} from './visma.ts';

const sim = await startVisma({companies: ['se', 'no'], size: {invoices: 12, journalLines: 60}});
after(() => sim.close());
afterEach(() => Object.assign(sim.behaviour, usual));
const ask = await asker(sim, 'se');

const later = {'erp-api-background': 'none'};
const orders = '/v1/purchaseorder?pageNumber=1&pageSize=1000';

/** The path of an operation's state. */
async function begun(path: string, headers: Readonly<Record<string, string>> = later): Promise<string> {
  const {status, text} = await ask(path, headers);
  assert.equal(status, 202);
  const {id, stateLocation} = JSON.parse(text) as {id: string; stateLocation: string};
  assert.equal(stateLocation, `${sim.apiUrl}/v1/background/${id}`);
  return new URL(stateLocation).pathname;
}

const stateOf = async (path: string) => JSON.parse((await ask(path)).text);

test('a request is accepted, asked after, and its content is what it would have been', async () => {
  const state = await begun(orders, {'erp-api-background': 'subscription:name=value'});
  assert.equal((await ask(`${state}/content`)).status, 404);
  const started = await stateOf(state);
  assert.deepEqual([started.status, started.hasResponseContent, started.contentLocation], ['Started', false, null]);
  const finished = await stateOf(state);
  assert.deepEqual([finished.status, finished.statusCode], ['Finished', 200]);
  assert.match(finished.finishedUtc, /^2026-03-20T08:30:00\+01:00$/);
  assert.equal(finished.contentLocation, `${sim.apiUrl}${state}/content`);
  assert.equal((await ask(`${state}/content`)).text, (await ask(orders)).text);
});

test('it may take time by the clock, and sees what is there when it is done', async () => {
  sim.behaviour.background = {polls: 0, seconds: 300, fails: false};
  const state = await begun('/v1/currency');
  assert.equal((await stateOf(state)).status, 'Started');
  sim.clock.advance(300_000);
  sim.delete({company: 'se', collection: 'currency', key: 'ISK'});
  assert.equal((await stateOf(state)).status, 'Finished');
  assert.ok(!(await ask(`${state}/content`)).text.includes('ISK'));
});

test('it may fail, and then there is no content', async () => {
  sim.behaviour.background = {polls: 0, seconds: 0, fails: true};
  const state = await begun(orders);
  const failed = await stateOf(state);
  assert.deepEqual([failed.status, failed.hasResponseContent], ['Failed', false]);
  assert.equal((await ask(`${state}/content`)).status, 404);
});

test('the status of a refused request stands in the state alone', async () => {
  sim.behaviour.background = {polls: 0, seconds: 0, fails: false};
  const state = await begun('/v1/GeneralLedgerTransactions');
  assert.equal((await stateOf(state)).statusCode, 400);
  const {status, text} = await ask(`${state}/content`);
  assert.equal(status, 200);
  assert.match(text, /mandatory/);
});

test('the content is kept for a day, and for nobody else', async () => {
  sim.behaviour.background = {polls: 0, seconds: 0, fails: false};
  const state = await begun(orders);
  await stateOf(state);
  const norwegian = await asker(sim, 'no');
  assert.equal((await norwegian(state)).status, 403);
  assert.equal((await norwegian(`${state}/content`)).status, 403);
  assert.equal((await ask('/v1/background/nobody')).status, 404);
  sim.clock.advance(24 * 3_600_000 + 1);
  const tomorrow = await asker(sim, 'se');
  assert.equal((await tomorrow(`${state}/content`)).status, 410);
});

test('a list that is too slow answers 504 from so many records on, and comes in the background', async () => {
  const fresh = await asker(sim, 'se');
  sim.behaviour.tooSlow = {'/v1/purchaseorder': 100, '/v1/branch': 1};
  assert.equal((await fresh(orders)).status, 504);
  assert.equal((await fresh('/v1/purchaseorder?pageNumber=1&pageSize=99')).status, 200);
  assert.equal((await fresh('/v1/branch')).status, 504);
  assert.equal((await fresh(orders, later)).status, 202);
});

test('a fault can meet those requests only that want their answer at once', async () => {
  const fresh = await asker(sim, 'se');
  sim.fault({kind: 'answer', status: 504, path: '/v1/purchaseorder', background: false, times: 9});
  assert.equal((await fresh(orders)).status, 504);
  assert.equal((await fresh(orders, later)).status, 202);
  sim.liftFaults();
  assert.equal(sim.requestCount({path: '/v1/purchaseorder', background: true}) > 0, true);
});
