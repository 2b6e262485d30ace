import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {promisify} from 'node:util';
import {skipWithout} from '../runner/needs.ts';
import {secureServer, selfSigned} from './authority.ts';
import {ForwardProxy} from './forward-proxy.ts';

const run = promisify(execFile);
const everyConnection = join(import.meta.dirname, 'every-connection.ts');
const connections = ['files', 'rest', 'controlPlane', 'statements', 'tokens'];
const all = (outcome: string) => Object.fromEntries(connections.map(name => [name, outcome]));

/** A workspace with a private authority in a closed network: its address is one where only the proxy finds it. */
async function closedNetwork(t: TestContext, {password}: {password?: string} = {}) {
  const {tls, certFile} = await selfSigned(t, 'IP:127.0.0.1,IP:127.0.0.9');
  const server = await secureServer(t, tls);
  const proxy = await ForwardProxy.listen(password === undefined ? {} : {password});
  t.after(() => proxy.close());
  const far = server.origin.replace('127.0.0.1', '127.0.0.9');
  const tryEvery = async (environment: Record<string, string>, origin = far): Promise<unknown> => {
    const env = {PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: certFile, ...environment};
    const {stdout} = await run(process.execPath, [everyConnection, origin, server.newToken()], {env});
    return JSON.parse(stdout);
  };
  return {server, proxy, far, tryEvery};
}

const hostOf = (address: string): string => new URL(address).host;
const withUser = (address: string, user: string): string => address.replace('//', `//${user}@`);

test('every connection goes through the proxy of HTTPS_PROXY, in either case and in short form', {
  skip: skipWithout('openssl'),
}, async t => {
  const {proxy, far, tryEvery} = await closedNetwork(t);
  const dead = 'http://127.0.0.1:9';
  for (const environment of [
    {HTTPS_PROXY: proxy.url},
    {https_proxy: hostOf(proxy.url), HTTPS_PROXY: dead},
    {HTTPS_PROXY: proxy.url, NODE_USE_ENV_PROXY: '1'},
  ]) {
    proxy.seen.length = 0;
    assert.deepEqual(await tryEvery(environment), all('done'), JSON.stringify(environment));
    assert.ok(proxy.seen.length >= 3, 'files and tokens, control plane, statements');
    assert.deepEqual([...new Set(proxy.seen)], [`CONNECT ${hostOf(far)}`]);
  }
});

test('what NO_PROXY names and this machine itself are reached without the proxy', {
  skip: skipWithout('openssl'),
}, async t => {
  const {server, proxy, far, tryEvery} = await closedNetwork(t);
  assert.deepEqual(await tryEvery({HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url}, server.origin), all('done'));
  for (const name of ['NO_PROXY', 'no_proxy']) {
    const outcomes = await tryEvery({HTTPS_PROXY: proxy.url, [name]: `a.example, ${new URL(far).hostname}`});
    assert.deepEqual(outcomes, all('transient'), 'directly there is no way');
  }
  assert.deepEqual(proxy.seen, []);
});

test('a proxy that wants a password is named, and used with the right one', {skip: skipWithout('openssl')}, async t => {
  const {server, proxy, tryEvery} = await closedNetwork(t, {password: 'p@ss word'});
  const {host} = new URL(proxy.url);
  const wants = `configuration: the proxy ${host} wants a user and a password (407)`;
  assert.deepEqual(await tryEvery({HTTPS_PROXY: proxy.url}), all(wants));
  const refuses = `configuration: the proxy ${host} does not accept the user and password (407)`;
  assert.deepEqual(await tryEvery({HTTPS_PROXY: withUser(proxy.url, 'user:wrong')}), all(refuses));
  assert.deepEqual(server.seen, []);
  assert.deepEqual(await tryEvery({HTTPS_PROXY: withUser(proxy.url, 'user:p%40ss%20word')}), all('done'));
});

test('a proxy that is not there, or does not let a host through, is named', {skip: skipWithout('openssl')}, async t => {
  const {proxy, far, tryEvery} = await closedNetwork(t);
  const {host} = new URL(proxy.url);
  proxy.refuse = 403;
  const forbids = `configuration: the proxy ${host} refuses the way to ${hostOf(far)} (403)`;
  assert.deepEqual(await tryEvery({HTTPS_PROXY: proxy.url}), all(forbids));
  const gone = all('transient: the proxy 127.0.0.1:9 cannot be reached (ECONNREFUSED)');
  assert.deepEqual(await tryEvery({HTTPS_PROXY: 'http://127.0.0.1:9'}), gone);
});
