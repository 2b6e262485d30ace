import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {join} from 'node:path';
import {test} from 'node:test';
import {promisify} from 'node:util';
import {skipWithout} from '../runner/needs.ts';
import {secureServer, selfSigned} from './authority.ts';
import type {WorkspaceServer} from './workspace-server.ts';

const run = promisify(execFile);
const everyConnection = join(import.meta.dirname, 'every-connection.ts');

async function tryEvery(server: WorkspaceServer, environment: Record<string, string>): Promise<unknown> {
  const {stdout} = await run(process.execPath, [everyConnection, server.origin, server.newToken()], {
    env: {PATH: process.env['PATH'], ...environment},
  });
  return JSON.parse(stdout);
}

const all = (outcome: string) => ({
  files: outcome,
  rest: outcome,
  controlPlane: outcome,
  statements: outcome,
  tokens: outcome,
});

test('a certificate that nobody vouches for stops every connection, whatever the environment says', {
  skip: skipWithout('openssl'),
}, async t => {
  const {tls} = await selfSigned(t, 'IP:127.0.0.1');
  const server = await secureServer(t, tls);
  const loose = {NODE_TLS_REJECT_UNAUTHORIZED: '0', DATABRICKS_SDK_PROXY_STRICT_SSL: 'false'};
  for (const environment of [{}, loose]) {
    assert.deepEqual(await tryEvery(server, environment), all('configuration'));
  }
  assert.deepEqual(server.seen, [], 'no request, and so no token, reached the server');
});

test("a company's own authority in NODE_EXTRA_CA_CERTS is honoured by every connection", {
  skip: skipWithout('openssl'),
}, async t => {
  const {tls, certFile} = await selfSigned(t, 'IP:127.0.0.1');
  const server = await secureServer(t, tls);
  assert.deepEqual(await tryEvery(server, {NODE_EXTRA_CA_CERTS: certFile}), all('done'));
});

test('a trusted certificate of another host stops every connection', {skip: skipWithout('openssl')}, async t => {
  const {tls, certFile} = await selfSigned(t, 'DNS:elsewhere.example');
  const server = await secureServer(t, tls);
  assert.deepEqual(await tryEvery(server, {NODE_EXTRA_CA_CERTS: certFile}), all('configuration'));
  assert.deepEqual(server.seen, []);
});
