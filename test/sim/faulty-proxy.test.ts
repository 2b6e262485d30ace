import assert from 'node:assert/strict';
import test, {type TestContext} from 'node:test';
import type {LocalWorkspace} from '../../src/local/local.ts';
import {openSession, rowsOf, send, tokenOf} from '../local/driver.ts';
import {atEnd, openLocal} from '../local/opened.ts';
import {type FaultyProxy, startFaultyProxy} from './faulty-proxy.ts';

const volume = '/api/2.0/fs/files/Volumes/main/s/v';

interface Behind {
  readonly workspace: LocalWorkspace;
  readonly proxy: FaultyProxy;
  /** The workspace as a client sees it that comes through the proxy. */
  readonly outside: LocalWorkspace;
  put(name: string): Promise<number>;
  isThere(name: string): Promise<boolean>;
}

async function openBehind(t: TestContext): Promise<Behind> {
  const {workspace} = await openLocal(t);
  await workspace.query('CREATE SCHEMA main.s');
  await workspace.query('CREATE VOLUME main.s.v');
  await workspace.query('CREATE TABLE main.s.t (a INT)');
  const proxy = await startFaultyProxy(workspace);
  atEnd(t, () => proxy.close());
  const outside = {...workspace, host: proxy.host};
  const headers = {authorization: `Bearer ${await tokenOf(workspace)}`};
  return {
    workspace,
    proxy,
    outside,
    put: async name => (await send(outside, {method: 'PUT', path: `${volume}/${name}`, headers, body: name})).status,
    isThere: async name => (await send(workspace, {method: 'HEAD', path: `${volume}/${name}`, headers})).status === 200,
  };
}

test('what no fault matches goes through as it came', async t => {
  const {proxy, put, isThere} = await openBehind(t);
  assert.equal(await put('a b'.replace(' ', '%20')), 204);
  assert.equal(await isThere('a%20b'), true);
  assert.deepEqual(
    proxy.calls.map(({method, path, outcome}) => [method, path, outcome]),
    [['PUT', `${volume}/a%20b`, 204]],
  );
});

test('an answer is dropped after the effect, at the n-th request that matches', async t => {
  const {proxy, put, isThere} = await openBehind(t);
  proxy.add({method: 'PUT', path: '/fs/files/', nth: 2, does: 'drop answer'});
  assert.equal(await put('one'), 204);
  await assert.rejects(put('two'), {code: 'ECONNRESET'});
  assert.equal(await put('three'), 204);
  assert.deepEqual([await isThere('two'), await isThere('three')], [true, true]);
});

test('a request is refused before the effect', async t => {
  const {proxy, put, isThere} = await openBehind(t);
  const remove = proxy.add({path: /one$/, does: 'refuse'});
  await assert.rejects(put('one'), {code: 'ECONNRESET'});
  assert.equal(await isThere('one'), false);
  remove();
  assert.equal(await put('one'), 204);
});

test('an answer is given in the place of the target', async t => {
  const {proxy, put, isThere} = await openBehind(t);
  proxy.add({method: 'PUT', nth: 1, does: {status: 503, headers: {'retry-after': '7'}}});
  assert.equal(await put('one'), 503);
  assert.equal(await isThere('one'), false);
});

test('something is done before a request reaches the target and after it has answered', async t => {
  const {proxy, put, isThere} = await openBehind(t);
  const seen: boolean[] = [];
  const look = async (): Promise<void> => void seen.push(await isThere('one'));
  proxy.add({method: 'PUT', does: 'pass', before: look, after: look});
  assert.equal(await put('one'), 204);
  assert.deepEqual(seen, [false, true]);
});

test('a statement is known by its text, and its answer lost after its effect', async t => {
  const {workspace, proxy, outside} = await openBehind(t);
  const session = await openSession(t, outside);
  proxy.add({statement: 'INSERT INTO main.s.t', nth: 1, does: 'drop answer'});
  await assert.rejects(rowsOf(session, 'INSERT INTO main.s.t VALUES (1)'), /socket hang up/);
  assert.deepEqual(await workspace.query('SELECT a FROM main.s.t'), [{a: 1}]);
  assert.equal((await rowsOf(session, 'INSERT INTO main.s.t VALUES (2)')).length, 1);
  assert.equal(proxy.count({statement: 'INSERT INTO'}), 2);
  assert.equal(proxy.count({thrift: 'OpenSession'}), 1);
});

test('the token endpoint that the target names is reached through the proxy', async t => {
  const {proxy, outside} = await openBehind(t);
  const {body} = await send(outside, {method: 'GET', path: '/oidc/.well-known/oauth-authorization-server'});
  assert.equal(JSON.parse(body.toString()).token_endpoint, `${proxy.host}/oidc/v1/token`);
});
