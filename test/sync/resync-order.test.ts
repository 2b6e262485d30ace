import assert from 'node:assert/strict';
import test from 'node:test';
import {SyncError} from '../../src/base/errors.ts';
import {periodsWithin, type ResyncWords, resyncOrder, scopeText} from '../../src/sync/resync/order.ts';
import {documents} from './sweeping.ts';

const words = {resources: 'document', reason: ' a late posting ', requestedBy: 'anna'};
const {periods: _, ...withoutPeriods} = documents;
const snapshot = {...withoutPeriods, reading: {kind: 'snapshot', paging: 'unpaged'}} as const;

function complaint(wrong: ResyncWords, resources = [documents]): string {
  try {
    resyncOrder(wrong, resources);
  } catch (thrown) {
    assert.ok(thrown instanceof SyncError && thrown.exitCode === 2);
    return thrown.message;
  }
  return assert.fail('the order was accepted');
}

test('an order is everything, some periods, or what changed since', () => {
  const order = resyncOrder(words, [documents]);
  assert.deepEqual(order, {
    ...{part: {kind: 'all'}, reason: 'a late posting', requestedBy: 'anna'},
    comparesLedger: true,
  });
  const scopes = [{}, {period: '2026-03'}, {period: '2025-12..2026-02'}, {since: '2026-03-01'}].map(more =>
    scopeText(resyncOrder({...words, ...more}, [documents]).part),
  );
  assert.deepEqual(scopes, ['all', 'period 202603', 'period 202512..202602', 'since 2026-03-01T00:00:00.000']);
});

test('all that is wrong is said at once, and names what it is about', () => {
  const message = complaint({requestedBy: 'anna', period: '2026-05..2026-03', since: '2026-01-01'}, [snapshot]);
  assert.equal(message.split('; ').length, 5, message);
  assert.match(message, /without a filter by period: document/);
  assert.match(complaint({...words, since: '2026-01-01'}, [snapshot]), /always read whole: document/);
  assert.match(complaint({...words, since: '2026-01-01T00:00:00Z'}), /without zone/);
  assert.match(complaint({...words, since: 'yesterday'}), /must be a stamp/);
  assert.match(complaint({...words, reason: ' '}), /--reason/);
});

test("the periods are the company's own, so that a thirteenth is among them", () => {
  const own = ['202511', '202512', '202513', '202601', '202602'].map(period => ({period, open: true}));
  const part = {kind: 'periods', from: '202512', to: '202601'} as const;
  assert.deepEqual(periodsWithin(part, own), ['202512', '202513', '202601']);
});
