import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {asker, mint} from './asking.ts';
import {startVisma} from './visma.ts';

const sim = await startVisma({size: 'empty'});
after(() => sim.close());

const errorOf = async (response: Response): Promise<[number, unknown]> => [response.status, await response.json()];

test('client credentials in the form give a token that lives for an hour', async () => {
  const token = (await (await mint(sim, 'se')).json()) as {expires_in: number; token_type: string};
  assert.deepEqual([token.expires_in, token.token_type], [3600, 'Bearer']);
});

test('a wrong secret, an unknown tenant, another grant and a foreign scope are refused as OAuth says', async () => {
  const refused = async (company: string, form: Record<string, string>) => errorOf(await mint(sim, company, form));
  assert.deepEqual(await refused('se', {client_secret: 'x'}), [400, {error: 'invalid_client'}]);
  assert.deepEqual(await refused('another-tenant', {}), [400, {error: 'unauthorized_client'}]);
  assert.deepEqual(await refused('se', {grant_type: 'password'}), [400, {error: 'unsupported_grant_type'}]);
  assert.deepEqual(await refused('se', {scope: 'openid'}), [400, {error: 'invalid_scope'}]);
});

test('credentials in JSON are not understood', async () => {
  const body = JSON.stringify({grant_type: 'client_credentials'});
  const response = await fetch(sim.tokenUrl, {method: 'POST', body, headers: {'content-type': 'application/json'}});
  assert.deepEqual(await errorOf(response), [400, {error: 'invalid_request'}]);
});

test('an unknown tenant may also get a token whose data calls answer fault 12027', async () => {
  const lenient = await startVisma({size: 'empty', behaviour: {unknownTenant: 'fault 12027'}});
  const ask = await asker(lenient, 'another-tenant');
  const answer = await ask('/v1/account');
  await lenient.close();
  assert.equal(answer.status, 403);
  assert.equal(JSON.parse(answer.text).ExceptionFaultCode, '12027');
});

test('a token runs out by the clock of the simulator', async () => {
  const ask = await asker(sim, 'se');
  sim.clock.advance(3_599_000);
  assert.equal((await ask('/v1/account')).status, 200);
  sim.clock.advance(1000);
  const late = await ask('/v1/account');
  assert.deepEqual([late.status, late.text], [401, '']);
});

test('revoked tokens and no token at all answer 401', async () => {
  const ask = await asker(sim, 'se');
  sim.revokeTokens();
  assert.equal((await ask('/v1/account')).status, 401);
  assert.equal((await fetch(`${sim.apiUrl}/v1/account`)).status, 401);
});

test('a token without the right to read answers 403', async () => {
  const ask = await asker(sim, 'se', {scope: 'vismanet_erp_service_api:create'});
  assert.equal((await ask('/v1/account')).status, 403);
});

test('the tenant of the token chooses the company', async () => {
  sim.insert({company: 'no', collection: 'currency', record: {id: 'NOK'}});
  const [norwegian, swedish] = [await asker(sim, 'no'), await asker(sim, 'se')];
  assert.equal((await norwegian('/v1/currency')).text, '[{"id":"NOK"}]');
  assert.equal((await swedish('/v1/currency')).text, '[]');
});

test('where the company header is required, every list is 200 and empty without it', async () => {
  sim.insert({company: 'dk', collection: 'currency', record: {id: 'DKK'}});
  const ask = await asker(sim, 'dk');
  sim.behaviour.companyHeader = 'required';
  const without = await ask('/v1/currency');
  const withIt = await ask('/v1/currency', {'ipp-company-id': '1003'});
  sim.behaviour.companyHeader = 'not needed';
  assert.deepEqual([without.status, without.text], [200, '[]']);
  assert.equal(withIt.records.length, 1);
});

test('no secret and no token stands in the log of requests', async () => {
  const {access_token: token} = (await (await mint(sim, 'se')).json()) as {access_token: string};
  await fetch(`${sim.apiUrl}/v1/account`, {headers: {authorization: `Bearer ${token}`}});
  const log = JSON.stringify(sim.requests());
  assert.ok(log.includes('/connect/token') && log.includes('"company":"se"'));
  assert.ok(!log.includes(sim.clientSecret) && !log.includes(token));
});
