import assert from 'node:assert/strict';
import test from 'node:test';
import type {LocalWorkspace} from '../../src/local/local.ts';
import {type Received, send, tokenOf} from './driver.ts';
import {openLocal} from './opened.ts';

const me = '/api/2.0/preview/scim/v2/Me';

const withToken = (workspace: LocalWorkspace, token: string, path = me): Promise<Received> =>
  send(workspace, {method: 'GET', path, headers: {authorization: `Bearer ${token}`}});

const json = ({body}: Received): Record<string, unknown> => JSON.parse(body.toString());

test('the OIDC document names the token endpoint, and asks for no token', async t => {
  const {workspace} = await openLocal(t);
  const answer = await send(workspace, {method: 'GET', path: '/oidc/.well-known/oauth-authorization-server'});
  assert.equal(json(answer)['token_endpoint'], `${workspace.host}/oidc/v1/token`);
});

test('a token opens every door until it has expired by the clock', async t => {
  const {workspace, clock} = await openLocal(t, {tokenLifeSeconds: 600});
  const token = await tokenOf(workspace);
  clock.advance(599_000);
  assert.equal((await withToken(workspace, token)).status, 200);
  clock.advance(1_000);
  const refused = await withToken(workspace, token);
  assert.equal(refused.status, 401);
  assert.deepEqual(json(refused), {error_code: 'UNAUTHENTICATED', message: 'The token has expired'});
  const statement = await send(workspace, {
    method: 'POST',
    path: workspace.httpPath,
    headers: {authorization: `Bearer ${token}`},
    body: '',
  });
  assert.equal(statement.status, 401);
  assert.equal((await withToken(workspace, await tokenOf(workspace))).status, 200);
});

test('without a token, or with one that was never given, nothing opens', async t => {
  const {workspace} = await openLocal(t);
  assert.equal((await withToken(workspace, 'made-up')).status, 401);
  assert.equal((await send(workspace, {method: 'GET', path: me})).status, 401);
});

test('a wrong secret, grant or scope gives no token', async t => {
  const {workspace} = await openLocal(t, {accept: {clientId: 'robot', clientSecret: 's3:cr/et'}});
  const ask = async (credentials: string, body: string): Promise<number> => {
    const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    const headers = {authorization, 'content-type': 'application/x-www-form-urlencoded'};
    return (await send(workspace, {method: 'POST', path: '/oidc/v1/token', headers, body})).status;
  };
  const right = 'grant_type=client_credentials&scope=all-apis';
  assert.equal(await ask('robot:s3:cr/et', right), 200);
  assert.equal(await ask('robot:s3%3Acr%2Fet', right), 200);
  assert.equal(await ask('robot:wrong', right), 401);
  assert.equal(await ask('', right), 401);
  assert.equal(await ask('robot:s3:cr/et', 'grant_type=password&scope=all-apis'), 400);
  assert.equal(await ask('robot:s3:cr/et', 'grant_type=client_credentials'), 400);
});

test('the warehouse, the catalog, schemas and volumes are found by their names, and others are not', async t => {
  const {workspace} = await openLocal(t);
  await workspace.query('CREATE SCHEMA main.visma_staging');
  const token = await tokenOf(workspace);
  const statusOf = async (path: string): Promise<number> => (await withToken(workspace, token, path)).status;
  assert.equal(await statusOf(`/api/2.0/sql/warehouses/${workspace.warehouseId}`), 200);
  const absent = await withToken(workspace, token, '/api/2.0/sql/warehouses/other');
  assert.deepEqual([absent.status, json(absent)['error_code']], [404, 'RESOURCE_DOES_NOT_EXIST']);
  const catalog = '/api/2.1/unity-catalog';
  assert.equal(await statusOf(`${catalog}/catalogs/main`), 200);
  assert.equal(await statusOf(`${catalog}/catalogs/other`), 404);
  assert.equal(await statusOf(`${catalog}/schemas/main.visma_staging`), 200);
  assert.equal(await statusOf(`${catalog}/schemas/main.other`), 404);
  assert.equal(await statusOf(`${catalog}/volumes/main.visma_staging.landing`), 404);
  assert.equal(await statusOf('/api/2.1/jobs/list'), 404);
});

test('a volume is created once, in a schema that is there', async t => {
  const {workspace} = await openLocal(t);
  await workspace.query('CREATE SCHEMA main.s');
  const authorization = `Bearer ${await tokenOf(workspace)}`;
  const create = (schema: string): Promise<Received> =>
    send(workspace, {
      method: 'POST',
      path: '/api/2.1/unity-catalog/volumes',
      headers: {authorization},
      body: JSON.stringify({catalog_name: 'main', schema_name: schema, name: 'landing', volume_type: 'MANAGED'}),
    });
  assert.equal(json(await create('s'))['full_name'], 'main.s.landing');
  const again = await create('s');
  assert.deepEqual([again.status, json(again)['error_code']], [409, 'ALREADY_EXISTS']);
  assert.equal((await create('other')).status, 404);
  assert.deepEqual(await workspace.query('SHOW VOLUMES IN main.s'), [{database: 's', volume_name: 'landing'}]);
});

test('the time of every answer is the time of the clock', async t => {
  const {workspace, clock} = await openLocal(t);
  clock.advance(86_400_000);
  const answer = await send(workspace, {method: 'GET', path: me});
  assert.equal(answer.headers['date'], clock.now().toUTCString());
});
