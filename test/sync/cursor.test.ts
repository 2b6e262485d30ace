import assert from 'node:assert/strict';
import {hash} from 'node:crypto';
import test from 'node:test';
import {Schema} from 'apache-arrow';
import type {Cursor} from '../../src/model/load.ts';
import {
  companyId,
  resourceName,
  runId,
  type Stamp,
  stampMs,
  tableName,
  toStamp,
  wholeResource,
} from '../../src/model/names.ts';
import type {Pass} from '../../src/model/pass.ts';
import type {Reading} from '../../src/model/resource.ts';
import {cursorAfter, endedAsLastTime, Watermark} from '../../src/sync/land/cursor.ts';
import {SeenRecords} from '../../src/sync/land/seen-records.ts';

const hourMs = 3_600_000;
const paged: Reading = {kind: 'delta', since: 'stamp and condition', paging: 'records'};

function stamp(text: string): Stamp {
  const normal = toStamp(text);
  assert.ok(normal);
  return normal;
}

function passWith(options: {previous?: Cursor; reading?: Reading} = {}): Pass {
  const {previous, reading = paged} = options;
  const company = {id: companyId('se'), name: 'se', tenantId: 't', currency: 'SEK'};
  const table = {name: tableName('supplier'), comment: '', schema: new Schema([]), ofLines: false};
  const resource = {
    name: resourceName('supplier'),
    endpoint: '/v1/supplier',
    reading,
    query: {},
    key: ['number'],
    groups: [],
    table,
    children: [],
  };
  const checkpoint = previous && {
    companyId: company.id,
    resource: resource.name,
    slice: wholeResource,
    sequence: 1,
    cursor: previous,
    runId: runId('r'),
  };
  return {
    runId: runId('run'),
    company,
    resource,
    slice: wholeResource,
    kind: checkpoint ? 'delta' : 'first',
    sequence: 2,
    ...(checkpoint && {previous: checkpoint}),
  };
}

function seenOf(...records: readonly (readonly [key: string, at: string])[]): SeenRecords {
  const seen = new SeenRecords();
  for (const [recordId, at] of records) {
    seen.add({recordId, hash: hash('md5', recordId, 'hex'), stampMs: stampMs(stamp(at))});
  }
  return seen;
}

const end = {overlapMs: 2 * hourMs, passMs: 1500, startedAt: new Date('2026-03-20T07:00:00Z')};

test('the next window begins at the watermark less the overlap and less the duration of the pass', () => {
  const watermark = stamp('2026-03-20T06:35:22.15');
  const cursor = cursorAfter({...end, pass: passWith(), seen: seenOf(['a', '2026-03-20T06:35:22.15']), watermark});
  assert.equal(cursor.watermark, '2026-03-20T06:35:22.150');
  assert.equal(cursor.nextSince, '2026-03-20T04:35:20.650');
  assert.equal(cursor.tailRows, 1);
});

test('one stamp some hours ahead does not move the window past the pass itself', () => {
  const watermark = stamp('2026-03-20T18:00:00');
  const cursor = cursorAfter({...end, pass: passWith(), seen: seenOf(['a', '2026-03-20T18:00:00']), watermark});
  assert.equal(cursor.watermark, watermark);
  assert.equal(cursor.nextSince, '2026-03-20T04:59:58.500');
});

test('I1 the window never moves backward', () => {
  const previous = {nextSince: stamp('2026-03-20T06:00:00'), tailDigest: '', tailRows: 0, passSeconds: 0};
  const watermark = stamp('2026-03-20T06:35:22.15');
  const cursor = cursorAfter({...end, pass: passWith({previous}), seen: seenOf(), watermark});
  assert.equal(cursor.nextSince, previous.nextSince);
});

test('I1 a list that was read again on purpose leaves a window that begins no later than it would have', () => {
  const watermark = stamp('2026-03-20T06:35:22.15');
  const seen = seenOf(['a', '2026-03-20T06:35:22.15']);
  for (const [former, expected] of [
    ['2026-03-20T01:00:00', '2026-03-20T01:00:00.000'],
    ['2026-03-20T06:00:00', '2026-03-20T04:35:20.650'],
  ] as const) {
    const previous = {nextSince: stamp(former), tailDigest: '', tailRows: 0, passSeconds: 0};
    const cursor = cursorAfter({...end, pass: {...passWith({previous}), kind: 'resync'}, seen, watermark});
    assert.deepEqual([cursor.nextSince, cursor.rowsHeld], [expected, 1]);
  }
});

test('the watermark does not follow a stamp that lies ahead of every clock', () => {
  const watermark = new Watermark(undefined);
  const servedAt = new Date('2026-03-20T10:00:00Z');
  watermark.see(stamp('2026-03-20T11:30:00'), servedAt);
  watermark.see(stamp('2026-03-21T00:00:00.001'), servedAt);
  watermark.see(stamp('9999-12-31T00:00:00'), servedAt);
  assert.equal(watermark.stamp, '2026-03-20T11:30:00.000');
  assert.equal(watermark.ahead, 2);
});

test('a pass that finds just the tail it left ends as last time', () => {
  const seen = seenOf(['a', '2026-03-20T05:00:00'], ['b', '2026-03-20T06:00:00'], ['c', '2026-03-19T01:00:00']);
  const previous = cursorAfter({...end, pass: passWith(), seen, watermark: stamp('2026-03-20T06:00:00')});
  const pass = passWith({previous});
  const tail = [
    ['b', '2026-03-20T06:00:00'],
    ['a', '2026-03-20T05:00:00'],
  ] as const;
  assert.equal(endedAsLastTime(pass, seenOf(...tail)), true);
  assert.equal(endedAsLastTime(pass, seenOf(...tail, ['d', '2026-03-20T06:00:01'])), false);
  assert.equal(endedAsLastTime(pass, seenOf(tail[0])), false);
  assert.equal(endedAsLastTime(pass, seenOf(...tail, ['old', '2020-01-01T00:00:00'])), false);
});

test('a record whose stamp alone moved is still the same tail', () => {
  const seen = seenOf(['a', '2026-03-20T05:00:00'], ['b', '2026-03-20T06:00:00']);
  const previous = cursorAfter({...end, pass: passWith(), seen, watermark: stamp('2026-03-20T06:00:00')});
  const restamped = seenOf(['a', '2026-03-20T05:30:00'], ['b', '2026-03-20T06:00:00']);
  assert.equal(endedAsLastTime(passWith({previous}), restamped), true);
});

test('a first pass never ends as last time', () => {
  assert.equal(endedAsLastTime(passWith(), seenOf()), false);
});

test('a snapshot is compared whole', () => {
  const reading: Reading = {kind: 'snapshot', paging: 'unpaged'};
  const seen = seenOf(['SEK', '2026-01-01T00:00:00']);
  const previous = cursorAfter({...end, pass: passWith({reading}), seen, watermark: undefined});
  assert.equal(previous.rowsHeld, 1);
  assert.equal(previous.nextSince, undefined);
  assert.equal(endedAsLastTime(passWith({previous, reading}), seen), true);
});
