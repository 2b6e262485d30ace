import assert from 'node:assert/strict';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {inspect} from 'node:util';
import {failureOf, openOn} from './opened-workspace.ts';

const path = '/Volumes/main/visma_staging/landing/a.parquet';
const route = `HEAD /api/2.0/fs/files${path}`;
const discovery = 'GET /oidc/.well-known/oauth-authorization-server';
const token = 'POST /oidc/v1/token';
const sized = {headers: {'content-length': '7'}};

test('many requests at once ask for one token', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(route, sized);
  const sizes = await Promise.all(Array.from({length: 8}, () => workspace.files.size(path)));
  assert.deepEqual(sizes, Array(8).fill(7));
  assert.equal(server.tokensGiven, 1);
  assert.equal(server.requests(discovery).length, 1);
});

test('the token is asked for as a service principal asks', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(route, sized);
  await workspace.files.size(path);
  const asked = server.requests(token)[0];
  assert.equal(asked?.headers.authorization, `Basic ${Buffer.from('robot:right').toString('base64')}`);
  assert.deepEqual(Object.fromEntries(new URLSearchParams(asked?.body.toString())), {
    grant_type: 'client_credentials',
    scope: 'all-apis',
  });
});

test('a token of five seconds is used until a second before its end, and then renewed', async t => {
  const {server, workspace, clock} = await openOn(t);
  server.tokenLifeSeconds = 5;
  server.plan(route, sized);
  await workspace.files.size(path);
  clock.advance(3_900);
  await workspace.files.size(path);
  assert.equal(server.tokensGiven, 1);
  clock.advance(200);
  await workspace.files.size(path);
  assert.equal(server.tokensGiven, 2);
  for (let request = 0; request < 20; request++) {
    clock.advance(1_500);
    assert.equal(await workspace.files.size(path), 7);
  }
  assert.ok(server.seen.length > 0 && server.requests(route).length === 23, 'no request was refused and repeated');
});

test('a token of an hour is renewed five minutes before its end', async t => {
  const {server, workspace, clock} = await openOn(t);
  server.plan(route, sized);
  await workspace.files.size(path);
  clock.advance(3_299_000);
  await workspace.files.size(path);
  assert.equal(server.tokensGiven, 1);
  clock.advance(2_000);
  await workspace.files.size(path);
  assert.equal(server.tokensGiven, 2);
});

test('a token that is still good is used while no newer one is to be had', async t => {
  const {server, workspace, clock} = await openOn(t);
  server.plan(route, sized);
  await workspace.files.size(path);
  server.plan(token, {status: 503});
  clock.advance(3_301_000);
  assert.equal(await workspace.files.size(path), 7);
  assert.equal(await workspace.files.size(path), 7);
  assert.equal(server.requests(token).length, 2, 'a newer one was asked for, and not again at once');
  clock.advance(10_000);
  assert.equal(await workspace.files.size(path), 7);
  assert.equal(server.requests(token).length, 3);
  clock.advance(300_000);
  assert.equal((await failureOf(workspace.files.size(path))).kind, 'transient');
});

test('a refused token is renewed once for all who were refused, and they are sent again', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(route, sized);
  await workspace.files.size(path);
  server.revokeTokens();
  const sizes = await Promise.all(Array.from({length: 5}, () => workspace.files.size(path)));
  assert.deepEqual(sizes, Array(5).fill(7));
  assert.equal(server.tokensGiven, 2);
});

test('a new token that is refused too is wrong credentials, after two requests and no wait', async t => {
  const {server, workspace, clock} = await openOn(t);
  server.plan(route, {status: 401});
  const error = await failureOf(workspace.files.size(path));
  assert.equal(error.kind, 'credentials');
  assert.equal(server.requests(route).length, 2);
  assert.deepEqual(clock.slept, []);
});

test('a wrong secret is wrong credentials at once, and stands in no part of the error', async t => {
  const {server, workspace} = await openOn(t, {clientSecret: 'wrong-and-secret'});
  const error = await failureOf(workspace.files.size(path));
  assert.equal(error.kind, 'credentials');
  assert.match(error.hint, /databricks\.client_secret/);
  assert.equal(server.requests(token).length, 1);
  assert.doesNotMatch(inspect(error, {depth: 20, showHidden: true}), /wrong-and-secret|Basic /);
});

test('an outage of the token server is waited out, as long as it asks for', async t => {
  const {server, workspace, clock, events} = await openOn(t);
  server.plan(token, {status: 503, headers: {'retry-after': '7'}}, {reset: true}, () => ({
    body: {access_token: server.newToken(), expires_in: 3600},
  }));
  server.plan(route, sized);
  assert.equal(await workspace.files.size(path), 7);
  assert.equal(clock.slept[0], 7_000);
  assert.equal(clock.slept.length, 2);
  assert.equal(events.filter(event => event.event === 'retry').length, 2);
});

test('a token server that never answers is given up in time', async t => {
  const {server, workspace} = await openOn(t, {requestTimeoutMs: 60});
  server.plan(token, {hang: true});
  const error = await failureOf(workspace.files.size(path));
  assert.equal(error.kind, 'transient');
  assert.match(error.message, /127\.0\.0\.1/);
  assert.equal(server.requests(token).length, 5);
});

test('an address without a workspace is absent, with the host named', async t => {
  const {server, workspace} = await openOn(t);
  const host = new URL(server.origin).host;
  for (const answer of [{status: 404}, {status: 200, body: '<html>welcome</html>'}]) {
    server.plan(discovery, answer);
    const error = await failureOf(workspace.files.size(path));
    assert.equal(error.kind, 'absent');
    assert.equal(error.facts['host'], host);
    assert.match(error.hint, /databricks\.host/);
  }
  assert.equal(server.tokensGiven, 0);
});

test('a name that does not resolve is absent, with the host named', async t => {
  const {workspace} = await openOn(t, {host: 'https://no-such-workspace.invalid', requestTimeoutMs: 20_000});
  const error = await failureOf(workspace.files.size(path));
  // Where there is no resolver at all, the failure is one of the moment.
  assert.ok(error.kind === 'absent' || error.facts['code'] === 'EAI_AGAIN', inspect(error));
  assert.match(error.message, /no-such-workspace\.invalid/);
});

test('the secret follows no redirect', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(token, {status: 302, headers: {location: `${server.origin}/open/elsewhere`}});
  const error = await failureOf(workspace.files.size(path));
  assert.equal(error.kind, 'protocol');
  assert.equal(server.requests('GET /open/elsewhere').length + server.requests('POST /open/elsewhere').length, 0);
});

test('the secret goes to no token endpoint without TLS', async t => {
  const {server, workspace} = await openOn(t);
  const body = {authorization_endpoint: 'http://elsewhere.example/a', token_endpoint: 'http://elsewhere.example/t'};
  server.plan(discovery, {body});
  const error = await failureOf(workspace.files.size(path));
  assert.equal(error.kind, 'configuration');
  assert.match(error.message, /elsewhere\.example/);
});

test('an http host beyond loopback is refused before anything is sent', async t => {
  const {workspace} = await openOn(t, {host: 'http://workspace.example'});
  const error = await failureOf(workspace.files.size(path));
  assert.equal(error.kind, 'configuration');
  assert.match(error.hint, /https/);
});

test('host and credentials come from the environment where the configuration has none', async t => {
  const {server} = await openOn(t);
  const environment = {
    DATABRICKS_HOST: server.origin,
    DATABRICKS_CLIENT_ID: 'robot',
    DATABRICKS_CLIENT_SECRET: 'right',
  };
  const {workspace} = await openOn(t, bare(environment));
  server.plan(route, sized);
  assert.equal(await workspace.files.size(path), 7);
});

test('a token in the environment is used as it stands', async t => {
  const {server} = await openOn(t);
  const environment = {DATABRICKS_HOST: server.origin, DATABRICKS_TOKEN: server.newToken()};
  const {workspace} = await openOn(t, bare(environment));
  server.plan(route, sized);
  assert.equal(await workspace.files.size(path), 7);
  assert.equal(server.requests(discovery).length, 0);
});

test('credentials in the configuration win over a token in the environment', async t => {
  const {server, workspace} = await openOn(t, {environment: {DATABRICKS_TOKEN: 'stale'}});
  server.plan(route, sized);
  assert.equal(await workspace.files.size(path), 7);
  assert.equal(server.requests(token).length, 1);
});

test('a profile is found in the file of the environment handed in', async t => {
  const {server} = await openOn(t);
  const home = await homeWith(t, `[robot]\nhost = ${server.origin}\nclient_id = robot\nclient_secret = right\n`);
  const {workspace} = await openOn(t, bare({HOME: home, DATABRICKS_CONFIG_PROFILE: 'robot'}));
  server.plan(route, sized);
  assert.equal(await workspace.files.size(path), 7);
  const named = {DATABRICKS_CONFIG_FILE: join(home, '.databrickscfg'), DATABRICKS_CONFIG_PROFILE: 'robot'};
  const second = await openOn(t, bare(named));
  assert.equal(await second.workspace.files.size(path), 7);
});

test('a metadata service grants tokens', async t => {
  const {server} = await openOn(t);
  const asked: unknown[] = [];
  const metadata = createServer((request, response) => {
    asked.push(request.headers['x-databricks-host']);
    const expires_on = Math.floor(Date.now() / 1000) + 3600;
    response.end(JSON.stringify({access_token: server.newToken(), token_type: 'Bearer', expires_on}));
  });
  await new Promise<void>(resolve => metadata.listen(0, '127.0.0.1', resolve));
  t.after(() => metadata.close());
  const url = `http://127.0.0.1:${(metadata.address() as AddressInfo).port}/token`;
  const environment = {DATABRICKS_HOST: server.origin, DATABRICKS_METADATA_SERVICE_URL: url};
  const {workspace} = await openOn(t, bare(environment));
  server.plan(route, sized);
  assert.equal(await workspace.files.size(path), 7);
  assert.equal(asked[0], server.origin);
});

test('nothing to log in with is wrong credentials, and the remedy names the keys', async t => {
  const {server} = await openOn(t);
  const {workspace} = await openOn(t, bare({DATABRICKS_HOST: server.origin, DATABRICKS_AUTH_TYPE: 'oauth-m2m'}));
  const error = await failureOf(workspace.files.size(path));
  assert.equal(error.kind, 'credentials');
  assert.match(error.hint, /databricks\.client_id/);
});

test('several sets of credentials are named, with what decides which one wins, and none is used', async t => {
  const {server} = await openOn(t);
  server.plan(route, sized);
  const robot = {DATABRICKS_HOST: server.origin, DATABRICKS_CLIENT_ID: 'robot', DATABRICKS_CLIENT_SECRET: 'right'};
  const ofOther = {ARM_CLIENT_ID: 'a', ARM_CLIENT_SECRET: 'other-s3cret', ARM_TENANT_ID: 'c'};
  const home = await homeWith(t, '[DEFAULT]\ntoken = other-s3cret\n');
  const cases = [
    {beside: {DATABRICKS_TOKEN: 'other-s3cret'}, named: /pat \(DATABRICKS_TOKEN\)/},
    {beside: ofOther, named: /azure-client-secret \(ARM_CLIENT_ID, ARM_CLIENT_SECRET, ARM_TENANT_ID\)/},
    {beside: {HOME: home, DATABRICKS_CONFIG_PROFILE: 'DEFAULT'}, named: /pat \(from the profile file\)/},
  ];
  for (const {beside, named} of cases) {
    const {workspace} = await openOn(t, bare({...robot, ...beside}));
    const error = await failureOf(workspace.files.size(path));
    assert.equal(error.kind, 'credentials');
    assert.match(error.message, /oauth-m2m \(DATABRICKS_CLIENT_ID, DATABRICKS_CLIENT_SECRET\)/);
    assert.match(error.message, named);
    assert.match(error.hint, /DATABRICKS_AUTH_TYPE .*oauth-m2m/);
    assert.match(error.hint, /databricks\.client_id/);
    assert.doesNotMatch(inspect(error, {depth: 20}), /s3cret/);
  }
  const chosen = {...robot, DATABRICKS_TOKEN: 'other-s3cret', DATABRICKS_AUTH_TYPE: 'oauth-m2m'};
  const {workspace} = await openOn(t, bare(chosen));
  assert.equal(await workspace.files.size(path), 7);
});

test('a credential of the environment that has something around it is named, unless the file has its own', async t => {
  const {server} = await openOn(t);
  server.plan(route, sized);
  const environment = {
    DATABRICKS_HOST: server.origin,
    DATABRICKS_CLIENT_ID: 'robot',
    DATABRICKS_CLIENT_SECRET: 'right\n',
  };
  const {workspace} = await openOn(t, bare(environment));
  const error = await failureOf(workspace.files.size(path));
  assert.equal(error.kind, 'configuration');
  assert.match(error.message, /DATABRICKS_CLIENT_SECRET ends with a line break/);
  const own = {...bare(environment), clientId: 'robot', clientSecret: 'right'};
  assert.equal(await (await openOn(t, own)).workspace.files.size(path), 7);
});

test('no host at all is said as such', async t => {
  const {workspace} = await openOn(t, bare({DATABRICKS_TOKEN: 'a-token-without-a-host'}));
  const error = await failureOf(workspace.files.size(path));
  assert.match(error.hint, /DATABRICKS_HOST/);
  assert.doesNotMatch(inspect(error, {depth: 20}), /a-token-without-a-host/);
});

/** Options without host and credentials: they are to be found in the environment. */
const bare = (environment: Record<string, string>) => ({
  host: undefined as never,
  clientId: undefined as never,
  clientSecret: undefined as never,
  environment,
});

async function homeWith(t: TestContext, profiles: string): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'databricks-home-'));
  t.after(() => rm(home, {recursive: true}));
  await writeFile(join(home, '.databrickscfg'), profiles);
  return home;
}
