import assert from 'node:assert/strict';
import {test} from 'node:test';
import {inspect} from 'node:util';
import {gzipSync} from 'node:zlib';
import {failureOf, openOn} from './opened-workspace.ts';

const path = '/api/2.0/lineage-tracking/external-metadata';

test('a request goes out as JSON with its query, a PATCH with its body too', async t => {
  const {server, workspace} = await openOn(t);
  const patched = `${path}/visma_supplier`;
  server.plan(`PATCH ${patched}`, {body: {name: 'visma_supplier'}});
  const body = {description: 'Suppliers', columns: ['supplier_number']};
  const query = {update_mask: 'description,columns'};
  assert.deepEqual(await workspace.rest.request({method: 'PATCH', path: patched, query, body}), {
    name: 'visma_supplier',
  });
  const [sent] = server.requests(`PATCH ${patched}`);
  assert.equal(sent?.url, `${patched}?update_mask=description%2Ccolumns`);
  assert.equal(sent?.headers['content-type'], 'application/json');
  assert.deepEqual(JSON.parse(sent?.body.toString() ?? ''), body);
});

test('an answer without a body is an empty object', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(`DELETE ${path}`, {status: 200});
  assert.deepEqual(await workspace.rest.request({method: 'DELETE', path}), {});
});

test('an answer that is no JSON object breaks the promise of the interface', async t => {
  const {server, workspace} = await openOn(t);
  for (const body of ['<html>', '[1]', '"x"']) {
    server.plan(`GET ${path}`, {body});
    assert.equal((await failureOf(workspace.rest.request({method: 'GET', path}))).kind, 'protocol');
  }
});

test('what fails for now is repeated, and a refused token renewed', async t => {
  const {server, workspace, clock} = await openOn(t);
  server.plan(`POST ${path}`, {status: 500}, {reset: true}, {status: 401}, {body: {id: 1}});
  assert.deepEqual(await workspace.rest.request({method: 'POST', path, body: {name: 'x'}}), {id: 1});
  assert.equal(clock.slept.length, 2);
  assert.equal(server.tokensGiven, 2);
});

test('what is there already, not there, forbidden or malformed is told apart by codes', async t => {
  const {server, workspace} = await openOn(t);
  const answers = [
    {kind: 'data', status: 409, errorCode: 'RESOURCE_ALREADY_EXISTS'},
    {kind: 'absent', status: 404, errorCode: 'RESOURCE_DOES_NOT_EXIST'},
    {kind: 'absent', status: 400, errorCode: 'CATALOG_DOES_NOT_EXIST'},
    {kind: 'permission', status: 403, errorCode: 'PERMISSION_DENIED'},
    {kind: 'protocol', status: 400, errorCode: 'INVALID_PARAMETER_VALUE'},
  ];
  for (const {kind, status, errorCode} of answers) {
    server.plan(`POST ${path}`, {status, body: {error_code: errorCode, message: 'a text of theirs', details: [{}]}});
    const error = await failureOf(workspace.rest.request({method: 'POST', path, body: {}}));
    assert.equal(error.kind, kind, errorCode);
    assert.equal(error.facts['status'], status);
    assert.equal(error.facts['errorCode'], errorCode);
    assert.doesNotMatch(inspect(error), /a text of theirs/);
  }
});

const packedNothing = {'content-encoding': 'gzip', 'content-length': '0'};

test('a refusal that claims gzip and is empty is what its status says', async t => {
  const {server, workspace, clock} = await openOn(t);
  server.plan(
    `GET ${path}`,
    {status: 401, headers: packedNothing},
    {status: 429, headers: {...packedNothing, 'retry-after': '3'}},
    {status: 404, headers: {'content-encoding': 'snappy'}, body: 'no'},
  );
  assert.equal((await failureOf(workspace.rest.request({method: 'GET', path}))).kind, 'absent');
  assert.deepEqual(clock.slept, [3000]);
  assert.equal(server.tokensGiven, 2);
});

test('an answer is read in any coding that a proxy may choose, and an unknown one is named', async t => {
  const {server, workspace} = await openOn(t);
  const body = gzipSync('{"id": 1}');
  server.plan(`GET ${path}`, {headers: {'content-encoding': 'X-GZIP'}, body}, {headers: packedNothing});
  assert.deepEqual(await workspace.rest.request({method: 'GET', path}), {id: 1});
  assert.deepEqual(await workspace.rest.request({method: 'GET', path}), {});
  server.plan(`GET ${path}`, {headers: {'content-encoding': 'snappy'}, body: 'x'});
  const error = await failureOf(workspace.rest.request({method: 'GET', path}));
  assert.equal(error.kind, 'protocol');
  assert.match(error.message, /content-encoding snappy/);
});

test('a token request that is refused with an empty body of gzip is a matter of credentials', async t => {
  const {server, workspace} = await openOn(t);
  server.plan('POST /oidc/v1/token', {status: 401, headers: packedNothing});
  assert.equal((await failureOf(workspace.rest.request({method: 'GET', path}))).kind, 'credentials');
});

test('another writer in between is a conflict, and repeated', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(`POST ${path}`, {status: 409, body: {error_code: 'ABORTED'}}, {body: {}});
  await workspace.rest.request({method: 'POST', path, body: {}});
  assert.equal(server.requests(`POST ${path}`).length, 2);
});

test('only paths of the interface are sent', async t => {
  const {server, workspace} = await openOn(t);
  for (const wrong of ['//elsewhere.example/api/2.0/x', 'https://elsewhere.example/api/2.0/x', '/login']) {
    assert.equal((await failureOf(workspace.rest.request({method: 'GET', path: wrong}))).kind, 'defect');
  }
  assert.equal(server.seen.length, 0);
});
