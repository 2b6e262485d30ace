import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import {promisify} from 'node:util';
import {FakeClock} from '../fake-clock.ts';
import {ThriftWarehouse} from './thrift-server.ts';
import {WorkspaceServer} from './workspace-server.ts';

const run = promisify(execFile);

export interface Authority {
  readonly certFile: string;
  readonly tls: {readonly key: string; readonly cert: string};
}

/** A certificate that nobody vouches for, for the name or address given. */
export async function selfSigned(t: TestContext, subject: string): Promise<Authority> {
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

export async function secureServer(t: TestContext, tls: Authority['tls']): Promise<WorkspaceServer> {
  const server = await WorkspaceServer.listen({clock: new FakeClock(), tls});
  t.after(() => server.close());
  server.plan('HEAD /api/2.0/fs/files/Volumes/main/s/v/a', {headers: {'content-length': '7'}});
  server.plan('GET /api/2.0/x', {body: {}});
  server.plan('GET /api/2.0/preview/scim/v2/Me', {body: {userName: 'robot', active: true}});
  new ThriftWarehouse(server);
  return server;
}
