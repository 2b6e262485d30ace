import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {type IncomingMessage, request, type ServerResponse} from 'node:http';
import {createServer} from 'node:https';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {buffer} from 'node:stream/consumers';
import test, {type TestContext} from 'node:test';
import {promisify} from 'node:util';
import type {Report} from '../../src/model/report.ts';
import type {World} from '../flows/world.ts';
import {skipWithout} from '../runner/needs.ts';
import {only, openSmall, resources} from './stage.ts';

const run = promisify(execFile);
const root = path.join(import.meta.dirname, '..', '..');

interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A private authority, a certificate of it for loopback, one of it for another host, and one of nobody. */
interface Authority {
  readonly file: string;
  readonly own: Certificate;
  readonly elsewhere: Certificate;
  readonly nobodys: Certificate;
}

async function makeAuthority(t: TestContext): Promise<Authority> {
  const folder = await mkdtemp(path.join(tmpdir(), 'authority-'));
  t.after(() => rm(folder, {recursive: true}));
  const at = (name: string): string => path.join(folder, name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  await run('openssl', [
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
    '-subj',
    '/CN=House',
  ]);
  const signed = async (name: string, subject: string): Promise<Certificate> => {
    const [key, csr, cert] = [at(`${name}.key`), at(`${name}.csr`), at(`${name}.pem`)];
    await run('openssl', ['req', ...newKey.slice(0, -2), '-keyout', key, '-out', csr, '-subj', '/CN=server']);
    await writeFile(at(`${name}.ext`), `subjectAltName=${subject}\n`);
    const by = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2'];
    await run('openssl', ['x509', '-req', '-in', csr, ...by, '-out', cert, '-extfile', at(`${name}.ext`)]);
    return {key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8')};
  };
  const own = await signed('own', 'IP:127.0.0.1');
  const elsewhere = await signed('elsewhere', 'DNS:elsewhere.example');
  const alone = ['-addext', 'subjectAltName=IP:127.0.0.1', '-subj', '/CN=nobody'];
  await run('openssl', ['req', '-x509', ...newKey, '-keyout', at('n.key'), '-out', at('n.pem'), ...alone]);
  const nobodys = {key: await readFile(at('n.key'), 'utf8'), cert: await readFile(at('n.pem'), 'utf8')};
  return {file: at('ca.pem'), own, elsewhere, nobodys};
}

interface Front {
  readonly url: string;
  /** What came through, by method and path, in order. */
  readonly seen: string[];
  /** How many requests came by a certificate that was put in the right one's place. */
  readonly betrayed: () => number;
}

interface Turning {
  /** From the first request on that fits, another certificate is shown to every new connection. */
  readonly after?: RegExp;
  readonly to?: Certificate;
}

/** TLS before a server that speaks plain HTTP. Each request has a connection of its own. */
async function openFront(t: TestContext, target: string, first: Certificate, turn: Turning = {}): Promise<Front> {
  const seen: string[] = [];
  let turned = -1;
  const server = createServer({...first}, (incoming, response) => void pass(incoming, response));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    return new Promise(resolve => server.close(resolve));
  });
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    seen.push(`${incoming.method} ${incoming.url}`);
    if (turned < 0 && turn.to && turn.after?.test(seen.at(-1) ?? '')) {
      turned = seen.length;
      server.setSecureContext({...turn.to});
    }
    const body = await buffer(incoming);
    const {hostname, port} = new URL(target);
    const {'transfer-encoding': _chunked, connection: _kept, ...headers} = incoming.headers;
    const {method, url: way} = incoming;
    const length = body.length > 0 ? {'content-length': body.length} : {};
    const passed = request({hostname, port, method, path: way, headers: {...headers, ...length}}, async answer => {
      const bytes = await buffer(answer);
      const told = way?.includes('/.well-known/') ? Buffer.from(bytes.toString().replaceAll(target, url)) : bytes;
      const {'transfer-encoding': _, ...rest} = answer.headers;
      const size = method === 'HEAD' ? {} : {'content-length': told.length};
      response.writeHead(answer.statusCode ?? 502, {...rest, ...size, connection: 'close'}).end(told);
    });
    passed.on('error', () => response.destroy());
    passed.end(body);
  }

  return {url, seen, betrayed: () => (turned < 0 ? 0 : seen.length - turned)};
}

interface Fronts {
  readonly token: Front;
  readonly api: Front;
  readonly workspace: Front;
}

/** Runs a whole sync in a process of its own, which trusts this authority, or none but the world's. */
async function syncThrough(
  world: World,
  {token, api, workspace}: Fronts,
  environment: Readonly<Record<string, string>>,
): Promise<{readonly code: number; readonly report: Report}> {
  const configPath = await world.writeConfig({
    host: workspace.url,
    visma: {token_url: `${token.url}/connect/token`, api_url: api.url},
  });
  const args = ['src/main.ts', 'sync', '--config', configPath, '--resources', resources, '--json'];
  const options = {cwd: root, env: {PATH: process.env['PATH'], HOME: world.folder, ...environment}, maxBuffer: 1e8};
  const {code, stdout} = await run(process.execPath, args, options).then(
    ({stdout: out}) => ({code: 0, stdout: out}),
    (failed: {code: number; stdout: string}) => failed,
  );
  return {code, report: JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Report};
}

const loose = {NODE_TLS_REJECT_UNAUTHORIZED: '0', DATABRICKS_SDK_PROXY_STRICT_SSL: 'false'};

test('a private authority in NODE_EXTRA_CA_CERTS carries a whole run, over every connection', {
  skip: skipWithout('openssl'),
}, async t => {
  const world = await openSmall(t);
  const {file, own} = await makeAuthority(t);
  const {visma, workspace} = world;
  const fronts = {
    token: await openFront(t, visma.apiUrl, own),
    api: await openFront(t, visma.apiUrl, own),
    workspace: await openFront(t, workspace.host, own),
  };
  const {code, report} = await syncThrough(world, fronts, {NODE_EXTRA_CA_CERTS: file});
  assert.deepEqual([code, report.problems], [0, []]);
  await world.assertTruth(only);
  const ways = ['/connect/token', '/v1/supplier', '/oidc/', '/api/2.0/fs/', '/sql/1.0/'];
  const all = Object.values(fronts).flatMap(({seen}) => seen);
  for (const way of ways)
    assert.ok(
      all.some(each => each.includes(way)),
      way,
    );
});

/** Where the certificate is wrong, in a run in which all else is right. */
const places: ReadonlyArray<{
  readonly what: string;
  readonly front: keyof Fronts;
  readonly after?: RegExp;
}> = [
  {what: "Visma's tokens", front: 'token'},
  {what: "Visma's API", front: 'api'},
  {what: "the workspace's tokens", front: 'workspace'},
  {what: 'the workspace, once it has granted a token', front: 'workspace', after: /oidc\/v1\/token/},
  {what: 'the warehouse, once the volume has been read', front: 'workspace', after: /\/api\/2\.0\/fs\//},
  {what: 'the volume, once the warehouse has opened a session', front: 'workspace', after: /\/sql\/1\.0\//},
];

test('a wrong certificate stops the run at that connection, whatever the environment says', {
  skip: skipWithout('openssl'),
}, async t => {
  const {file, own, elsewhere, nobodys} = await makeAuthority(t);
  for (const {what, front, after} of places) {
    await t.test(what, async child => {
      for (const wrong of [elsewhere, nobodys]) {
        const world = await openSmall(child);
        const {visma, workspace} = world;
        const open = (name: keyof Fronts, target: string): Promise<Front> => {
          if (name !== front) return openFront(child, target, own);
          return after ? openFront(child, target, own, {after, to: wrong}) : openFront(child, target, wrong);
        };
        const fronts = {
          token: await open('token', visma.apiUrl),
          api: await open('api', visma.apiUrl),
          workspace: await open('workspace', workspace.host),
        };
        const {code, report} = await syncThrough(world, fronts, {...loose, NODE_EXTRA_CA_CERTS: file});
        assert.notEqual(code, 0);
        assert.ok(
          report.problems.some(({kind}) => kind === 'configuration'),
          JSON.stringify(report.problems),
        );
        assert.match(JSON.stringify(report.problems), /not trusted/);
        assert.equal(after ? fronts[front].betrayed() : fronts[front].seen.length, 0, 'no request came through');
      }
    });
  }
});
