import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {asker} from './asking.ts';
import {startVisma} from './visma.ts';

const sim = await startVisma({size: 'empty', now: '2026-03-20T07:59:00Z', behaviour: {rateLimit: 3}});
after(() => sim.close());

test('every answer tells what is left of the hour, and a spent one answers 429 with the seconds to wait', async () => {
  const ask = await asker(sim, 'se');
  const first = await ask('/v1/currency');
  const told = ['limit', 'remaining', 'reset', 'policy'].map(name => first.headers.get(`x-ratelimit-${name}`));
  assert.deepEqual(told, ['3', '2', '60', '4-fixed-window']);
  await ask('/v1/currency');
  await ask('/v1/currency');
  const refused = await ask('/v1/currency');
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '60']);
  assert.equal(refused.headers.get('x-ratelimit-remaining'), '0');
});

test('each company has a window of its own', async () => {
  const ask = await asker(sim, 'no');
  assert.equal((await ask('/v1/currency')).headers.get('x-ratelimit-remaining'), '2');
});

test('the next hour by the simulator’s clock opens a new window', async () => {
  sim.spend('dk', 3);
  const ask = await asker(sim, 'dk');
  assert.equal((await ask('/v1/currency')).status, 429);
  sim.clock.advance(60_000);
  const answer = await ask('/v1/currency');
  assert.deepEqual([answer.status, answer.headers.get('x-ratelimit-reset')], [200, '3600']);
});

test('the Date of an answer is the simulator’s', async () => {
  sim.clock.set('2031-01-02T03:04:05Z');
  const ask = await asker(sim, 'se');
  assert.equal((await ask('/v1/currency')).headers.get('date'), 'Thu, 02 Jan 2031 03:04:05 GMT');
});
