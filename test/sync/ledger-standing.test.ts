import assert from 'node:assert/strict';
import test from 'node:test';
import {companyId, runId} from '../../src/model/names.ts';
import type {Doors} from '../../src/sync/doors.ts';
import {withStanding} from '../../src/sync/proof/standing.ts';
import {company} from './sweeping.ts';

test('I25 what differs beyond the periods that are named is counted', async () => {
  const periods = Array.from({length: 30}, (_, place) => ({
    ...({companyId: companyId('se'), period: `2024${String(place + 1).padStart(2, '0')}`, state: 'differs'} as const),
    ...{cells: 4, differing: 1},
  }));
  const end = {errors: [], commitErrors: [], anythingDone: true, details: [], standing: {periods, ledgers: []}};
  const run = {runId: runId('run'), scope: {companies: [company], resources: [], narrowed: false}};
  const doors = {ledger: {}, settings: {onDifference: 'fail'}} as unknown as Doors;
  const {commitErrors} = await withStanding(end, run, doors);
  assert.equal(commitErrors.length, 25);
  assert.deepEqual(
    commitErrors.slice(0, 24).map(({facts}) => facts['period']),
    periods.slice(0, 24).map(({period}) => period),
  );
  assert.match(commitErrors[24]?.message ?? '', /^6 more periods/);
});
