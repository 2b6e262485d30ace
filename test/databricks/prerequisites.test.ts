import assert from 'node:assert/strict';
import {test} from 'node:test';
import {inspect} from 'node:util';
import type {SyncError} from '../../src/base/errors.ts';
import {failureOf as anyFailureOf, openOn} from './opened-workspace.ts';

const me = 'GET /api/2.0/preview/scim/v2/Me';
const robot = {body: {userName: 'robot-id', displayName: 'Robot', active: true}};
const warehouse = 'GET /api/2.0/sql/warehouses/w1';
const catalog = 'GET /api/2.1/unity-catalog/catalogs/main';
const volume = {catalog: 'main', schema: 'visma_staging', name: 'landing'};
const readVolume = 'GET /api/2.1/unity-catalog/volumes/main.visma_staging.landing';
const createVolume = 'POST /api/2.1/unity-catalog/volumes';
const denied = {status: 403, body: {error_code: 'PERMISSION_DENIED', message: 'a text of theirs'}};
const gone = {status: 404, body: {error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'a text of theirs', details: [{}]}};

/** Their words are in no part of an error. */
async function failureOf(work: Promise<unknown>): Promise<SyncError> {
  const error = await anyFailureOf(work);
  assert.doesNotMatch(inspect(error, {depth: 10}), /a text of theirs/);
  return error;
}

test('who is known and active passes', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(me, robot);
  await workspace.prerequisites.checkIdentity();
  assert.match(server.requests(me)[0]?.headers['user-agent'] ?? '', /visma-databricks.*databricks-sdk-js/);
});

test('a principal that was switched off is wrong credentials', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(me, {body: {userName: 'robot-id', active: false}});
  assert.equal((await failureOf(workspace.prerequisites.checkIdentity())).kind, 'credentials');
});

test('the SDK shares the one token: none of its own, and a new one after a refusal', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(me, robot);
  await workspace.files.list('/Volumes/main/s/v');
  await workspace.prerequisites.checkIdentity();
  assert.equal(server.tokensGiven, 1);
  server.revokeTokens();
  await workspace.prerequisites.checkIdentity();
  assert.equal(server.tokensGiven, 2);
});

test('a call of the SDK that fails for now is repeated: statuses, resets, an answer that does not come', async t => {
  const {server, workspace, clock} = await openOn(t, {requestTimeoutMs: 300});
  server.plan(me, {status: 503}, {status: 500}, {reset: true}, {hang: true}, robot);
  await workspace.prerequisites.checkIdentity();
  assert.equal(clock.slept.length, 4);
});

test('a redirect, which the SDK would wait on for ever, ends in time', async t => {
  const {server, workspace} = await openOn(t, {requestTimeoutMs: 100});
  server.plan(me, {status: 302, headers: {location: `${server.origin}/open/login`}});
  assert.equal((await failureOf(workspace.prerequisites.checkIdentity())).kind, 'transient');
});

test('a warehouse that runs or is stopped passes: it starts by itself', async t => {
  const {server, workspace} = await openOn(t);
  for (const state of ['RUNNING', 'STARTING', 'STOPPED', 'STOPPING']) {
    server.plan(warehouse, {body: {id: 'w1', state}});
    await workspace.prerequisites.checkWarehouse();
  }
});

test('a warehouse that is not there is absent, and the remedy names the key', async t => {
  const {server, workspace} = await openOn(t);
  const malformed = {status: 400, body: {error_code: 'INVALID_PARAMETER_VALUE', message: 'a text of theirs'}};
  for (const answer of [gone, malformed, {body: {id: 'w1', state: 'DELETED'}}]) {
    server.plan(warehouse, answer);
    const error = await failureOf(workspace.prerequisites.checkWarehouse());
    assert.equal(error.kind, 'absent');
    assert.match(error.hint, /databricks\.warehouse_id/);
    assert.match(error.message, /w1/);
  }
});

test('a warehouse that may not be used says whom to grant it to', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(me, robot);
  server.plan(warehouse, denied);
  const error = await failureOf(workspace.prerequisites.checkWarehouse());
  assert.equal(error.kind, 'permission');
  assert.equal(error.hint, 'Grant CAN USE on the warehouse to robot-id.');
});

test('a workspace that is not there is not taken for a missing warehouse', async t => {
  const {server, workspace} = await openOn(t);
  server.plan('GET /oidc/.well-known/oauth-authorization-server', {body: 'welcome'});
  const error = await failureOf(workspace.prerequisites.checkWarehouse());
  assert.match(error.hint, /databricks\.host/);
});

test('a catalog is there, or the remedy is a grant to copy', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(me, robot);
  server.plan(catalog, {body: {name: 'main'}}, denied, gone);
  await workspace.prerequisites.checkCatalog('main');
  const closed = await failureOf(workspace.prerequisites.checkCatalog('main'));
  assert.equal(closed.kind, 'permission');
  assert.equal(closed.hint, 'GRANT USE CATALOG, CREATE SCHEMA ON CATALOG `main` TO `robot-id`');
  const absent = await failureOf(workspace.prerequisites.checkCatalog('main'));
  assert.equal(absent.kind, 'absent');
  assert.match(absent.hint, /databricks\.catalog/);
});

test("a catalog's name is escaped on the way", async t => {
  const {server, workspace} = await openOn(t);
  server.plan('GET /api/2.1/unity-catalog/catalogs/a%2Fb%20c%25', {body: {}});
  await workspace.prerequisites.checkCatalog('a/b c%');
});

test('a remedy does without the name of a principal that is not to be known', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(me, denied);
  server.plan(catalog, denied);
  assert.match((await failureOf(workspace.prerequisites.checkCatalog('main'))).hint, /TO `<service principal>`$/);
});

test('a volume that is there stays as it is', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(readVolume, {body: {name: 'landing', volume_type: 'EXTERNAL'}});
  await workspace.prerequisites.ensureVolume(volume);
  assert.equal(server.requests(createVolume).length, 0);
});

test('a volume that is not there is created, managed', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(readVolume, gone);
  server.plan(createVolume, {body: {name: 'landing'}});
  await workspace.prerequisites.ensureVolume(volume);
  const created = JSON.parse(server.requests(createVolume)[0]?.body.toString() ?? '{}');
  assert.deepEqual(
    [created.catalog_name, created.schema_name, created.name, created.volume_type],
    ['main', 'visma_staging', 'landing', 'MANAGED'],
  );
});

test('a volume that another run created in between is fine, and so is an answer that was lost', async t => {
  const {server, workspace} = await openOn(t);
  const exists = {status: 409, body: {error_code: 'VOLUME_ALREADY_EXISTS', message: 'a text of theirs'}};
  server.plan(readVolume, gone);
  server.plan(createVolume, exists);
  await workspace.prerequisites.ensureVolume(volume);
  server.plan(createVolume, {reset: true}, exists);
  await workspace.prerequisites.ensureVolume(volume);
});

test('a volume that may not be created says what to grant', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(me, robot);
  server.plan(readVolume, gone);
  server.plan(createVolume, denied);
  const error = await failureOf(workspace.prerequisites.ensureVolume(volume));
  assert.equal(error.hint, 'GRANT USE SCHEMA, CREATE VOLUME ON SCHEMA `main`.`visma_staging` TO `robot-id`');
});

const tried = '/api/2.0/fs/files/Volumes/main/visma_staging/landing/check-a1b2c3';

test('a volume is tried by writing, measuring, reading and removing a small file', async t => {
  const {server, workspace} = await openOn(t);
  let held: Buffer = Buffer.alloc(0);
  server.plan(`PUT ${tried}`, ({body}) => {
    held = body;
    return {status: 204};
  });
  server.plan(`HEAD ${tried}`, () => ({headers: {'content-length': String(held.length)}}));
  server.plan(`GET ${tried}`, () => ({body: held}));
  server.plan(`DELETE ${tried}`, {status: 204});
  await workspace.prerequisites.checkVolume(volume);
  assert.equal(server.requests(`DELETE ${tried}`).length, 1);
  server.plan(`GET ${tried}`, {body: 'something else'});
  assert.equal((await failureOf(workspace.prerequisites.checkVolume(volume))).kind, 'protocol');
  assert.equal(server.requests(`DELETE ${tried}`).length, 2);
});

test('a volume that may not be written says what to grant', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(me, robot);
  server.plan(`PUT ${tried}`, denied);
  const error = await failureOf(workspace.prerequisites.checkVolume(volume));
  assert.equal(error.kind, 'permission');
  assert.equal(error.hint, 'GRANT READ VOLUME, WRITE VOLUME ON VOLUME `main`.`visma_staging`.`landing` TO `robot-id`');
});
