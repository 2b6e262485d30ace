import assert from 'node:assert/strict';
import test from 'node:test';
import {warehouseClock} from '../../src/sync/sweep/warehouse-clock.ts';
import {FakeClock} from '../fake-clock.ts';

test('I27 the age of a sweep is by the clock of the warehouse, however wrong our own is', () => {
  const ours = new FakeClock('2031-01-01T00:00:00.000Z');
  const clock = warehouseClock(ours, new Date('2026-03-01T06:00:00.000Z'));
  ours.advance(60_000);
  assert.equal(clock.now().toISOString(), '2026-03-01T06:01:00.000Z');
});
