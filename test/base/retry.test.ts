import assert from 'node:assert/strict';
import test from 'node:test';
import {type ErrorKind, rulings, SyncError} from '../../src/base/errors.ts';
import type {Random} from '../../src/base/random.ts';
import {defaultRetry, retry, retryDelayMs} from '../../src/base/retry.ts';
import {FakeClock} from '../fake-clock.ts';

const half: Random = {id: () => 'id', fraction: () => 0.5};
const kinds = Object.keys(rulings) as ErrorKind[];

/** Fails as often as there are errors, then gives the number of the attempt. */
function failing(...errors: readonly Error[]): (attempt: number) => Promise<number> {
  return async attempt => {
    const error = errors[attempt - 1];
    if (error) throw error;
    return attempt;
  };
}

test('what may be retried now is, and waits longer each time', async () => {
  const clock = new FakeClock();
  const transient = new SyncError('transient', 'the other side failed');
  const attempts = await retry(failing(transient, transient, transient), {clock, random: half});
  assert.equal(attempts, 4);
  assert.deepEqual(clock.slept, [375, 750, 1500]);
});

test('only the ruling decides whether there is another attempt', () => {
  for (const kind of kinds) {
    const delayMs = retryDelayMs(new SyncError(kind, 'failed'), 1, {policy: defaultRetry, fraction: 0});
    assert.equal(delayMs !== undefined, rulings[kind].verdict === 'retry now', kind);
  }
});

test('a wait that was asked for is obeyed up to a minute, and never after what can not succeed', () => {
  const asked = (kind: ErrorKind, retryAfterMs: number): number | undefined =>
    retryDelayMs(new SyncError(kind, 'wait', {retryAfterMs}), 1, {policy: defaultRetry, fraction: 0.5});
  assert.equal(asked('limited', 60_000), 60_000);
  assert.equal(asked('limited', 60_001), undefined);
  assert.equal(asked('transient', 1), 1);
  assert.equal(asked('permission', 1), undefined);
});

test('attempts come to an end, and the last error is handed up', async () => {
  const errors = [1, 2, 3, 4, 5, 6].map(at => new SyncError('transient', `failure ${at}`));
  const clock = new FakeClock();
  await assert.rejects(retry(failing(...errors), {clock, random: half}), error => error === errors[4]);
  assert.equal(clock.slept.length, 4);
});

test('what is unforeseen is a defect and is not repeated', async () => {
  const cause = new TypeError('x is not a function');
  const failed = retry(failing(cause), {clock: new FakeClock(), random: half});
  await assert.rejects(failed, error => error instanceof SyncError && error.kind === 'defect' && error.cause === cause);
});

test('a stopped run makes no further attempt', async () => {
  const stop = new AbortController();
  let attempts = 0;
  const action = async (): Promise<never> => {
    attempts++;
    stop.abort();
    throw new SyncError('transient', 'failed');
  };
  await assert.rejects(retry(action, {clock: new FakeClock(), random: half, signal: stop.signal}));
  assert.equal(attempts, 1);
});

test('each failure that is followed by an attempt is told', async () => {
  const told: unknown[] = [];
  const error = new SyncError('conflict', 'another writer');
  const onRetry = (...all: unknown[]): void => void told.push(all);
  await retry(failing(error), {clock: new FakeClock(), random: half, onRetry});
  assert.deepEqual(told, [[error, 1, 375]]);
});
