import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {promisify} from 'node:util';
import {FakeClock} from '../fake-clock.ts';
import {ThriftWarehouse} from './thrift-server.ts';
import {WorkspaceServer} from './workspace-server.ts';

const run = promisify(execFile);
const everyConnection = join(import.meta.dirname, 'every-connection.ts');

interface Authority {
  readonly certFile: string;
  readonly tls: {readonly key: string; readonly cert: string};
}

/** A certificate that nobody vouches for, for the name or address given. */
async function selfSigned(t: TestContext, subject: string): Promise<Authority> {
  const folder = await mkdtemp(join(tmpdir(), 'databricks-trust-'));
  t.after(() => rm(folder, {recursive: true}));
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const files = [
    '-keyout',
    keyFile,
    '-out',
    certFile,
    '-subj',
    '/CN=workspace',
    '-addext',
    `subjectAltName=${subject}`,
  ];
  await run('openssl', [...made, ...files]);
  return {certFile, tls: {key: await readFile(keyFile, 'utf8'), cert: await readFile(certFile, 'utf8')}};
}

async function secureServer(t: TestContext, tls: Authority['tls']): Promise<WorkspaceServer> {
  const server = await WorkspaceServer.listen({clock: new FakeClock(), tls});
  t.after(() => server.close());
  server.plan('HEAD /api/2.0/fs/files/Volumes/main/s/v/a', {headers: {'content-length': '7'}});
  server.plan('GET /api/2.0/x', {body: {}});
  server.plan('GET /api/2.0/preview/scim/v2/Me', {body: {userName: 'robot', active: true}});
  new ThriftWarehouse(server);
  return server;
}

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

test('a certificate that nobody vouches for stops every connection, whatever the environment says', async t => {
  const {tls} = await selfSigned(t, 'IP:127.0.0.1');
  const server = await secureServer(t, tls);
  const loose = {NODE_TLS_REJECT_UNAUTHORIZED: '0', DATABRICKS_SDK_PROXY_STRICT_SSL: 'false'};
  for (const environment of [{}, loose]) {
    assert.deepEqual(await tryEvery(server, environment), all('configuration'));
  }
  assert.deepEqual(server.seen, [], 'no request, and so no token, reached the server');
});

test("a company's own authority in NODE_EXTRA_CA_CERTS is honoured by every connection", async t => {
  const {tls, certFile} = await selfSigned(t, 'IP:127.0.0.1');
  const server = await secureServer(t, tls);
  assert.deepEqual(await tryEvery(server, {NODE_EXTRA_CA_CERTS: certFile}), all('done'));
});

test('a trusted certificate of another host stops every connection', async t => {
  const {tls, certFile} = await selfSigned(t, 'DNS:elsewhere.example');
  const server = await secureServer(t, tls);
  assert.deepEqual(await tryEvery(server, {NODE_EXTRA_CA_CERTS: certFile}), all('configuration'));
  assert.deepEqual(server.seen, []);
});
