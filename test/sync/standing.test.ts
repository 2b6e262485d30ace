import assert from 'node:assert/strict';
import test from 'node:test';
import {loadId} from '../../src/model/names.ts';
import {lastSwept, standingOf} from '../../src/sync/standing.ts';
import {chainOf, sweepOf} from './sweeping.ts';

const cursor = {tailDigest: '', tailRows: 0, passSeconds: 0};

test('what is held is provisional, proven, or as far as a first load has come', () => {
  assert.equal(standingOf(cursor), 'proven');
  assert.equal(standingOf({...cursor, provisional: true}), 'provisional');
  const resume = {begunAt: '', heldIn: loadId('load'), lines: 0, total: 95};
  const byPage = {...resume, next: {page: 4, size: 10}};
  assert.equal(standingOf({...cursor, resume: byPage, provisional: true}), 'first load: 3 of 10 pages done');
  const byPeriod = {...resume, next: {periods: ['202601', '202602']}};
  assert.equal(standingOf({...cursor, resume: byPeriod}), 'first load: 2 periods done, of 95 records in all');
});

test('a chain was swept when its last portion was, and notes of other things are no sweeps', () => {
  const {tip} = chainOf();
  const sweeps = [
    sweepOf('202601', '2026-03-01T00:00:00Z'),
    sweepOf('202602', '2026-03-02T00:00:00Z'),
    sweepOf('cycle', '2026-03-09T00:00:00Z'),
    sweepOf('first load', '2026-03-09T00:00:00Z'),
  ];
  assert.deepEqual(lastSwept(tip, sweeps), new Date('2026-03-02T00:00:00Z'));
  assert.equal(lastSwept(tip, sweeps.slice(2)), undefined);
});
