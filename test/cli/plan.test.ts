import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {JsonObject} from '../../src/base/exact-json.ts';
import {plan} from '../../src/cli/plan.ts';
import {runId} from '../../src/model/names.ts';
import type {Report} from '../../src/model/report.ts';

const report = (details: readonly JsonObject[]): Report => ({
  run: runId('run'),
  command: 'plan',
  version: '0.0.0',
  startedAt: '2026-03-01T06:00:00.000Z',
  endedAt: '2026-03-01T06:00:01.000Z',
  seconds: 1,
  exitCode: 0,
  outcome: 'done',
  passes: [],
  tables: [],
  calls: 13,
  statements: 1,
  uploads: 0,
  problems: [],
  notes: [],
  details,
});

const pass = (kind: string, basis = 'counted'): JsonObject => ({company: 'no', resource: 'supplier', kind, basis});
const inAll = (more: JsonObject): JsonObject => ({company: 'no', resource: null, kind: null, basis: null, ...more});
const lastLines = (details: readonly JsonObject[]): readonly string[] =>
  plan.toText(report(details)).split('\n').slice(-2);

test('a forecast ends with a line for each company, and with what it took', () => {
  const windows = {calls: 1240, minutes: 160.2, windows: 4, limit: 400};
  assert.deepEqual(lastLines([pass('first'), pass('delta'), inAll(windows)]), [
    'first load of no: 1,240 calls, 4 windows of 400 calls, about 2 h 40 min',
    'this forecast took 13 requests, tokens included',
  ]);
  const one = {calls: 1, minutes: 0.1, windows: 1, limit: 12_000};
  assert.equal(
    lastLines([pass('delta'), inAll(one)])[0],
    'next run of no: 1 call, 1 window of 12,000 calls, about a minute',
  );
});

test('what is not known is said to be the least', () => {
  const unknown = {calls: 20, minutes: 60, windows: null, limit: null};
  assert.equal(
    lastLines([pass('going on'), pass('delta', 'at least'), inAll(unknown)])[0],
    'rest of the first load of no: 20 calls, the rate window is not known, about 1 h; ' +
      'at least, for not all was counted',
  );
});

test('a forecast that failed before it counted anything has no table', () => {
  const {details: _, ...failed} = report([]);
  assert.equal(plan.toText(failed), '');
});
