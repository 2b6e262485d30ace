import assert from 'node:assert/strict';
import test from 'node:test';
import {systemClock} from '../../src/base/clock.ts';
import {asSyncError, type ErrorKind, rulings, SyncError} from '../../src/base/errors.ts';
import {systemRandom} from '../../src/base/random.ts';

test('an error takes verdict, exit code and hint from the one table', () => {
  for (const kind of Object.keys(rulings) as ErrorKind[]) {
    const error = new SyncError(kind, 'what, where');
    assert.equal(error.verdict, rulings[kind].verdict);
    assert.equal(error.exitCode, rulings[kind].exitCode);
    assert.equal(error.hint, rulings[kind].hint);
  }
  assert.equal(new SyncError('data', 'what', {hint: 'do this'}).hint, 'do this');
});

test('what is thrown keeps its kind, and a stop is no defect', () => {
  const known = new SyncError('guard', 'too many gone');
  assert.equal(asSyncError(known), known);
  assert.equal(asSyncError(AbortSignal.abort().reason).kind, 'cancelled');
  assert.equal(asSyncError('a text').kind, 'defect');
});

test('the message of an unforeseen error is not carried on, for it may hold a value', () => {
  assert.doesNotMatch(asSyncError(new TypeError('bad value 1234.77')).message, /1234/);
});

test('the real clock stops waiting as soon as it is told to', async () => {
  const stop = new AbortController();
  const waiting = systemClock.sleep(3_600_000, stop.signal);
  stop.abort(new Error('enough'));
  await assert.rejects(waiting, /enough/);
  await assert.rejects(systemClock.sleep(3_600_000, stop.signal), /enough/);
});

test('ids are safe in a path, and chance is a fraction', () => {
  assert.match(systemRandom.id(), /^[0-9a-z]{16}$/);
  const fraction = systemRandom.fraction();
  assert.ok(fraction >= 0 && fraction < 1);
});
