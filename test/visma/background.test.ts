import assert from 'node:assert/strict';
import {test} from 'node:test';
import {inspect} from 'node:util';
import {type Hit, type Reply, SmallServer} from './small-server.ts';
import {
  company,
  deltaOf,
  failure,
  numbered,
  pageOf,
  pagesOf,
  passOf,
  recordsOf,
  resourceOf,
  type Setting,
  SmallVisma,
  tokenText,
} from './small-visma.ts';

/*
 * What takes longer than Visma's four minutes is asked for in the background. The id and the addresses of an
 * operation are the server's words: the token goes nowhere that they lead to.
 */

const list = resourceOf({kind: 'snapshot', paging: 'unpaged'});
const id = '73ac0029-1e4f-4adc-a7eb-318cd25ba4bf';
const started = {id, status: 'Started', statusCode: 0};
const finished = {id, status: 'Finished', statusCode: 200, hasResponseContent: true};

interface Operation {
  /** Answers the direct request; 504 where nothing is said. */
  readonly direct?: (hit: Hit, place: number) => Reply;
  readonly accepted?: (hit: Hit, place: number) => Reply;
  readonly state?: (hit: Hit, place: number) => Reply;
  readonly content?: (hit: Hit, place: number) => Reply;
  readonly options?: Setting['options'];
}

/** A list that is too long for a direct answer; each kind of call is counted from 1. */
function long(operation: Operation): Setting {
  const places = new Map<string, number>();
  const {
    direct = () => ({status: 504}),
    accepted = () => ({status: 202, json: {id}}),
    state = () => ({json: finished}),
    content = () => ({json: numbered(1, 3)}),
  } = operation;
  const data = (hit: Hit): Reply => {
    const kind = kindOf(hit);
    const place = (places.get(kind) ?? 0) + 1;
    places.set(kind, place);
    return {direct, accepted, state, content}[kind](hit, place);
  };
  return {data, ...(operation.options && {options: operation.options})};
}

function kindOf({path, headers}: Hit): 'direct' | 'accepted' | 'state' | 'content' {
  if (path.startsWith('/v1/background/')) return path.endsWith('/content') ? 'content' : 'state';
  return headers['erp-api-background'] === undefined ? 'direct' : 'accepted';
}

const kindsOf = ({dataHits}: SmallVisma): string => dataHits.map(kindOf).join(' ');

test('what is too slow for a direct answer is accepted, looked at, and read from its content', async () => {
  const state = (_: Hit, place: number): Reply => ({json: place < 7 ? started : finished});
  await using visma = await SmallVisma.open(long({state}));
  assert.deepEqual(await recordsOf(visma.source, passOf(list)), numbered(1, 3));
  assert.equal(kindsOf(visma), `direct accepted ${'state '.repeat(7)}content`);
  assert.deepEqual(visma.clock.slept, [2000, 5000, 10_000, 20_000, 30_000, 30_000, 30_000]);
  const [direct, accepted, look] = visma.dataHits;
  assert.deepEqual(accepted?.query, direct?.query);
  assert.equal(accepted?.headers['erp-api-background'], 'none');
  assert.equal(look?.path, `/v1/background/${id}`);
  assert.equal(look?.headers.authorization, `Bearer ${tokenText}`);
  assert.equal(look?.headers['erp-api-background'], undefined);
});

test('each of its calls is told of as the resource that it is for, and the detour once', async () => {
  await using visma = await SmallVisma.open(long({}));
  await recordsOf(visma.source, passOf(list));
  await recordsOf(visma.source, passOf(list));
  const calls = visma.eventsOf('call').filter(({resource}) => resource === 'thing');
  assert.deepEqual(
    calls.map(({status}) => status),
    [504, 202, 200, 200, 202, 200, 200],
  );
  const notes = visma.eventsOf('note');
  assert.deepEqual(
    notes.map(({facts}) => facts),
    [{company: 'se', resource: 'thing', endpoint: '/v1/thing'}],
  );
  assert.match(notes[0]?.message ?? '', /background/);
});

test('a list that has needed it goes there at once for the rest of the run, other lists do not', async () => {
  await using visma = await SmallVisma.open(
    long({direct: ({path}) => (path === '/v1/thing' ? {status: 408} : {json: []})}),
  );
  await recordsOf(visma.source, passOf(list));
  await recordsOf(visma.source, passOf(list));
  await visma.source.check(company);
  assert.equal(kindsOf(visma), 'direct accepted state content accepted state content direct');
});

test('an answer that does not come in time is one that takes too long', async () => {
  await using visma = await SmallVisma.open(
    long({direct: () => ({fate: 'hang'}), options: {timeouts: {responseMs: 40}}}),
  );
  assert.equal((await recordsOf(visma.source, passOf(list))).length, 3);
});

test('a server that answers the request at once is believed', async () => {
  await using visma = await SmallVisma.open(long({accepted: () => ({json: numbered(1, 2)})}));
  assert.equal((await recordsOf(visma.source, passOf(list))).length, 2);
  assert.equal(kindsOf(visma), 'direct accepted');
});

test('pages are asked for smaller first, and in the background when they are as small as they get', async () => {
  const records = numbered(1, 25);
  const asked: string[] = [];
  const setting = long({
    accepted: hit => {
      asked.push(`${hit.query['pageNumber']}/${hit.query['pageSize']}`);
      return {status: 202, json: {id: `${hit.query['pageNumber']}-${hit.query['pageSize']}`}};
    },
    state: () => ({json: finished}),
    content: ({path}) => {
      const [pageNumber = '', pageSize = ''] = /(\d+)-(\d+)/.exec(path)?.slice(1) ?? [];
      return {json: pageOf({query: {pageNumber, pageSize}} as unknown as Hit, records)};
    },
    options: {pageSize: 100},
  });
  await using visma = await SmallVisma.open(setting);
  const read = await recordsOf(visma.source, passOf(resourceOf(deltaOf('records'))));
  assert.equal(new Set(read.map(({number}) => number)).size, 25);
  assert.deepEqual(asked, ['1/10', '2/10', '3/10']);
  const directly = visma.dataHits.filter(hit => kindOf(hit) === 'direct').map(({query}) => query['pageSize']);
  assert.deepEqual(directly, ['100', '100', '25', '25', '10']);
});

test('digits stay exact, and a page was served when its request was accepted', async () => {
  const served = 'Mon, 02 Mar 2026 08:00:00 GMT';
  await using visma = await SmallVisma.open(
    long({
      accepted: () => ({status: 202, json: {id}, headers: {date: served}}),
      content: () => ({raw: '[{"number":"1","amount":1234567890123456.7800}]'}),
    }),
  );
  const [page] = await pagesOf(visma.source, passOf(list));
  assert.equal(JSON.stringify(page?.records[0]), '{"number":"1","amount":1234567890123456.7800}');
  assert.equal(page?.servedAt.toUTCString(), served);
});

test('the state is looked at where it is said to be, on the own origin and nowhere else', async () => {
  await using other = await SmallServer.open(() => ({json: finished}));
  let home = '';
  const locations = [
    () => `${home}/v1/background/elsewhere?x=1`,
    () => `${other.url}/v1/background/${id}`,
    () => `${home.replace('//', '//me:pw@')}/v1/background/${id}`,
    () => 'no address',
  ];
  const setting = long({
    accepted: (_, place) => ({status: 202, json: {id, stateLocation: locations[place - 1]?.()}}),
    state: () => ({json: {...finished, contentLocation: `${other.url}/v1/background/${id}/content`}}),
  });
  await using visma = await SmallVisma.open({
    ...setting,
    data: (hit, place) => {
      home = `http://${hit.headers.host}`;
      return setting.data(hit, place);
    },
  });
  for (const _ of locations) await recordsOf(visma.source, passOf(list));
  const paths = visma.dataHits.map(({path}) => path).filter(path => path.startsWith('/v1/background'));
  assert.deepEqual(paths, [
    '/v1/background/elsewhere',
    '/v1/background/elsewhere/content',
    ...Array(3)
      .fill([`/v1/background/${id}`, `/v1/background/${id}/content`])
      .flat(),
  ]);
  assert.equal(other.hits.length, 0);
});

test('an id that is more than a name leads nowhere else', async () => {
  await using visma = await SmallVisma.open(long({accepted: () => ({status: 202, json: {id: '../supplier?x#'}})}));
  await recordsOf(visma.source, passOf(list));
  assert.ok(visma.dataHits.every(({path}) => path === '/v1/thing' || path.startsWith('/v1/background/b64(')));
});

const refusals: readonly {
  readonly what: string;
  readonly state: object;
  readonly content?: Reply;
  readonly kind: string;
  readonly facts: object;
}[] = [
  {
    what: 'a refusal whose content is a message',
    state: {status: 'Finished', statusCode: 400},
    content: {json: {message: 'a value of a row'}},
    kind: 'protocol',
    facts: {status: 400},
  },
  {
    what: 'a refusal with a fault code, its content served with its own status',
    state: {status: 'Finished', statusCode: 403},
    content: {status: 403, json: {ExceptionFaultCode: '12027', ExceptionMessage: 'a value of a row'}},
    kind: 'credentials',
    facts: {status: 403, fault: '12027'},
  },
  {
    what: 'a list that does not exist',
    state: {status: 'Failed', statusCode: 404, hasResponseContent: false},
    kind: 'absent',
    facts: {status: 404},
  },
];

for (const {what, state, content, kind, facts} of refusals) {
  test(`${what} is refused as if it had been answered directly`, async () => {
    await using visma = await SmallVisma.open(
      long({state: () => ({json: {id, ...state}}), content: () => content ?? {status: 404}}),
    );
    const error = await failure(recordsOf(visma.source, passOf(list)));
    assert.equal(error.kind, kind);
    assert.deepEqual({...error.facts, ...facts, endpoint: '/v1/thing'}, error.facts);
    assert.ok(!inspect(error, {depth: 9}).includes('value of a row'));
    assert.equal(kindsOf(visma).match(/accepted/g)?.length, 1);
  });
}

test('what failed there for now is asked for anew once', async () => {
  const failed = {id, status: 'Failed', statusCode: 0, errorMessage: 'a value of a row'};
  await using visma = await SmallVisma.open(long({state: (_, place) => ({json: place === 1 ? failed : finished})}));
  assert.equal((await recordsOf(visma.source, passOf(list))).length, 3);
  await using worse = await SmallVisma.open(long({state: () => ({json: failed})}));
  const error = await failure(recordsOf(worse.source, passOf(list)));
  assert.equal(error.kind, 'transient');
  assert.equal(kindsOf(worse).match(/accepted/g)?.length, 2);
  assert.ok(!inspect(error, {depth: 9}).includes('value of a row'));
});

for (const [what, operation] of [
  ['a state that is not there', {state: () => ({status: 404})}],
  ['content that is not there', {content: () => ({status: 404})}],
  ['content that was kept a day and is gone', {content: () => ({status: 410})}],
  ['content that is cut off', {content: () => ({raw: '[{"number":"1"'})}],
] as const) {
  test(`${what} is asked for anew once, and is no sign of a list that is not offered`, async () => {
    const once = Object.fromEntries(
      Object.entries(operation).map(([kind, reply]) => [
        kind,
        (_: Hit, place: number): Reply =>
          place === 1 ? (reply as () => Reply)() : {json: kind === 'state' ? finished : numbered(1, 3)},
      ]),
    );
    await using visma = await SmallVisma.open(long(once));
    assert.equal((await recordsOf(visma.source, passOf(list))).length, 3);
    await using worse = await SmallVisma.open(long(operation));
    assert.equal((await failure(recordsOf(worse.source, passOf(list)))).kind, 'transient');
    assert.equal(kindsOf(worse).match(/accepted/g)?.length, 2);
  });
}

test('a gateway page in place of a state is no state, and one looks again', async () => {
  const state = (_: Hit, place: number): Reply => (place === 1 ? {raw: '<html>please wait</html>'} : {json: finished});
  await using visma = await SmallVisma.open(long({state}));
  assert.equal((await recordsOf(visma.source, passOf(list))).length, 3);
  assert.equal(kindsOf(visma), 'direct accepted state state content');
});

test('an operation of another company or user is a right that is missing', async () => {
  await using visma = await SmallVisma.open(long({content: () => ({status: 403})}));
  const error = await failure(recordsOf(visma.source, passOf(list)));
  assert.equal(error.kind, 'permission');
  assert.equal(error.facts['endpoint'], '/v1/background/{id}/content');
});

test('after an hour nobody waits any longer', async () => {
  await using visma = await SmallVisma.open(long({state: () => ({json: started})}));
  const error = await failure(recordsOf(visma.source, passOf(list)));
  assert.equal(error.kind, 'timeout');
  const waitedMs = visma.clock.slept.reduce((sum, ms) => sum + ms, 0);
  assert.ok(waitedMs >= 3_600_000 && waitedMs <= 3_630_000, String(waitedMs));
  assert.equal(kindsOf(visma).match(/accepted/g)?.length, 1);
});

test('a token that runs out while one waits is renewed', async () => {
  const revoked = new Set<string>();
  let minted = 0;
  const setting = long({
    state: (_, place) => ({json: place < 110 ? started : finished}),
  });
  await using visma = await SmallVisma.open({
    data: (hit, place) => {
      if (place === 5) revoked.add(String(hit.headers.authorization));
      return revoked.has(String(hit.headers.authorization)) ? {status: 401} : setting.data(hit, place);
    },
    token: () => ({json: {access_token: `${tokenText}-${++minted}`, expires_in: 1200}}),
  });
  assert.equal((await recordsOf(visma.source, passOf(list))).length, 3);
  const bearers = new Set(visma.dataHits.map(({headers}) => headers.authorization));
  assert.ok(bearers.size >= 4, 'one that was withdrawn, and a new one every twenty minutes');
});

test('a look that fails for now is taken again, and each counts in the rate window', async () => {
  const headers = (remaining: number) => ({
    'x-ratelimit-limit': '100',
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': '3600',
  });
  const flaky = long({state: (_, place) => (place === 1 ? {status: 502} : {json: finished})});
  await using visma = await SmallVisma.open(flaky);
  assert.equal((await recordsOf(visma.source, passOf(list))).length, 3);
  const spent = long({
    accepted: () => ({status: 202, json: {id}, headers: headers(22)}),
    state: (_, place) => ({json: started, headers: headers(22 - place)}),
  });
  await using tight = await SmallVisma.open(spent);
  assert.equal((await failure(recordsOf(tight.source, passOf(list)))).kind, 'limited');
  assert.equal(kindsOf(tight), 'direct accepted state state');
});

test('the bound on a body holds for content too', async () => {
  await using visma = await SmallVisma.open(
    long({content: () => ({json: [{number: 'x'.repeat(20_000)}]}), options: {bodyBytesMax: 10_000}}),
  );
  assert.equal((await failure(recordsOf(visma.source, passOf(list)))).kind, 'protocol');
});

test('a run that is stopped while it waits looks no further', async () => {
  const stopping = new AbortController();
  await using visma = await SmallVisma.open(
    long({
      state: (_, place) => {
        if (place === 2) stopping.abort();
        return {json: started};
      },
    }),
  );
  assert.equal((await failure(pagesOf(visma.source, passOf(list), stopping.signal))).kind, 'cancelled');
  assert.equal(kindsOf(visma), 'direct accepted state state');
});

test('what promises an operation and names none, or tells no state, breaks the promise', async () => {
  for (const operation of [
    {accepted: () => ({status: 202})},
    {accepted: () => ({status: 202, json: {}})},
    {state: () => ({json: {id}})},
    {state: () => ({json: []})},
  ]) {
    await using visma = await SmallVisma.open(long(operation));
    assert.equal((await failure(recordsOf(visma.source, passOf(list)))).kind, 'protocol');
  }
});
