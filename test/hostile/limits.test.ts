import assert from 'node:assert/strict';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import test from 'node:test';
import {gzipSync} from 'node:zlib';
import {Network} from '../../src/base/network.ts';
import {Credentials} from '../../src/databricks/credentials.ts';
import {Http} from '../../src/databricks/http.ts';
import {FakeClock} from '../fake-clock.ts';
import type {Reply} from '../visma/small-server.ts';
import {deltaOf, failure, numbered, pageOf, passOf, recordsOf, resourceOf, SmallVisma} from '../visma/small-visma.ts';

const paged = resourceOf(deltaOf('records'));
const whole = resourceOf({kind: 'snapshot', paging: 'unpaged'});
const dimension = resourceOf({kind: 'snapshot', paging: 'unpaged', each: '/v1/thing/{id}'});
const timeouts = {responseMs: 200, readMs: 200};

/** What a page can be that no program should wait for or hold, and the most requests that it may cost. */
const burdens: Readonly<Record<string, {readonly page: Reply; readonly requestsMax: number}>> = {
  'one byte after the other': {page: {fate: 'drip'}, requestsMax: 15},
  'headers without end': {page: {fate: 'drip headers'}, requestsMax: 15},
  'a small answer that unpacks to anything': {
    page: {headers: {'content-encoding': 'gzip'}, raw: gzipSync(Buffer.alloc(5_000_000, '[ '))},
    requestsMax: 5,
  },
  'an answer that is too long': {page: {raw: Buffer.alloc(2_000_000, ' ')}, requestsMax: 5},
};

for (const [what, {page, requestsMax}] of Object.entries(burdens)) {
  test(`${what}: smaller pages, the background, and then this list alone is given up with its reason`, async () => {
    await using visma = await SmallVisma.open({data: () => page, options: {timeouts, bodyBytesMax: 1_000_000}});
    for (const resource of [paged, whole]) {
      const before = visma.dataHits.length;
      const error = await failure(recordsOf(visma.source, passOf(resource)));
      assert.match(error.kind, /^(?:transient|protocol)$/);
      assert.match(error.message, /no answer in time|larger than/);
      const hits = visma.dataHits.slice(before);
      assert.ok(hits.length <= requestsMax, `${hits.length} requests`);
      const sizes = new Set(hits.map(hit => hit.query['pageSize']));
      if (resource === paged) assert.deepEqual([...sizes], ['1000', '250', '62', '15', '10']);
    }
    const small = visma.eventsOf('note').filter(({message}) => message.startsWith('pages were too heavy'));
    assert.equal(small.length, 4, 'and each step is told');
  });
}

test('a page that is too heavy only as it was asked for is read in the end, from the beginning', async () => {
  const records = numbered(1, 120);
  for (const page of Object.values(burdens).map(({page: heavy}) => heavy)) {
    await using visma = await SmallVisma.open({
      data: hit => (Number(hit.query['pageSize']) > 30 ? page : {json: pageOf(hit, records)}),
      options: {timeouts, bodyBytesMax: 1_000_000, pageSize: 100},
    });
    assert.equal((await recordsOf(visma.source, passOf(paged))).length, 120);
    assert.equal(visma.dataHits.filter(hit => hit.headers['erp-api-background'] !== undefined).length, 0);
  }
});

test('a list of a million ids is another list, and costs one call', async () => {
  const ids = JSON.stringify(Array.from({length: 1_000_000}, (_, id) => id));
  await using visma = await SmallVisma.open({data: () => ({raw: ids})});
  const error = await failure(recordsOf(visma.source, passOf(dimension)));
  assert.deepEqual([error.kind, error.facts['ids'], visma.dataHits.length], ['protocol', 1_000_000, 1]);
});

test('JSON nested without end, or of numbers without end, is an answer that can not be read, and is told', async () => {
  const deep = `[{"number":"1","a":${'['.repeat(500_000)}1.234567890123456789${']'.repeat(500_000)}}]`;
  const cut = `[{"number":"1","a":${'[{"a":'.repeat(500_000)}`;
  for (const raw of [deep, cut, `[${'1'.repeat(1_000_000)}]`, '"', '[[[[[]', '{}']) {
    await using visma = await SmallVisma.open({data: () => ({raw})});
    const error = await failure(recordsOf(visma.source, passOf(paged)));
    assert.match(error.kind, /^(?:transient|protocol)$/, raw.slice(0, 20));
    assert.ok(visma.dataHits.length <= 5);
  }
});

test('a storm of 429 ends as limited, after few calls, however it is put', async () => {
  const stories: ReadonlyArray<Readonly<Record<string, string>>> = [
    {},
    {'retry-after': '0'},
    {'retry-after': '-5'},
    {'retry-after': '1'},
    {'retry-after': '99999999999999999999'},
    {'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT'},
    {'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT'},
    {'x-ratelimit-limit': '500', 'x-ratelimit-remaining': '500', 'x-ratelimit-reset': '0'},
  ];
  for (const headers of stories) {
    await using visma = await SmallVisma.open({data: () => ({status: 429, headers})});
    const error = await failure(recordsOf(visma.source, passOf(paged)));
    assert.equal(error.kind, 'limited', JSON.stringify(headers));
    assert.match(error.hint, /Run again after \d{4}-/);
    assert.ok(visma.dataHits.length <= 5);
    assert.ok(visma.clock.slept.reduce((sum, ms) => sum + ms, 0) <= 5 * 61_000);
  }
});

test('a storm of 429 that is waited for is told at each window, and comes to an end', async () => {
  await using visma = await SmallVisma.open({data: () => ({status: 429}), options: {wait: true}});
  const error = await failure(recordsOf(visma.source, passOf(paged)));
  assert.equal(error.kind, 'limited');
  assert.ok(visma.dataHits.length <= 25 * 5, `${visma.dataHits.length} calls`);
  assert.ok(visma.eventsOf('wait').length >= 24);
});

test('a workspace that sends one byte after the other is given up in time', async t => {
  const server = createServer((_request, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write(' '), 5);
    response.on('close', () => clearInterval(timer));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = new FakeClock();
  const network = new Network();
  const environment = {DATABRICKS_TOKEN: 'token'};
  const credentials = new Credentials({host, environment, requestTimeoutMs: 300, clock, network});
  const http = new Http({
    credentials,
    clock,
    random: {id: () => 'id', fraction: () => 0.5},
    events: () => undefined,
    userAgent: 'visma-databricks/0.1.0',
    requestTimeoutMs: 300,
    network,
  });
  const work = http.send({what: 'list', method: 'GET', path: '/api/2.0/fs/directories/x', answerBytesMax: 1000});
  assert.equal((await failure(work)).kind, 'transient');
});
