import assert from 'node:assert/strict';
import {test} from 'node:test';
import {inspect} from 'node:util';
import {gzipSync} from 'node:zlib';
import type {rulings} from '../../src/base/errors.ts';
import {Network} from '../../src/base/network.ts';
import {ForwardProxy} from '../databricks/forward-proxy.ts';
import type {Reply} from './small-server.ts';
import {SmallServer} from './small-server.ts';
import {
  company,
  deltaOf,
  failure,
  numbered,
  pageOf,
  passOf,
  recordsOf,
  resourceOf,
  SmallVisma,
  tokenText,
} from './small-visma.ts';

const list = resourceOf({kind: 'snapshot', paging: 'unpaged'});
const ok: Reply = {json: [{number: '1'}]};

test('a call bears the token, the headers of its company and nothing else of ours over them', async () => {
  const headersOf = () => ({'ipp-company-id': '77', Authorization: 'Basic x', Accept: 'text/html'});
  await using visma = await SmallVisma.open({data: () => ok, options: {headersOf}});
  await recordsOf(visma.source, passOf(list));
  const [hit] = visma.dataHits;
  assert.equal(hit?.headers.authorization, `Bearer ${tokenText}`);
  assert.equal(hit?.headers['ipp-company-id'], '77');
  assert.equal(hit?.headers.accept, 'application/json');
  assert.match(String(hit?.headers['accept-encoding']), /gzip/);
});

const passing: Readonly<Record<string, Reply>> = {
  'a gateway page with 502': {status: 502, raw: '<html>bad gateway</html>'},
  'a 500': {status: 500},
  'a 503': {status: 503},
  'a connection that is reset': {fate: 'reset'},
  'a body that is cut off': {raw: '[{"number":"1"}]', fate: 'cut'},
  'JSON that is not all there': {raw: '[{"number":"1"'},
  'a gateway page with 200': {raw: '<html>please wait</html>'},
  'gzip that is cut off': {raw: gzipSync('[{"number":"1"}]').subarray(0, 20), headers: {'content-encoding': 'gzip'}},
};

for (const [what, reply] of Object.entries(passing)) {
  test(`${what} is tried again`, async () => {
    await using visma = await SmallVisma.open({data: (_hit, place) => (place < 3 ? reply : ok)});
    assert.equal((await recordsOf(visma.source, passOf(list))).length, 1);
    assert.equal(visma.dataHits.length, 3);
    assert.deepEqual(
      visma.eventsOf('retry').map(({attempt, kind, what}) => ({attempt, kind, what})),
      [1, 2].map(attempt => ({attempt, kind: 'transient', what: 'GET /v1/thing'})),
    );
    assert.deepEqual(
      visma.clock.slept,
      visma.eventsOf('retry').map(({delayMs}) => delayMs),
    );
  });
}

test('what goes on failing ends as transient', async () => {
  await using visma = await SmallVisma.open({data: () => ({status: 502, raw: 'secret ledger text'})});
  const error = await failure(recordsOf(visma.source, passOf(list)));
  assert.equal(error.kind, 'transient');
  assert.equal(visma.dataHits.length, 5);
  assert.ok(!inspect(error, {depth: 9}).includes('ledger'));
});

test('a parser that stumbles quotes nothing of the body', async () => {
  await using visma = await SmallVisma.open({data: () => ({raw: '[{"iban":"NO93 8601"'})});
  const error = await failure(recordsOf(visma.source, passOf(list)));
  assert.ok(!inspect(error, {depth: 9, showHidden: true}).includes('NO93'));
});

const refused: readonly {readonly reply: Reply; readonly kind: keyof typeof rulings; readonly fault?: string}[] = [
  {reply: {status: 403}, kind: 'permission'},
  {reply: {status: 404, raw: 'Not found: row value'}, kind: 'absent'},
  {reply: {status: 400, json: {message: 'row value'}}, kind: 'protocol'},
  {reply: {status: 400, json: {Message: 'row value'}}, kind: 'protocol'},
  {
    reply: {status: 400, json: {ExceptionFaultCode: '13999', ExceptionMessage: 'row value'}},
    kind: 'permission',
    fault: '13999',
  },
  {reply: {status: 400, json: {ExceptionFaultCode: 'row value'}}, kind: 'protocol'},
  {reply: {status: 400, json: {ExceptionFaultCode: 12002}}, kind: 'credentials', fault: '12002'},
  {reply: {status: 204}, kind: 'protocol'},
  {reply: {json: {message: 'row value'}}, kind: 'protocol'},
  {reply: {json: ['row value']}, kind: 'protocol'},
  {reply: {raw: Buffer.from('[{"number":"\xc3("}]', 'latin1')}, kind: 'protocol'},
];

for (const {reply, kind, fault} of refused) {
  const body = reply.json === undefined ? String(reply.raw ?? '') : JSON.stringify(reply.json);
  test(`status ${reply.status ?? 200} with ${JSON.stringify(body)} is ${kind}, asked once`, async () => {
    await using visma = await SmallVisma.open({data: () => reply});
    const error = await failure(recordsOf(visma.source, passOf(list)));
    assert.equal(error.kind, kind);
    assert.equal(error.facts['fault'], fault);
    assert.equal(error.facts['company'], 'se');
    assert.ok(!inspect(error, {depth: 9}).includes('row value'));
    assert.equal(visma.dataHits.length, 1);
  });
}

test("the vendor's id of a refused request is kept for its support", async () => {
  await using visma = await SmallVisma.open({data: () => ({status: 403, headers: {'ipp-request-id': 'a1-b2'}})});
  assert.equal((await failure(visma.source.check(company))).facts['requestId'], 'a1-b2');
});

test('a redirect is followed on the same host and not to another', async () => {
  await using other = await SmallServer.open(() => ok);
  await using visma = await SmallVisma.open({
    data: hit => {
      if (hit.path === '/v1/thing') return {status: 302, headers: {location: '/v1/moved'}};
      if (hit.path === '/v1/moved') return ok;
      return {status: 302, headers: {location: `${other.url}/v1/supplier`}};
    },
  });
  assert.equal((await recordsOf(visma.source, passOf(list))).length, 1);
  const error = await failure(visma.source.check(company));
  assert.equal(error.kind, 'protocol');
  assert.match(error.hint, /api_url/);
  assert.equal(other.hits.length, 0);
});

test('an address is https or on loopback, and bears no credentials', async () => {
  for (const apiUrl of ['http://api.example.com', 'ftp://127.0.0.1', 'https://me:pw@api.example.com', 'api']) {
    const opened = SmallVisma.open({data: () => ok, options: {apiUrl}});
    const error = await failure(opened);
    assert.equal(error.kind, 'configuration');
    assert.match(error.message, /api_url/);
  }
  await using local = await SmallVisma.open({data: () => ok, options: {tokenUrl: 'http://localhost:1/token'}});
  assert.ok(local.source);
});

test("the path of the API's address is kept", async () => {
  await using server = await SmallServer.open(() => ok);
  await using visma = await SmallVisma.open({data: () => ok, options: {apiUrl: `${server.url}/erp/`}});
  await visma.source.check(company);
  assert.equal(server.hits[0]?.path, '/erp/v1/supplier');
});

test('zipped answers are unzipped, digits stay exact, a byte order mark is no JSON', async () => {
  const text = '\uFEFF[{"number":"1","amount":1234567890123456.7800}]';
  await using visma = await SmallVisma.open({
    data: () => ({raw: gzipSync(text), headers: {'content-encoding': 'gzip'}}),
  });
  const [record] = await recordsOf(visma.source, passOf(list));
  assert.equal(JSON.stringify(record), '{"number":"1","amount":1234567890123456.7800}');
});

const packedNothing = {'content-encoding': 'GZIP', 'content-length': '0'};
const asStatus: Readonly<Record<number, string>> = {401: 'credentials', 403: 'permission', 404: 'absent'};

for (const [status, kind] of Object.entries(asStatus)) {
  test(`a ${status} that claims gzip, whose body is empty, cut or of an unknown coding, is a ${status}`, async () => {
    const replies: readonly Reply[] = [
      {headers: packedNothing},
      {headers: {'content-encoding': 'gzip'}, raw: gzipSync('{"message":"no"}').subarray(0, 12)},
      {headers: {'content-encoding': 'snappy'}, raw: 'what?'},
      {raw: '{"message":"no"}', fate: 'cut'},
    ];
    for (const reply of replies) {
      await using visma = await SmallVisma.open({data: () => ({...reply, status: Number(status)})});
      assert.equal((await failure(recordsOf(visma.source, passOf(list)))).kind, kind);
      assert.equal(visma.eventsOf('retry').length, 0);
    }
  });
}

test('Retry-After holds on a refusal that claims gzip and is empty', async () => {
  const refused = {status: 429, headers: {...packedNothing, 'retry-after': '7'}};
  await using visma = await SmallVisma.open({data: (_hit, place) => (place === 1 ? refused : ok)});
  assert.equal((await recordsOf(visma.source, passOf(list))).length, 1);
  assert.deepEqual(
    visma.eventsOf('retry').map(({delayMs}) => delayMs),
    [7000],
  );
});

test('a 200 that is packed and empty is no answer, and one of an unknown coding is named', async () => {
  await using empty = await SmallVisma.open({
    data: (_hit, place) => (place === 1 ? {headers: packedNothing} : ok),
  });
  assert.equal((await recordsOf(empty.source, passOf(list))).length, 1);
  await using strange = await SmallVisma.open({data: () => ({headers: {'content-encoding': 'snappy'}, raw: 'x'})});
  const error = await failure(recordsOf(strange.source, passOf(list)));
  assert.equal(error.kind, 'protocol');
  assert.match(error.message, /content-encoding snappy/);
});

test('the bound on a body is on what was unzipped', async () => {
  const bomb = gzipSync(JSON.stringify([{number: 'x'.repeat(100_000)}]));
  assert.ok(bomb.length < 10_000);
  await using visma = await SmallVisma.open({
    data: () => ({raw: bomb, headers: {'content-encoding': 'gzip'}}),
    options: {bodyBytesMax: 10_000},
  });
  const error = await failure(recordsOf(visma.source, passOf(list)));
  assert.equal(error.kind, 'protocol');
  assert.equal(visma.dataHits.length, 1);
});

test('a page of fifty megabytes is read', async () => {
  const text = 'x'.repeat(10_000);
  const records = Array.from({length: 5000}, (_, index) => ({number: String(index), text}));
  await using visma = await SmallVisma.open({data: () => ({json: records})});
  assert.equal((await recordsOf(visma.source, passOf(list))).length, 5000);
});

test('pages that are too large are asked for smaller, in a pass that begins anew', async () => {
  const records = numbered(1, 100).map(record => ({...record, text: 'x'.repeat(100)}));
  await using visma = await SmallVisma.open({
    data: hit => ({json: pageOf(hit, records)}),
    options: {pageSize: 100, bodyBytesMax: 6000},
  });
  const paged = resourceOf(deltaOf('records'));
  const read = await recordsOf(visma.source, passOf(paged));
  assert.deepEqual(
    visma.dataHits.map(hit => `${hit.query['pageNumber']}/${hit.query['pageSize']}`),
    ['1/100', '1/25', '2/25', '3/25', '4/25'],
  );
  assert.deepEqual(
    read.map(record => record['number']),
    records.map(({number}) => number),
  );
  await recordsOf(visma.source, passOf(paged));
  assert.equal(visma.dataHits[5]?.query['pageSize'], '25', 'what a list can bear is remembered');
});

test('pages that are too slow are tried once more, then asked for smaller than they really were', async () => {
  const records = numbered(1, 60);
  await using visma = await SmallVisma.open({
    data: hit => {
      const heavy = hit.query['pageNumber'] === '2' && hit.query['pageSize'] === '500';
      return heavy ? {status: 504} : {json: pageOf(hit, records, {sizeMax: 40})};
    },
    options: {pageSize: 500},
  });
  const read = await recordsOf(visma.source, passOf(resourceOf(deltaOf('records'))));
  assert.deepEqual(
    visma.dataHits.map(hit => `${hit.query['pageNumber']}/${hit.query['pageSize']}`),
    ['1/500', '2/500', '2/500', '1/10', '2/10', '3/10', '4/10', '5/10', '6/10'],
  );
  assert.equal(new Set(read.map(record => record['number'])).size, 60);
});

test('an answer that does not come in time is tried again', async () => {
  await using visma = await SmallVisma.open({
    data: (_hit, place) => (place === 1 ? {fate: 'hang'} : ok),
    options: {timeouts: {responseMs: 40}},
  });
  assert.equal((await recordsOf(visma.source, passOf(list))).length, 1);
  assert.equal(visma.eventsOf('call').filter(({status}) => status === 0).length, 1);
});

test('a list without pages that is always too slow ends as transient', async () => {
  await using visma = await SmallVisma.open({data: () => ({status: 504})});
  const error = await failure(recordsOf(visma.source, passOf(list)));
  assert.equal(error.kind, 'transient');
  const asked = visma.dataHits.map(({headers}) => headers['erp-api-background']);
  assert.deepEqual(asked, [undefined, ...Array(5).fill('none')], 'once directly, then in the background');
});

test('pages are not asked for smaller than makes sense', async () => {
  await using visma = await SmallVisma.open({data: () => ({status: 504}), options: {pageSize: 100}});
  const error = await failure(recordsOf(visma.source, passOf(resourceOf(deltaOf('records')))));
  assert.equal(error.kind, 'transient');
  assert.deepEqual([...new Set(visma.dataHits.map(hit => hit.query['pageSize']))], ['100', '25', '10']);
});

test('each request is told of, with whose it is, what came and what remains', async () => {
  const headers = {'x-ratelimit-limit': '500', 'x-ratelimit-remaining': '499', 'x-ratelimit-reset': '3600'};
  await using visma = await SmallVisma.open({data: () => ({...ok, headers})});
  await recordsOf(visma.source, passOf(list));
  const [token, data] = visma.eventsOf('call');
  const said = {event: 'call', company: 'se', status: 200, ms: 0};
  assert.deepEqual({...token, bytes: 0}, {...said, bytes: 0});
  assert.deepEqual(data, {...said, resource: 'thing', bytes: 16, remaining: 499, limit: 500});
  assert.ok(!JSON.stringify(visma.events).includes(tokenText));
});

test('a proxy that refuses the way is named, for data and for tokens, and nothing reaches Visma', async () => {
  const proxy = await ForwardProxy.listen({password: 'right'});
  const {host} = new URL(proxy.url);
  const network = new Network({https_proxy: proxy.url, HTTP_PROXY: proxy.url});
  try {
    const addresses = [{apiUrl: 'https://visma.example'}, {tokenUrl: 'https://connect.example/connect/token'}];
    for (const address of addresses) {
      await using visma = await SmallVisma.open({data: () => ok, options: {network, ...address}});
      const error = await failure(recordsOf(visma.source, passOf(list)));
      assert.equal(error.kind, 'configuration');
      assert.match(error.message, new RegExp(`the proxy ${host} wants a user and a password`));
      assert.equal(visma.eventsOf('retry').length, 0);
    }
    assert.deepEqual(proxy.seen, ['CONNECT visma.example:443', 'CONNECT connect.example:443']);
  } finally {
    proxy.close();
  }
});

test('a run that is stopped ends the request under way', async () => {
  const stopping = new AbortController();
  await using visma = await SmallVisma.open({
    data: () => {
      stopping.abort();
      return {fate: 'hang'};
    },
  });
  assert.equal((await failure(visma.source.check(company, stopping.signal))).kind, 'cancelled');
});
