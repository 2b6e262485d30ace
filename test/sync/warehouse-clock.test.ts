import assert from 'node:assert/strict';
import test from 'node:test';
import {companyId, resourceName, runId, wholeResource} from '../../src/model/names.ts';
import {warehouseClock} from '../../src/sync/sweep/warehouse-clock.ts';
import {FakeClock} from '../fake-clock.ts';

const sweep = {
  runId: runId('run-1'),
  companyId: companyId('se'),
  resource: resourceName('supplier'),
  slice: wholeResource,
  period: '',
  ...{keys: 1, lacking: 0, differing: 0, missing: 0, marked: 0},
  sweptAt: new Date('2026-03-01T05:00:00.000Z'),
};

test('I27 the age of a sweep is by the clock of the warehouse, however wrong our own is', () => {
  const ours = new FakeClock('2031-01-01T00:00:00.000Z');
  const clock = warehouseClock(ours, [{...sweep, readAt: new Date('2026-03-01T06:00:00.000Z')}]);
  ours.advance(60_000);
  assert.equal(clock.now().toISOString(), '2026-03-01T06:01:00.000Z');
});

test('without any sweep there is no age, and our own clock does', () => {
  const ours = new FakeClock();
  assert.equal(warehouseClock(ours, []), ours);
});
