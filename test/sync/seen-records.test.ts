import assert from 'node:assert/strict';
import {hash} from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import {SeenRecords} from '../../src/sync/land/seen-records.ts';

const digest = (text: string): string => hash('md5', text, 'hex');
const record = (recordId: string, content: string, stampMs = 0) => ({
  recordId,
  hash: digest(`${recordId} ${content}`),
  stampMs,
});

test('a record is new, then repeated, then changed, then contradicted', () => {
  const seen = new SeenRecords();
  assert.equal(seen.add(record('a', 'one', 1)), 'new');
  assert.equal(seen.add(record('a', 'one', 1)), 'repeated');
  assert.equal(seen.add(record('a', 'two', 2)), 'changed');
  assert.equal(seen.add(record('a', 'three', 2)), 'contradicted');
  assert.equal(seen.distinct, 1);
});

test('records without a stamp contradict each other too', () => {
  const seen = new SeenRecords();
  seen.add(record('a', 'one', Number.NaN));
  assert.equal(seen.add(record('a', 'two', Number.NaN)), 'contradicted');
});

test('the tail is the same in any order and differs with any content', () => {
  const drawn = fc.uniqueArray(fc.tuple(fc.string(), fc.string(), fc.integer({min: 0, max: 9})), {
    selector: ([key]) => key,
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(drawn, fc.integer({min: 0, max: 9}), (records, since) => {
      const [one, other, changed] = [new SeenRecords(), new SeenRecords(), new SeenRecords()];
      for (const [key, content, at] of records) one.add(record(key, content, at));
      for (const [key, content, at] of records.toReversed()) other.add(record(key, content, at));
      for (const [key, content, at] of records) changed.add(record(key, `${content}!`, at));
      assert.deepEqual(one.tail(since), other.tail(since));
      assert.equal(one.tail(since).rows, records.filter(([, , at]) => at >= since).length);
      if (one.tail(since).rows > 0) assert.notEqual(one.tail(since).digest, changed.tail(since).digest);
    }),
  );
});

test('of one key the last sighting counts in the tail', () => {
  const [twice, once] = [new SeenRecords(), new SeenRecords()];
  twice.add(record('a', 'one', 1));
  twice.add(record('a', 'two', 2));
  once.add(record('a', 'two', 2));
  assert.deepEqual(twice.tail(0), once.tail(0));
});

test('a hundred thousand keys stay apart', () => {
  const seen = new SeenRecords();
  for (let index = 0; index < 100_000; index++) assert.equal(seen.add(record(`Invoice/${index}`, 'x')), 'new');
  for (let index = 0; index < 100_000; index += 997)
    assert.equal(seen.add(record(`Invoice/${index}`, 'x')), 'repeated');
  assert.equal(seen.distinct, 100_000);
});
