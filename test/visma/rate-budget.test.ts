import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {RateBudget} from '../../src/visma/rate-budget.ts';
import {rateHeaders} from '../../src/visma/rate-headers.ts';
import {FakeClock} from '../fake-clock.ts';
import type {Hit, Reply} from './small-server.ts';
import {company, failure, passOf, recordsOf, resourceOf, SmallVisma} from './small-visma.ts';

const list = resourceOf({kind: 'snapshot', paging: 'unpaged'});
const ok: Reply = {json: [{number: '1'}]};

/** A fixed window: so many calls an hour, told on each answer. */
function windowed({limit, nowMs}: {readonly limit: number; readonly nowMs: () => number}): (hit: Hit) => Reply {
  let remaining = limit;
  let endsMs = 3_600_000;
  return () => {
    if (nowMs() >= endsMs) {
      remaining = limit;
      endsMs += 3_600_000;
    }
    const resetSeconds = Math.ceil((endsMs - nowMs()) / 1000);
    if (remaining === 0) return {status: 429, headers: {'retry-after': String(resetSeconds)}};
    remaining--;
    const headers = {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-reset': String(resetSeconds),
    };
    return {...ok, headers};
  };
}

test('the share is taken to the last call and the reserve is left to others', async () => {
  let answer: (hit: Hit) => Reply = () => ok;
  await using visma = await SmallVisma.open({data: hit => answer(hit)});
  answer = windowed({limit: 100, nowMs: () => visma.clock.monotonicMs()});
  for (let call = 1; call <= 80; call++) await visma.source.check(company);
  const error = await failure(visma.source.check(company));
  assert.equal(error.kind, 'limited');
  assert.equal(error.exitCode, 3);
  assert.equal(visma.dataHits.length, 80);
  assert.deepEqual(error.facts, {
    company: 'se',
    comeAgainAt: '2026-03-01T07:00:01.000Z',
    waitSeconds: 3601,
    remaining: 20,
    limit: 100,
  });
  assert.deepEqual(visma.clock.slept, []);
});

test('a share that floats cannot hold is taken to the call', async () => {
  const budget = new RateBudget(company, {share: 0.29, wait: false, clock: new FakeClock(), events: () => {}});
  for (let call = 1; call <= 29; call++) {
    await budget.take();
    budget.give({limit: 100, remaining: 100 - call, resetMs: 3_600_000});
  }
  assert.equal((await failure(budget.take())).kind, 'limited');
});

test('with wait a spent window is waited for, and said so', async () => {
  let answer: (hit: Hit) => Reply = () => ok;
  await using visma = await SmallVisma.open({data: hit => answer(hit), options: {wait: true, rateShare: 0.5}});
  answer = windowed({limit: 10, nowMs: () => visma.clock.monotonicMs()});
  for (let call = 1; call <= 12; call++) await visma.source.check(company);
  assert.deepEqual(
    visma.eventsOf('wait').map(({ms}) => ms),
    [3_601_000, 3_600_000],
  );
  assert.deepEqual(
    visma.clock.slept,
    visma.eventsOf('wait').map(({ms}) => ms),
  );
});

test('one company that has spent its window leaves the other alone', async () => {
  const spent = {'x-ratelimit-limit': '10', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '60'};
  await using visma = await SmallVisma.open({
    data: hit => (hit.headers['ipp-company-id'] === 'tenant-1' ? {...ok, headers: spent} : ok),
    options: {headersOf: ({tenantId}) => ({'ipp-company-id': tenantId})},
  });
  await visma.source.check(company);
  assert.equal((await failure(visma.source.check(company))).kind, 'limited');
  await visma.source.check({...company, tenantId: 'tenant-2'});
});

test('a Retry-After of a minute is waited for', async () => {
  const busy = {status: 429, headers: {'retry-after': '60'}};
  await using visma = await SmallVisma.open({data: (_hit, place) => (place === 1 ? busy : ok)});
  assert.equal((await recordsOf(visma.source, passOf(list))).length, 1);
  assert.deepEqual(visma.clock.slept, [60_000]);
});

test('a Retry-After longer than a minute ends with the time to come again', async () => {
  for (const status of [429, 503]) {
    await using visma = await SmallVisma.open({data: () => ({status, headers: {'retry-after': '3600'}})});
    const error = await failure(recordsOf(visma.source, passOf(list)));
    assert.equal(error.kind, 'limited');
    assert.deepEqual(error.facts, {company: 'se', comeAgainAt: '2026-03-01T07:00:00.000Z', waitSeconds: 3600, status});
    assert.deepEqual(visma.clock.slept, []);
    assert.equal(visma.dataHits.length, 1);
    assert.equal((await failure(visma.source.check(company))).kind, 'limited');
    assert.equal(visma.dataHits.length, 1, 'the others of this company do not knock either');
  }
});

test('with wait a Retry-After of any length is waited for', async () => {
  const busy = {status: 429, headers: {'retry-after': '3600'}};
  await using visma = await SmallVisma.open({
    data: (_hit, place) => (place < 8 ? busy : ok),
    options: {wait: true},
  });
  assert.equal((await recordsOf(visma.source, passOf(list))).length, 1);
  assert.deepEqual(visma.clock.slept, Array(7).fill(3_600_000));
});

test('a 429 that does not say for how long is tried a few times, then the window is taken for spent', async () => {
  await using visma = await SmallVisma.open({data: () => ({status: 429, raw: 'Same request made too many times'})});
  const error = await failure(recordsOf(visma.source, passOf(list)));
  assert.equal(error.kind, 'limited');
  assert.equal(error.facts['status'], 429);
  assert.equal(visma.dataHits.length, 5);

  await using waiting = await SmallVisma.open({
    data: (_hit, place) => (place < 8 ? {status: 429} : ok),
    options: {wait: true},
  });
  assert.equal((await recordsOf(waiting.source, passOf(list))).length, 1);
});

test('a token endpoint that limits is obeyed like the data', async () => {
  await using visma = await SmallVisma.open({
    data: () => ok,
    token: () => ({status: 429, headers: {'retry-after': '600'}}),
  });
  const error = await failure(visma.source.check(company));
  assert.equal(error.kind, 'limited');
  assert.equal(error.facts['waitSeconds'], 600);
});

test('rate headers are seconds left, or an epoch as the former API sent, or a date', () => {
  const date = 'Sun, 01 Mar 2026 06:00:00 GMT';
  assert.deepEqual(rateHeaders({'x-ratelimit-limit': '500', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '12'}), {
    limit: 500,
    remaining: 0,
    resetMs: 12_000,
  });
  const epoch = String(Date.parse(date) / 1000 + 90);
  assert.deepEqual(rateHeaders({date, 'x-ratelimit-reset': epoch}), {resetMs: 90_000});
  assert.deepEqual(rateHeaders({date, 'retry-after': 'Sun, 01 Mar 2026 06:01:00 GMT'}), {retryAfterMs: 60_000});
  assert.deepEqual(rateHeaders({'retry-after': 'soon', 'x-ratelimit-limit': '-1', 'x-ratelimit-remaining': ''}), {});
});

test('however answers overtake each other, the reserve is not touched', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({min: 1, max: 30}),
      fc.double({min: 0, max: 1, noNaN: true}),
      fc.array(fc.nat({max: 4}), {minLength: 60, maxLength: 60}),
      async (limit, share, order) => {
        const budget = new RateBudget(company, {share, wait: false, clock: new FakeClock(), events: () => {}});
        let remaining = limit;
        const inFlight: number[] = [];
        await budget.take();
        budget.give({limit, remaining: --remaining, resetMs: 3_600_000});
        for (const step of order) {
          const taken = await budget.take().then(
            () => true,
            () => false,
          );
          if (taken) inFlight.push(--remaining);
          const [answered] = inFlight.splice(
            step % Math.max(1, inFlight.length),
            inFlight.length > 4 || !taken ? 1 : 0,
          );
          if (answered !== undefined) budget.give({limit, remaining: answered, resetMs: 3_600_000});
        }
        const reserve = limit - Math.floor(limit * share + 1e-9);
        assert.ok(remaining >= Math.min(reserve, limit - 1), `${remaining} left of a reserve of ${reserve}`);
      },
    ),
  );
});

test('a sweep takes its own share of a window and no more, and others go on', async () => {
  const clock = new FakeClock();
  const budget = new RateBudget(company, {share: 0.8, sweepShare: 0.2, wait: false, clock, events: () => {}});
  let remaining = 100;
  const call = async (sweeping: boolean): Promise<void> => {
    await budget.take(undefined, sweeping);
    budget.give({limit: 100, remaining: --remaining, resetMs: 3_600_000 - (clock.monotonicMs() % 3_601_000)});
  };
  for (let each = 0; each < 20; each++) await call(true);
  const error = await failure(call(true));
  assert.deepEqual([error.kind, error.exitCode], ['limited', 3]);
  assert.match(error.message, /sweep's share/);
  assert.match(error.hint, /Run again after 2026-03-01T07:00/);
  for (let each = 0; each < 60; each++) await call(false);
  assert.match((await failure(call(true))).message, /^the rate window is spent/);

  clock.advance(3_601_000);
  remaining = 100;
  for (let each = 0; each < 20; each++) await call(true);
  assert.equal((await failure(call(true))).kind, 'limited', 'the next window has its own share');
});

test('a sweep that waits goes on in the next window', async () => {
  const clock = new FakeClock();
  const budget = new RateBudget(company, {share: 1, sweepShare: 0.01, wait: true, clock, events: () => {}});
  for (let each = 0; each < 3; each++) {
    await budget.take(undefined, true);
    budget.give({limit: 100, remaining: 99, resetMs: 3_600_000});
  }
  assert.deepEqual(clock.slept, [3_601_000, 3_601_000]);
});
