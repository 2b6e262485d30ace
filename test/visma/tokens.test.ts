import assert from 'node:assert/strict';
import {test} from 'node:test';
import {inspect} from 'node:util';
import {Secret} from '../../src/base/secret.ts';
import {companyId} from '../../src/model/names.ts';
import {company, failure, passOf, recordsOf, resourceOf, SmallVisma, secretText} from './small-visma.ts';

const list = resourceOf({kind: 'snapshot', paging: 'unpaged'});
const one = (): {json: unknown} => ({json: [{number: '1'}]});

test('a token is asked for with client credentials, the tenant and the scope to read, form-urlencoded', async () => {
  await using visma = await SmallVisma.open({data: one});
  await visma.source.check(company);
  const [hit] = visma.tokenHits;
  assert.equal(hit?.method, 'POST');
  assert.equal(hit?.path, '/connect/token');
  assert.equal(hit?.headers['content-type'], 'application/x-www-form-urlencoded');
  assert.deepEqual(Object.fromEntries(new URLSearchParams(hit?.body)), {
    grant_type: 'client_credentials',
    client_id: 'client',
    client_secret: secretText,
    scope: 'vismanet_erp_service_api:read',
    tenant_id: 'tenant-1',
  });
});

test('a token is kept for its tenant until a little before its end', async () => {
  await using visma = await SmallVisma.open({
    data: one,
    token: (_hit, place) => ({json: {access_token: `token-${place}`, expires_in: 3600}}),
  });
  await visma.source.check(company);
  visma.clock.advance(3_539_000);
  await visma.source.check(company);
  assert.equal(visma.tokenHits.length, 1);
  visma.clock.advance(1000);
  await visma.source.check(company);
  assert.equal(visma.tokenHits.length, 2);
  assert.equal(visma.dataHits.at(-1)?.headers.authorization, 'Bearer token-2');
  await visma.source.check({...company, id: companyId('no'), tenantId: 'tenant-2'});
  assert.equal(visma.tokenHits.length, 3);
});

test('a token that lives five seconds is used for four and a half', async () => {
  await using visma = await SmallVisma.open({
    data: one,
    token: () => ({json: {access_token: 'short', expires_in: 5}}),
  });
  await visma.source.check(company);
  visma.clock.advance(4499);
  await visma.source.check(company);
  assert.equal(visma.tokenHits.length, 1);
  visma.clock.advance(1);
  await visma.source.check(company);
  assert.equal(visma.tokenHits.length, 2);
});

test('of many who need a token at once one asks for it', async () => {
  await using visma = await SmallVisma.open({data: one});
  await Promise.all(Array.from({length: 8}, () => visma.source.check(company)));
  assert.equal(visma.tokenHits.length, 1);
  assert.equal(visma.dataHits.length, 8);
});

test('one who leaves while a token is asked for does not end it for the others', async () => {
  const {promise: asked, resolve: hasAsked} = Promise.withResolvers<void>();
  const {promise: go, resolve: letGo} = Promise.withResolvers<void>();
  await using visma = await SmallVisma.open({
    data: one,
    token: async () => {
      hasAsked();
      await go;
      return {json: {access_token: 'token', expires_in: 60}};
    },
  });
  const leaving = new AbortController();
  const left = failure(visma.source.check(company, leaving.signal));
  const stayed = visma.source.check(company);
  await asked;
  leaving.abort();
  assert.equal((await left).kind, 'cancelled');
  letGo();
  await stayed;
  assert.equal(visma.tokenHits.length, 1);
});

test('a token that everybody has left is asked for anew', async () => {
  const {promise: asked, resolve: hasAsked} = Promise.withResolvers<void>();
  await using visma = await SmallVisma.open({
    data: one,
    token: (_hit, place) => {
      hasAsked();
      return place === 1 ? {fate: 'hang'} : {json: {access_token: 'token', expires_in: 60}};
    },
  });
  const leaving = new AbortController();
  const left = failure(visma.source.check(company, leaving.signal));
  await asked;
  leaving.abort();
  assert.equal((await left).kind, 'cancelled');
  await visma.source.check(company);
  assert.equal(visma.tokenHits.length, 2);
});

test('a 401 of a data call renews the token once', async () => {
  await using visma = await SmallVisma.open({
    data: hit => (hit.headers.authorization === 'Bearer token-2' ? one() : {status: 401}),
    token: (_hit, place) => ({json: {access_token: `token-${place}`, expires_in: 3600}}),
  });
  assert.equal((await recordsOf(visma.source, passOf(list))).length, 1);
  assert.equal(visma.tokenHits.length, 2);
});

test('a second 401 is a matter of credentials', async () => {
  await using visma = await SmallVisma.open({data: () => ({status: 401, json: {message: 'row value'}})});
  const error = await failure(visma.source.check(company));
  assert.equal(error.kind, 'credentials');
  assert.equal(visma.dataHits.length, 2);
  assert.ok(!inspect(error, {depth: 9}).includes('row value'));
});

test('a wrong secret is a matter of credentials that names the secret, and is asked once', async () => {
  const json = {error: 'invalid_client', error_description: `secret ${secretText} is wrong`};
  await using visma = await SmallVisma.open({data: one, token: () => ({status: 400, json})});
  const error = await failure(visma.source.check(company));
  assert.equal(error.kind, 'credentials');
  assert.match(error.hint, /client_secret/);
  assert.deepEqual(error.facts, {company: 'se', status: 400, error: 'invalid_client'});
  assert.equal(visma.tokenHits.length, 1);
});

test('each refusal keeps the word of the vendor and has a remedy of its own, and none is tried again', async () => {
  const refusing = (status: number, error: string) => ({token: () => ({status, json: {error}}), data: one});
  const cases = {
    invalid_scope: refusing(400, 'invalid_scope'),
    invalid_tenant: refusing(400, 'invalid_tenant'),
    invalid_client: refusing(401, 'invalid_client'),
    unknown_to_us: refusing(400, 'unknown_to_us'),
    '401 with a new token': {data: () => ({status: 401})},
    'fault 12027': {data: () => ({status: 403, json: {ExceptionFaultCode: 12027}})},
  };
  const hints = new Set<string>();
  for (const [word, setting] of Object.entries(cases)) {
    await using visma = await SmallVisma.open(setting);
    const error = await failure(visma.source.check(company));
    assert.equal(error.kind, 'credentials', word);
    assert.ok(error.message.includes(word), error.message);
    assert.equal(visma.eventsOf('retry').length, 0, word);
    assert.ok(visma.dataHits.length <= 2, word);
    hints.add(error.hint);
  }
  assert.equal(hints.size, Object.keys(cases).length);
});

test('a client secret with characters that forms reserve arrives as it is', async () => {
  const clientSecret = 'p+a%20s=s&w?o#r/d "ü\\$€';
  await using visma = await SmallVisma.open({data: one, options: {clientSecret: new Secret(clientSecret)}});
  await visma.source.check(company);
  assert.equal(new URLSearchParams(visma.tokenHits[0]?.body).get('client_secret'), clientSecret);
});

test('words of the token endpoint that are no words of OAuth are not kept', async () => {
  await using visma = await SmallVisma.open({data: one, token: () => ({status: 403, json: {error: 'Kari Nordmann'}})});
  const error = await failure(visma.source.check(company));
  assert.equal(error.kind, 'credentials');
  assert.ok(!inspect(error, {depth: 9}).includes('Kari'));
});

test('fault 12027 names tenant_id, whatever status it comes with', async () => {
  for (const status of [200, 400, 401, 403, 500]) {
    await using visma = await SmallVisma.open({
      data: () => ({
        status,
        json: {ExceptionType: 'IPPException', ExceptionMessage: 'No license', ExceptionFaultCode: '12027'},
      }),
    });
    const error = await failure(visma.source.check(company));
    assert.equal(error.kind, 'credentials', `status ${status}`);
    assert.match(error.hint, /tenant_id/);
    assert.equal(error.facts['fault'], '12027');
  }
});

test('a token endpoint that fails for now is asked again, a body without a token is not', async () => {
  await using moody = await SmallVisma.open({
    data: one,
    token: (_hit, place) => (place < 3 ? {status: 503} : {json: {access_token: 'token', expires_in: '60'}}),
  });
  await moody.source.check(company);
  assert.equal(moody.tokenHits.length, 3);
  assert.equal(moody.eventsOf('retry').length, 2);

  await using broken = await SmallVisma.open({data: one, token: () => ({json: {access_token: 'two\nlines'}})});
  const error = await failure(broken.source.check(company));
  assert.equal(error.kind, 'protocol');
  assert.ok(!inspect(error, {depth: 9}).includes('two'));
});

test('a redirect of the token endpoint is not followed, for the secret would go along', async () => {
  const token = () => ({status: 307, headers: {location: '/other'}});
  await using visma = await SmallVisma.open({data: one, token});
  assert.equal((await failure(visma.source.check(company))).kind, 'configuration');
  assert.equal(visma.tokenHits.length, 1);
});
