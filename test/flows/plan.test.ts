import assert from 'node:assert/strict';
import {access} from 'node:fs/promises';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import type {JsonObject} from '../../src/base/exact-json.ts';
import type {Report} from '../../src/model/report.ts';
import {World} from './world.ts';

const behaviour = {rateLimit: 500};
const size = {invoices: 60, journalLines: 600, suppliers: 40, customers: 40};

const open = (t: TestContext, sync: Readonly<Record<string, unknown>> = {page_size: 7}): Promise<World> =>
  World.open(t, {visma: {companies: ['se', 'no'], size, behaviour}, sync});

interface Row {
  readonly company: string;
  readonly resource: string | null;
  readonly kind: string | null;
  readonly slices: number;
  readonly rows: number | null;
  readonly calls: number;
  readonly minutes: number;
  readonly basis: string | null;
  readonly windows?: number | null;
  readonly limit?: number | null;
  readonly remaining?: number | null;
}

const rowsOf = ({details = []}: Report): readonly Row[] => details as ReadonlyArray<JsonObject & Row>;
const inAllOf = (plan: Report): readonly Row[] => rowsOf(plan).filter(({resource}) => resource === null);

/** Calls of each company and resource that a run really made. */
function callsOf(run: Report): ReadonlyMap<string, number> {
  const calls = new Map<string, number>();
  for (const {company, resource, calls: each} of run.passes) {
    const key = `${company} ${resource}`;
    calls.set(key, (calls.get(key) ?? 0) + each);
  }
  return calls;
}

/** Fails where a forecast is further than 15 % from what was made, or is no least where it says that it is one. */
function assertForecast(plan: Report, run: Report): void {
  const forecast = new Map<string, number>();
  const least = new Set<string>();
  for (const {company, resource, calls, basis} of rowsOf(plan)) {
    const key = `${company} ${resource}`;
    if (resource !== null) forecast.set(key, (forecast.get(key) ?? 0) + calls);
    if (basis === 'at least') least.add(key);
  }
  const made = callsOf(run);
  assert.deepEqual([...forecast.keys()].sort(), [...made.keys()].sort());
  for (const [key, calls] of made) {
    const expected = forecast.get(key) ?? 0;
    if (least.has(key)) assert.ok(expected <= calls, `${key}: ${expected} at least, ${calls} were made`);
    else assert.ok(Math.abs(expected - calls) <= calls * 0.15, `${key}: ${expected} were forecast, ${calls} were made`);
  }
}

test('what a first load and the next empty run take is forecast, list by list', async t => {
  const world = await open(t);
  const plan = await world.run('plan');
  assert.equal(plan.exitCode, 0);
  assert.deepEqual(plan.problems, []);
  assert.deepEqual([...new Set(rowsOf(plan).map(({kind}) => kind))], ['first', null]);
  const first = await world.run('land');
  assert.equal(first.exitCode, 0);
  assertForecast(plan, first);
  const least = rowsOf(plan).filter(({basis}) => basis === 'at least');
  // Lists that do not say how many records they have.
  const uncounted = ['employee null', 'cash_transaction null'];
  assert.deepEqual([...new Set(least.map(({resource, rows}) => `${resource} ${rows}`))], uncounted);

  const next = await world.run('plan');
  assert.deepEqual([...new Set(rowsOf(next).map(({kind}) => kind))].toSorted(), ['delta', null, 'snapshot']);
  const quiet = await world.run('land');
  assert.deepEqual([...new Set(quiet.passes.map(({outcome}) => outcome))], ['quiet']);
  assertForecast(next, quiet);
});

test('a forecast takes a call for each pass at most, and says how many', async t => {
  const world = await open(t);
  const plan = await world.run('plan');
  const lists = world.visma.requests({method: 'GET'}).length;
  const passes = inAllOf(plan).reduce((sum, {slices}) => sum + slices, 0);
  assert.ok(lists <= passes, `${lists} calls for ${passes} passes`);
  assert.equal(plan.calls, world.visma.requests().length);
});

test('a forecast writes nothing: no schema, no table, no file', async t => {
  const world = await open(t);
  const resources = 'supplier currency';
  const plan = await world.run('plan', {resources});
  assert.equal(plan.exitCode, 0);
  assert.equal(plan.uploads, 0);
  const schemas = await world.query(
    "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'visma%'",
  );
  assert.deepEqual(schemas, []);

  await world.run('sync', {resources});
  const before = await world.query('SELECT COUNT(*) AS runs FROM main.visma_control.run');
  const again = await world.run('plan', {resources});
  assert.equal(again.uploads, 0);
  assert.deepEqual(await world.query('SELECT COUNT(*) AS runs FROM main.visma_control.run'), before);
});

test('a folder that is not there is not made for a forecast', async t => {
  const world = await open(t);
  const local = path.join(world.folder, 'not-yet');
  const plan = await world.run('plan', {local, configPath: await world.writeConfig()});
  assert.equal(plan.exitCode, 0);
  assert.ok(inAllOf(plan).every(({calls}) => calls > 20));
  await assert.rejects(access(local));
});

test('a first load that takes several windows says how many, by the share that is ours', async t => {
  const world = await open(t, {page_size: 1, rate_share: 0.1});
  const plan = await world.run('plan', {companies: 'se'});
  const [inAll] = inAllOf(plan);
  assert.ok(inAll && typeof inAll.windows === 'number');
  assert.equal(inAll.limit, 50);
  assert.equal(inAll.remaining, 50 - world.visma.requests({method: 'GET'}).length);
  const runs = Math.ceil((inAll.calls - (inAll.remaining ?? 0)) / 50) + 1;
  assert.equal(inAll.windows, runs);
  assert.ok(inAll.minutes > (inAll.windows - 2) * 60, 'the waits between windows are in it');
});

test('a window that is nearly spent is left to the run: the forecast stops with what it has', async t => {
  const world = await open(t);
  world.visma.spend('se', world.visma.remaining('se') - 123);
  const plan = await world.run('plan');
  assert.equal(plan.exitCode, 3);
  assert.deepEqual(
    plan.problems.map(({kind, facts}) => [kind, facts['company']]),
    [['limited', 'se']],
  );
  const bases = rowsOf(plan).filter(({company, resource}) => company === 'se' && resource !== null);
  assert.deepEqual(
    bases.map(({basis}) => basis),
    [...Array(4).fill('counted'), ...Array(bases.length - 4).fill('not counted')],
  );
  assert.ok(rowsOf(plan).every(({company, basis}) => company === 'se' || basis !== 'not counted'));
});

test('what the tenant does not offer is forecast as the one call that it costs to be told so', async t => {
  const world = await open(t);
  world.visma.fault({path: '/v1/supplierInvoice', kind: 'answer', status: 403, times: Number.POSITIVE_INFINITY});
  const plan = await world.run('plan');
  assert.equal(plan.exitCode, 0);
  const invoices = rowsOf(plan).filter(({resource}) => resource === 'supplier_invoice');
  assert.deepEqual(
    invoices.map(({calls, basis}) => [calls, basis]),
    Array(2).fill([1, 'not offered']),
  );
});

test('the rest of a first load that was stopped is forecast from where it goes on', async t => {
  const world = await open(t, {page_size: 2, stretch_pages: 3});
  const only = {resources: 'supplier', companies: 'se'};
  const [whole] = rowsOf(await world.run('plan', only));
  const stop = new AbortController();
  let pages = 0;
  const listen = ({event}: {readonly event: string}): void => {
    if (event === 'page read' && ++pages === 14) stop.abort(new Error('killed'));
  };
  await world.run('land', {...only, signal: stop.signal, listen});
  const [rest] = rowsOf(await world.run('plan', only));
  assert.equal(rest?.kind, 'going on');
  assert.ok((rest?.calls ?? 0) < (whole?.calls ?? 0) - 9, `${rest?.calls} of ${whole?.calls}`);
  const run = await world.run('land', only);
  assert.equal(run.exitCode, 0);
  const made = callsOf(run).get('se supplier') ?? 0;
  assert.ok(Math.abs(made - (rest?.calls ?? 0)) <= made * 0.15, `${rest?.calls} were forecast, ${made} were made`);
});
